"""The classic REST API: restapi.e-conomic.com."""

from __future__ import annotations

import contextlib
import typing as t

import msgspec
from singer_sdk import StreamSchema
from typing_extensions import override

from tap_economic.asking import all_objects
from tap_economic.client import EconomicStream
from tap_economic.errors import MistypedValueError
from tap_economic.pagination import KeysetPaginator, NextPagePaginator, Page, Query, page_of
from tap_economic.schemas import Schemas
from tap_economic.sharing import made_once
from tap_economic.typed import RowCount, list_of

if t.TYPE_CHECKING:
    from singer_sdk.helpers.types import Context

    from tap_economic.pagination import EconomicPaginator
    from tap_economic.report import Findings


class _Pagination(msgspec.Struct, rename="camel"):
    """What a page needs of the envelope's ``pagination``."""

    results: RowCount
    next_page: str | None = None


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
    def ask_count(self, context: Context, query: Query, findings: Findings) -> int | None:
        return page_of(self.ask(context, self.smallest(query), findings)).count

    @override
    def ask_highest(self, context: Context, query: Query, findings: Findings) -> int | None:
        key = t.cast("str", self.sort)
        from_the_end = {**self.smallest(query), "sort": f"-{key}"}
        with contextlib.closing(self.one_by_one(context, from_the_end, findings)) as pages:
            return next((row[key] for row in next(pages).records), None)

    @override
    def smallest(self, query: Query) -> Query:
        return {**query, "pagesize": "1"}

    @override
    def start_of(self, day: str) -> str:
        return f"{day}T00:00:00Z"

    @override
    def decode(self, body: t.Any) -> Page:
        if not isinstance(body, dict) or not body.keys() & {"collection", "pagination"}:
            msg = "no envelope"
            raise ValueError(msg)
        pagination = body.get("pagination")
        if not isinstance(pagination, dict) or not _is_count(pagination.get("results")):
            msg = (
                "the answer does not say how many rows there are: its pagination should be an "
                "object, and results in it a number of rows"
            )
            raise MistypedValueError(msg)
        count = pagination["results"]
        # An empty collection may be left out altogether (seen by one client, not by another).
        records: t.Any = body.get("collection", [] if count == 0 else None)
        successor = pagination.get("nextPage")
        if not (all_objects(records) and isinstance(successor, (str, type(None)))):
            msg = "no collection"
            raise ValueError(msg)
        return Page(records, successor, count)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


class RestSingleStream(RestStream):
    """A resource of classic REST that is one object, and so one row an agreement."""

    is_object = True

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
