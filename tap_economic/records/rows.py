"""Typed rows: the fast path, on which msgspec validates each value while it decodes.

A page with a value that does not match the schema, or with an undeclared property, goes through the
normaliser instead, which converts or rejects it. Both paths give the same records.
"""

from __future__ import annotations

import datetime as dt
import re
import types
import typing as t
from decimal import Decimal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from tap_economic.records.normaliser import is_code

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from tap_economic.records.normaliser import Record

    AnyRecord: t.TypeAlias = Record | "Row"
    NumberType: t.TypeAlias = Callable[[str], type]

Key: t.TypeAlias = int | str
"""A row's key, and the type of a bookmark."""

_INTEGER = t.Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
_CODE = t.Annotated[str, Meta(pattern=r"(^|[^ ])$")]  # not padded
# Days 1 to 28, which every month has; the normaliser validates the others.
_INSTANT = t.Annotated[
    str,
    Meta(
        pattern=(
            r"^(?!0000)[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])"
            r"[T ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
            r"(\.[0-9]+)?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])?\Z"
        )
    ),
]
_Field: t.TypeAlias = tuple[str, t.Any, t.Any] | tuple[str, t.Any]
_SCALARS: dict[str, t.Any] = {
    "boolean": bool,
    "integer": _INTEGER,
}
_STRINGS: dict[str, t.Any] = {"": str, "date": dt.date, "date-time": _INSTANT}


RowCount = t.Annotated[int, Meta(ge=0)]
"""The API's row count."""


class Row(msgspec.Struct):
    """A record whose values all match the schema; properties that the API omits stay absent."""

    def __getitem__(self, name: str) -> t.Any:  # noqa: ANN401 - any JSON value
        """Return a property that is present."""
        return getattr(self, name)

    def get(self, name: str) -> t.Any:  # noqa: ANN401 - any JSON value
        """Return a property, or None if it is absent."""
        value = getattr(self, name, None)
        return None if value is UNSET else value


def order_of(key: Key) -> t.Any:  # noqa: ANN401 - ordered among its own kind
    """Return the sort key of a key.

    .NET omits trailing zeros of fractional seconds, and as strings ``.12Z`` sorts after ``.123Z``.
    """
    if not isinstance(key, str):
        return key
    instant = key.removesuffix("Z")
    return instant.rstrip("0").rstrip(".") if "." in instant else instant


def row_type(
    schema: Mapping[str, t.Any],
    *,
    required: Iterable[str],
    false_when_absent: Iterable[str],
    withheld: Iterable[str],
    number_type: NumberType = lambda _: Decimal,
) -> type[Row]:
    """Return the type of a stream's rows.

    Args:
        schema: The JSON schema of a record, its keys first.
        required: The keys that must be in the body; other keys are set afterwards.
        false_when_absent: Top-level booleans that the API omits when they are false.
        withheld: Properties that are never sent on; a row that has one takes the slow path.
        number_type: Returns the type of a number property by its name.
    """
    must, false, never = set(required), set(false_when_absent), set(withheld)
    fields: list[_Field] = []
    for name, member in schema["properties"].items():
        if name in must:
            fields.append((name, _type_of(name, member, number_type)))
        elif name not in never:
            default = False if name in false else UNSET
            fields.append((name, _optional(name, member, number_type), default))
    return t.cast("type[Row]", _struct(fields, Row))


def _struct(fields: Sequence[_Field], base: type[msgspec.Struct]) -> type[msgspec.Struct]:
    return msgspec.defstruct(
        base.__name__, fields, bases=(base,), forbid_unknown_fields=True, gc=False, kw_only=True
    )


def _optional(name: str, schema: Mapping[str, t.Any], number_type: NumberType) -> t.Any:  # noqa: ANN401 - a type
    return _type_of(name, schema, number_type) | UnsetType | None


def list_of(kind: t.Any) -> t.Any:  # noqa: ANN401 - a type
    """Return a list type for an item type that is created at run time."""
    return types.GenericAlias(list, (kind,))


def _type_of(name: str, schema: Mapping[str, t.Any], number_type: NumberType) -> t.Any:  # noqa: ANN401 - a type
    declared = schema["type"]
    kind = declared if isinstance(declared, str) else next(k for k in declared if k != "null")
    if kind == "object":
        members = schema["properties"].items()
        fields: list[_Field] = [
            (key, _optional(key, member, number_type), UNSET) for key, member in members
        ]
        return _struct(fields, msgspec.Struct)
    if kind == "array":
        item = _type_of("", schema["items"], number_type)
        return list_of(item | None if "null" in schema["items"]["type"] else item)
    if kind == "number":
        return number_type(name)
    if kind == "string":
        return _CODE if is_code(name) else _STRINGS[schema.get("format", "")]
    return _SCALARS[kind]


def midnights(schema: Mapping[str, t.Any]) -> re.Pattern[bytes] | None:
    """Return a pattern for the ``T00:00:00`` in dates such as ``"date":"2026-08-01T00:00:00"``.

    It covers only names that are declared as a date everywhere in the schema. The contents of a
    string cannot match, because its quotes are escaped.
    """
    days: set[str] = set()
    others: set[str] = set()
    _sort_by_format(schema, days, others)
    # The literal comes first in the pattern and the replacement is empty, so that Python's re
    # searches in C and calls nothing per match.
    before = b"|".join(
        rb'(?<="%s":%s"\d{4}-\d\d-\d\dT00:00:00)' % (re.escape(name).encode(), space)
        for name in sorted(days - others)
        for space in (b"", b" ")
    )
    return re.compile(rb'T00:00:00(?=")(?:%s)' % before) if before else None


def _sort_by_format(schema: Mapping[str, t.Any], days: set[str], others: set[str]) -> None:
    for name, member in schema.get("properties", {}).items():
        (days if member.get("format") == "date" else others).add(name)
        _sort_by_format(member, days, others)
        _sort_by_format(member.get("items", {}), days, others)
