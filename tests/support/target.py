"""What a target holds after one run or many: the last row of each key."""

from __future__ import annotations

import gzip
import json
import typing as t
from decimal import Decimal
from urllib.parse import urlsplit

import msgspec

if t.TYPE_CHECKING:
    from collections.abc import Iterable

Row: t.TypeAlias = dict[str, t.Any]
Table: t.TypeAlias = dict[tuple[t.Any, ...], Row]

_decoder = msgspec.json.Decoder(float_hook=Decimal)


class Target:
    """Upserts records by their keys, and keeps the last state, as targets do.

    Attributes:
        tables: The rows by stream and key.
        state: The last state that was confirmed.
        largest_state: The bytes of the longest STATE message.
        states: How many STATE messages there were.
    """

    def __init__(self) -> None:
        self.tables: dict[str, Table] = {}
        self.state: dict[str, t.Any] | None = None
        self.largest_state = 0
        self.states = 0
        self._keys: dict[str, list[str]] = {}

    def load(self, lines: Iterable[bytes]) -> None:
        """Take in what a tap wrote."""
        for line in lines:
            message = _decoder.decode(line)
            kind = message["type"]
            if kind == "SCHEMA":
                self._keys[message["stream"]] = message["key_properties"]
                self.tables.setdefault(message["stream"], {})
            elif kind == "RECORD":
                self._upsert(message["stream"], message["record"])
            elif kind == "BATCH":
                self._load_files(message["stream"], message["manifest"])
            elif kind == "STATE":
                self.state = json.loads(line)["value"]  # with floats, as state is kept
                self.states += 1
                self.largest_state = max(self.largest_state, len(line))

    def _upsert(self, stream: str, row: Row) -> None:
        key = tuple(row[name] for name in self._keys[stream])
        self.tables[stream][key] = row

    def _load_files(self, stream: str, manifest: list[str]) -> None:
        """Take in the files of a BATCH message: JSON lines, compressed."""
        for url in manifest:
            with gzip.open(urlsplit(url).path) as file:
                for line in file:
                    self._upsert(stream, _decoder.decode(line))

    def load_confirmed(self, lines: list[bytes]) -> None:
        """Take in what a tap wrote up to its last STATE, and lose the rest, as targets may."""
        states = [index for index, line in enumerate(lines) if b'"type":"STATE"' in line]
        self.load(lines[: states[-1] + 1] if states else [])


def rows_of(lines: Iterable[bytes]) -> dict[str, Table]:
    """Return the tables that one run fills."""
    target = Target()
    target.load(lines)
    return target.tables
