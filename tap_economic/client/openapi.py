"""The OpenAPI services: apis.e-conomic.com."""

from __future__ import annotations

import typing as t

import msgspec
from typing_extensions import override

from tap_economic.client.listing import Listing
from tap_economic.client.pages import Page
from tap_economic.client.paginators import PagedPaginator
from tap_economic.records.rows import list_of

DEFAULT_VERSIONS = {
    "accountingyearsapi": "2.0.1",
    "accountsapi": "7.0.0",
    "bookedEntriesapi": "4.0.0",
    "budgetsapi": "2.0.0",
    "customersapi": "3.1.0",
    "dimensionsapi": "5.3.1",
    "documentsapi": "4.0.1",
    "journalsapi": "15.0.0",
    "productsapi": "2.0.0",
    "projectsapi": "1.1.0",
    "q2capi": "5.3.0",
    "subscriptionsapi": "6.0.3",
    "suppliersapi": "2.0.0",
    "webhooksapi": "1.0.0",
}
"""The version of each service that the schemas describe; the setting api_versions overrides it."""


class CursorListing(Listing):
    """A cursor-paged listing: ``{"cursor": "...", "items": [...]}``."""

    @override
    def envelope(self, row: t.Any, *, forbid_unknown_fields: bool) -> t.Any:
        return msgspec.defstruct(
            "Envelope",
            [
                ("items", list_of(row) | None, None),  # declared nullable
                ("cursor", str | int | None, None),
            ],
            forbid_unknown_fields=forbid_unknown_fields,
        )

    @override
    def page_in(self, body: t.Any) -> Page:
        return Page(body.items or [], None if body.cursor in {None, ""} else str(body.cursor))

    @override
    def check_form(self, body: object) -> frozenset[str]:
        # The vendor does not consider new members a breaking change; but unknown members without
        # items belong to some other response.
        new = body.keys() - {"items", "cursor"} if isinstance(body, dict) else None
        if new is None or (new and "items" not in t.cast("dict[str, t.Any]", body)):
            msg = "no envelope"
            raise ValueError(msg)
        return frozenset(new)


class ArrayListing(Listing):
    """A plain array without paging."""

    @override
    def envelope(self, row: t.Any, *, forbid_unknown_fields: bool) -> t.Any:
        return list_of(row)

    @override
    def page_in(self, body: t.Any) -> Page:
        return Page(body)


class PagedListing(ArrayListing):
    """A plain array with page numbers, at ``/paged`` of a service."""

    full_page = PagedPaginator.SIZE

    @override
    def __post_init__(self) -> None:
        super().__post_init__()
        self.is_offset_paged = self.ascending is None

    @override
    def page_in(self, body: t.Any) -> Page:
        return Page(body, "more" if len(body) >= PagedPaginator.SIZE else None)
