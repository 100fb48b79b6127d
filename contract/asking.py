"""Questions and answers: GET requests in the terms of the documentation, of either target."""

from __future__ import annotations

import dataclasses
import functools
import re
import typing as t
from http import HTTPStatus
from urllib.parse import quote

from contract.probe import UnanswerableError, contradict

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Transport: t.TypeAlias = "Callable[[Get], Answer]"

Json: t.TypeAlias = t.Any
Row: t.TypeAlias = dict[str, t.Any]

# How classic REST escapes a key in a path (documentation, "Self links").
_ESCAPED = "<>*%:&/\\_ ?.#+"


@dataclasses.dataclass(frozen=True)
class Get:
    """A GET request.

    Attributes:
        host: ``rest`` or ``openapi``.
        path: The path below the host, with a ``{placeholder}`` if there is a parent.
        query: The parameters.
        access: Whose tokens are sent: empty for those of the agreement; else a name such as
            ``role Sales``, which a target may not have.
        parent: The listing whose first row fills the placeholder.
        parent_key: The property of that row.
    """

    host: t.Literal["rest", "openapi"]
    path: str
    query: tuple[tuple[str, str], ...] = ()
    access: str = ""
    parent: Listing | None = None
    parent_key: str = ""

    def where(self, **query: str) -> Get:
        """Return the request with further parameters."""
        return dataclasses.replace(self, query=(*self.query, *query.items()))

    def by(self, access: str) -> Get:
        """Return the request with the tokens of this name."""
        return dataclasses.replace(self, access=access)

    def below(self, parent: Listing, key: str) -> Get:
        """Return the request with the placeholder filled from a listing's first row."""
        return dataclasses.replace(self, parent=parent, parent_key=key)

    def __str__(self) -> str:
        """Return the request line without the host."""
        query = "&".join(f"{name}={value}" for name, value in self.query)
        return f"{self.path}?{query}" if query else self.path


@dataclasses.dataclass(frozen=True)
class Answer:
    """A response.

    Attributes:
        status: The status.
        headers: The headers, by lower-case name.
        body: The decoded JSON; the text if it is no JSON.
    """

    status: int
    headers: Mapping[str, str]
    body: Json


Shape: t.TypeAlias = t.Literal["collection", "cursor", "array", "object"]


@dataclasses.dataclass(frozen=True)
class Listing:
    """A request whose answer holds rows, and the shape of that answer."""

    get: Get
    shape: Shape

    def where(self, **query: str) -> Listing:
        """Return the listing with further parameters."""
        return dataclasses.replace(self, get=self.get.where(**query))

    def rows_in(self, body: Json) -> list[Row]:
        """Return the rows of a body.

        Raises:
            ContradictedError: If it has another shape.
        """
        member = {"collection": "collection", "cursor": "items"}.get(self.shape)
        rows = body.get(member) if member and isinstance(body, dict) else body
        if self.shape == "object":
            rows = [body]
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            expected = {
                "collection": "an object with an array `collection`",
                "cursor": "an object with an array `items`",
                "array": "an array of objects",
                "object": "an object",
            }
            contradict(expected[self.shape], "a body of another shape")
        return rows


class Asker:
    """Asks a target; what it has answered with 200 is not asked for again."""

    def __init__(self, transport: Transport) -> None:
        """Ask through a transport."""
        self._transport = transport
        self._cached = functools.cache(self._successful)

    def answer(self, get: Get) -> Answer:
        """Send a request, and return the answer, whatever its status."""
        return self._transport(self._filled(get))

    def body(self, get: Get) -> Json:
        """Return the body of an answer that must be 200.

        Raises:
            ContradictedError: If it is neither 200 nor 403.
            UnanswerableError: If the grant may not read this.
        """
        return self._cached(self._filled(get)).body

    def rows(self, listing: Listing) -> list[Row]:
        """Return the rows of one page.

        Raises:
            ContradictedError: If the answer is not such a page.
        """
        return listing.rows_in(self.body(listing.get))

    def some_rows(self, listing: Listing, least: int = 1) -> list[Row]:
        """Return the rows of a page that must have some.

        Raises:
            UnanswerableError: If it has fewer.
        """
        rows = self.rows(listing)
        if len(rows) < least:
            needs = "no rows" if least == 1 else f"fewer than {least} rows"
            msg = f"{listing.get.path} has {needs}"
            raise UnanswerableError(msg)
        return rows

    def _successful(self, get: Get) -> Answer:
        answer = self._transport(get)
        if answer.status == HTTPStatus.FORBIDDEN:
            msg = f"the grant may not read {get.path} (403)"
            raise UnanswerableError(msg)
        if answer.status != HTTPStatus.OK:
            contradict("status 200", f"status {answer.status}")
        return answer

    def _filled(self, get: Get) -> Get:
        """Return a request with its placeholder replaced by a key of the parent's first row."""
        if get.parent is None:
            return get
        row = self.some_rows(get.parent)[0]
        if get.parent_key not in row:
            contradict(f"a property {get.parent_key}", "a row without it")
        segment = _segment(str(row[get.parent_key]))
        return dataclasses.replace(get, path=re.sub(r"\{[^}]*\}", segment, get.path), parent=None)


def _segment(key: str) -> str:
    escaped = (f"_{_ESCAPED.index(c)}_" if c in _ESCAPED else c for c in key)
    return quote("".join(escaped), safe="")


def member(value: Json, path: str) -> Json:
    """Return a member by its dotted name; None if it is absent."""
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value
