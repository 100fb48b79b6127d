"""Rows that are decoded straight into their types are the records that the normaliser makes."""

from __future__ import annotations

import datetime as dt
import functools
import json
import typing as t
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.decoding import (
    NAMES,
    Record,
    context_value,
    envelope,
    every_stream,
    plain_record,
    send,
    stream,
)

if t.TYPE_CHECKING:
    from tap_economic.singer.stream import EconomicStream

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
def test_what_the_request_says_goes_before_what_the_body_says(name: str) -> None:
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
        key: context_value(one, key) for key in one.source.listing.context_keys
    }
