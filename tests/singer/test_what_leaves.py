"""What leaves the tap fits its SCHEMA and can be stored, so that a loader need not look again."""

from __future__ import annotations

import datetime as dt
import functools
import json
import re
import typing as t
from decimal import Decimal

import pytest
from singer_sdk.singerlib.json import serialize_json
from singer_sdk.sinks.core import JSONSchemaValidator

from tap_economic.errors import MappingError, MistypedValueError
from tap_economic.replication.plan import Batch
from tap_economic.stats import ReadStats
from tap_economic.tap import TapEconomic
from tests.support.catalogs import selecting
from tests.support.decoding import (
    EDGES,
    NAMES,
    Record,
    context_value,
    envelope,
    every_stream,
    is_code,
    places_in,
    plain_record,
    stream,
)

if t.TYPE_CHECKING:
    from tap_economic.singer.stream import EconomicStream

HOSTILE = [*EDGES, "a\0b", "\0", {"a\0": "\0"}, ["\0"], True, 1, Decimal("-1.5"), "x" * 300]
# Expressions whose values are not of the type that the SDK declares for them.
MAPS = {
    "asText": "1 + 1",
    "asFlag": "1 > 0",
    "asNumber": "float('1.5')",
    "asInteger": "int('7')",
    "asDay": "datetime.date(2026, 8, 1)",
    "withNul": "'a\\0b'",
}
CONFIGS: dict[str, Record] = {
    "plain": {},
    "decimals": {"use_singer_decimal": True},
    "mapped": {"stream_maps": dict.fromkeys(NAMES, MAPS)},
    "flattened": {"flattening_enabled": True, "flattening_max_depth": 3},
    "in files": {
        "batch_config": {
            "encoding": {"format": "jsonl", "compression": "gzip"},
            "storage": {"root": "file:///nowhere"},
        }
    },
}


@functools.cache
def streams(config: str) -> dict[str, EconomicStream]:
    tap = TapEconomic(config=CONFIGS[config], catalog=selecting(*NAMES), validate_config=False)
    return {name: t.cast("EconomicStream", tap.streams[name]) for name in NAMES}


@functools.cache
def schema_of(name: str, config: str) -> Record:
    (message,) = streams(config)[name]._generate_schema_messages()
    return message.schema


def sent(name: str, config: str, content: bytes) -> list[Record]:
    """Return the records that are sent of a body, or none if the stream fails."""
    one = streams(config)[name]
    listing = one.source.listing
    try:
        page = listing.decode(content)
        context = {key: context_value(one, key) for key in listing.context_keys}
        page.records = listing.normalised(page, context, ReadStats())
        batch = Batch(page.records, page.getter, page.json)
        if config == "in files":
            files = [serialize_json(record) for record in one.encoder.mapped(batch).records]
            return [json.loads(line, parse_float=Decimal) for line in files]
        lines = one.encoder.lines(batch).lines.splitlines()
    except (MistypedValueError, MappingError):
        return []
    return [json.loads(line, parse_float=Decimal)["record"] for line in lines]


def check(name: str, config: str, record: Record) -> bool:
    """Check what is sent of a record, and return whether it is."""
    records = sent(name, config, envelope(name, [record]))
    schema = schema_of(name, config)
    for one in records:
        validator(name, config).validate(one)
        for key, value in one.items():
            check_day(schema["properties"].get(key, {}), value)
        assert "\0" not in "".join(texts_in(one))
    return bool(records)


@functools.cache
def validator(name: str, config: str) -> JSONSchemaValidator:
    return JSONSchemaValidator(schema_of(name, config))


def check_day(schema: Record, value: t.Any) -> None:
    """Parse a day or an instant as the loaders do."""
    if value is not None and schema.get("format") == "date":
        dt.date.fromisoformat(value)
    if value is not None and schema.get("format") == "date-time":
        # Before Python 3.11 it reads three or six digits of a fraction only, and no Z.
        dt.datetime.fromisoformat(re.sub(r"\.\d+", "", value).replace("Z", "+00:00"))


def texts_in(value: t.Any) -> t.Iterator[str]:
    if isinstance(value, str):
        yield value
    for name, member in value.items() if isinstance(value, dict) else ():
        yield name
        yield from texts_in(member)
    for item in value if isinstance(value, list) else ():
        yield from texts_in(item)


def kind_of(record: Record, members: t.Any, key: t.Any) -> tuple[bool, bool, str]:
    """Return what the treatment of a place depends on: depth, codes, and the declared type."""
    return members is record, is_code(key), str(members[key])


@functools.cache
def kinds_by_stream() -> dict[str, set[tuple[bool, bool, str]]]:
    """Return the kinds of places that no earlier stream has, by stream."""
    known: set[tuple[bool, bool, str]] = set()
    found = {}
    for name in NAMES:
        record = plain_record(stream(name))
        kinds = {kind_of(record, members, key) for members, key in places_in(record)}
        found[name] = kinds - known
        known |= kinds
    return found


def check_hostile_values(name: str, config: str, kinds: set[tuple[bool, bool, str]] | None) -> None:
    """Check what is sent of a record with each hostile value, in one place of each kind."""
    record = plain_record(stream(name))
    assert check(name, config, record)
    seen = set()
    for members, key in [*places_in(record)]:
        kind = kind_of(record, members, key)
        if kind in seen or (kinds is not None and kind not in kinds):
            continue
        seen.add(kind)
        usual = members[key]
        for value in HOSTILE:
            members[key] = value
            check(name, config, record)
        members[key] = usual


@every_stream
def test_each_value_fits_its_type_and_holds_no_nul(name: str) -> None:
    check_hostile_values(name, "plain", None)


# What these do with a value depends on its declared type, not on the stream.
@pytest.mark.parametrize("config", [config for config in CONFIGS if config != "plain"])
@every_stream
def test_it_does_so_too_where_records_are_changed(name: str, config: str) -> None:
    check_hostile_values(name, config, kinds_by_stream()[name])
