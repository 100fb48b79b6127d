"""The OpenAPI services: apis.e-conomic.com."""

from __future__ import annotations

import typing as t

import msgspec
from singer_sdk import StreamSchema
from typing_extensions import override

from tap_economic.asking import all_objects
from tap_economic.client import EconomicStream
from tap_economic.errors import NotFoundError
from tap_economic.pagination import CursorPaginator, Page, PagedPaginator, Query, page_of
from tap_economic.schemas import Schemas
from tap_economic.sharing import made_once
from tap_economic.typed import list_of, midnights

if t.TYPE_CHECKING:
    import re

    from singer_sdk.helpers.types import Context

    from tap_economic.pagination import EconomicPaginator
    from tap_economic.report import Findings


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
        counted: Whether the service counts the listing's rows, at ``/count`` below its path.
    """

    schema = StreamSchema(Schemas("openapi"))

    service: t.ClassVar[str]
    null_booleans: t.ClassVar[tuple[str, ...]] = ()
    counted: t.ClassVar[bool] = True

    _lacks_count = False  # and a warning has said so

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
    def first_query(self, filter_: str | None = None) -> Query:
        return {"filter": filter_} if filter_ else {}

    @override
    def paginator(self, query: Query) -> EconomicPaginator:
        return CursorPaginator(query, self.ascending)

    @override
    def typed_page(self, content: bytes) -> Page:
        body = self._typed_decoder.decode(self._with_days(content))
        return Page(body.items or [], body.cursor or None)

    @made_once
    def _typed_decoder(self) -> msgspec.json.Decoder[t.Any]:
        envelope = msgspec.defstruct(
            "Envelope",
            [("items", list_of(self.row_type) | None), ("cursor", str | None, None)],
            forbid_unknown_fields=True,
        )
        return msgspec.json.Decoder(envelope)

    def _with_days(self, content: bytes) -> bytes:
        """Return a body with its days written as days, not as midnights."""
        return self._midnights.sub(b"", content) if self._midnights else content

    @made_once
    def _midnights(self) -> re.Pattern[bytes] | None:
        return midnights(self.schema)

    @property
    @override
    def is_counted(self) -> bool:
        return self.counted and super().is_counted

    @override
    def ask_count(self, context: Context, query: Query, findings: Findings) -> int | None:
        only_filter = {"filter": query["filter"]} if "filter" in query else {}
        try:
            return page_of(self.ask(context, only_filter, findings, only_count=True)).count
        except NotFoundError as exc:
            if not self._lacks_count:
                self._lacks_count = True
                self.logger.warning(
                    "Stream %s cannot be compared with a count of its rows: %s.", self.name, exc
                )
            return None

    @override
    def start_of(self, day: str) -> str:
        return day

    @override
    def decode(self, body: t.Any) -> Page:
        # The vendor calls new members no breaking change; but without any items they are those of
        # another answer.
        new = body.keys() - {"items", "cursor"} if isinstance(body, dict) else None
        if new is None or (new and "items" not in body):
            msg = "no envelope"
            raise ValueError(msg)
        items = body.get("items") or []  # declared nullable
        cursor = body.get("cursor")
        if not all_objects(items) or isinstance(cursor, (dict, list)):
            msg = "no items"
            raise ValueError(msg)
        return Page(
            items, None if cursor in {None, ""} else str(cursor), new_members=frozenset(new)
        )


class OpenAPISingleStream(OpenAPIStream):
    """A resource of an OpenAPI service that is one object, and so one row an agreement."""

    counted = False
    is_object = True

    @override
    def decode(self, body: t.Any) -> Page:
        if not isinstance(body, dict):
            msg = "no object"
            raise ValueError(msg)  # noqa: TRY004 - the body's form, not an argument's type
        return Page([body])

    @override
    def typed_page(self, content: bytes) -> Page:
        return Page([self._typed_decoder.decode(self._with_days(content))])

    @made_once
    def _typed_decoder(self) -> msgspec.json.Decoder[t.Any]:
        return msgspec.json.Decoder(self.row_type)


class OpenAPIArrayStream(OpenAPIStream):
    """A plain array of an OpenAPI service, without pages."""

    counted = False

    @override
    def decode(self, body: t.Any) -> Page:
        if not all_objects(body):
            msg = "no array"
            raise ValueError(msg)
        return Page(body)

    @override
    def typed_page(self, content: bytes) -> Page:
        return Page(self._typed_decoder.decode(self._with_days(content)))

    @made_once
    def _typed_decoder(self) -> msgspec.json.Decoder[t.Any]:
        return msgspec.json.Decoder(list_of(self.row_type))


class OpenAPIPagedStream(OpenAPIArrayStream):
    """A listing of an OpenAPI service that has no cursor.

    Attributes:
        sort: The property that the rows are sorted by.
    """

    counted = True
    full_page = PagedPaginator.SIZE

    sort: t.ClassVar[str]

    @property
    @override
    def shifts(self) -> bool:
        return self.ascending is None

    @override
    def first_query(self, filter_: str | None = None) -> Query:
        size = str(PagedPaginator.SIZE)
        query = {"pageSize": size, "skipPages": "0", "sort": self.sort}
        return {**query, "filter": filter_} if filter_ else query

    @override
    def paginator(self, query: Query) -> EconomicPaginator:
        return PagedPaginator(query, self.ascending)

    @override
    def decode(self, body: t.Any) -> Page:
        page = super().decode(body)
        page.successor = "more" if len(page.records) >= PagedPaginator.SIZE else None
        return page

    @override
    def typed_page(self, content: bytes) -> Page:
        page = super().typed_page(content)
        page.successor = "more" if len(page.records) >= PagedPaginator.SIZE else None
        return page
