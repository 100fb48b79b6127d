"""Write docs/performance.md and its plots from the results that are kept.

python -m benchmarks.report            writes the files
python -m benchmarks.report --check    writes nothing, exits 1 and names what is stale
"""

from __future__ import annotations

import argparse
import sys
import typing as t

from benchmarks import results
from benchmarks.plots import Bar, Line, bars, lines
from benchmarks.serving import ROOT
from benchmarks.work import TAP, WORK

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from benchmarks.results import Result
    from benchmarks.work import Case, Figure, Goal, Work

PAGE = ROOT / "docs" / "performance.md"
PLOTS = ROOT / "docs" / "performance"
_BEGIN, _END = "<!-- begin figures (make bench) -->", "<!-- end figures (make bench) -->"

_UNITS = {"seconds": "seconds", "peak": "peak memory in MB", "requests": "requests"}


def documents(kept: Mapping[str, Result], page: str) -> dict[Path, str]:
    """Return what the documents should hold.

    Args:
        kept: The results, by the name of the work.
        page: The page as it is, whose other parts stay.
    """
    before, begin, rest = page.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not (begin and end):
        sys.exit(f"{PAGE.name} must have the lines {_BEGIN!r} and {_END!r}.")
    written = {PAGE: "\n".join([before + begin, *_figures(kept), end]) + after}
    for name, result in kept.items():
        for plot, drawn in _plots(WORK[name], result):
            written[PLOTS / f"{plot}.svg"] = drawn
    return written


def _figures(kept: Mapping[str, Result]) -> Iterator[str]:
    yield from ("", "## The goals", "")
    yield from ("| work | goal | measured | |", "| --- | --- | --- | --- |")
    for name, result in kept.items():
        for goal in WORK[name].goals:
            yield f"| {WORK[name].title} | {goal.words} | {_verdict(goal, result)} |"
    yield ""
    for name, result in kept.items():
        work = WORK[name]
        yield from (f"## {work.title[0].upper()}{work.title[1:]}", "", f"{work.about}", "")
        yield from details(work, result)
        yield ""
        for plot, _ in _plots(work, result):
            yield f"![{work.title}: {plot}](performance/{plot}.svg)"
        yield ""
    yield from ("## What it was measured on", "")
    yield from _circumstances(kept)
    yield ""


def _verdict(goal: Goal, result: Result) -> str:
    value = result.reached(goal)
    if value is None:
        return "not measured | "
    reached = value <= goal.at_most if goal.at_most is not None else value >= (goal.at_least or 0)
    if goal.over is None:
        shown = _shown(value, goal.figure)
    else:
        shown = f"1/{1 / value:.0f}" if value < 0.1 else f"{value:.2f}"  # noqa: PLR2004 - a tenth
    return f"{shown} | {'reached' if reached else '**missed**'}"


def details(work: Work, result: Result) -> Iterator[str]:
    """Yield the table of a piece of work: every case with the medians of its runs."""
    yield "| | rows | seconds (lowest to highest) | peak memory | requests | runs |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: |"
    for case in work.cases:
        if case.name in result.skipped:
            yield f"| {case.program.title} | skipped: {result.skipped[case.name]} | | | | |"
        elif case.name in result.runs:
            yield f"| {case.program.title} | {' | '.join(_cells(case, result))} |"


def _cells(case: Case, result: Result) -> Iterator[str]:
    seconds = result.values(case.name, "seconds")
    yield f"{result.runs[case.name][0].rows:,}"
    median = _shown(result.median(case.name, "seconds"), "seconds")
    yield f"{median} ({min(seconds):.2f} to {max(seconds):.2f})" if len(seconds) > 1 else median
    yield _shown(result.median(case.name, "peak"), "peak")
    yield _shown(result.median(case.name, "requests"), "requests")
    yield str(len(seconds))


def _shown(value: float, figure: Figure) -> str:
    if figure == "seconds":
        return f"{value:.2f}"
    return f"{value / 1e6:.0f} MB" if figure == "peak" else f"{value:,.0f}"


def _circumstances(kept: Mapping[str, Result]) -> Iterator[str]:
    """Yield what machine, day and versions the results are from; each only once."""
    seen: dict[str, None] = {}
    for result in kept.values():
        machine = ", ".join(f"{name} {value}" for name, value in result.machine.items())
        seen[f"- {result.measured}: {machine}"] = None
    for result in kept.values():
        for environment in result.versions.values():
            packages = ", ".join(f"{name} {version}" for name, version in environment.items())
            seen[f"- {packages}"] = None
    yield from seen


def _plots(work: Work, result: Result) -> Iterator[tuple[str, str]]:
    """Yield the name and the drawing of each plot of a piece of work."""
    cases = [case for case in work.cases if case.name in result.runs]
    if work.grows:
        for figure in ("seconds", "peak"):
            yield f"{work.name}-{figure}", _growth(figure, cases, result)
    elif cases:
        shown = [_bar(case, work.figure, result) for case in cases]
        title = work.title.replace("`", "")
        yield work.name, bars(f"{title}: {_UNITS[work.figure]}", shown)


def _bar(case: Case, figure: Figure, result: Result) -> Bar:
    values = result.values(case.name, figure)
    median = result.median(case.name, figure)
    own = case.program.title.startswith(TAP.title)
    shown = _shown(median, figure)
    return Bar(case.program.title, median, min(values), max(values), shown, own)


def _growth(figure: Figure, cases: list[Case], result: Result) -> str:
    """Draw a figure over the number of rows, for the programs that read several sizes."""
    points: dict[str, list[tuple[float, float]]] = {}
    for case in cases:
        value = result.median(case.name, figure) / (1e6 if figure == "peak" else 1)
        points.setdefault(case.program.title, []).append((case.entries, value))
    shown = [
        Line(title, found, own=title == TAP.title)
        for title, found in points.items()
        if len(found) > 1
    ]
    return lines(f"Booked entries: {_UNITS[figure]}, by the number of rows", shown)


def stale() -> dict[Path, str]:
    """Return the documents that are not as the results say, with what they should hold."""
    kept = {
        name: results.load(path)
        for name in WORK
        if (path := results.FOLDER / f"{name}.json").exists()
    }
    fresh = documents(kept, PAGE.read_text(encoding="utf-8"))
    return {
        path: text
        for path, text in fresh.items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    }


def write() -> None:
    """Bring the documents up to date."""
    PLOTS.mkdir(exist_ok=True)
    for path, text in stale().items():
        path.write_text(text, encoding="utf-8")
        print(f"Wrote {path.relative_to(ROOT)}.")


def main() -> None:
    """Write the documents, or tell which are stale."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, tell what is stale")
    if not parser.parse_args().check:
        write()
    elif found := stale():
        names = ", ".join(path.name for path in found)
        sys.exit(f"Stale: {names}. Run `python -m benchmarks.report`.")


if __name__ == "__main__":
    main()
