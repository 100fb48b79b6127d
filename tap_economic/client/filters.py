"""Filter expressions, the same in both APIs: ``property$operator:value``.

Operators and ``$null:`` as in the vendor's documentation, "Filtering". Only numbers and dates are
compared, so no escaping is needed.
"""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MAX_VALUES = 200
"""Maximum number of values of ``$in:``; one more is a 400 (observed in both APIs)."""


def compare(name: str, operator: str, value: object) -> str:
    """Return a comparison filter, such as ``entryNumber$gt:17``."""
    return f"{name}${operator}:{value}"


def both(one: str | None, other: str | None) -> str:
    """Return the conjunction of two filters, each of which may be None."""
    return "$and:".join(f"({part})" if "$or:" in part else part for part in (one, other) if part)


def either(one: str, other: str) -> str:
    """Return the disjunction of two filters."""
    return f"{one}$or:{other}"


def one_of(name: str, values: Sequence[object]) -> Iterator[str]:
    """Yield filters that together match the rows with any of the values."""
    for start in range(0, len(values), MAX_VALUES):
        chunk = ",".join(str(value) for value in values[start : start + MAX_VALUES])
        yield f"{name}$in:[{chunk}]"


def is_set(names: Iterable[str]) -> str:
    """Return the filter for rows in which any of the properties has a value."""
    return "$or:".join(f"{name}$ne:$null:" for name in names)
