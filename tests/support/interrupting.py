"""Runs of the tap that end before their time, within this process and as processes."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import sys
import typing as t

import pytest
from typing_extensions import override

from tap_economic.run import Run
from tap_economic.tap import TapEconomic
from tests.support.catalogs import selecting
from tests.support.lookback import shorten_lookback
from tests.support.running import Collector

if t.TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KILLED = -signal.SIGKILL


class Killed(BaseException):
    """Ends a run where it stands, as nothing in the tap expects."""


class Doomed(Collector):
    """Keeps messages until it has so many, and ends the run then, within a page too."""

    def __init__(self, lasts: int | None) -> None:
        super().__init__()
        self._lasts = lasts

    @override
    def _write(self, whole_lines: bytes | bytearray) -> None:
        super()._write(whole_lines)
        if self._lasts is not None and len(self.lines) > self._lasts:
            del self.lines[self._lasts :]
            raise Killed


class Ended(t.NamedTuple):
    """What a run wrote, and how it ended.

    Attributes:
        lines: The whole messages.
        code: The exit code; as of a killed process where it was interrupted.
        shortfalls: What was not complete, and why.
    """

    lines: list[bytes]
    code: int
    shortfalls: list[str]


def run(
    config: dict[str, t.Any],
    streams: tuple[str, ...],
    state: dict[str, t.Any] | None,
    *,
    lasts: int | None = None,
    method: str | None = None,
) -> Ended:
    """Run the tap in this process.

    Args:
        config: The settings.
        streams: The streams to read.
        state: The state to start from.
        lasts: After how many messages the run is interrupted; never by default.
        method: The replication method of all streams, if not each one's own.
    """
    writer = Doomed(lasts)
    # As it is kept: neither the tap nor the test may share a part of it with the other.
    kept = json.loads(json.dumps(state)) if state else None
    catalog = selecting(*streams, method=method)
    tap = TapEconomic(config=config, state=kept, catalog=catalog, message_writer=writer)
    code: t.Any = 0
    with contextlib.ExitStack() as stack:
        stack.callback(tap.current_run.session.close)
        try:
            tap.run()
        except SystemExit as exc:
            code = exc.code
        except Killed:
            code = KILLED
    shortfalls = [
        f"{result.stream}: {result.reason}" for result in tap.current_run.report.shortfalls
    ]
    return Ended(writer.lines, code, shortfalls)


@contextlib.contextmanager
def hurried(lookback: int, state_interval: float = 0) -> Iterator[None]:
    """Let bookmarks look back by a few rows and STATE come with every page: books are small."""
    with pytest.MonkeyPatch.context() as patch:
        shorten_lookback(patch, lookback)
        patch.setattr(Run, "state_interval", state_interval)
        yield


def run_process(  # noqa: PLR0913 - what a process is given
    folder: Path,
    config: dict[str, t.Any],
    streams: tuple[str, ...],
    state: dict[str, t.Any] | None,
    *,
    lookback: int,
    lasts: int | None = None,
    method: str | None = None,
) -> Ended:
    """Run the tap as a process, and kill it with SIGKILL.

    Args:
        folder: Where to keep files.
        config: The settings.
        streams: The streams to read.
        state: The state to start from.
        lookback: By how many rows bookmarks look back.
        lasts: After how many messages the process is killed; never by default.
        method: The replication method of all streams, if not each one's own.
    """
    options: list[str] = []
    catalog = selecting(*streams, method=method)
    for name, content in {"config": config, "catalog": catalog, "state": state}.items():
        if content is not None:
            path = folder / f"{name}.json"
            path.write_text(json.dumps(content), encoding="utf-8")
            options += [f"--{name}", str(path)]
    command = [sys.executable, "-m", "tests.support.hurry", str(lookback), *options]
    lines: list[bytes] = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        for line in t.cast("t.IO[bytes]", process.stdout):
            if line.endswith(b"\n"):  # the last one may be cut short
                lines.append(line)
            if len(lines) == lasts:
                process.send_signal(signal.SIGKILL)
    return Ended(lines, process.returncode, [])
