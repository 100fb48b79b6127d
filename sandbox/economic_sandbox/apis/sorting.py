"""Sorting: ``sort=name,-age,~number``."""

from __future__ import annotations

import dataclasses
import decimal
import typing as t

from economic_sandbox.apis import errors

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from economic_sandbox.apis.facts import Endpoint
    from economic_sandbox.resources.resource import Row

Rank: t.TypeAlias = tuple[int, t.Any]


@dataclasses.dataclass(frozen=True)
class SortKey:
    """A property to sort by."""

    property: str
    descending: bool = False
    alphabetic: bool = False


class SortError(Exception):
    """A sort that the server rejects, with the offending property."""


def parse_sort(text: str, endpoint: Endpoint) -> tuple[SortKey, ...]:
    """Parse a ``sort`` parameter.

    Args:
        text: The parameter's value; empty for no sort.
        endpoint: The endpoint, which says what can be sorted by.

    Raises:
        SortError: The endpoint cannot sort by a property.
        ApiError: The server crashes when it sorts by a property.
    """
    keys = []
    for part in filter(None, text.split(",")):
        name = part.lstrip("-~")
        if name not in endpoint.sortable:
            raise SortError(name)
        if name in endpoint.sort_crashes:
            raise errors.server_error()
        prefix = part[: len(part) - len(name)]
        keys.append(SortKey(name, descending="-" in prefix, alphabetic="~" in prefix))
    return tuple(keys)


def sorted_positions(rows: Sequence[Row], keys: Sequence[SortKey]) -> list[int]:
    """Return the positions of the rows in the order of the keys; the sort is stable."""
    positions = list(range(len(rows)))
    for key in reversed(keys):
        order = alphabetic_rank if key.alphabetic else rank
        ranks = [order(value_of(row, key.property)) for row in rows]
        positions.sort(key=ranks.__getitem__, reverse=key.descending)
    return positions


def value_of(row: Row, name: str) -> t.Any:  # noqa: ANN401 - rows are JSON
    """Return a property by its dotted name; None if it is absent."""
    value: t.Any = row
    for part in name.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def rank(value: t.Any) -> Rank:  # noqa: ANN401 - rows are JSON
    """Return a sort key for any value: absent ones first, text case-insensitively."""
    if value is None:
        return (0, 0)
    if isinstance(value, int | float | decimal.Decimal):
        return (1, value)
    return (2, str(value).casefold())


def alphabetic_rank(value: t.Any) -> Rank:  # noqa: ANN401 - rows are JSON
    """Return the sort key of a value as text."""
    return rank(value if value is None else str(value))
