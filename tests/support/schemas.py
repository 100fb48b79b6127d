"""How a record is held against its schema."""

from __future__ import annotations

import datetime as dt
import typing as t

import jsonschema

Schema: t.TypeAlias = dict[str, t.Any]


def closed(schema: Schema) -> Schema:
    """The same schema, which forbids at every level what it does not declare."""
    copy = dict(schema)
    if "properties" in copy:
        copy["properties"] = {name: closed(member) for name, member in copy["properties"].items()}
        copy["additionalProperties"] = False
    if "items" in copy:
        copy["items"] = closed(copy["items"])
    return copy


formats = jsonschema.FormatChecker(formats=())


@formats.checks("date", raises=ValueError)
def _is_a_day(value: object) -> bool:
    return not isinstance(value, str) or bool(dt.date.fromisoformat(value))


@formats.checks("date-time", raises=ValueError)
def _is_an_instant(value: object) -> bool:
    is_text = isinstance(value, str)
    return not is_text or bool(dt.datetime.strptime(str(value), "%Y-%m-%dT%H:%M:%S%z"))
