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
from benchmarks.environments import NotInstalledError, install, named_in
from benchmarks.place import Place
from benchmarks.report import details
from benchmarks.results import Result
from benchmarks.runs import FailedError
from benchmarks.serving import serve
from benchmarks.works import WORK

if t.TYPE_CHECKING:
    from collections.abc import Iterable

    from benchmarks.command_line import Programs
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
    ready: list[tuple[Case, Programs]] = []
    for case in cases:
        try:
            found = {name: install(name) for name in named_in(case.program)}
        except NotInstalledError as error:
            result.skipped[case.name] = str(error)
            print(f"skipped: {case.program.title}: {error}", flush=True)
            continue
        result.versions |= {name: installed.versions for name, installed in found.items()}
        result.runs[case.name] = []
        folders = {name: installed.programs for name, installed in found.items()}
        ready.append((case, folders))
        place.run(dataclasses.replace(case.scaled(_WARM_UP), delay=0), folders)
    for turn in range(max((case.runs for case, _ in ready), default=0)):
        for case, programs in ready:
            if turn < case.runs:
                run = place.run(case, programs)
                result.runs[case.name].append(run)
                print(f"{turn + 1}/{case.runs} {case.name}: {run.in_words}", flush=True)
    return result


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
