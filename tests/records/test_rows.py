"""Rows that are decoded straight into their types are the records that the normaliser makes."""

from __future__ import annotations

import copy
import datetime as dt
import functools
import json
import typing as t
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tap_economic.errors import MistypedValueError
from tap_economic.records.rows import Row, midnights, row_type
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
    from collections.abc import Callable

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
    context = {key: outside(one, key) for key in listing.context_keys}
    were_typed = bool(page.records) and isinstance(page.records[0], Row)
    lines, refused = [], ""
    try:
        records = listing.normalised(page, context, stats)
        lines = [lean(line) for line in record_lines(name, records, None).splitlines()]
    except MistypedValueError as exc:
        refused = str(exc)
    return Sent(lines, stats.undeclared, stats.keyless, refused), were_typed


def outside(one: EconomicStream, key: str) -> t.Any:
    return AGREEMENT if "integer" in one.schema["properties"][key]["type"] else "2023/2024"


def lean(line: bytes) -> str:
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


# Records that fit

BIG = 2**63 - 1
TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12),
    st.sampled_from(
        [
            "",
            "NaN",
            "-Infinity",
            "æøå Ærø \U0001f600",
            '"date":"2026-08-01T00:00:00"',
            '{"date":"2026-08-01T00:00:00"}',
            '\\","date":"2026-08-01T00:00:00","x":"',
            "2026-08-01T00:00:00",
            '"date"',
            "\\",
            "I25  ",
        ]
    ),
)
CODES = TEXTS | st.sampled_from(["I25", "I25  ", "   ", " x", "a \n", "b\n "])
INTEGERS = st.integers(-BIG, BIG) | st.integers(-9, 9)
NUMBERS = st.one_of(
    INTEGERS,
    st.integers(-(10**30), 10**30),
    st.decimals(-(10**30), 10**30),
    st.decimals(-(10**9), 10**9, places=2),
    st.sampled_from([Decimal("1E+40"), Decimal("-0.0"), Decimal("0.10000000000000000000000001")]),
)
DAYS = st.one_of(
    st.dates().map(dt.date.isoformat),
    st.dates().map(lambda day: f"{day.isoformat()}T00:00:00"),
    st.dates().map(lambda day: f"{day.isoformat()}T00:00:00Z"),
)
INSTANTS = st.builds(
    lambda moment, fraction, zone: f"{moment.replace(microsecond=0).isoformat()}{fraction}{zone}",
    st.datetimes(),
    st.sampled_from(["", ".1", ".1234567"]),
    st.sampled_from(["", "Z", "+02:00", "-11:30"]),
)


def values(name: str, schema: Record) -> st.SearchStrategy[t.Any]:
    """Any value that fits a property."""
    declared = schema["type"]
    (kind,) = {declared} if isinstance(declared, str) else {*declared} - {"null"}
    if kind == "object":
        return objects(schema["properties"])
    if kind == "array":
        return st.lists(st.none() | values("", schema["items"]), max_size=3)
    if kind == "string":
        if is_code(name):
            return CODES
        return {"date": DAYS, "date-time": INSTANTS}.get(schema.get("format", ""), TEXTS)
    return {"integer": INTEGERS, "number": NUMBERS, "boolean": st.booleans()}[kind]


def objects(properties: Record, keys: frozenset[str] = frozenset()) -> st.SearchStrategy[Record]:
    """Any object that fits; what is no key may be null or absent."""
    members = {
        name: values(name, schema) if name in keys else st.none() | values(name, schema)
        for name, schema in properties.items()
    }
    optional = {name: member for name, member in members.items() if name not in keys}
    required = {name: members[name] for name in keys}
    return st.fixed_dictionaries(required, optional=optional)


@functools.cache
def fitting(name: str) -> st.SearchStrategy[Record]:
    one = stream(name, typed=True)
    properties = {
        key: member
        for key, member in one.schema["properties"].items()
        if key not in one.source.listing.context_keys and key not in one.copied_keys
    }
    keys = frozenset(one.primary_keys) & properties.keys()
    return st.builds(functools.partial(nest, one), objects(properties, keys))


def nest(one: EconomicStream, record: Record) -> Record:
    """Put the keys that the API nests where it has them."""
    for number, way in enumerate(one.copied_keys.values()):
        inner = record
        for step in way[:-1]:
            inner[step] = inner.get(step) or {}
            inner = inner[step]
        inner[way[-1]] = number
    return record


@settings(max_examples=80, deadline=None)
@given(name=st.sampled_from(NAMES), data=st.data())
def test_records_that_fit_are_sent_alike_both_ways(name: str, data: st.DataObject) -> None:
    content = envelope(name, [data.draw(fitting(name))])
    normalised, _ = send(name, content, typed=False)
    typed, _ = send(name, content, typed=True)
    assert typed == normalised
    assert len(typed.lines) == 1


@every_stream
def test_a_record_of_the_declared_types_is_decoded_into_them(name: str) -> None:
    one = stream(name, typed=True)
    record = plain_record(one)
    _, were_typed = send(name, envelope(name, [record]), typed=True)
    assert were_typed is not bool(one.copied_keys)
    _, were_typed = send(name, envelope(name, [record]), typed=False)
    assert not were_typed


def plain_record(one: EconomicStream) -> Record:
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


# Records that do not

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


def both_ways(name: str, record: Record) -> None:
    content = envelope(name, [record])
    normalised, _ = send(name, content, typed=False)
    typed, _ = send(name, content, typed=True)
    assert typed == normalised, content.decode()


@every_stream
def test_values_that_hardly_fit_or_do_not_are_repaired_or_refused_alike(name: str) -> None:
    record = plain_record(stream(name, typed=True))
    seen = set()
    for members, key in [*places_in(record)]:
        usual = members[key]
        kind = (members is record, key if is_code(key) else "", str(usual))
        if kind in seen:
            continue
        seen.add(kind)
        for value in EDGES:
            members[key] = value
            both_ways(name, record)
        members[key] = usual


@every_stream
def test_what_is_absent_is_absent_or_false_alike(name: str) -> None:
    record = plain_record(stream(name, typed=True))
    for members, key in [*places_in(record)]:
        if isinstance(members, dict):
            usual = members.pop(key)
            both_ways(name, record)
            members[key] = usual
    both_ways(name, {})


def is_code(key: object) -> bool:
    return str(key).lower().endswith(("vatcode", "vataccountnumber"))


def places_in(value: t.Any) -> t.Iterator[tuple[t.Any, t.Any]]:
    if isinstance(value, dict):
        yield from ((value, key) for key in value)
    for member in value.values() if isinstance(value, dict) else value:
        if isinstance(member, (dict, list)):
            yield from places_in(member)
    if isinstance(value, list):
        yield from ((value, index) for index in range(len(value)))


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "sNaN12", "nan", "inf"])
def test_a_text_that_is_no_finite_number_is_refused_both_ways(text: str) -> None:
    record = {**plain_record(stream("booked_entries", typed=True)), "amount": text}
    for typed in (True, False):
        sent, _ = send("booked_entries", envelope("booked_entries", [record]), typed=typed)
        assert sent.refused
        assert not sent.lines


@every_stream
def test_undeclared_properties_are_kept_and_told_both_ways(name: str) -> None:
    one = stream(name, typed=True)
    record: Record = {**plain_record(one), "brandNew": {"of": [1, None]}}
    inner = next((key for key in record if isinstance(record[key], dict) and key != "brandNew"), "")
    expected = {"brandNew"}
    if inner:
        record[inner] = {**record[inner], "newInside": "NaN"}
        expected |= {f"{inner}.newInside"}
    content = envelope(name, [record])
    typed, normalised = (send(name, content, typed=typed)[0] for typed in (True, False))
    assert typed == normalised
    assert typed.undeclared == expected
    sent = json.loads(typed.lines[0] + "}")["record"]
    assert sent["brandNew"] == {"of": [1, None]}
    assert not inner or sent[inner]["newInside"] == "NaN"


@every_stream
def test_what_the_question_says_goes_before_what_the_body_says(name: str) -> None:
    one = stream(name, typed=True)
    record = plain_record(one)
    for key in one.source.listing.context_keys:
        integer = "integer" in one.schema["properties"][key]["type"]
        record[key] = 7 if integer else "another"
    content = envelope(name, [record])
    typed, normalised = (send(name, content, typed=typed)[0] for typed in (True, False))
    assert typed == normalised
    sent = json.loads(typed.lines[0] + "}")["record"]
    assert {key: sent[key] for key in one.source.listing.context_keys} == {
        key: outside(one, key) for key in one.source.listing.context_keys
    }


# Days that are written as midnights

SCHEMA = {
    "properties": {
        "date": {"type": "string", "format": "date"},
        "dueDate": {"type": "string", "format": "date"},
        "name": {"type": "string"},
        "inner": {
            "type": "object",
            "properties": {
                "dueDate": {"type": "string"},
                "until": {"type": "string", "format": "date"},
            },
        },
    }
}
DAY_LIKE = st.sampled_from(
    [
        '"date":"2026-08-01T00:00:00"',
        '","date":"2026-08-01T00:00:00","',
        '\\"date\\":\\"2026-08-01T00:00:00\\"',
        "2026-08-01T00:00:00",
        '"date": "2026-08-01T00:00:00',
    ]
)


@settings(deadline=None)
@given(
    name=st.text() | DAY_LIKE,
    due=st.text() | DAY_LIKE,
    other=st.text(max_size=8) | DAY_LIKE | st.just('"date'),
    write=st.sampled_from(
        [json.dumps, functools.partial(json.dumps, ensure_ascii=False, indent=1)]
    ),
)
def test_midnights_change_days_alone_and_never_a_text(
    name: str, due: str, other: str, write: Callable[[t.Any], str]
) -> None:
    pattern = midnights(SCHEMA)
    assert pattern
    record = {
        "name": name,
        "date": "2026-08-01T00:00:00",
        "dueDate": due,
        "inner": {"dueDate": due, "until": "2026-08-02T00:00:00", "note": other},
        "note": [name, other],
    }
    written = write(record).encode("utf-8", "surrogatepass")
    changed = json.loads(pattern.sub(b"", written).decode("utf-8", "surrogatepass"))
    expected = copy.deepcopy(record)
    expected["date"] = "2026-08-01"
    t.cast("Record", expected["inner"])["until"] = "2026-08-02"
    assert changed == expected


def test_no_days_no_pattern() -> None:
    assert midnights({"properties": {"name": {"type": "string"}}}) is None
    both = {
        "properties": {
            "date": {"type": "string", "format": "date"},
            "inner": {"type": "object", "properties": {"date": {"type": "string"}}},
        }
    }
    assert midnights(both) is None


# What rows are for others

NUMBERED = row_type(
    {"properties": {"number": {"type": "integer"}, "name": {"type": ["string", "null"]}}},
    required=["number"],
    false_when_absent=[],
    withheld=[],
)
RECORDS: list[Record] = [{"number": 1, "name": "A"}, {"number": 2, "name": None}, {"number": 3}]
ROWS = [msgspec.convert(record, NUMBERED) for record in RECORDS]


@pytest.mark.parametrize("number", [-(2**63), 2**63 - 1])
def test_any_integer_of_64_bits_is_decoded_into_its_type(number: int) -> None:
    _, were_typed = send(
        "customers", envelope("customers", [{"customerNumber": number}]), typed=True
    )
    assert were_typed


@pytest.mark.parametrize("number", [-(2**63) - 1, 2**63])
def test_no_larger_integer_is(number: int) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"number": number}, NUMBERED)


def test_a_row_tells_what_it_holds_as_a_record_does() -> None:
    for row, record in zip(ROWS, RECORDS, strict=True):
        for name in ("number", "name", "unheard_of"):
            assert row.get(name) == record.get(name)
        assert row["number"] == record["number"]
