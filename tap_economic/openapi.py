"""The OpenAPI services: apis.e-conomic.com."""

from __future__ import annotations

import typing as t
from importlib import resources

from singer_sdk import SchemaDirectory, StreamSchema
from typing_extensions import override

from tap_economic.client import EconomicStream
from tap_economic.pagination import CursorPaginator, Page, Query

if t.TYPE_CHECKING:
    from tap_economic.pagination import EconomicPaginator

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
    """

    schema = StreamSchema(_SCHEMAS)

    service: t.ClassVar[str]

    @property
    @override
    def url_base(self) -> str:
        version = self.config["api_versions"].get(self.service, DEFAULT_VERSIONS[self.service])
        return f"{self.config['openapi_url'].rstrip('/')}/{self.service}/v{version}"

    @property
    @override
    def false_when_absent(self) -> tuple[str, ...]:
        """All of them: "false booleans are omitted" is documented for the whole family."""
        return tuple(
            name
            for name, member in self.schema["properties"].items()
            if "boolean" in member["type"]
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
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            msg = "no items"
            raise ValueError(msg)
        return Page(items, None if cursor in {None, ""} else str(cursor))
