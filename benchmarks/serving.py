"""Starting and controlling the benchmark server."""

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
    """A benchmark server in a separate process.

    Attributes:
        settings: The settings of a tap that reads from it.
    """

    def __init__(self, settings: dict[str, str]) -> None:
        """Store the settings that the server printed."""
        self.settings = settings
        self._url = settings["rest_url"].removesuffix("/rest")

    def begin(
        self,
        *,
        invoices: int = 0,
        entries: int = 0,
        agreements: int = 0,
        paid: int = 0,
        delay: float = 0,
    ) -> dict[str, t.Any]:
        """Set the books and the delay, reset the counter, and return the settings of a tap."""
        sizes = f"invoices={invoices}&entries={entries}&agreements={agreements}&paid={paid}"
        return self._ask(f"/begin?{sizes}&delay={delay}")

    def requests(self) -> int:
        """Return the number of requests since `begin`."""
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
