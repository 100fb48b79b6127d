"""Paginators: from one page of a listing to the next.

A paginator's value is the complete query of the next request, so that no parameter is duplicated
or lost.
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
    """Follows the API's successor links or cursors, and never requests the same page twice.

    Unlike the SDK's paginators, these take the decoded page, not the response.
    """

    def __init__(self, first: Query, ascending: str | None = None) -> None:
        """Start at the first page.

        Args:
            first: The query of the first request.
            ascending: The property that must not decrease from row to row, if the read relies on
                it.
        """
        super().__init__(first)
        self._first = first
        self._requested = {_identity(first)}
        self._ascending = ascending
        self._last: t.Any = None

    @override
    def advance(self, response: Page) -> None:  # type: ignore[override]
        super().advance(response)  # type: ignore[arg-type] # only passed to the methods below

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
        """Return the query of the page after this one."""
        raise NotImplementedError

    def check_order(self, page: Page) -> None:
        """Check that the rows are sorted: otherwise rows could be missed silently.

        Raises:
            PagingError: If they are not.
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

    Only the query of the link is used: host and path stay those of the first request, because the
    tokens are in its headers. The parameters of the first request override those of the link:
    without its sort, a page would contain other rows.
    """

    @override
    def following(self, page: Page) -> Query:
        query = dict(parse_qsl(urlsplit(page.successor or "").query, keep_blank_values=True))
        if not query:
            msg = "the link to the next page has no query"
            raise PagingError(msg)
        return {**query, **self._first}


class KeysetPaginator(NextPagePaginator):
    """Keyset pagination: each request filters for keys above the last one.

    The links of classic REST are offsets, so that a row which is inserted or deleted meanwhile
    shifts others across a page boundary; keys do not shift.
    """

    def __init__(self, first: Query, key: str) -> None:
        """Start at the first page.

        Args:
            first: The query of the first request; it sorts by the key.
            key: An integer property that can be filtered and sorted by.
        """
        super().__init__(first, ascending=key)
        self._key = key

    @override
    def following(self, page: Page) -> Query:
        if not page.records:
            return super().following(page)
        after = filters.compare(self._key, "gt", page.records[-1][self._key])
        return {**self._first, "filter": filters.both(self._first.get("filter"), after)}


class CursorPaginator(EconomicPaginator):
    """Cursor pagination: returns each cursor unchanged, with the same filter.

    A cursor is an opaque string, such as ``234`` or ``17_2``.
    """

    @override
    def following(self, page: Page) -> Query:
        return {**self._first, "cursor": page.successor or ""}


class PagedPaginator(EconomicPaginator):
    """Page numbers at ``/paged`` of an OpenAPI service, until a page is empty.

    A service returns at most 10,000 rows in this way. Later rows are requested by key, if the rows
    are sorted by one.
    """

    SIZE = 100
    _LAST_PAGE = 100  # the maximum in the specifications; a hundred full pages are 10,000 rows

    @override
    def has_more(self, response: Page) -> bool:  # type: ignore[override]
        return response.size > 0  # a service may return fewer rows per page than requested

    @override
    def following(self, page: Page) -> Query:
        current = int(self.current_value["skipPages"])
        is_limit = current == self._LAST_PAGE - 1 and page.size >= self.SIZE
        if current < self._LAST_PAGE and not is_limit:
            return {**self.current_value, "skipPages": str(current + 1)}
        if self._ascending is None:
            msg = "the API lists 10,000 rows or 100 pages at most, and there may be more"
            raise PagingError(msg)
        after = filters.compare(self._ascending, "gte", self._last)
        return {**self._first, "filter": filters.both(self._first.get("filter"), after)}


def _identity(query: Query) -> frozenset[tuple[str, str]]:
    return frozenset(query.items())
