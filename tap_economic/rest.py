"""The classic REST API: restapi.e-conomic.com."""

from __future__ import annotations

import typing as t
from importlib import resources

from singer_sdk import SchemaDirectory, StreamSchema
from typing_extensions import override

from tap_economic.client import EconomicStream
from tap_economic.errors import PagingError
from tap_economic.pagination import KeysetPaginator, NextPagePaginator, Page, Query

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from singer_sdk.helpers.types import Context

    from tap_economic.pagination import EconomicPaginator
    from tap_economic.records import Findings

_SCHEMAS = SchemaDirectory(resources.files("tap_economic") / "schemas" / "rest")
_MOST_READS = 5


class RestStream(EconomicStream):
    """A collection of classic REST.

    Attributes:
        sort: A key property that the server sorts by, where there is one.
        keyset: Whether that property is an integer that filters too, so that the pages after
            the first are asked for by key; offsets would shift when someone works in e-conomic.
        left_out_when_false: Booleans that this endpoint leaves out when they are false; others
            it sends, so that their absence means nothing.
    """

    schema = StreamSchema(_SCHEMAS)

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

    @override
    def first_query(self) -> Query:
        query = {"pagesize": str(self.config["page_size"])}
        return {**query, "sort": self.sort} if self.sort else query

    @override
    def get_new_paginator(self) -> EconomicPaginator:
        if self.keyset and self.sort:
            return KeysetPaginator(self.first_query(), self.sort)
        return NextPagePaginator(self.first_query())

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
        if not (_all_objects(records) and isinstance(successor, (str, type(None)))):
            msg = "no collection"
            raise ValueError(msg)
        return Page(records, successor, count if isinstance(count, int) else None)

    @override
    def pages(self, context: Context, findings: Findings) -> Iterator[Page]:
        if self.keyset:
            yield from super().pages(context, findings)
        else:
            yield from self._until_two_reads_agree(context, findings)

    def _until_two_reads_agree(self, context: Context, findings: Findings) -> Iterator[Page]:
        """Read a listing that is paged by offset until nothing shifted while it was read.

        A row that comes or goes meanwhile pushes another past a page boundary. Each row is sent
        once, from the first read that held it.

        Raises:
            PagingError: If the rows change faster than they can be read.
        """
        sent: set[tuple[t.Any, ...]] = set()
        previous: set[tuple[t.Any, ...]] | None = None
        for _ in range(_MOST_READS):
            seen: set[tuple[t.Any, ...]] = set()
            count = 0
            for page in super().pages(context, findings):
                count += 1
                rows = {tuple(row[name] for name in self.primary_keys): row for row in page.records}
                page.records = [row for key, row in rows.items() if key not in sent]
                seen.update(rows)
                sent.update(rows)
                yield page
            if count == 1 or seen == previous:
                return
            previous = seen
        msg = f"its rows changed during each of {_MOST_READS} reads; try again at a quieter time"
        raise PagingError(msg)


class RestSingleStream(RestStream):
    """A resource of classic REST that is one object, and so one row an agreement."""

    @override
    def first_query(self) -> Query:
        return {}

    @override
    def decode(self, body: t.Any) -> Page:
        if not isinstance(body, dict):
            msg = "no object"
            raise ValueError(msg)  # noqa: TRY004 - the body's form, not an argument's type
        return Page([body])


def _all_objects(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)
