"""Base classes of stream declarations, by API and kind of listing."""

from __future__ import annotations

import typing as t

from singer_sdk import StreamSchema
from typing_extensions import override

from tap_economic.client.listing import Listing, ObjectListing
from tap_economic.client.openapi import (
    DEFAULT_VERSIONS,
    ArrayListing,
    CursorListing,
    PagedListing,
)
from tap_economic.client.paginators import (
    CursorPaginator,
    KeysetPaginator,
    NextPagePaginator,
    PagedPaginator,
)
from tap_economic.client.rest import CollectionListing
from tap_economic.replication.incremental import Incremental
from tap_economic.schemas import Schemas
from tap_economic.singer.stream import EconomicStream

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from tap_economic.client.listing import Decoding
    from tap_economic.client.pages import Query
    from tap_economic.client.paginators import EconomicPaginator


class RestStream(EconomicStream):
    """A collection of classic REST.

    Attributes:
        sort: A key property that the API can sort by, if any.
        keyset: Whether that property is an integer that can also be filtered by, so that further
            pages are requested by key; offsets would shift when someone works in e-conomic.
        absent_when_false: Booleans that this endpoint omits when they are false; the absence of
            other booleans has no meaning.
    """

    schema = StreamSchema(Schemas("rest"))

    listing_class: t.ClassVar[type[Listing]] = CollectionListing
    sort: t.ClassVar[str | None] = None
    keyset: t.ClassVar[bool] = False
    absent_when_false: t.ClassVar[tuple[str, ...]] = ()

    @classmethod
    @override
    def base_url_for(cls, config: Mapping[str, t.Any]) -> str:
        return t.cast("str", config["rest_url"]).rstrip("/")

    @classmethod
    @override
    def listing_for(
        cls, config: Mapping[str, t.Any], *, decoding: Decoding = "typed", deletes: bool = False
    ) -> Listing:
        first_page = {"pagesize": str(config["page_size"])}
        if cls.sort:
            first_page["sort"] = cls.sort
        return cls.listing_class(
            **cls._common(config),
            first_page=first_page,
            false_when_absent=cls.absent_when_false,
            decoding=decoding,
            deletes=deletes,
            ascending=_replication_key(cls) or (cls.sort if cls.keyset else None),
            is_offset_paged=not cls.keyset,
        )

    @classmethod
    @override
    def get_new_paginator(cls, query: Query | None = None) -> EconomicPaginator:
        if cls.keyset and cls.sort:
            return KeysetPaginator(query or {}, cls.sort)
        return NextPagePaginator(query or {})


class RestSingleStream(RestStream):
    """A single object of classic REST: one row per agreement."""

    listing_class = ObjectListing


class OpenAPIStream(EconomicStream):
    """A cursor listing of an OpenAPI service.

    Attributes:
        service: The service's name in the URL.
        null_booleans: Booleans whose absence does not mean false.
        counted: Whether the service has a row count of the listing, at ``/count`` below its path.
    """

    schema = StreamSchema(Schemas("openapi"))

    listing_class: t.ClassVar[type[Listing]] = CursorListing
    service: t.ClassVar[str]
    null_booleans: t.ClassVar[tuple[str, ...]] = ()
    counted: t.ClassVar[bool] = True

    @classmethod
    @override
    def base_url_for(cls, config: Mapping[str, t.Any]) -> str:
        version = config["api_versions"].get(cls.service, DEFAULT_VERSIONS[cls.service])
        return f"{config['openapi_url'].rstrip('/')}/{cls.service}/v{version}"

    @classmethod
    @override
    def listing_for(
        cls, config: Mapping[str, t.Any], *, decoding: Decoding = "typed", deletes: bool = False
    ) -> Listing:
        common = cls._common(config)
        return cls.listing_class(
            **{**common, "is_counted": cls.counted and common["is_counted"]},
            first_page=cls.first_page(),
            # The vendor documents for all services that false booleans are omitted.
            false_when_absent=tuple(
                name
                for name, member in common["schema"]["properties"].items()
                if "boolean" in member["type"] and name not in cls.null_booleans
            ),
            decoding=decoding,
            deletes=deletes,
            ascending=_replication_key(cls),
            has_midnights=True,
            count_url=f"{common['url'].removesuffix('/paged')}/count",
        )

    @classmethod
    def first_page(cls) -> Query:
        """Return the query of the first page."""
        return {}

    @classmethod
    @override
    def get_new_paginator(cls, query: Query | None = None) -> EconomicPaginator:
        return CursorPaginator(query or {}, _replication_key(cls))


class OpenAPISingleStream(OpenAPIStream):
    """A single object of an OpenAPI service: one row per agreement."""

    listing_class = ObjectListing
    counted = False


class OpenAPIArrayStream(OpenAPIStream):
    """A plain array of an OpenAPI service, without paging."""

    listing_class = ArrayListing
    counted = False


class OpenAPIPagedStream(OpenAPIStream):
    """A listing of an OpenAPI service with page numbers instead of a cursor.

    Attributes:
        sort: The property that the rows are sorted by.
    """

    listing_class = PagedListing
    sort: t.ClassVar[str]

    @classmethod
    @override
    def first_page(cls) -> Query:
        return {"pageSize": str(PagedPaginator.SIZE), "skipPages": "0", "sort": cls.sort}

    @classmethod
    @override
    def get_new_paginator(cls, query: Query | None = None) -> EconomicPaginator:
        return PagedPaginator(query or {}, _replication_key(cls))


def _replication_key(stream: type[EconomicStream]) -> str | None:
    """Return the replication key, if the replication relies on its ascending order."""
    is_incremental = isinstance(stream.replication, Incremental)
    return t.cast("str", stream.replication_key) if is_incremental else None
