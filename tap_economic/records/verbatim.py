"""Records that are sent as the API sent them, with what they lack put in front.

Their JSON was checked by decoding it into typed rows. To encode those again would take longer than
to decode them, and give the same values.
"""

from __future__ import annotations

import itertools
import typing as t
from operator import attrgetter

import msgspec
from msgspec import UNSET

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from typing_extensions import Buffer

    from tap_economic.records.rows import AnyRecord


def completed(
    json: Sequence[Buffer],
    rows: Sequence[AnyRecord],
    context: Mapping[str, t.Any],
    false_when_absent: Sequence[str],
) -> list[bytes]:
    """Return the JSON of records, completed.

    Args:
        json: The JSON of each record, none of which is empty.
        rows: The same records as typed rows, in which absent booleans are unset.
        context: The members to put in front of each record.
        false_when_absent: The booleans to put in front where they are absent.
    """
    begins = _Begins(context, false_when_absent)
    if not false_when_absent:
        begin = begins[()]
        return [begin + memoryview(record)[1:] for record in json]
    values = map(attrgetter(*false_when_absent), rows)
    return [
        begins[value] + memoryview(record)[1:] for value, record in zip(values, json, strict=True)
    ]


class _Begins(dict[t.Any, bytes]):
    """The beginnings of records, by the value or values of the booleans that may be absent."""

    def __init__(self, context: Mapping[str, t.Any], booleans: Sequence[str]) -> None:
        super().__init__()
        self._context = context
        self._booleans = booleans

    def __missing__(self, values: object) -> bytes:
        each = values if isinstance(values, tuple) else (values,)
        absent = itertools.compress(self._booleans, (value is UNSET for value in each))
        members = {**self._context, **dict.fromkeys(absent, False)}
        begin = self[values] = msgspec.json.encode(members)[:-1] + b","
        return begin
