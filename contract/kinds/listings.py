"""Facts about listings: envelopes, pages, counts, cursors, order, sorts and filters."""

from __future__ import annotations

import dataclasses
import itertools
import operator
import typing as t
from decimal import Decimal
from urllib.parse import parse_qs, parse_qsl, urlsplit

from contract.asking import member
from contract.probe import UnanswerableError, contradict, masked

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from contract.asking import Asker, Get, Json, Listing, Row

MOST_PAGES = 5
_TYPES: dict[str, tuple[type, ...]] = {
    "array": (list,),
    "integer": (int,),
    "number": (int, Decimal),
    "object": (dict,),
    "string": (str,),
    "boolean": (bool,),
}
_COMPARISONS: dict[str, Callable[[t.Any, t.Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}


def has_type(value: object, name: str) -> bool:
    """Tell whether a value has a JSON type."""
    if isinstance(value, bool):
        return name == "boolean"
    return isinstance(value, _TYPES[name])


@dataclasses.dataclass(frozen=True)
class Envelope:
    """A body has these members with these types, and not those.

    Attributes:
        get: The request.
        members: Pairs of a dotted name and a type.
        lacks: Dotted names that are absent, not null.
    """

    get: Get
    members: tuple[tuple[str, str], ...]
    lacks: tuple[str, ...] = ()

    def check(self, ask: Asker) -> list[str]:
        """Ask."""
        body = ask.body(self.get)
        for name, kind in self.members:
            value = member(body, name)
            if not has_type(value, kind):
                contradict(f"{name} of type {kind}", masked(value))
        for name in self.lacks:
            parent, _, last = name.rpartition(".")
            if last in (member(body, parent) if parent else body):
                contradict(f"no member {name}", "a body with it")
        return []


@dataclasses.dataclass(frozen=True)
class PageOf:
    """A page has so many rows, unless there are no more.

    Attributes:
        listing: The page.
        size: The number of rows.
        count: The request that counts them: the body is the number, or has ``results``.
    """

    listing: Listing
    size: int
    count: Get

    def check(self, ask: Asker) -> list[str]:
        """Ask."""
        there = counted(ask.body(self.count))
        if there <= self.size:
            msg = f"{self.listing.get.path} has no more than {self.size} rows"
            raise UnanswerableError(msg)
        came = len(ask.rows(self.listing))
        if came != self.size:
            contradict(f"{self.size} of {there} rows", f"{came} rows")
        return []


@dataclasses.dataclass(frozen=True)
class CountOf:
    """The API counts as many rows as it lists, on pages that lead to each other.

    Attributes:
        listing: The first page.
        count: The request that counts.
        key: The properties that tell rows apart.
    """

    listing: Listing
    count: Get
    key: tuple[str, ...]

    def check(self, ask: Asker) -> list[str]:
        """Ask for all pages."""
        rows = list(walk(ask, self.listing))
        keys = {tuple(str(member(row, name)) for name in self.key) for row in rows}
        expected = counted(ask.body(self.count))
        if len(rows) != expected:
            contradict(f"{expected} rows, as counted", f"{len(rows)} rows")
        if len(keys) != len(rows):
            contradict("keys that are unique", f"{len(keys)} keys of {len(rows)} rows")
        return []


def counted(body: Json) -> int:
    """Return the count in a body.

    Raises:
        ContradictedError: If there is none.
    """
    count = body if isinstance(body, int) else member(body, "pagination.results")
    if type(count) is not int:
        contradict("a count", masked(count))
    return count


def walk(ask: Asker, listing: Listing) -> t.Iterator[Row]:
    """Yield the rows of a listing, page after page.

    Raises:
        UnanswerableError: If it has too many pages for a probe.
    """
    page = listing
    for _ in range(MOST_PAGES):
        body = ask.body(page.get)
        yield from listing.rows_in(body)
        following = _following(body, listing)
        if following is None:
            return
        if following == page:
            contradict("a link to the next page", "a link to the same page")
        page = following
    msg = f"{listing.get.path} has more than {MOST_PAGES} pages"
    raise UnanswerableError(msg)


def _following(body: Json, listing: Listing) -> Listing | None:
    """Return the page after this one."""
    if listing.shape == "cursor":
        cursor = member(body, "cursor")
        return listing.where(cursor=str(cursor)) if cursor is not None else None
    link = member(body, "pagination.nextPage")
    if not isinstance(link, str):
        return None
    query = tuple(parse_qsl(urlsplit(link).query, keep_blank_values=True))
    return dataclasses.replace(listing, get=dataclasses.replace(listing.get, query=query))


@dataclasses.dataclass(frozen=True)
class CursorOf:
    """The cursor of a page is the key of the first row of the next page."""

    listing: Listing
    key: tuple[str, ...]

    def check(self, ask: Asker) -> list[str]:
        """Ask for two pages."""
        cursor = member(ask.body(self.listing.get), "cursor")
        if cursor is None:
            msg = f"{self.listing.get.path} has one page"
            raise UnanswerableError(msg)
        following = ask.rows(self.listing.where(cursor=str(cursor)))
        if not following:
            contradict("rows after the cursor", "an empty page")
        key = "_".join(str(member(following[0], name)) for name in self.key)
        if str(cursor) != key:
            contradict(f"{'_'.join(self.key)} as the cursor", masked(str(cursor)))
        return []


@dataclasses.dataclass(frozen=True)
class AscendingBy:
    """The rows of a page ascend by a key, asked for or not.

    Attributes:
        listing: The page, with or without a sort.
        key: The properties that rows are ordered by, most significant first.
        descending: Whether they descend instead.
        strictly: Whether no two rows have the same key.
    """

    listing: Listing
    key: tuple[str, ...]
    descending: bool = False
    strictly: bool = False

    def check(self, ask: Asker) -> list[str]:
        """Ask."""
        rows = ask.some_rows(self.listing, least=2)
        keys = [tuple(member(row, name) for name in self.key) for row in rows]
        if any(value is None for key in keys for value in key):
            contradict(f"{', '.join(self.key)} in each row", "a row without it")
        if len(set(keys)) < 2:  # noqa: PLR2004 - an order needs two
            msg = f"all rows of {self.listing.get.path} have the same key"
            raise UnanswerableError(msg)
        is_wrong = operator.lt if self.descending else operator.gt
        for before, after in itertools.pairwise(keys):
            if is_wrong(before, after) or (self.strictly and before == after):
                way = "descending" if self.descending else "ascending"
                contradict(f"rows {way} by {', '.join(self.key)}", "another order")
        return []


@dataclasses.dataclass(frozen=True)
class FilteredBy:
    """A filter finds the rows that match, and no others.

    The value to compare with is that of a row in the middle of the first page.

    Attributes:
        listing: The listing.
        property: The property.
        operator: The operator, without ``$`` and ``:``.
        form: How the value is written; ``{}`` stands for it.
    """

    listing: Listing
    property: str
    operator: str
    form: str = "{}"

    def check(self, ask: Asker) -> list[str]:
        """Ask without the filter, and with it."""
        values = sorted(
            value
            for row in ask.some_rows(self.listing)
            if (value := member(row, self.property)) is not None
        )
        if not values:
            msg = f"no row of {self.listing.get.path} has {self.property}"
            raise UnanswerableError(msg)
        pivot = values[len(values) // 2]
        compare = _COMPARISONS[self.operator]
        if not any(compare(value, pivot) for value in values):
            msg = f"too few values of {self.property} in {self.listing.get.path}"
            raise UnanswerableError(msg)
        wanted = f"{self.property}${self.operator}:{self.form.format(pivot)}"
        found = [member(row, self.property) for row in ask.rows(self.listing.where(filter=wanted))]
        if not found:
            contradict(f"rows that match ${self.operator}:", "no rows")
        if any(value is None or not compare(value, pivot) for value in found):
            contradict(f"only rows that match ${self.operator}:", "others too")
        return []


@dataclasses.dataclass(frozen=True)
class LinkCarries:
    """A link of a page carries the parameters of the request.

    Attributes:
        get: The request.
        link: The dotted name of the link.
        parameters: The parameters, with their values in the link.
    """

    get: Get
    link: str
    parameters: tuple[tuple[str, str], ...]

    def check(self, ask: Asker) -> list[str]:
        """Ask."""
        link = member(ask.body(self.get), self.link)
        if link is None:
            msg = f"{self.get.path} has too few rows for {self.link}"
            raise UnanswerableError(msg)
        carried = parse_qs(urlsplit(str(link)).query)
        for name, value in self.parameters:
            if carried.get(name) != [value]:
                contradict(f"{name}={value} in {self.link}", "a link without it")
        return []
