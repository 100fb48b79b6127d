"""Run the benchmarks, and store the figures.

    python -m benchmarks [--only WORK ...] [--runs N] [--scale FACTOR]

The figures are stored in benchmarks/results, from which `make docs` generates
docs/performance.md.
With fewer runs or rows nothing is stored.
"""

from __future__ import annotations

import argparse
import dataclasses
import datetime as dt
import sys
import time
import typing as t

from benchmarks import results
from benchmarks.environments import Installed, NotInstalledError, install
from benchmarks.report import details
from benchmarks.results import Result
from benchmarks.runs import FailedError, Place
from benchmarks.serving import serve
from benchmarks.work import WORK

if t.TYPE_CHECKING:
    from collections.abc import Iterable

    from benchmarks.work import Case, Work

_WARM_UP = 0.01  # of the rows are read once before, to warm up files and responses


def main() -> None:
    """Run the requested benchmarks; exit with 1 if a program failed."""
    options = _parser().parse_args()
    began = time.monotonic()
    with serve() as served, Place(served) as place:
        done = [
            _report_of(WORK[name], options.scale, options.runs, place)
            for name in options.only or WORK
        ]
    print(f"\nIt took {(time.monotonic() - began) / 60:.1f} minutes.")
    sys.exit(not all(done))


def _report_of(work: Work, scale: float, runs: int | None, place: Place) -> bool:
    """Run a benchmark, store and show the result; return whether it succeeded."""
    print(f"\n{work.title}", flush=True)
    cases = [_resized(case, scale, runs) for case in work.cases]
    try:
        result = measure(cases, place)
    except FailedError as error:
        print(f"failed: {error}", flush=True)
        return False
    print("\n".join(details(work, result)), flush=True)
    if scale == 1:
        result.save(results.FOLDER / f"{work.name}.json")
    return True


def measure(cases: Iterable[Case], place: Place) -> Result:
    """Run cases interleaved, A B C A B C, so that other load affects all of them alike.

    Args:
        cases: The cases; those whose program cannot be installed are skipped.
        place: Where to run them.

    Raises:
        FailedError: If a program fails.
    """
    today = dt.datetime.now(tz=dt.timezone.utc).date().isoformat()
    result = Result(today, results.machine())
    ready: dict[Case, Installed] = {}
    for case in cases:
        found = _installed(case)
        if isinstance(found, Installed):
            ready[case] = found
            result.versions[case.program.environment] = found.versions
            result.runs[case.name] = []
            place.run(dataclasses.replace(case.scaled(_WARM_UP), delay=0), found)
        else:
            result.skipped[case.name] = str(found)
            print(f"skipped: {case.program.title}: {found}", flush=True)
    for turn in range(max((case.runs for case in ready), default=0)):
        for case in [case for case in ready if turn < case.runs]:
            run = place.run(case, ready[case])
            result.runs[case.name].append(run)
            print(f"{turn + 1}/{case.runs} {case.name}: {run.in_words}", flush=True)
    return result


def _installed(case: Case) -> Installed | NotInstalledError:
    try:
        return install(case.program.environment)
    except NotInstalledError as error:
        return error


def _resized(case: Case, scale: float, runs: int | None) -> Case:
    return dataclasses.replace(case.scaled(scale), runs=min(case.runs, runs or case.runs))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Benchmark the tap and its peers."
    )
    add = parser.add_argument
    add("--only", nargs="+", choices=WORK, metavar="WORK", help=f"of {', '.join(WORK)}")
    add("--runs", type=int, help="fewer runs than usual")
    add("--scale", type=float, default=1, help="on fewer rows, such as 0.1; nothing is stored")
    return parser


if __name__ == "__main__":
    main()
