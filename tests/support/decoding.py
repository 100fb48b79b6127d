"""Bodies, and what is sent of them in each decoding."""

from __future__ import annotations

import functools
import json
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
from tap_economic.singer.writer import record_lines, verbatim_lines
from tap_economic.stats import ReadStats
from tap_economic.streams import STREAMS
from tap_economic.tap import TapEconomic

if t.TYPE_CHECKING:
    from tap_economic.client.listing import Decoding, Listing
    from tap_economic.singer.stream import EconomicStream

Record: t.TypeAlias = dict[str, t.Any]

AGREEMENT = 111111
NAMES = [stream.name for stream in STREAMS]
DECODINGS: tuple[Decoding, ...] = ("untyped", "typed", "verbatim")
every_stream = pytest.mark.parametrize("name", NAMES)


@functools.cache
def streams() -> dict[str, EconomicStream]:
    tap = TapEconomic(config={}, validate_config=False)
    return {name: t.cast("EconomicStream", tap.streams[name]) for name in NAMES}


def stream(name: str) -> EconomicStream:
    return streams()[name]


@functools.cache
def listing_of(name: str, decoding: Decoding) -> Listing:
    one = stream(name)
    return one.listing_for(one.config, decoding=decoding)


class Sent(t.NamedTuple):
    """What becomes of a body: the lines of its records, and what was found in them."""

    lines: list[t.Any]
    undeclared: set[str]
    keyless: dict[str, int]
    refused: str


def send(name: str, content: bytes, decoding: Decoding) -> tuple[Sent, Decoding]:
    """Return what is sent of a body, and how it was decoded in the end."""
    one, listing, stats = stream(name), listing_of(name, decoding), ReadStats()
    page = listing.decode(content)
    context = {key: context_value(one, key) for key in listing.context_keys}
    was: Decoding = "untyped"
    if page.records and isinstance(page.records[0], Row):
        was = "verbatim" if page.json else "typed"
    lines, refused = [], ""
    try:
        records = listing.normalised(page, context, stats)
        written = (
            verbatim_lines(name, page.json, None)
            if page.json
            else record_lines(name, records, None)
        )
        lines = [_parsed(line) for line in written.splitlines()]
    except MistypedValueError as exc:
        refused = str(exc)
    return Sent(lines, stats.undeclared, stats.keyless, refused), was


def send_each_way(name: str, content: bytes) -> Sent:
    """Return what is sent of a body, which is the same in each decoding."""
    first, *others = (send(name, content, decoding)[0] for decoding in DECODINGS)
    assert [first] * len(others) == others, content.decode()
    return first


def context_value(one: EconomicStream, key: str) -> t.Any:
    """What the request says of a record."""
    return AGREEMENT if "integer" in one.schema["properties"][key]["type"] else "2023/2024"


def _parsed(line: bytes) -> t.Any:
    """Leave out the time and the order of members, but no digit of a number."""
    message = json.loads(line, parse_float=number, parse_int=number)
    assert list(message) == ["type", "stream", "record", "time_extracted"]
    del message["time_extracted"]
    return message


def number(written: str) -> tuple[str, str]:
    """Return a number as it was written, equal to no text."""
    return "number", str(Decimal(written))


def envelope(name: str, records: list[Record]) -> bytes:
    """Return the body in which the API sends such records."""
    one = stream(name)
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
        if key not in one.withheld and key not in listing_of(one.name, "typed").context_keys
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


# Values that hardly fit a type, or do not.
EDGES = [
    None,
    True,
    -(2**63),
    -(2**63) - 1,
    2**63 - 1,
    2**63,
    10**30,
    Decimal("7.0"),
    Decimal("7.5"),
    Decimal("-0.0"),
    Decimal("1E+3"),
    Decimal("9223372036854775807.0"),
    "",
    " ",
    "42",
    "007",
    " 12 ",
    "1_000",
    "+5",
    ".5",
    "5.",
    "1e5",
    "12,50",
    "1.000.000,50",
    "٣",
    "true",
    "False",
    "I25  ",
    "I25  \n",
    "2026-08-01",
    "20260801",
    "2026-W01-1",
    "2026-02-29",
    "0000-01-01",
    "2026-08-01\n",
    "2026-08-01T00:00:00",
    "2026-08-01T00:00:00\n",
    "2026-02-29T00:00:00",
    "2026-08-01 00:00:00",
    "0000-01-01T11:12:13",
    "2026-08-01T11:12:13Z\n",
    "2026-08-01T11:12:13",
    "2026-02-30T11:12:13Z",
    "2026-08-31T11:12:13Z",
    "2026-08-01T23:59:60Z",
    "2026-08-01T24:00:00",
    "2026-08-01 11:12:13",
    "2026-08-01T11:12:13+99:99",
    "2026-08-01T11:12:13.1234567890+02:00",
    "2026-08-01T11:12:13.Z",
    "٢٠٢٦-08-01T11:12:13",
    "2026-08-01T11:12:1٣",
    {},
    {"x": "NaN"},
    [],
    [None],
    ["x"],
]


def places_in(value: t.Any) -> t.Iterator[tuple[t.Any, t.Any]]:
    if isinstance(value, dict):
        yield from ((value, key) for key in value)
    for member in value.values() if isinstance(value, dict) else value:
        if isinstance(member, (dict, list)):
            yield from places_in(member)
    if isinstance(value, list):
        yield from ((value, index) for index in range(len(value)))


def is_code(key: object) -> bool:
    return str(key).lower().endswith(("vatcode", "vataccountnumber"))
