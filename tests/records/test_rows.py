"""Rows that are decoded into types: days written as midnights, and what rows are for others."""

from __future__ import annotations

import copy
import functools
import json
import typing as t

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tap_economic.records.rows import RowCount, midnights, order_of, row_type
from tests.support.decoding import Record, envelope, send

if t.TYPE_CHECKING:
    from collections.abc import Callable

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
    content = envelope("customers", [{"customerNumber": number}])
    assert send("customers", content, "typed")[1] == "typed"


@pytest.mark.parametrize("number", [-(2**63) - 1, 2**63])
def test_no_larger_integer_is(number: int) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"number": number}, NUMBERED)


def test_a_row_tells_what_it_holds_as_a_record_does() -> None:
    for row, record in zip(ROWS, RECORDS, strict=True):
        for name in ("number", "name", "unheard_of"):
            assert row.get(name) == record.get(name)
        assert row["number"] == record["number"]


# Keys and counts


def test_instants_sort_by_time_however_their_fractions_are_written() -> None:
    times = ["08:00:09Z", "08:00:10Z", "08:00:10.1Z", "08:00:10.12Z", "08:00:10.123Z", "08:00:11Z"]
    orders = [order_of(f"2026-08-01T{time}") for time in times]
    assert orders == sorted(set(orders))
    assert order_of("2026-08-01T08:00:10.120Z") == order_of("2026-08-01T08:00:10.12Z")
    assert order_of("2026-08-01T08:00:10.000Z") == order_of("2026-08-01T08:00:10Z")


def test_an_empty_listing_is_counted_as_0_and_none_below_that() -> None:
    assert msgspec.convert(0, RowCount) == 0
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(-1, RowCount)
