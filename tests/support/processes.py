"""The tap as a process, and how it ends."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import threading
import typing as t

from tests.support import hearing
from tests.support.catalogs import selecting

if t.TYPE_CHECKING:
    from pathlib import Path

TAP = (sys.executable, "-m", "tap_economic")


def start(
    folder: Path, config: dict[str, t.Any], *streams: str, **environment: str
) -> subprocess.Popen[bytes]:
    """Start the tap with some streams selected; its stderr goes to a file.

    Args:
        folder: Where to keep files.
        config: The settings.
        streams: The streams to read.
        environment: Variables of the environment.
    """
    options: list[str] = []
    for name, content in {"config": config, "catalog": selecting(*streams)}.items():
        path = folder / f"{name}.json"
        path.write_text(json.dumps(content), encoding="utf-8")
        options += [f"--{name}", str(path)]
    with (folder / "stderr").open("wb") as stderr:
        process = subprocess.Popen(
            [*TAP, *options],
            stdout=subprocess.PIPE,
            stderr=stderr,
            env={**os.environ, **environment},
        )
    hearing.remember_file(folder / "stderr")
    with t.cast("t.IO[bytes]", process.stdout) as output:
        process.stdout = io.BufferedReader(hearing.Pipe(os.dup(output.fileno())))
    return process


class Drain:
    """Takes what a process writes as soon as it comes, so that the process never waits for it."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._output = t.cast("t.IO[bytes]", process.stdout)
        self._lines: list[bytes] = []
        self._thread = threading.Thread(target=self._take)
        self._thread.start()

    def _take(self) -> None:
        self._lines.extend(self._output)

    def lines(self) -> list[bytes]:
        """Return all lines, once there are no more."""
        self._thread.join(60)
        return self._lines


def said(folder: Path) -> str:
    """Return what the tap wrote to stderr."""
    return (folder / "stderr").read_text("utf-8")
