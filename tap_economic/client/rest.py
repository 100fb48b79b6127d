"""The classic REST API: restapi.e-conomic.com."""

from __future__ import annotations

import typing as t

import msgspec
from typing_extensions import override

from tap_economic.client.listing import Listing
from tap_economic.client.pages import Page, Query
from tap_economic.errors import MistypedValueError
from tap_economic.records.rows import RowCount, list_of


class _Pagination(msgspec.Struct, rename="camel"):
    """The members of the envelope's ``pagination`` that the tap uses."""

    results: RowCount
    next_page: str | None = None


class _Count(msgspec.Struct):
    results: RowCount


class CollectionListing(Listing):
    """A collection of classic REST: ``{"collection": [...], "pagination": {...}}``."""

    @override
    def smallest(self, query: Query) -> Query:
        return {**query, "pagesize": "1"}

    @override
    def descending(self, query: Query) -> Query:
        return {**self.smallest(query), "sort": f"-{self.ascending}"}

    @override
    def start_of(self, day: str) -> str:
        return f"{day}T00:00:00Z"

    @override
    def envelope(self, row: t.Any, *, forbid_unknown_fields: bool) -> t.Any:
        # An empty collection may be omitted (reported by one client, not by another).
        return msgspec.defstruct(
            "Envelope",
            [("pagination", _Pagination), ("collection", list_of(row) | None, None)],
            kw_only=True,
        )

    @override
    def page_in(self, body: t.Any) -> Page:
        count = body.pagination.results
        if body.collection is None and count:
            msg = "no collection"
            raise ValueError(msg)
        return Page(body.collection or [], body.pagination.next_page, count)

    @override
    def check_form(self, body: object) -> frozenset[str]:
        if not isinstance(body, dict) or not body.keys() & {"collection", "pagination"}:
            msg = "no envelope"
            raise ValueError(msg)
        try:
            msgspec.convert(body.get("pagination"), _Count)
        except msgspec.ValidationError:
            msg = (
                "the response has no row count: its pagination should be an object with a number "
                "of results"
            )
            raise MistypedValueError(msg) from None
        return frozenset()  # the other members, such as self, are links
