"""How to get from one page of a listing to the next.

A paginator's value is the whole query of the next request, so that no parameter can be sent
twice or lost on the way.
"""

from __future__ import annotations

import operator
import typing as t
from urllib.parse import parse_qsl, urlsplit

from singer_sdk.pagination import BaseAPIPaginator
from typing_extensions import override

from tap_economic.client import filters
from tap_economic.client.pages import Page, Query
from tap_economic.errors import PagingError
from tap_economic.records.rows import order_of


class EconomicPaginator(BaseAPIPaginator[Query]):
    """Goes on while the API names a successor, and never requests the same page twice.

    Where the SDK's paginators take a response, these take the page that was decoded from it.
    """

    def __init__(self, first: Query, ascending: str | None = None) -> None:
        """Start at the first page.

        Args:
            first: The query of the first request.
            ascending: The property that must not fall from row to row, if the reading rests on it.
        """
        super().__init__(first)
        self._first = first
        self._requested = {_identity(first)}
        self._ascending = ascending
        self._last: t.Any = None

    @override
    def advance(self, response: Page) -> None:  # type: ignore[override]
        super().advance(response)  # type: ignore[arg-type] # handed on to the methods below alone

    @override
    def continue_if_empty(self, response: Page) -> bool:  # type: ignore[override]
        return True

    @override
    def has_more(self, response: Page) -> bool:  # type: ignore[override]
        return response.successor is not None

    @override
    def get_next(self, response: Page) -> Query:  # type: ignore[override]
        """Return the query of the next page.

        Raises:
            PagingError: If that query was sent before.
        """
        query = self.following(response)
        identity = _identity(query)
        if identity in self._requested:
            msg = "the API points back to a page that was already read"
            raise PagingError(msg)
        self._requested.add(identity)
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
        keys = list(map(page.getter(self._ascending), page.records))
        orders = keys if self._last is None else [self._last, *keys]
        if isinstance(keys[-1], str):
            orders = list(map(order_of, orders))
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
    def has_more(self, response: Page) -> bool:  # type: ignore[override]
        return response.size > 0  # a service may give fewer rows a page than asked for

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
