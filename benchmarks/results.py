"""Benchmark results, stored as one JSON file per benchmark."""

from __future__ import annotations

import dataclasses
import json
import os
import platform
import statistics
import typing as t
from pathlib import Path

from benchmarks.runs import Run, Usage
from benchmarks.works import WORK

if t.TYPE_CHECKING:
    from benchmarks.work import Figure, Goal

FOLDER = Path(__file__).parent / "results"


@dataclasses.dataclass
class Result:
    """The runs of one benchmark.

    Attributes:
        measured: The day.
        machine: The machine.
        versions: The versions of Python and packages, by environment.
        runs: The runs of each case.
        skipped: Why a case was skipped.
    """

    measured: str
    machine: dict[str, str]
    versions: dict[str, dict[str, str]] = dataclasses.field(default_factory=dict)
    runs: dict[str, list[Run]] = dataclasses.field(default_factory=dict)
    skipped: dict[str, str] = dataclasses.field(default_factory=dict)

    def values(self, case: str, figure: Figure) -> list[float]:
        """Return a figure of all runs of a case."""
        return [getattr(run, figure) for run in self.runs[case]]

    def median(self, case: str, figure: Figure) -> float:
        """Return the median of a figure."""
        return statistics.median(self.values(case, figure))

    def reached(self, goal: Goal) -> float | None:
        """Return the value of a goal; None if a case was not run."""
        if not {goal.case, goal.over or goal.case} <= self.runs.keys():
            return None
        value = self.median(goal.case, goal.figure)
        return value / self.median(goal.over, goal.figure) if goal.over else value

    def save(self, path: Path) -> None:
        """Write the result to a file."""
        content = dataclasses.asdict(self)
        content["runs"] = {
            case: [{**run._asdict(), "seconds": round(run.seconds, 3)} for run in runs]
            for case, runs in self.runs.items()
        }
        path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def load(path: Path) -> Result:
    """Read a result from a file."""
    content: dict[str, t.Any] = json.loads(path.read_text(encoding="utf-8"))
    runs = {case: [_run(run) for run in kept] for case, kept in content.pop("runs").items()}
    return Result(**content, runs=runs)


def _run(content: dict[str, t.Any]) -> Run:
    processes = tuple(Usage(*usage) for usage in content.pop("processes", ()))
    return Run(**content, processes=processes)


def kept() -> dict[str, Result]:
    """Read all stored results, by the name of the benchmark."""
    return {name: load(path) for name in WORK if (path := FOLDER / f"{name}.json").exists()}


def machine() -> dict[str, str]:
    """Describe this machine."""
    return {
        "system": f"{platform.system()} {platform.release().partition('-')[0]}",
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 1e9:.0f} GB",
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
    }


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    lines = information.read_text(encoding="utf-8").splitlines() if information.exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())
