"""Numbers as strings, for loaders that parse JSON numbers as floats (setting use_singer_decimal).

The SDK's targets create a DECIMAL column for a string whose format is ``x-singer.decimal``, with
the ``precision`` and ``scale`` of its schema. Without those two Snowflake would round to whole
numbers. The SDK's own type for taps uses ``singer.decimal``, which no target supports.
"""

from __future__ import annotations

import typing as t
from decimal import Context, Decimal, DecimalException, Inexact, InvalidOperation

from tap_economic.errors import MistypedValueError

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Schema: t.TypeAlias = Mapping[str, t.Any]
    Convert: t.TypeAlias = Callable[[t.Any, str], t.Any]

FORMAT = "x-singer.decimal"
# NUMERIC of BigQuery; within the range of Snowflake's NUMBER. The most digits in e-conomic's
# schemas are 18 before the decimal point (lines of orders, "maximum": 999999999999999999) and 8
# after it (vat-accounts, "maxDecimal": 8).
PRECISION, SCALE = 38, 9
_UNIT = Decimal(1).scaleb(-SCALE)
_exact = Context(prec=PRECISION, traps=[Inexact, InvalidOperation])


def declared(schema: Schema, *, as_text: bool) -> dict[str, t.Any]:
    """Return a schema that declares numbers as strings, or as numbers again.

    Args:
        schema: A JSON schema; a catalog that was discovered with the setting declares strings.
        as_text: Whether numbers are sent as strings.
    """
    if _is_number(schema):
        return _declared_number(schema, as_text=as_text)
    changed = dict(schema)
    if "properties" in schema:
        members = schema["properties"].items()
        changed["properties"] = {
            name: declared(member, as_text=as_text) for name, member in members
        }
    if "items" in schema:
        changed["items"] = declared(schema["items"], as_text=as_text)
    return changed


def _is_number(schema: Schema) -> bool:
    return "number" in schema.get("type", ()) or schema.get("format") == FORMAT


def _declared_number(schema: Schema, *, as_text: bool) -> dict[str, t.Any]:
    own = ("type", "format", "precision", "scale")
    changed: dict[str, t.Any] = {
        "type": ["string" if as_text else "number", *(["null"] if "null" in schema["type"] else ())]
    }
    if as_text:
        changed |= {"format": FORMAT, "precision": PRECISION, "scale": SCALE}
    return changed | {key: value for key, value in schema.items() if key not in own}


def texts_of(schema: Schema) -> Convert:
    """Return the function that makes texts of the numbers in a record, at a path of properties.

    It raises MistypedValueError for a number that a loader would have to round.
    """
    return _texts_of(schema) or (lambda record, _path: record)


def _texts_of(schema: Schema) -> Convert | None:
    if _is_number(schema):
        return _text
    if "items" in schema:
        inner = _texts_of(schema["items"])
        return inner and _each(inner)
    members = {
        name: convert
        for name, member in schema.get("properties", {}).items()
        if (convert := _texts_of(member))
    }
    return _members(members) if members else None


def _each(inner: Convert) -> Convert:
    def convert(items: t.Any, path: str) -> t.Any:  # noqa: ANN401 - any JSON value
        if not isinstance(items, list):  # changed by a stream map
            return items
        return [None if item is None else inner(item, path) for item in items]

    return convert


def _members(members: Mapping[str, Convert]) -> Convert:
    def convert(record: t.Any, path: str) -> t.Any:  # noqa: ANN401 - any JSON value
        if not isinstance(record, dict):
            return record
        converted = dict(record)
        for name, inner in members.items():
            value = record.get(name)
            if value is not None:
                converted[name] = inner(value, f"{path}.{name}" if path else name)
        return converted

    return convert


def _text(value: object, path: str) -> str:
    try:
        number = Decimal(str(value))
        _exact.quantize(number, _UNIT)
    except DecimalException:
        number = Decimal("NaN")
    if not number.is_finite():
        msg = (
            f"property {path!r} has a number that does not fit NUMERIC({PRECISION}, {SCALE}) "
            "without rounding; without the setting use_singer_decimal it is sent unchanged"
        )
        raise MistypedValueError(msg)
    return f"{number:f}"
