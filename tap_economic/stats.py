"""Statistics of reading a stream: findings in the data, and calls."""

from __future__ import annotations

import threading
import typing as t

import msgspec

if t.TYPE_CHECKING:
    from collections.abc import Mapping

_GRACE_PERIOD = 5.0
"""Seconds that a stream which ends waits for its requests in flight."""


class _OverError(Exception):
    """The stream has ended: its response is no longer needed."""


class Usage:
    """Thread-safe counter of the calls that all readers of a stream make.

    Attributes:
        calls: Number of responses.
        cost: Tokens of the agreement's call budget that they cost, as reported by the API.
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
        """Stop counting a request as in flight."""
        with self._changed:
            self._in_flight -= 1
            self._changed.notify_all()

    def note(self, cost: int) -> None:
        """Count a response and its cost."""
        with self._changed:
            self.calls += 1
            self.cost += cost

    def end(self) -> None:
        """Reject further requests, and wait briefly to count those in flight.

        When a stream fails, its other readers may still be waiting for a response.
        """
        with self._changed:
            self._is_over = True
            self._changed.wait_for(lambda: not self._in_flight, _GRACE_PERIOD)


class ReadStats(msgspec.Struct):
    """Findings of reading a stream, or a part of it.

    A part that is read by another thread has its own stats, which its owner merges.

    Attributes:
        undeclared: Properties that are not in the schema; they are kept in the record.
        cleaned: Properties that contained characters which databases reject.
        keyless: How many records lacked a key property, by the property's name.
        reread_reason: Why changed rows up to the bookmark may have been missed, if so.
        repeated: How many records share their key with another on their page, by the key's names.
        new_members: Unknown members of a response's envelope.
        vanished: Keys of rows that were listed, but responded with 404 when they were requested.
        rows_counted: The API's row count for what was requested; None if it does not count them.
        surplus: How many rows more than counted were read, identically in two consecutive reads.
        rows_expected: The row count of a listing whose read has begun.
        usage: The calls of the stream, including those of parts.
    """

    undeclared: set[str] = msgspec.field(default_factory=set)
    cleaned: set[str] = msgspec.field(default_factory=set)
    keyless: dict[str, int] = msgspec.field(default_factory=dict)
    reread_reason: str = ""
    repeated: dict[str, int] = msgspec.field(default_factory=dict)
    new_members: set[str] = msgspec.field(default_factory=set)
    vanished: set[int | str] = msgspec.field(default_factory=set)
    rows_counted: int | None = None
    surplus: int = 0
    rows_expected: int | None = None
    usage: Usage = msgspec.field(default_factory=Usage)

    def of_part(self) -> ReadStats:
        """Return separate stats for a part, sharing the call counter."""
        return ReadStats(usage=self.usage)

    def add_counted(self, rows: int | None) -> None:
        """Add the API's row count of one more listing."""
        if rows is not None:
            self.rows_counted = (self.rows_counted or 0) + rows

    def add_repeated(self, keys: tuple[str, ...], rows: int) -> None:
        """Add rows of a listing that share their key with another on their page."""
        if rows:
            _add_numbers(self.repeated, {", ".join(keys): rows})

    def merge(self, part: ReadStats) -> None:
        """Add the findings of a part."""
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
