"""Each decoding of a body sends the same records."""

from __future__ import annotations

import datetime as dt
import functools
import typing as t
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.decoding import (
    DECODINGS,
    EDGES,
    NAMES,
    Record,
    context_value,
    envelope,
    every_stream,
    is_code,
    listing_of,
    number,
    places_in,
    plain_record,
    send,
    send_each_way,
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
        return st.lists(values("", schema["items"]), max_size=3)
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
    one = stream(name)
    properties = {
        key: member
        for key, member in one.schema["properties"].items()
        if key not in listing_of(name, "typed").context_keys and key not in one.copied_keys
    }
    keys = frozenset(one.primary_keys) & properties.keys()
    return st.builds(functools.partial(nest, one), objects(properties, keys))


def nest(one: EconomicStream, record: Record) -> Record:
    """Put the keys that the API nests where it has them."""
    for key, way in enumerate(one.copied_keys.values()):
        inner = record
        for step in way[:-1]:
            inner[step] = inner.get(step) or {}
            inner = inner[step]
        inner[way[-1]] = key
    return record


@settings(max_examples=80, deadline=None)
@given(name=st.sampled_from(NAMES), data=st.data())
def test_records_that_fit_are_sent_alike_each_way(name: str, data: st.DataObject) -> None:
    content = envelope(name, [data.draw(fitting(name))])
    assert len(send_each_way(name, content).lines) == 1


@every_stream
def test_a_record_of_the_declared_types_is_decoded_into_them(name: str) -> None:
    one = stream(name)
    content = envelope(name, [plain_record(one)])
    typed = "untyped" if one.copied_keys else "typed"
    assert send(name, content, "typed")[1] == typed
    assert send(name, content, "untyped")[1] == "untyped"
    is_object = listing_of(name, "typed").is_object
    has_own_key = {*one.primary_keys} > listing_of(name, "typed").context_keys
    is_verbatim = has_own_key and not (is_object or one.copied_keys)
    assert send(name, content, "verbatim")[1] == ("verbatim" if is_verbatim else typed)


@every_stream
def test_of_members_that_occur_twice_the_last_is_used_and_sent_each_way(name: str) -> None:
    """Loaders decode with Python's json, and the tap with msgspec; both take the last one."""
    one = stream(name)
    record = plain_record(one)
    once = envelope(name, [record])
    used = {*one.primary_keys, "remainder", "lastUpdated", "date"} & record.keys()
    others: list[Record] = [
        {key: changed(value) for key, value in record.items()},
        dict.fromkeys(record),
        {key: {"of": "another type"} for key in record},
    ]
    for other in others:
        twice = once.replace(encode(record), encode(other)[:-1] + b"," + encode(record)[1:])
        assert twice != once
        assert send_each_way(name, twice) == send_each_way(name, once)
        for decoding in DECODINGS:
            (row,), (expected,) = (
                listing_of(name, decoding).decode(content).records for content in (twice, once)
            )
            # So are read: bookmarks, open items, the keys of parents.
            assert [same(row.get(key)) for key in used] == [same(expected.get(key)) for key in used]
    twice = once.replace(encode(record), encode(others[0])[:-1] + b"," + encode(record)[1:])
    assert send(name, twice, "verbatim")[1] == send(name, once, "verbatim")[1]


encode = msgspec.json.Encoder(decimal_format="number").encode


def same(value: t.Any) -> float | str:
    """Return what is equal for the same value in another type."""
    return float(value) if isinstance(value, (Decimal, float)) else str(value)


def changed(value: t.Any) -> t.Any:
    """Return another value of the same type."""
    if isinstance(value, dict):
        return {name: changed(member) for name, member in value.items()}
    if isinstance(value, list):
        return [changed(item) for item in value] * 2
    if isinstance(value, bool):
        return not value
    return value.replace("2", "1") if isinstance(value, str) else value + 1


# Records that do not


@every_stream
def test_values_that_hardly_fit_or_do_not_are_repaired_or_refused_alike(name: str) -> None:
    record = plain_record(stream(name))
    seen = set()
    for members, key in [*places_in(record)]:
        usual = members[key]
        kind = (members is record, key if is_code(key) else "", str(usual))
        if kind in seen:
            continue
        seen.add(kind)
        for value in EDGES:
            members[key] = value
            send_each_way(name, envelope(name, [record]))
        members[key] = usual


@every_stream
def test_what_is_absent_is_absent_or_false_alike(name: str) -> None:
    record = plain_record(stream(name))
    for members, key in [*places_in(record)]:
        if isinstance(members, dict):
            usual = members.pop(key)
            send_each_way(name, envelope(name, [record]))
            members[key] = usual
    send_each_way(name, envelope(name, [{}]))


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "sNaN12", "nan", "inf"])
def test_a_text_that_is_no_finite_number_is_refused_each_way(text: str) -> None:
    record = {**plain_record(stream("booked_entries")), "amount": text}
    for decoding in DECODINGS:
        sent, _ = send("booked_entries", envelope("booked_entries", [record]), decoding)
        assert sent.refused
        assert not sent.lines


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_line_breaks_and_indentation_do_not_matter(line_break: str) -> None:
    records = [plain_record(stream("booked_entries"))] * 2
    records[1] = {**records[1], "text": 'a\nb\r\n  "c'}
    compact = envelope("booked_entries", records)
    indented = msgspec.json.format(compact, indent=2).replace(b"\n", line_break.encode())
    sent, was = send("booked_entries", indented, "verbatim")
    assert was == "verbatim"
    assert sent == send("booked_entries", compact, "untyped")[0]


@every_stream
def test_undeclared_properties_are_kept_and_told_each_way(name: str) -> None:
    one = stream(name)
    record: Record = {**plain_record(one), "brandNew": {"of": [1, None]}}
    inner = next((key for key in record if isinstance(record[key], dict) and key != "brandNew"), "")
    expected = {"brandNew"}
    if inner:
        record[inner] = {**record[inner], "newInside": "NaN"}
        expected |= {f"{inner}.newInside"}
    sent = send_each_way(name, envelope(name, [record]))
    assert sent.undeclared == expected
    kept = sent.lines[0]["record"]
    assert kept["brandNew"] == {"of": [number("1"), None]}
    assert not inner or kept[inner]["newInside"] == "NaN"


@every_stream
def test_what_the_request_says_goes_before_what_the_body_says(name: str) -> None:
    one = stream(name)
    record = plain_record(one)
    for key in listing_of(name, "typed").context_keys:
        integer = "integer" in one.schema["properties"][key]["type"]
        record[key] = 7 if integer else "another"
    sent = send_each_way(name, envelope(name, [record])).lines[0]["record"]
    for key in listing_of(name, "typed").context_keys:
        value = context_value(one, key)
        assert sent[key] == (value if isinstance(value, str) else number(str(value)))
