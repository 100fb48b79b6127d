"""The classic REST API: restapi.e-conomic.com."""

from __future__ import annotations

import typing as t

import msgspec
from singer_sdk import StreamSchema
from typing_extensions import override

from tap_economic.asking import all_objects
from tap_economic.client import EconomicStream
from tap_economic.pagination import KeysetPaginator, NextPagePaginator, Page, Query, page_of
from tap_economic.schemas import Schemas
from tap_economic.sharing import made_once
from tap_economic.typed import list_of

if t.TYPE_CHECKING:
    from tap_economic.pagination import EconomicPaginator
    from tap_economic.question import Question
    from tap_economic.report import Findings


class _Pagination(msgspec.Struct, rename="camel"):
    """What a page needs of the envelope's ``pagination``."""

    next_page: str | None = None
    results: int | None = None


class RestStream(EconomicStream):
    """A collection of classic REST.

    Attributes:
        sort: A key property that the server sorts by, where there is one.
        keyset: Whether that property is an integer that filters too, so that the pages after
            the first are asked for by key; offsets would shift when someone works in e-conomic.
        left_out_when_false: Booleans that this endpoint leaves out when they are false; others
            it sends, so that their absence means nothing.
    """

    schema = StreamSchema(Schemas("rest"))

    sort: t.ClassVar[str | None] = None
    keyset: t.ClassVar[bool] = False
    left_out_when_false: t.ClassVar[tuple[str, ...]] = ()

    @property
    @override
    def url_base(self) -> str:
        return t.cast("str", self.config["rest_url"]).rstrip("/")

    @property
    @override
    def false_when_absent(self) -> tuple[str, ...]:
        return self.left_out_when_false

    @property
    @override
    def ascending(self) -> str | None:
        return self.sort if self.keyset else None

    @property
    @override
    def shifts(self) -> bool:
        return not self.keyset

    @override
    def first_query(self, filter_: str | None = None) -> Query:
        query = {"pagesize": str(self.config["page_size"])}
        if self.sort:
            query["sort"] = self.sort
        return {**query, "filter": filter_} if filter_ else query

    @override
    def paginator(self, query: Query) -> EconomicPaginator:
        if self.keyset and self.sort:
            return KeysetPaginator(query, self.sort)
        return NextPagePaginator(query)

    @override
    def typed_page(self, content: bytes) -> Page:
        body = self._typed_decoder.decode(content)
        return Page(body.collection, body.pagination.next_page, body.pagination.results)

    @made_once
    def _typed_decoder(self) -> msgspec.json.Decoder[t.Any]:
        envelope = msgspec.defstruct(
            "Envelope", [("collection", list_of(self.row_type)), ("pagination", _Pagination)]
        )
        return msgspec.json.Decoder(envelope)

    @override
    def count(self, question: Question, query: Query, findings: Findings) -> int | None:
        return page_of(self.ask(question.context, self.smallest(query), findings)).count

    @override
    def smallest(self, query: Query) -> Query:
        return {**query, "pagesize": "1"}

    @override
    def start_of(self, day: str) -> str:
        return f"{day}T00:00:00Z"

    @override
    def decode(self, body: t.Any) -> Page:
        pagination = body.get("pagination", {}) if isinstance(body, dict) else None
        if not isinstance(pagination, dict):
            msg = "no envelope"
            raise ValueError(msg)  # noqa: TRY004 - the body's form, not an argument's type
        count = pagination.get("results")
        # An empty collection may be left out altogether (seen by one client, not by another).
        records = body.get("collection", [] if count == 0 else None)
        successor = pagination.get("nextPage")
        if not (all_objects(records) and isinstance(successor, (str, type(None)))):
            msg = "no collection"
            raise ValueError(msg)
        return Page(records, successor, count if isinstance(count, int) else None)


class RestSingleStream(RestStream):
    """A resource of classic REST that is one object, and so one row an agreement."""

    @override
    def first_query(self, filter_: str | None = None) -> Query:
        return {}

    @override
    def smallest(self, query: Query) -> Query:
        return query

    @override
    def decode(self, body: t.Any) -> Page:
        if not isinstance(body, dict):
            msg = "no object"
            raise ValueError(msg)  # noqa: TRY004 - the body's form, not an argument's type
        return Page([body])

    @override
    def typed_page(self, content: bytes) -> Page:
        return Page([self._typed_decoder.decode(content)])

    @made_once
    def _typed_decoder(self) -> msgspec.json.Decoder[t.Any]:
        return msgspec.json.Decoder(self.row_type)
