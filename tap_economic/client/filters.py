"""Filter expressions, the same in both APIs: ``property$operator:value``.

Operators and ``$null:`` as in the vendor's documentation, "Filtering". Only numbers and dates are
ever compared, so that nothing needs to be escaped.
"""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MOST_VALUES = 200
"""How many values ``$in:`` takes; one more is a 400 (observed in both APIs)."""


def compare(name: str, operator: str, value: object) -> str:
    """Return a comparison, such as ``entryNumber$gt:17``."""
    return f"{name}${operator}:{value}"


def both(one: str | None, other: str | None) -> str:
    """Return the filter that holds where both hold; each may be missing."""
    return "$and:".join(f"({part})" if "$or:" in part else part for part in (one, other) if part)


def either(one: str, other: str) -> str:
    """Return the filter that holds where one or the other does."""
    return f"{one}$or:{other}"


def one_of(name: str, values: Sequence[object]) -> Iterator[str]:
    """Yield the filters that together find the rows with any of the values."""
    for start in range(0, len(values), MOST_VALUES):
        chunk = ",".join(str(value) for value in values[start : start + MOST_VALUES])
        yield f"{name}$in:[{chunk}]"


def is_set(names: Iterable[str]) -> str:
    """Return the filter that holds where any of the properties has a value."""
    return "$or:".join(f"{name}$ne:$null:" for name in names)
