"""The rows of one endpoint at one revision of the company: ordered, encoded, looked up."""

from __future__ import annotations

import bisect
import functools
import typing as t

import msgspec

from economic_sandbox.apis.filters import all_hold
from economic_sandbox.apis.sorting import SortKey, rank, sorted_positions, value_of

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from economic_sandbox.apis.filters import Clause
    from economic_sandbox.apis.sorting import Rank
    from economic_sandbox.resources.resource import Row

JSON = msgspec.json.Encoder(decimal_format="number")

_NO_NAMES: frozenset[str] = frozenset()


def without_false(value: t.Any, sent: frozenset[str] = _NO_NAMES) -> t.Any:  # noqa: ANN401 - JSON
    """Return a record without its false booleans, at any depth, except those in ``sent``."""
    if isinstance(value, dict):
        return {
            name: without_false(member, sent)
            for name, member in value.items()
            if member is not False or name in sent
        }
    if isinstance(value, list):
        return [without_false(member, sent) for member in value]
    return value


class Listing:
    """The ordered rows of an endpoint; each is encoded once."""

    def __init__(
        self, rows: Sequence[Row], keys: Sequence[str], encode: Callable[[Row], bytes]
    ) -> None:
        """Keep the rows.

        Args:
            rows: The rows, in the order of the response.
            keys: The properties that rows are looked up by, most significant first.
            encode: Encodes a row as JSON.
        """
        self.rows = rows
        self.keys = tuple(keys)
        self._encode = encode
        self._encoded: list[bytes | None] = [None] * len(rows)
        self._orders: dict[tuple[SortKey, ...], Sequence[int]] = {}

    def encoded(self, positions: Sequence[int]) -> bytes:
        """Return a JSON array of the rows at some positions."""
        return b"[" + b",".join(map(self._encoded_row, positions)) + b"]"

    def encoded_rows(self) -> bytes:
        """Return a JSON array of all rows."""
        return self.encoded(range(len(self.rows)))

    def _encoded_row(self, position: int) -> bytes:
        encoded = self._encoded[position]
        if encoded is None:
            encoded = self._encoded[position] = self._encode(self.rows[position])
        return encoded

    def matching(self, clauses: Sequence[Clause], sort: tuple[SortKey, ...] = ()) -> Sequence[int]:
        """Return the positions of the rows that match all clauses, in order."""
        span, rest = self._narrowed(clauses)
        order = self._order(sort)
        positions: Sequence[int] = span
        if order is not None:
            positions = [p for p in order if p in span] if len(span) < len(order) else order
        if not rest:
            return positions
        return [p for p in positions if all_hold(rest, self.rows[p])]

    def following(self, start: int, clauses: Sequence[Clause]) -> Iterator[int]:
        """Yield the positions, from a start on, of the rows that match all clauses."""
        span, rest = self._narrowed(clauses)
        for position in range(max(start, span.start), span.stop):
            if all_hold(rest, self.rows[position]):
                yield position

    def position_of(self, key: Sequence[t.Any]) -> int:
        """Return the position of the first row with this key or a later one."""
        return bisect.bisect_left(self._key_ranks, tuple(map(rank, key)))

    def key_at(self, position: int) -> tuple[t.Any, ...]:
        """Return the key of the row at a position."""
        return tuple(value_of(self.rows[position], name) for name in self.keys)

    @functools.cached_property
    def _key_ranks(self) -> list[tuple[Rank, ...]]:
        return [tuple(map(rank, self.key_at(position))) for position in range(len(self.rows))]

    @functools.cached_property
    def _column(self) -> list[int] | None:
        """The first key of all rows, if it is a number and the rows ascend by it."""
        column = [value_of(row, self.keys[0]) for row in self.rows] if self.keys else []
        if not column or any(type(value) is not int for value in column):
            return None
        return column if all(map(int.__le__, column, column[1:])) else None

    def _narrowed(self, clauses: Sequence[Clause]) -> tuple[range, list[Clause]]:
        """Return the span of positions that match the comparisons with the key, and other clauses.

        Clauses after a group are not moved before it: they must not hide a crash in it.
        """
        low, high = 0, len(self.rows)
        rest = list(clauses)
        while rest and self._is_key(rest[0].property) and rest[0].operator != "ne":
            clause = rest.pop(0)
            first, last = self._span(clause)
            low, high = max(low, first), min(high, last)
        return range(low, max(low, high)), rest

    def _is_key(self, name: str | None) -> bool:
        return name is not None and name in self.keys[:1] and self._column is not None

    def _span(self, clause: Clause) -> tuple[int, int]:
        column = self._column or []
        left = bisect.bisect_left(column, clause.value)
        right = bisect.bisect_right(column, clause.value)
        return {
            "eq": (left, right),
            "gt": (right, len(column)),
            "gte": (left, len(column)),
            "lt": (0, left),
            "lte": (0, right),
        }[clause.operator]

    def _order(self, sort: tuple[SortKey, ...]) -> Sequence[int] | None:
        """Return the positions in the order of a sort; None if the rows are in that order."""
        if not sort or ([*sort] == [*map(SortKey, self.keys[:1])] and self._column is not None):
            return None
        if sort not in self._orders:
            self._orders[sort] = sorted_positions(self.rows, sort)
        return self._orders[sort]
