"""The spool: accepted webhook calls that no run has been requested for yet, in a SQLite file.

The receiver and Dagster's daemon are separate processes. A later call for the same streams of the
same agreement replaces an earlier one.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import typing as t
from pathlib import Path

if t.TYPE_CHECKING:
    from collections.abc import Iterator


class Call(t.NamedTuple):
    """An accepted call.

    Attributes:
        number: Its number; later calls have higher ones.
        agreement: The agreement to read.
        extractor: The preset to read of it.
    """

    number: int
    agreement: str
    extractor: str

    @property
    def key(self) -> str:
        """The key of the run that it leads to."""
        return f"webhook-{self.number}"


def add(agreement: str, extractor: str) -> None:
    """Store a call; when this returns, it survives a crash."""
    with _opened() as database:
        statement = "INSERT OR REPLACE INTO calls (agreement, extractor) VALUES (?, ?)"
        database.execute(statement, (agreement, extractor))


def calls() -> list[Call]:
    """Return the calls, the oldest first."""
    with _opened() as database:
        query = "SELECT number, agreement, extractor FROM calls ORDER BY number"
        return [Call(*row) for row in database.execute(query)]


def remove(call: Call) -> None:
    """Remove a call, but not one that has replaced it meanwhile."""
    with _opened() as database:
        database.execute("DELETE FROM calls WHERE number = ?", (call.number,))


@contextlib.contextmanager
def _opened() -> Iterator[sqlite3.Connection]:
    path = os.environ.get("ECONOMIC_SPOOL") or Path(__file__).parent / "home" / "webhooks.sqlite"
    with contextlib.closing(sqlite3.connect(path, timeout=30)) as database, database:
        database.execute(
            """
            CREATE TABLE IF NOT EXISTS calls (
                number INTEGER PRIMARY KEY AUTOINCREMENT,
                agreement TEXT NOT NULL,
                extractor TEXT NOT NULL,
                UNIQUE (agreement, extractor)
            )
            """
        )
        yield database
