"""Running and measuring one program."""

from __future__ import annotations

import functools
import json
import shutil
import subprocess
import sys
import tempfile
import typing as t
from pathlib import Path

from benchmarks.audit import IncompleteError, audit

if t.TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from typing_extensions import Self

    from benchmarks.environments import Installed
    from benchmarks.serving import Served
    from benchmarks.work import Case

_PEERS = Path(__file__).parent / "peers"
_LAUNCH = Path(__file__).parent / "launch.py"
_RAM_DISK = Path("/dev/shm")  # noqa: S108 - the folder below it has a random name


class Run(t.NamedTuple):
    """The figures of one run.

    Attributes:
        seconds: The wall-clock time of the whole process.
        peak: The peak memory in bytes.
        requests: How many requests the server received.
        rows: How many rows the program read.
        audited: The figures of `audit` for many agreements; None for one.
    """

    seconds: float
    peak: int
    requests: int
    rows: int
    audited: Mapping[str, int] | None = None

    @property
    def in_words(self) -> str:
        """The run in one line."""
        return (
            f"{self.seconds:.2f} s, {self.peak / 1e6:.0f} MB, {self.requests} requests, "
            f"{self.rows} rows"
        )


class FailedError(Exception):
    """A program that failed."""


class Place:
    """A folder for the files of programs, in memory if possible."""

    def __init__(self, served: Served) -> None:
        """Set the server to read from."""
        self._served = served

    def __enter__(self) -> Self:
        """Create the folder."""
        self._folder = Path(tempfile.mkdtemp(dir=_RAM_DISK if _RAM_DISK.is_dir() else None))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Remove the folder."""
        shutil.rmtree(self._folder)

    def run(self, case: Case, installed: Installed) -> Run:
        """Run a case once.

        Args:
            case: The case.
            installed: The environment of its program.

        Raises:
            FailedError: If the program fails, or does not read all rows.
        """
        folder = self._folder / "run"
        folder.mkdir()
        try:
            settings = self._served.begin(
                invoices=case.invoices,
                entries=case.entries,
                agreements=case.agreements,
                delay=case.delay,
            )
            command = self._command(case, installed, folder, settings)
            seconds, peak = measure(command, folder, case.exit_code)
            out = folder / "out"
            audited = audit(out, case.agreements) if case.agreements else None
            run = Run(seconds, peak, self._served.requests(), rows_in(out), audited)
        except IncompleteError as error:
            raise FailedError(error) from error
        finally:
            shutil.rmtree(folder)
        if case.rows is not None and run.rows != case.rows:
            msg = f"{case.program.title} read {run.rows} rows of {case.rows}"
            raise FailedError(msg)
        return run

    def _command(
        self, case: Case, installed: Installed, folder: Path, settings: dict[str, t.Any]
    ) -> list[str]:
        if case.concurrency:
            settings["concurrency"] = case.concurrency
        config, catalog = folder / "config.json", folder / "catalog.json"
        config.write_text(json.dumps(settings), encoding="utf-8")
        if "{catalog}" in case.program.command:
            selected = catalog_of(installed.programs / "tap-economic", case.streams)
            catalog.write_text(json.dumps(selected), encoding="utf-8")
        filled_in = {
            "programs": installed.programs,
            "peers": _PEERS,
            "config": config,
            "catalog": catalog,
            "folder": folder,
            "listing": case.listing,
            "rows": case.rows,
        }
        return [word.format(**filled_in) for word in case.program.command.split()]


@functools.cache
def catalog_of(tap: Path, streams: tuple[str, ...]) -> dict[str, t.Any]:
    """Return the tap's catalog with some streams selected, by default the default ones.

    Raises:
        FailedError: If discovery fails.
    """
    found = subprocess.run([tap, "--discover"], capture_output=True, check=False)
    if found.returncode:
        msg = f"discovery failed: {found.stderr.decode(errors='replace')[-1000:]}"
        raise FailedError(msg)
    catalog: dict[str, t.Any] = json.loads(found.stdout)
    for stream in catalog["streams"] if streams else ():
        (whole,) = (entry for entry in stream["metadata"] if not entry["breadcrumb"])
        whole["metadata"]["selected"] = stream["tap_stream_id"] in streams
    return catalog


def measure(command: list[str], folder: Path, exit_code: int = 0) -> tuple[float, int]:
    """Run a command; return its seconds and its peak memory in bytes.

    Args:
        command: The command line.
        folder: The folder of its output file ``out``.
        exit_code: The expected exit code.

    Raises:
        FailedError: If it exits with another code.
    """
    out, err = folder / "out", folder / "err"
    launched = [sys.executable, "-I", "-S", str(_LAUNCH), str(out), str(err), *command]
    took = json.loads(subprocess.run(launched, stdout=subprocess.PIPE, check=True).stdout)
    if took["exit_code"] != exit_code:
        said = err.read_text(encoding="utf-8", errors="replace")[-1000:]
        msg = f"{' '.join(command)} ended with {took['exit_code']}: {said}"
        raise FailedError(msg)
    return took["seconds"], took["peak"]


def rows_in(path: Path) -> int:
    """Return the row count of an output: of RECORD lines, or in a line ``{"rows": N}``."""
    rows = 0
    with path.open("rb") as lines:
        for line in lines:
            if line.startswith((b'{"type":"RECORD"', b'{"type": "RECORD"')):
                rows += 1
            elif line.startswith(b'{"rows":'):
                rows += json.loads(line)["rows"]
    return rows
