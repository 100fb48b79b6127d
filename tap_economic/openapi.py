"""The OpenAPI services: apis.e-conomic.com."""

from __future__ import annotations

import functools
import typing as t
from importlib import resources

from singer_sdk import SchemaDirectory, StreamSchema
from typing_extensions import override

from tap_economic.client import EconomicStream, all_objects
from tap_economic.pagination import CursorPaginator, Page, PagedPaginator, Query
from tap_economic.shifting import until_two_reads_agree

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from singer_sdk.helpers.types import Context

    from tap_economic.pagination import EconomicPaginator
    from tap_economic.records import Findings

_SCHEMAS = SchemaDirectory(resources.files("tap_economic") / "schemas" / "openapi")

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


class OpenAPIStream(EconomicStream):
    """A cursor listing of an OpenAPI service.

    Attributes:
        service: The service, as it stands in the URL.
        null_booleans: Booleans whose absence does not mean false.
    """

    schema = StreamSchema(_SCHEMAS)

    service: t.ClassVar[str]
    null_booleans: t.ClassVar[tuple[str, ...]] = ()

    @property
    @override
    def url_base(self) -> str:
        version = self.config["api_versions"].get(self.service, DEFAULT_VERSIONS[self.service])
        return f"{self.config['openapi_url'].rstrip('/')}/{self.service}/v{version}"

    @property
    @override
    def false_when_absent(self) -> tuple[str, ...]:
        # The vendor documents for the whole family that false booleans are left out.
        return tuple(
            name
            for name, member in self.schema["properties"].items()
            if "boolean" in member["type"] and name not in self.null_booleans
        )

    @override
    def first_query(self) -> Query:
        return {}

    @override
    def get_new_paginator(self) -> EconomicPaginator:
        return CursorPaginator(self.first_query())

    @override
    def decode(self, body: t.Any) -> Page:
        if not isinstance(body, dict) or not body.keys() <= {"items", "cursor"}:
            msg = "no envelope"
            raise ValueError(msg)
        items = body.get("items") or []  # declared nullable
        cursor = body.get("cursor")
        if not all_objects(items) or isinstance(cursor, (dict, list)):
            msg = "no items"
            raise ValueError(msg)
        return Page(items, None if cursor in {None, ""} else str(cursor))


class OpenAPISingleStream(OpenAPIStream):
    """A resource of an OpenAPI service that is one object, and so one row an agreement."""

    @override
    def decode(self, body: t.Any) -> Page:
        if not isinstance(body, dict):
            msg = "no object"
            raise ValueError(msg)  # noqa: TRY004 - the body's form, not an argument's type
        return Page([body])


class OpenAPIArrayStream(OpenAPIStream):
    """A plain array of an OpenAPI service, without pages."""

    @override
    def decode(self, body: t.Any) -> Page:
        if not all_objects(body):
            msg = "no array"
            raise ValueError(msg)
        return Page(body)


class OpenAPIPagedStream(OpenAPIArrayStream):
    """A listing of an OpenAPI service that has no cursor.

    Attributes:
        sort: The property that the rows are sorted by, so that new ones come last.
    """

    sort: t.ClassVar[str]

    @override
    def first_query(self) -> Query:
        return {"pageSize": str(PagedPaginator.SIZE), "skipPages": "0", "sort": self.sort}

    @override
    def get_new_paginator(self) -> EconomicPaginator:
        return PagedPaginator(self.first_query())

    @override
    def decode(self, body: t.Any) -> Page:
        page = super().decode(body)
        page.successor = "more" if len(page.records) >= PagedPaginator.SIZE else None
        return page

    @override
    def pages(self, context: Context, findings: Findings) -> Iterator[Page]:
        read = functools.partial(super().pages, context, findings)
        yield from until_two_reads_agree(read, self.primary_keys)
