"""Running and measuring one program, or two in a pipeline."""

from __future__ import annotations

import json
import subprocess
import sys
import typing as t
from pathlib import Path

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_LAUNCH = Path(__file__).parent / "launch.py"


class Usage(t.NamedTuple):
    """What one process took.

    Attributes:
        cpu: The seconds of processor time.
        peak: The peak memory in bytes.
    """

    cpu: float
    peak: int


class Took(t.NamedTuple):
    """What a command line took.

    Attributes:
        seconds: The wall-clock time until the last process ended.
        processes: What each process took.
        piped: The bytes through the pipe; None for a single process.
    """

    seconds: float
    processes: Sequence[Usage]
    piped: int | None


class Run(t.NamedTuple):
    """The figures of one run.

    Attributes:
        seconds: The wall-clock time of the whole process.
        peak: The peak memory in bytes; of a pipeline, the sum of its processes.
        requests: How many requests the server received.
        rows: How many rows the program read.
        audited: The figures of `audit` for many agreements; None for one.
        processes: What each process took, in the order of the pipeline.
        piped: The bytes through the pipe; None for a single process.
        database_cpu: The seconds of processor time of PostgreSQL; None if it is not used.
        nodes: The seconds of each model, test and operation of dbt, by its kind and name.
    """

    seconds: float
    peak: int
    requests: int
    rows: int
    audited: Mapping[str, int] | None = None
    processes: Sequence[Usage] = ()
    piped: int | None = None
    database_cpu: float | None = None
    nodes: Mapping[str, float] | None = None

    @property
    def in_words(self) -> str:
        """The run in one line."""
        cpu = " + ".join(f"{usage.cpu:.2f}" for usage in self.processes)
        piped = "" if self.piped is None else f", {self.piped / 1e6:.1f} MB piped"
        return (
            f"{self.seconds:.2f} s, {cpu} s of processor time, {self.peak / 1e6:.0f} MB, "
            f"{self.requests} requests, {self.rows} rows{piped}"
        )


class FailedError(Exception):
    """A program that failed."""


def measure(
    command: Sequence[str],
    folder: Path,
    exit_code: int = 0,
    environment: Mapping[str, str] | None = None,
) -> Took:
    """Run a command line, and return what it took.

    Args:
        command: The command line, with ``|`` between two programs.
        folder: The folder of its output file ``out``.
        exit_code: The expected exit code of each process.
        environment: The environment variables, if not those of this process.

    Raises:
        FailedError: If a process exits with another code.
    """
    out, err = folder / "out", folder / "err"
    launched = [sys.executable, "-I", "-S", str(_LAUNCH), str(out), str(err), *command]
    took = json.loads(
        subprocess.run(launched, env=environment, stdout=subprocess.PIPE, check=True).stdout
    )
    exit_codes = [process.pop("exit_code") for process in took["processes"]]
    if any(code != exit_code for code in exit_codes):
        said = err.read_text(encoding="utf-8", errors="replace")[-1000:]
        msg = f"{' '.join(command)} ended with {' and '.join(map(str, exit_codes))}: {said}"
        raise FailedError(msg)
    processes = tuple(Usage(**process) for process in took["processes"])
    return Took(took["seconds"], processes, took["piped"])


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
