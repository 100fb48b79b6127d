"""Precomputed rows: a page is one slice of bytes."""

from __future__ import annotations

import bisect
import typing as t
from array import array

import msgspec

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from benchmarks.books import Row

_json = msgspec.json.Encoder(decimal_format="number")


class Table:
    """The encoded rows of one listing, in ascending order of an integer key."""

    def __init__(self, key: str, make: Callable[[int], list[Row]]) -> None:
        """Start without rows.

        Args:
            key: The property that the rows are sorted by.
            make: Generates the rows of one document or entry from its number.
        """
        self.key = key
        self._make = make
        self._bytes = bytearray()
        self._starts = array("Q", [0])
        self._keys = array("Q")
        self._ends = array("Q", [0])  # number of rows of the first n documents

    def rows_of(self, documents: int) -> int:
        """Generate missing documents up to a number, and return their row count."""
        for number in range(len(self._ends), documents + 1):
            for row in self._make(number):
                self._bytes += _json.encode(row)
                self._bytes += b","
                self._starts.append(len(self._bytes))
                self._keys.append(row[self.key])
            self._ends.append(len(self._keys))
        return self._ends[documents]

    def page(self, start: int, stop: int) -> bytes:
        """Return a JSON array of the rows at some positions."""
        if start >= stop:
            return b"[]"
        # The last row without its comma.
        rows = memoryview(self._bytes)[self._starts[start] : self._starts[stop] - 1]
        return b"".join((b"[", rows, b"]"))

    def picked(self, keys: Iterable[int], rows: int) -> list[bytes]:
        """Return the rows with some keys.

        Args:
            keys: The keys, in ascending order.
            rows: The current number of rows.
        """
        spans = (self.span([("eq", key)], rows) for key in keys)
        return [self.page(low, high)[1:-1] for low, high in spans if low < high]

    def span(self, comparisons: Iterable[tuple[str, int]], rows: int) -> tuple[int, int]:
        """Return the range of positions that match all comparisons of the key.

        Args:
            comparisons: Operators and values.
            rows: The current number of rows.
        """
        low, high = 0, rows
        for operator, value in comparisons:
            if operator in {"gt", "gte", "eq"}:
                side = bisect.bisect_right if operator == "gt" else bisect.bisect_left
                low = max(low, side(self._keys, value, 0, rows))
            if operator in {"lt", "lte", "eq"}:
                side = bisect.bisect_left if operator == "lt" else bisect.bisect_right
                high = min(high, side(self._keys, value, 0, rows))
        return low, max(low, high)
