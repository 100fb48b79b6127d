"""Normalisation of records: from the API's JSON to values that match the schema.

Values are converted if that is lossless; otherwise the stream fails, naming the property.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
import typing as t
from decimal import Decimal, InvalidOperation

from tap_economic.errors import MistypedValueError

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from tap_economic.stats import ReadStats

Record: t.TypeAlias = dict[str, t.Any]

_SMALLEST, _LARGEST = -(2**63), 2**63 - 1  # what a 64-bit integer column holds
_INTEGER = re.compile(r"-?\d{1,19}")
_MIDNIGHT = re.compile(r"[T ]00:00:00(\.0+)?(Z|[+-]00:00)?")
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_INSTANT = re.compile(r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)?")


class _LossyError(Exception):
    """A value that cannot be converted to the declared type without loss."""


class _Kind(t.NamedTuple):
    """How to normalise values of one declared type.

    Attributes:
        plain: The class whose instances need no conversion; None if all values do.
        convert: Converts a value to the declared type, or raises _LossyError.
        inner: Normalises the members of an object, or the items of an array.
    """

    plain: type | None
    convert: Callable[[t.Any], t.Any]
    inner: Callable[[t.Any, ReadStats, str], t.Any] | None = None


class Normaliser:
    """Normalises the records of one stream to its schema."""

    def __init__(
        self,
        schema: Mapping[str, t.Any],
        *,
        keys: Iterable[str],
        copied_keys: Mapping[str, tuple[str, ...]],
        false_when_absent: Iterable[str],
        withheld: Iterable[str] = (),
    ) -> None:
        """Create a normaliser.

        Args:
            schema: The JSON schema of a record.
            keys: The key properties, which must not be null.
            copied_keys: Keys that the API nests: the top-level name, and the path of the value.
            false_when_absent: Top-level booleans that the API omits when they are false.
            withheld: Properties that are never sent on.
        """
        self._take = _object_of(schema)
        self._keys = tuple(keys)
        self._copied = dict(copied_keys)
        self._false = tuple(false_when_absent)
        self._withheld = tuple(withheld)

    def __call__(self, raw: Record, context: Record, stats: ReadStats) -> Record | None:
        """Return the normalised record, or None if it lacks a key.

        Args:
            raw: The record as the API sent it.
            context: Key values that override those in the record: the agreement, parts of the path.
            stats: Collects findings.

        Raises:
            MistypedValueError: If a value cannot be converted to its declared type without loss.
        """
        record = {**raw, **context}
        for name, path in self._copied.items():
            value = _follow(raw, path)
            if value is not None:
                record[name] = value
        for name in self._false:
            record.setdefault(name, False)
        for name in self._withheld:
            record.pop(name, None)
        record = self._take(record, stats, "")
        for name in self._keys:
            if record.get(name) is None:
                stats.keyless[name] = stats.keyless.get(name, 0) + 1
                return None
        return record


def storable(record: Record, stats: ReadStats) -> Record:
    """Return the record without the characters that databases reject.

    NUL is removed, and a lone surrogate, which cannot be encoded, becomes U+FFFD. In a property
    name both become U+FFFD, so that it never collides with another property's name.
    """
    return t.cast("Record", _clean(record, stats, ""))


def _clean(value: t.Any, stats: ReadStats, path: str) -> t.Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, str) and _UNSTORABLE.search(value):
        stats.cleaned.add(path)
        return _UNSTORABLE.sub(_REPLACEMENT, value.replace("\0", ""))
    if isinstance(value, dict):
        members = {}
        for name, member in value.items():
            clean_name = _UNSTORABLE.sub(_REPLACEMENT, name)
            below = _below(path, clean_name)
            if clean_name != name:
                stats.cleaned.add(below)
            members[clean_name] = _clean(member, stats, below)
        return members
    if isinstance(value, list):
        return [_clean(item, stats, path) for item in value]
    return value


def _follow(raw: Record, path: tuple[str, ...]) -> t.Any:  # noqa: ANN401 - any JSON value
    value: t.Any = raw
    for name in path:
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _object_of(schema: Mapping[str, t.Any]) -> Callable[[Record, ReadStats, str], Record]:
    """Return the function that normalises an object, with its members in the schema's order."""
    kinds = {name: _kind_of(name, member) for name, member in schema["properties"].items()}

    def take(record: Record, stats: ReadStats, path: str) -> Record:
        taken: Record = {}
        for name, kind in kinds.items():
            if name in record:
                taken[name] = _take(kind, record[name], stats, path, name)
        if len(taken) < len(record):
            for name in record.keys() - taken.keys():
                stats.undeclared.add(_below(path, name))
            taken.update({name: record[name] for name in record if name not in taken})
        return taken

    return take


def _array_of(schema: Mapping[str, t.Any]) -> Callable[[list[t.Any], ReadStats, str], list[t.Any]]:
    """Return the function that normalises an array's items."""
    kind = _kind_of("", schema["items"])
    may_be_null = "null" in schema["items"]["type"]

    def take(items: list[t.Any], stats: ReadStats, path: str) -> list[t.Any]:
        if None in items and not may_be_null:
            _convert(kind, None, path)  # refuses it
        return [_take(kind, item, stats, path, "") for item in items]

    return take


def _take(kind: _Kind, value: t.Any, stats: ReadStats, path: str, name: str) -> t.Any:  # noqa: ANN401 - any JSON value
    if value is None:
        return None
    if value.__class__ is not kind.plain:
        value = _convert(kind, value, _below(path, name) if name else path)
    if kind.inner is not None:
        value = kind.inner(value, stats, _below(path, name) if name else path)
    return value


def _convert(kind: _Kind, value: t.Any, path: str) -> t.Any:  # noqa: ANN401 - any JSON value
    try:
        return kind.convert(value)
    except _LossyError as exc:
        msg = (
            f"property {path!r} should be {exc}, but is "
            f"{_JSON_NAMES.get(type(value), 'a value')} that cannot be converted without loss"
        )
        raise MistypedValueError(msg) from None


_JSON_NAMES: dict[type, str] = {
    str: "a string",
    int: "an integer",
    Decimal: "a number",
    bool: "a boolean",
    dict: "an object",
    list: "an array",
    type(None): "null",
}


def _kind_of(name: str, schema: Mapping[str, t.Any]) -> _Kind:
    declared = schema["type"]
    types = [declared] if isinstance(declared, str) else [one for one in declared if one != "null"]
    (kind,) = types
    if kind == "object":
        return _Kind(dict, _no_object, _object_of(schema))
    if kind == "array":
        return _Kind(list, _no_array, _array_of(schema))
    if kind == "string":
        if is_code(name):
            return _Kind(None, _code)
        return _STRINGS[schema.get("format", "")]
    return _SCALARS[kind]


def is_code(name: str) -> bool:
    """Return whether a property is a code, which the API may pad: ``"I25  "``."""
    return name.lower().endswith(("vatcode", "vataccountnumber"))


def _no_object(_value: object) -> t.NoReturn:
    msg = "an object"
    raise _LossyError(msg)


def _no_array(_value: object) -> t.NoReturn:
    msg = "an array"
    raise _LossyError(msg)


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        return str(value)
    msg = "a string"
    raise _LossyError(msg)


def _code(value: object) -> str:
    return _text(value).rstrip(" ")


def _integer(value: object) -> int:
    if type(value) is int and _SMALLEST <= value <= _LARGEST:
        return value
    if isinstance(value, str) and _INTEGER.fullmatch(value):
        return _integer(int(value))
    if isinstance(value, Decimal) and _SMALLEST <= value <= _LARGEST and value == int(value):
        return int(value)
    msg = "a 64-bit integer"
    raise _LossyError(msg)


def _number(value: object) -> int | Decimal:
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        return value
    if isinstance(value, str):  # a typed row accepts the same strings
        try:
            number = Decimal(value)
        except InvalidOperation:
            number = None
        if number is not None and number.is_finite():
            return number
    msg = "a number"
    raise _LossyError(msg)


def _boolean(value: object) -> bool:
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return value == "true"
    msg = "a boolean"
    raise _LossyError(msg)


def _day(value: object) -> str:
    day = _day_of(value) if isinstance(value, str) else None
    if day is None:
        msg = "a date"
        raise _LossyError(msg)
    return day


@functools.lru_cache(maxsize=8192)
def _day_of(text: str) -> str | None:
    """Return a date as ``YYYY-MM-DD``; the OpenAPI services append ``T00:00:00``."""
    day, rest = text[:10], text[10:]
    return day if (not rest or _MIDNIGHT.fullmatch(rest)) and _is_day(day) else None


def _instant(value: object) -> str:
    """Return a timestamp unchanged: no time zone is assumed."""
    match = _INSTANT.fullmatch(value) if isinstance(value, str) else None
    if match:
        try:
            dt.datetime.fromisoformat(match[1] + (match[3] or "").replace("Z", "+00:00"))
        except ValueError:
            pass
        else:
            return match[0]
    msg = "a timestamp"
    raise _LossyError(msg)


def _is_day(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


_SCALARS = {
    "integer": _Kind(None, _integer),
    "number": _Kind(Decimal, _number),
    "boolean": _Kind(bool, _boolean),
}
_STRINGS = {
    "": _Kind(str, _text),
    "date": _Kind(None, _day),
    "date-time": _Kind(None, _instant),
}
