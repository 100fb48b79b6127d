"""Listings of either API: what to request, and how to decode the response."""

from __future__ import annotations

import abc
import copy
import dataclasses
import json
import logging
import re
import typing as t
from decimal import Decimal
from operator import attrgetter

import msgspec
from typing_extensions import Self, override

from tap_economic.client.pages import Page
from tap_economic.records.normaliser import Normaliser, storable
from tap_economic.records.rows import midnights, row_type
from tap_economic.records.verbatim import completed

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from typing_extensions import Buffer

    from tap_economic.client.pages import Query
    from tap_economic.client.paginators import EconomicPaginator
    from tap_economic.records.normaliser import Record
    from tap_economic.records.rows import AnyRecord, Row
    from tap_economic.stats import ReadStats

_decoder = msgspec.json.Decoder(float_hook=Decimal)
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_LINE_BREAK = re.compile(rb"[\r\n]+ *")  # with the indentation; a JSON string contains neither
UNTYPED = dict[str, t.Any]
"""The type of a record before normalisation."""

Decoding: t.TypeAlias = t.Literal["untyped", "typed", "verbatim"]
"""How records are decoded: by the normaliser, into typed rows if all values match the schema, or
also kept as the JSON that the API sent, if that can be sent on unchanged."""


def _refuse(constant: str) -> t.NoReturn:
    msg = f"{constant} is not valid JSON"
    raise ValueError(msg)


_lenient_decoder = json.JSONDecoder(parse_float=Decimal, parse_constant=_refuse)


@dataclasses.dataclass(kw_only=True, eq=False)
class Listing(abc.ABC):
    """A listing, or a single object, of one endpoint.

    Attributes:
        name: The stream that the rows belong to.
        path: The path below the service, with ``{placeholders}``.
        url: The URL, with the same placeholders until ``at`` fills them in.
        first_page: The query of the first page.
        new_paginator: Creates a paginator that starts with a query.
        schema: The JSON schema of a record.
        keys: The key properties.
        context_keys: Those of them that are not in the records: the agreement, parts of the path.
        copied_keys: Keys that the API nests: the top-level name, and the path of the value.
        false_when_absent: Top-level booleans that the API omits when they are false.
        withheld: Properties that are never sent on.
        decoding: The fastest decoding that the use of the records allows.
        amounts: The numbers that the replication computes with.
        ascending: The key property that the API reliably sorts by, in ascending order.
        is_unique: Whether that key is unique.
        is_offset_paged: Whether an inserted or deleted row can shift others across pages.
        is_object: Whether the response is one object, so that there is nothing to count.
        is_counted: Whether there is a reliable row count.
        deletes: Whether the target removes rows that a complete read lacks.
        full_page: The maximum number of rows on a page.
        has_midnights: Whether dates may come as ``2026-08-01T00:00:00``, as in OpenAPI services.
        count_url: The URL of the row count; None if each page includes it.
        path_keys: The values of the path's placeholders, by the record's property names.
    """

    full_page: t.ClassVar[int] = 1000
    is_object: t.ClassVar[bool] = False

    name: str
    path: str
    url: str
    first_page: Query
    new_paginator: Callable[[Query], EconomicPaginator]
    schema: Mapping[str, t.Any]
    keys: tuple[str, ...]
    context_keys: frozenset[str]
    copied_keys: Mapping[str, tuple[str, ...]]
    false_when_absent: tuple[str, ...]
    withheld: tuple[str, ...]
    decoding: Decoding
    ascending: str | None
    is_unique: bool
    is_counted: bool
    deletes: bool
    is_offset_paged: bool = False
    count_url: str | None = None
    has_midnights: bool = False
    amounts: frozenset[str] = frozenset()
    path_keys: Mapping[str, int | str] = dataclasses.field(default_factory=dict)

    def __post_init__(self) -> None:
        """Build the decoders, before any thread uses them."""
        self.own_keys = tuple(name for name in self.keys if name not in self.context_keys)
        self._raw = None
        if self._can_be_verbatim:
            raw = self.envelope(msgspec.Raw, forbid_unknown_fields=True)
            self._raw = msgspec.json.Decoder(raw)
        self.logger = logging.getLogger(f"tap-economic.{self.name}")
        row = self._row_type()
        self._typed = msgspec.json.Decoder(self.envelope(row, forbid_unknown_fields=True))
        self._untyped = self.envelope(UNTYPED, forbid_unknown_fields=False)
        self._midnights = midnights(self.schema) if self.has_midnights else None
        self._lacks_count = False
        self._normaliser = Normaliser(
            self.schema,
            keys=self.keys,
            copied_keys=self.copied_keys,
            false_when_absent=self.false_when_absent,
            withheld=self.withheld,
        )

    @property
    def _can_be_verbatim(self) -> bool:
        """Whether members need only be put in front of a record, which is never empty."""
        is_flat = not (self.is_object or self.copied_keys)
        return self.decoding == "verbatim" and is_flat and bool(self.own_keys)

    def _row_type(self) -> type[Row]:
        """Return the type of the rows; of verbatim ones only some numbers need to be exact."""
        if self._raw is None:
            return row_type(
                self.schema,
                required=self.own_keys,
                false_when_absent=self.false_when_absent,
                withheld=self.withheld,
            )
        return row_type(
            self.schema,
            required=self.own_keys,
            false_when_absent=(),
            withheld=(*self.withheld, *self.context_keys),  # they are put in front of the record
            number_type=lambda name: Decimal if name in self.amounts else float,
        )

    # What to request

    def first_query(self, filter_: str | None = None) -> Query:
        """Return the query of the first page of the rows that match a filter."""
        return {**self.first_page, "filter": filter_} if filter_ else self.first_page

    def smallest(self, query: Query) -> Query:
        """Return the query of the smallest first page that the API offers."""
        return query

    def descending(self, query: Query) -> Query | None:  # noqa: ARG002 - used where sorting is possible
        """Return the query that lists the highest key first; None if that is not cheap."""
        return None

    def at(self, url: str, **path_keys: int | str) -> Self:
        """Return a copy of the listing with its path's placeholders filled in."""
        listing = copy.copy(self)
        listing.url, listing.path_keys = url, path_keys
        return listing

    @property
    def range_key(self) -> str | None:
        """The integer property by which a large listing can be read in parallel ranges."""
        key = self.ascending
        return key if key and self.schema["properties"][key]["type"] == "integer" else None

    def start_of(self, day: str) -> str:
        """Return the start of a day in the format of a filter on a timestamp."""
        return day

    def warn_once_of_missing_count(self, exc: Exception) -> None:
        """Warn, once, that the rows cannot be compared with a count."""
        if not self._lacks_count:
            self._lacks_count = True
            self.logger.warning(
                "Stream %s cannot be compared with a row count: %s.", self.name, exc
            )

    # The response

    @abc.abstractmethod
    def envelope(self, row: t.Any, *, forbid_unknown_fields: bool) -> t.Any:  # noqa: ANN401 - types
        """Return the type of a response body with records of type ``row``."""

    @abc.abstractmethod
    def page_in(self, body: t.Any) -> Page:  # noqa: ANN401 - as the envelope has it
        """Return the page in a body of the envelope's type.

        Raises:
            ValueError: If the body is not that of such a listing.
        """

    def check_form(self, body: object) -> frozenset[str]:  # noqa: ARG002 - used by envelopes
        """Check that a decoded body has the form of such a listing.

        Returns:
            The unknown members of its envelope.

        Raises:
            ValueError: If it has another form.
        """
        return frozenset()

    def decode(self, content: bytes) -> Page:
        """Decode a body into a page: typed rows if all values match the schema, else records.

        Raises:
            MistypedValueError: If a part of the envelope has the wrong type.
            ValueError: If the body is not JSON, or not in the form of such a response.
        """
        has_nul = rb"\u0000" in content
        if self.decoding != "untyped" and not (has_nul or self.copied_keys):
            plain = self._without_midnights(content)
            if self._raw and (b"\n" in plain or b"\r" in plain):
                plain = _LINE_BREAK.sub(b"", plain)
            try:
                page = self.page_in(self._typed.decode(plain))
            except msgspec.DecodeError:  # the normaliser determines which value does not match
                pass
            else:
                page.getter = attrgetter
                if self._raw:
                    page.json = t.cast(
                        "list[Buffer]", self.page_in(self._raw.decode(plain)).records
                    )
                return page
        try:
            body, has_surrogate = _decoder.decode(content), False
        except msgspec.DecodeError:
            # Half a surrogate pair is valid JSON but not valid Unicode: json accepts it, msgspec
            # does not.
            if not _SURROGATE.search(content):
                raise
            body, has_surrogate = _lenient_decoder.decode(content.decode()), True
        new_members = self.check_form(body)
        page = self.page_in(msgspec.convert(body, self._untyped))
        page.has_unstorable = has_nul or has_surrogate
        page.new_members = new_members
        return page

    def _without_midnights(self, content: bytes) -> bytes:
        """Return a body with ``T00:00:00`` stripped from its dates."""
        return self._midnights.sub(b"", content) if self._midnights else content

    def normalised(
        self, page: Page, context: Mapping[str, t.Any], stats: ReadStats
    ) -> list[AnyRecord]:
        """Return the records of a page normalised, without those that lack a key.

        The context's keys are added to each, or to its JSON if that is sent instead.
        """
        if page.json:
            page.json = completed(page.json, page.records, context, self.false_when_absent)
            return page.records
        if page.getter is attrgetter:
            for name, value in context.items():
                for row in page.records:
                    setattr(row, name, value)
            return page.records
        raw = t.cast("list[Record]", page.records)
        if page.has_unstorable:
            raw = [storable(record, stats) for record in raw]
        normalised = (self._normaliser(record, dict(context), stats) for record in raw)
        return [record for record in normalised if record is not None]


class ObjectListing(Listing):
    """A resource that is a single object: one row per agreement."""

    is_object = True

    @override
    def first_query(self, filter_: str | None = None) -> Query:
        return {}

    @override
    def envelope(self, row: t.Any, *, forbid_unknown_fields: bool) -> t.Any:
        return row

    @override
    def page_in(self, body: t.Any) -> Page:
        return Page([body])
