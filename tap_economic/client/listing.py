"""A listing of either API: what to request, and how to read the response."""

from __future__ import annotations

import abc
import copy
import dataclasses
import json
import logging
import re
import typing as t
from decimal import Decimal
from operator import attrgetter

import msgspec
from typing_extensions import Self

from tap_economic.client.pages import Page
from tap_economic.records.normaliser import Normaliser, storable
from tap_economic.records.rows import midnights, row_type

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tap_economic.client.pages import Query
    from tap_economic.client.paginators import EconomicPaginator
    from tap_economic.records.normaliser import Record
    from tap_economic.records.rows import AnyRecord
    from tap_economic.stats import ReadStats

_decoder = msgspec.json.Decoder(float_hook=Decimal)
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
UNTYPED = dict[str, t.Any]
"""The type of a record that the normaliser has yet to look at."""


def _refuse(constant: str) -> t.NoReturn:
    msg = f"{constant} is no JSON"
    raise ValueError(msg)


_lenient_decoder = json.JSONDecoder(parse_float=Decimal, parse_constant=_refuse)


@dataclasses.dataclass(kw_only=True, eq=False)
class Listing(abc.ABC):
    """A listing, or a single object, of one endpoint.

    Attributes:
        name: The stream whose rows it holds.
        path: The path below the service, with ``{placeholders}``.
        url: The URL, with the same placeholders, until ``at`` fills them in.
        first_page: The query of the first page.
        new_paginator: Makes a paginator that starts with a query.
        schema: The JSON schema of a record.
        keys: The key properties.
        context_keys: Those of them that stand outside of the records: the agreement, parts of the
            path.
        copied_keys: Keys that the API nests: the name at the top, and the way to it.
        false_when_absent: Top-level booleans that the API leaves out when they are false.
        withheld: Properties that are never sent on.
        is_typed: Whether rows may be decoded straight into typed rows.
        ascending: The key property in whose ascending order the API lists the rows, if that is
            sure.
        is_unique: Whether no two rows share that key.
        is_offset_paged: Whether a row that comes or goes can push another past a page boundary.
        is_object: Whether the response is one object, which no count tells more of.
        is_counted: Whether there is a count of the rows that can be trusted.
        deletes: Whether rows that a complete read lacks are removed at the target.
        full_page: How many rows a page can hold.
        count_url: Where the rows are counted; None where each page tells.
        path_keys: The keys of the path's placeholders, by the name that a record has for them.
    """

    full_page: t.ClassVar[int] = 1000
    is_object: t.ClassVar[bool] = False

    name: str
    path: str
    url: str
    first_page: Query
    new_paginator: Callable[[Query], EconomicPaginator]
    schema: Mapping[str, t.Any]
    keys: tuple[str, ...]
    context_keys: frozenset[str]
    copied_keys: Mapping[str, tuple[str, ...]]
    false_when_absent: tuple[str, ...]
    withheld: tuple[str, ...]
    is_typed: bool
    ascending: str | None
    is_unique: bool
    is_counted: bool
    deletes: bool
    is_offset_paged: bool = False
    count_url: str | None = None
    path_keys: Mapping[str, int | str] = dataclasses.field(default_factory=dict)

    def __post_init__(self) -> None:
        """Settle how bodies are decoded, before any thread does."""
        row = row_type(
            self.schema,
            required=[name for name in self.keys if name not in self.context_keys],
            false_when_absent=self.false_when_absent,
            withheld=self.withheld,
        )
        self.logger = logging.getLogger(f"tap-economic.{self.name}")
        self._typed = msgspec.json.Decoder(self.envelope(row, forbid_unknown_fields=True))
        self._untyped = self.envelope(UNTYPED, forbid_unknown_fields=False)
        self._midnights = midnights(self.schema)
        self._lacks_count = False
        self._normaliser = Normaliser(
            self.schema,
            keys=self.keys,
            copied_keys=self.copied_keys,
            false_when_absent=self.false_when_absent,
            withheld=self.withheld,
        )

    # What to request

    def first_query(self, filter_: str | None = None) -> Query:
        """Return the query of the first page of the rows for which a filter holds."""
        return {**self.first_page, "filter": filter_} if filter_ else self.first_page

    def smallest(self, query: Query) -> Query:
        """Return the query of a first page as small as the API makes it."""
        return query

    def descending(self, query: Query) -> Query | None:  # noqa: ARG002 - where it can be sorted
        """Return the query that begins with the highest key; None where that is not cheap."""
        return None

    def at(self, url: str, **path_keys: int | str) -> Self:
        """Return the same listing at a place of its path."""
        here = copy.copy(self)
        here.url, here.path_keys = url, path_keys
        return here

    @property
    def range_key(self) -> str | None:
        """The integer property by which a large listing may be read as ranges side by side."""
        key = self.ascending
        return key if key and self.schema["properties"][key]["type"] == "integer" else None

    def start_of(self, day: str) -> str:
        """Return the start of a day, as a filter on an instant has it."""
        return day

    def warn_once_of_missing_count(self, exc: Exception) -> None:
        """Warn that the rows cannot be compared with a count."""
        if not self._lacks_count:
            self._lacks_count = True
            self.logger.warning(
                "Stream %s cannot be compared with a count of its rows: %s.", self.name, exc
            )

    # The response

    @abc.abstractmethod
    def envelope(self, row: t.Any, *, forbid_unknown_fields: bool) -> t.Any:  # noqa: ANN401 - types
        """Return the type of a body whose records have the type ``row``."""

    @abc.abstractmethod
    def page_in(self, body: t.Any) -> Page:  # noqa: ANN401 - as the envelope has it
        """Return the page that a body of the envelope's type holds.

        Raises:
            ValueError: If the body cannot be that of such a listing.
        """

    def check_form(self, body: object) -> frozenset[str]:  # noqa: ARG002 - for those with an envelope
        """See that a decoded body has the form of such a listing.

        Returns:
            The members of its envelope that the tap does not know.

        Raises:
            ValueError: If it has not.
        """
        return frozenset()

    def decode(self, content: bytes) -> Page:
        """Return the page that a body holds: typed rows where all is as declared, else records.

        Raises:
            MistypedValueError: If a part of the envelope is of another type.
            ValueError: If the body has not the form of such a response, or is no JSON.
        """
        has_nul = rb"\u0000" in content
        if self.is_typed and not (has_nul or self.copied_keys):
            try:
                page = self.page_in(self._typed.decode(self._without_midnights(content)))
            except msgspec.DecodeError:  # the normaliser finds out what does not fit
                pass
            else:
                page.getter = attrgetter
                return page
        try:
            body, has_surrogate = _decoder.decode(content), False
        except msgspec.DecodeError:
            # Half of a surrogate pair is JSON, yet no Unicode: msgspec refuses what json takes.
            if not _SURROGATE.search(content):
                raise
            body, has_surrogate = _lenient_decoder.decode(content.decode()), True
        new_members = self.check_form(body)
        page = self.page_in(msgspec.convert(body, self._untyped))
        page.has_unstorable = has_nul or has_surrogate
        page.new_members = new_members
        return page

    def _without_midnights(self, content: bytes) -> bytes:
        """Return a body with its days written as days, not as midnights."""
        return self._midnights.sub(b"", content) if self._midnights else content

    def normalised(
        self, page: Page, context: Mapping[str, t.Any], stats: ReadStats
    ) -> list[AnyRecord]:
        """Return the records of a page as they are sent, without those that lack their key."""
        if page.getter is attrgetter:
            for name, value in context.items():
                for row in page.records:
                    setattr(row, name, value)
            return page.records
        raw = t.cast("list[Record]", page.records)
        if page.has_unstorable:
            raw = [storable(record, stats) for record in raw]
        taken = (self._normaliser(record, dict(context), stats) for record in raw)
        return [record for record in taken if record is not None]


class ObjectListing(Listing):
    """A resource that is one object, and so one row an agreement."""

    is_object = True

    def first_query(self, filter_: str | None = None) -> Query:  # noqa: ARG002 - there is no other row
        """Return the query, which has no parameters."""
        return {}

    def envelope(self, row: t.Any, *, forbid_unknown_fields: bool) -> t.Any:  # noqa: ANN401, ARG002
        """Return the type of a record: there is no envelope."""
        return row

    def page_in(self, body: t.Any) -> Page:  # noqa: ANN401
        """Return the page of the one record."""
        return Page([body])
