"""The server of the benchmarks, started and asked from outside."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import typing as t
import urllib.request
from pathlib import Path

if t.TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent


class Served:
    """A server in a process of its own.

    Attributes:
        settings: What a tap needs to know to read from it.
    """

    def __init__(self, settings: dict[str, str]) -> None:
        """Take the settings that the server printed."""
        self.settings = settings
        self._url = settings["rest_url"].removesuffix("/rest")

    def begin(
        self, *, invoices: int = 0, entries: int = 0, agreements: int = 0, delay: float = 0
    ) -> dict[str, t.Any]:
        """Set sizes and delay, count from 0, and return what a tap needs to know now."""
        sizes = f"invoices={invoices}&entries={entries}&agreements={agreements}"
        return self._ask(f"/begin?{sizes}&delay={delay}")

    def requests(self) -> int:
        """Return how many requests there were since `begin`."""
        return int(self._ask("/tally")["requests"])

    def _ask(self, target: str) -> dict[str, t.Any]:
        with urllib.request.urlopen(self._url + target) as response:  # noqa: S310 - the server's own http address
            return t.cast("dict[str, t.Any]", json.load(response))


@contextlib.contextmanager
def serve() -> Iterator[Served]:
    """Start a server, and stop it at the end."""
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.server"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        line = t.cast("t.IO[bytes]", process.stdout).readline()
        yield Served(json.loads(line))
