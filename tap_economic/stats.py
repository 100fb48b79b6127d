"""What reading a stream shows and costs, noted by whoever reads a part of it."""

from __future__ import annotations

import threading
import typing as t

import msgspec

if t.TYPE_CHECKING:
    from collections.abc import Mapping

_GRACE_PERIOD = 5.0
"""Seconds that a stream which ends waits for the responses to its requests."""


class _OverError(Exception):
    """The stream has ended: nobody waits for the response any more."""


class Usage:
    """The calls that all readers of a stream make together, counted as they go.

    Attributes:
        calls: How many requests were answered.
        cost: What they cost of the agreement's call budget, as far as the API said so.
    """

    def __init__(self) -> None:
        """Start with no calls."""
        self.calls = 0
        self.cost = 0
        self._in_flight = 0
        self._is_over = False
        self._changed = threading.Condition()

    def begin_request(self) -> None:
        """Count a request as in flight, until ``end_request``.

        Raises:
            _OverError: If the stream has ended.
        """
        with self._changed:
            if self._is_over:
                raise _OverError
            self._in_flight += 1

    def end_request(self) -> None:
        """Count a request as in flight no longer."""
        with self._changed:
            self._in_flight -= 1
            self._changed.notify_all()

    def note(self, cost: int) -> None:
        """Count a request that was answered, and what it cost."""
        with self._changed:
            self.calls += 1
            self.cost += cost

    def end(self) -> None:
        """Refuse further requests, and count those in flight if they are answered soon.

        Where a stream fails, other readers of it may be waiting for a response.
        """
        with self._changed:
            self._is_over = True
            self._changed.wait_for(lambda: not self._in_flight, _GRACE_PERIOD)


class ReadStats(msgspec.Struct):
    """What reading a stream, or a part of it, showed.

    A part that is read by another thread has stats of its own, which its owner merges.

    Attributes:
        undeclared: Properties that no schema names; they are kept in the record.
        cleaned: Properties that held characters which databases refuse.
        keyless: How many records lacked a part of their key, by that part.
        doubt: Why rows up to the bookmark may have changed that were not found, if there is a
            reason.
        repeated: How many records have the key of another one on their page, by the key's names.
        new_members: Members of a response's envelope that the tap does not know.
        vanished: Keys of rows that were listed, but answered 404 when they were requested.
        rows_counted: How many rows the API counts for what was requested; None where it does not.
        surplus: How many rows more than counted were read, twice in a row the same.
        rows_expected: How many rows a listing that has begun says it has.
        usage: The calls of the stream, whoever reads a part of it.
    """

    undeclared: set[str] = msgspec.field(default_factory=set)
    cleaned: set[str] = msgspec.field(default_factory=set)
    keyless: dict[str, int] = msgspec.field(default_factory=dict)
    doubt: str = ""
    repeated: dict[str, int] = msgspec.field(default_factory=dict)
    new_members: set[str] = msgspec.field(default_factory=set)
    vanished: set[int | str] = msgspec.field(default_factory=set)
    rows_counted: int | None = None
    surplus: int = 0
    rows_expected: int | None = None
    usage: Usage = msgspec.field(default_factory=Usage)

    def of_part(self) -> ReadStats:
        """Return stats for a reader of a part, whose calls count here even if it fails."""
        return ReadStats(usage=self.usage)

    def add_counted(self, rows: int | None) -> None:
        """Add the rows that the API counts in one more listing."""
        if rows is not None:
            self.rows_counted = (self.rows_counted or 0) + rows

    def add_repeated(self, keys: tuple[str, ...], rows: int) -> None:
        """Add rows of a listing that have the key of another one on their page."""
        if rows:
            _add_numbers(self.repeated, {", ".join(keys): rows})

    def merge(self, part: ReadStats) -> None:
        """Add what a reader of a part found."""
        self.undeclared |= part.undeclared
        self.cleaned |= part.cleaned
        self.new_members |= part.new_members
        self.vanished |= part.vanished
        _add_numbers(self.keyless, part.keyless)
        _add_numbers(self.repeated, part.repeated)
        self.add_counted(part.rows_counted)
        self.surplus += part.surplus


def _add_numbers(to: dict[str, int], more: Mapping[str, int]) -> None:
    for name, number in more.items():
        to[name] = to.get(name, 0) + number
