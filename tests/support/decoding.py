"""Bodies, and what is sent of them: typed rows, or records that the normaliser makes."""

from __future__ import annotations

import functools
import typing as t
from decimal import Decimal

import msgspec
import pytest

from tap_economic.errors import MistypedValueError
from tap_economic.records.rows import Row
from tap_economic.singer.families import (
    OpenAPIArrayStream,
    OpenAPIPagedStream,
    OpenAPISingleStream,
    OpenAPIStream,
    RestSingleStream,
)
from tap_economic.singer.writer import record_lines
from tap_economic.stats import ReadStats
from tap_economic.streams import STREAMS
from tap_economic.tap import TapEconomic

if t.TYPE_CHECKING:
    from tap_economic.singer.stream import EconomicStream

Record: t.TypeAlias = dict[str, t.Any]

AGREEMENT = 111111
NAMES = [stream.name for stream in STREAMS]
every_stream = pytest.mark.parametrize("name", NAMES)


@functools.cache
def streams(*, typed: bool) -> dict[str, EconomicStream]:
    tap = TapEconomic(config={}, validate_config=False)
    found = {name: t.cast("EconomicStream", tap.streams[name]) for name in NAMES}
    for one in found.values():
        one.selected = True
        if not typed:  # with a limit, records go the SDK's own way
            one.ABORT_AT_RECORD_COUNT = 10**9
    return found


def stream(name: str, *, typed: bool) -> EconomicStream:
    """A stream whose pages are decoded into rows, or only by the normaliser."""
    return streams(typed=typed)[name]


class Sent(t.NamedTuple):
    """What becomes of a body: the lines of its records, and what was found in them."""

    lines: list[str]
    undeclared: set[str]
    keyless: dict[str, int]
    refused: str


def send(name: str, content: bytes, *, typed: bool) -> tuple[Sent, bool]:
    """Return what is sent of a body, and whether its rows were decoded into their types."""
    one = stream(name, typed=typed)
    listing, stats = one.source.listing, ReadStats()
    page = listing.decode(content)
    context = {key: context_value(one, key) for key in listing.context_keys}
    were_typed = bool(page.records) and isinstance(page.records[0], Row)
    lines, refused = [], ""
    try:
        records = listing.normalised(page, context, stats)
        lines = [_lean(line) for line in record_lines(name, records, None).splitlines()]
    except MistypedValueError as exc:
        refused = str(exc)
    return Sent(lines, stats.undeclared, stats.keyless, refused), were_typed


def context_value(one: EconomicStream, key: str) -> t.Any:
    """What the request says of a record."""
    return AGREEMENT if "integer" in one.schema["properties"][key]["type"] else "2023/2024"


def _lean(line: bytes) -> str:
    """Leave the time out, and nothing else: not the order of members, not a digit."""
    text = line.decode()
    return text[: text.rindex(',"time_extracted"')]


def envelope(name: str, records: list[Record]) -> bytes:
    """Return the body in which the API sends such records."""
    one = stream(name, typed=True)
    body: t.Any = {"collection": records, "pagination": {"results": len(records)}}
    if isinstance(one, OpenAPIStream):
        body = {"items": records}
    if isinstance(one, (OpenAPIArrayStream, OpenAPIPagedStream)):
        body = records
    if isinstance(one, (RestSingleStream, OpenAPISingleStream)):
        body = records[0]
    return msgspec.json.Encoder(decimal_format="number").encode(body)


def plain_record(one: EconomicStream) -> Record:
    """A record with each property of a stream, of the declared types."""
    properties = {
        key: member
        for key, member in one.schema["properties"].items()
        if key not in one.withheld and key not in one.source.listing.context_keys
    }
    return {key: plain_value(member) for key, member in properties.items()}


def plain_value(schema: Record) -> t.Any:
    declared = schema["type"]
    (kind,) = {declared} if isinstance(declared, str) else {*declared} - {"null"}
    if kind == "object":
        return {name: plain_value(member) for name, member in schema["properties"].items()}
    if kind == "array":
        return [plain_value(schema["items"])]
    texts = {"date": "2026-08-01", "date-time": "2026-08-01T11:12:13Z"}
    text = texts.get(schema.get("format", ""), "I25")
    return {"integer": 7, "number": Decimal("1.50"), "boolean": True, "string": text}[kind]
