"""How to get from one page of a listing to the next.

A paginator's value is the whole query of the next request, so that no parameter can be sent
twice or lost on the way.
"""

from __future__ import annotations

import operator
import typing as t
from urllib.parse import parse_qsl, urlsplit

import msgspec
from singer_sdk.pagination import BaseAPIPaginator
from typing_extensions import override

from tap_economic import filters
from tap_economic.errors import PagingError
from tap_economic.question import order_of
from tap_economic.typed import column

if t.TYPE_CHECKING:
    import requests

    from tap_economic.question import Question
    from tap_economic.records import Record
    from tap_economic.typed import Row

    AnyRecord: t.TypeAlias = Record | Row

Query: t.TypeAlias = dict[str, str]


class Page(msgspec.Struct):
    """One answer of a listing, decoded once.

    Attributes:
        records: The records, in the API's order; from the normaliser on, those that are sent.
        successor: Where the API says that it goes on: a link (classic REST) or a cursor
            (OpenAPI); None on the last page.
        count: How many rows the API counts for the request's filter, where it says so.
        has_unstorable: Whether a character that databases refuse stands somewhere in the body.
        new_members: What stands in the answer beside the rows, and the tap does not know.
        size: How many records the API sent.
        read: Which read of the listing it belongs to; a listing may be read again.
        again: Whether its rows were read before, and so never move a bookmark.
        ahead: Keys of rows that are about to be sent again, with this page or later ones.
        gone: Keys that were asked for again and are no longer there.
        rewind: The question that begins from here, in place of the one before.
        saves: Whether a STATE must go out before the rows of the next page.
        lines: The RECORD messages, where they are encoded a page at a time.
        sent: How many records went out, after stream maps.
    """

    records: list[AnyRecord]
    successor: str | None = None
    count: int | None = None
    has_unstorable: bool = False
    new_members: frozenset[str] = frozenset()
    size: int = 0
    read: int = 0
    again: bool = False
    ahead: frozenset[int | str] = frozenset()
    gone: frozenset[int | str] = frozenset()
    rewind: Question | None = None
    saves: bool = False
    lines: bytes = b""
    sent: int = 0


def keep_page(response: requests.Response, page: Page) -> None:
    """Keep the decoded page with its response, so that nobody decodes the body again."""
    response.__dict__["page"] = page


def page_of(response: requests.Response) -> Page:
    """Return the page that was kept with a response."""
    return t.cast("Page", response.__dict__["page"])


class EconomicPaginator(BaseAPIPaginator[Query]):
    """Goes on while the API names a successor, and never asks the same thing twice."""

    def __init__(self, first: Query, ascending: str | None = None) -> None:
        """Start at the first page.

        Args:
            first: The query of the first request.
            ascending: The property that must not fall from row to row, if the reading rests on it.
        """
        super().__init__(first)
        self._first = first
        self._asked = {_identity(first)}
        self._ascending = ascending
        self._last: t.Any = None

    @override
    def continue_if_empty(self, response: requests.Response) -> bool:
        return True

    @override
    def has_more(self, response: requests.Response) -> bool:
        return page_of(response).successor is not None

    @override
    def get_next(self, response: requests.Response) -> Query:
        """Return the query of the next page.

        Raises:
            PagingError: If that query was asked before.
        """
        query = self.following(page_of(response))
        identity = _identity(query)
        if identity in self._asked:
            msg = "the API points back to a page that was already read"
            raise PagingError(msg)
        self._asked.add(identity)
        return query

    def following(self, page: Page) -> Query:
        """Return the query that leads to the page after this one."""
        raise NotImplementedError

    def check_order(self, page: Page) -> None:
        """See that the API sorted: rows behind the last one would be lost without a word.

        Raises:
            PagingError: If it did not.
        """
        if self._ascending is None or not page.records:
            return
        keys = column(page.records, self._ascending)
        until_now = [] if self._last is None else [self._last]
        orders = list(map(order_of, until_now + keys))
        if any(map(operator.gt, orders, orders[1:])):
            msg = f"the API does not list the rows in ascending order of {self._ascending}"
            raise PagingError(msg)
        self._last = keys[-1]


class NextPagePaginator(EconomicPaginator):
    """Follows ``pagination.nextPage`` of classic REST.

    Only the query of the link is taken: host and path stay those of the first request, because
    the tokens travel in its headers. What the first request asked for is asked again, whatever the
    link says of it: without the sort, a page would hold other rows.
    """

    @override
    def following(self, page: Page) -> Query:
        query = dict(parse_qsl(urlsplit(page.successor or "").query, keep_blank_values=True))
        if not query:
            msg = "the link to the next page has no query"
            raise PagingError(msg)
        return {**query, **self._first}


class KeysetPaginator(NextPagePaginator):
    """Asks for the rows after the last key that was seen, each time as a first page.

    The links of classic REST count rows, so that a row which comes or goes meanwhile shifts the
    others past a page boundary; a key does not shift.
    """

    def __init__(self, first: Query, key: str) -> None:
        """Start at the first page.

        Args:
            first: The query of the first request; it sorts by the key.
            key: An integer property that filters and sorts.
        """
        super().__init__(first, ascending=key)
        self._key = key

    @override
    def following(self, page: Page) -> Query:
        if not page.records:
            return super().following(page)
        beyond = filters.compare(self._key, "gt", page.records[-1][self._key])
        return {**self._first, "filter": filters.both(self._first.get("filter"), beyond)}


class CursorPaginator(EconomicPaginator):
    """Passes the cursor back as it came, with the same filter, until there is none.

    A cursor is an opaque text, plain (``234``) or compound (``17_2``) alike.
    """

    @override
    def following(self, page: Page) -> Query:
        return {**self._first, "cursor": page.successor or ""}


class PagedPaginator(EconomicPaginator):
    """Counts through ``/paged`` of an OpenAPI service, until a page is empty.

    A service loads no more than 10,000 rows in this way. What lies beyond is asked for by key,
    where the rows come in ascending order of one.
    """

    SIZE = 100
    _LAST_PAGE = 100  # the highest that the specifications allow; a hundred full ones are 10,000

    @override
    def has_more(self, response: requests.Response) -> bool:
        return page_of(response).size > 0  # a service may give fewer rows a page than asked for

    @override
    def following(self, page: Page) -> Query:
        done = int(self.current_value["skipPages"])
        is_all = done == self._LAST_PAGE - 1 and page.size >= self.SIZE
        if done < self._LAST_PAGE and not is_all:
            return {**self.current_value, "skipPages": str(done + 1)}
        if self._ascending is None:
            msg = "the API lists 10,000 rows or 100 pages at most, and there may be more"
            raise PagingError(msg)
        beyond = filters.compare(self._ascending, "gte", self._last)
        return {**self._first, "filter": filters.both(self._first.get("filter"), beyond)}


def _identity(query: Query) -> frozenset[tuple[str, str]]:
    return frozenset(query.items())
