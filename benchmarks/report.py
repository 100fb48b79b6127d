"""The generated part of docs/performance.md, from the stored results."""

from __future__ import annotations

import collections
import itertools
import statistics
import typing as t

from benchmarks.works import WORK

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from benchmarks.results import Result
    from benchmarks.runs import Run
    from benchmarks.work import Figure, Goal, Work

# Otherwise the axis would start at the lowest value; the default colour is too pale.
_CHART = """\
```mermaid
---
config:
    themeVariables:
        xyChart:
            plotColorPalette: "#0b6e99"
---
xychart-beta horizontal
    title "{title}"
    x-axis [{names}]
    y-axis "{unit}" 0 --> {highest}
    bar [{values}]
```"""


def figures(kept: Mapping[str, Result]) -> Iterator[str]:
    """Yield the lines of all figures.

    Args:
        kept: The results, by the name of the benchmark.
    """
    yield from ("", "## The goals", "")
    yield from ("| benchmark | goal | measured | |", "| --- | --- | --- | --- |")
    for name, result in kept.items():
        for goal in WORK[name].goals:
            yield f"| {WORK[name].title} | {goal.words} | {_verdict(goal, result)} |"
    yield ""
    for name, result in kept.items():
        work = WORK[name]
        yield from (f"## {work.title[0].upper()}{work.title[1:]}", "", f"{work.about}", "")
        yield from details(work, result)
        yield ""
        for chart in _charts(work, result):
            yield from (chart, "")
    yield from ("## Environment", "")
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
    """Yield the table of a benchmark: every case with the medians of its runs."""
    table = {
        case.name: [cell(result, case.name) for cell in _COLUMNS.values()]
        for case in work.cases
        if case.name in result.runs
    }
    filled = [any(cells) for cells in zip(*table.values(), strict=True)]
    headings = list(itertools.compress(_COLUMNS, filled))
    yield f"| | {' | '.join(headings)} |"
    yield f"| --- |{' ---: |' * len(headings)}"
    for case in work.cases:
        if case.name in table:
            cells = " | ".join(itertools.compress(table[case.name], filled))
            yield f"| {case.program.title} | {cells} |"
        elif case.name in result.skipped:
            rest = " |" * (len(headings) - 1)
            yield f"| {case.program.title} | skipped: {result.skipped[case.name]} |{rest}"
    for audited in (run.audited for runs in result.runs.values() for run in runs):
        if audited:
            yield ""
            yield from (f"- {words}: {number:,}" for words, number in audited.items())
    yield from _nodes(work, result)


def _nodes(work: Work, result: Result) -> Iterator[str]:
    """Yield the table of what dbt built, the slowest first: tests and staging views in sums."""
    cases = [
        case for case in work.cases if any(run.nodes for run in result.runs.get(case.name, ()))
    ]
    if not cases:
        return
    seconds = {case.name: _medians(result.runs[case.name]) for case in cases}
    first = seconds[cases[0].name]
    yield from ("", f"| seconds | {' | '.join(case.program.title for case in cases)} |")
    yield f"| --- |{' ---: |' * len(cases)}"
    for name in sorted(first, key=first.__getitem__, reverse=True):
        cells = " | ".join(f"{seconds[case.name].get(name, 0):.2f}" for case in cases)
        yield f"| {name} | {cells} |"


def _medians(runs: Sequence[Run]) -> dict[str, float]:
    """Return the median seconds of each table, and of all staging views and tests together."""
    kept = [run.nodes for run in runs if run.nodes]
    sums: dict[str, float] = collections.defaultdict(float)
    counts = collections.Counter(map(_row_of, kept[0]))
    for node in kept[0]:
        row = _row_of(node)
        name = f"{counts[row]} {row}s" if counts[row] > 1 else row
        sums[name] += statistics.median(nodes[node] for nodes in kept)
    return dict(sums)


def _row_of(node: str) -> str:
    """Return the row that a node is counted in."""
    kind, _, name = node.partition(" ")
    if kind == "test":
        return kind
    if name.startswith("stg_"):
        return "staging view"
    if kind == "operation":
        return "`analyze` of the loaded tables"
    return f"`{name}`" if kind == "model" else kind


def _rows(result: Result, case: str) -> str:
    return f"{result.runs[case][0].rows:,}"


def _seconds(result: Result, case: str) -> str:
    seconds = result.values(case, "seconds")
    median = _shown(result.median(case, "seconds"), "seconds")
    return f"{median} ({min(seconds):.2f} to {max(seconds):.2f})" if len(seconds) > 1 else median


def _cpu(result: Result, case: str) -> str:
    return _of_each(result, case, "cpu", "seconds")


def _peak(result: Result, case: str) -> str:
    return _of_each(result, case, "peak", "peak") or _median(result, case, "peak")


def _requests(result: Result, case: str) -> str:
    """Return the median of the requests; nothing of a program that reads from a database."""
    return _median(result, case, "requests") if any(result.values(case, "requests")) else ""


def _of_each(result: Result, case: str, part: t.Literal["cpu", "peak"], figure: Figure) -> str:
    """Return the medians of a figure of each process, in the order of the pipeline."""
    of_runs = [[getattr(usage, part) for usage in run.processes] for run in result.runs[case]]
    medians = (statistics.median(values) for values in zip(*of_runs, strict=True))
    return " + ".join(_shown(median, figure) for median in medians)


def _median(result: Result, case: str, figure: Figure) -> str:
    """Return the median of a figure; nothing if it was not measured."""
    if None in result.values(case, figure):
        return ""
    return _shown(result.median(case, figure), figure)


def _shown(value: float, figure: Figure) -> str:
    if figure in {"seconds", "database_cpu"}:
        return f"{value:.2f}"
    if figure == "piped":
        return f"{value / 1e6:.1f} MB"
    return f"{value / 1e6:.0f} MB" if figure == "peak" else f"{value:,.0f}"


# The headings, each with the function for its cells; a column without any content is left out.
_COLUMNS: dict[str, Callable[[Result, str], str]] = {
    "rows": _rows,
    "seconds (lowest to highest)": _seconds,
    "CPU seconds": _cpu,
    "of PostgreSQL": lambda result, case: _median(result, case, "database_cpu"),
    "peak memory": _peak,
    "piped": lambda result, case: _median(result, case, "piped"),
    "requests": _requests,
    "runs": lambda result, case: str(len(result.runs[case])),
}


def _circumstances(kept: Mapping[str, Result]) -> Iterator[str]:
    """Yield the machines, days and versions of the results, without repetition."""
    seen: dict[str, None] = {}
    for result in kept.values():
        machine = ", ".join(f"{name} {value}" for name, value in result.machine.items())
        seen[f"- {result.measured}: {machine}"] = None
    for result in kept.values():
        for environment in result.versions.values():
            packages = ", ".join(f"{name} {version}" for name, version in environment.items())
            seen[f"- {packages}"] = None
    yield from seen


def _charts(work: Work, result: Result) -> Iterator[str]:
    """Yield the bar charts of a benchmark; a single case has none."""
    cases = [case for case in work.cases if case.name in result.runs]
    if work.grows:
        # Flat or falling bars show that cost grows no faster than the number of rows.
        cases.sort(key=lambda case: case.program.title)
        names = [f"{case.program.title}, {case.entries:,} rows" for case in cases]
        cost = [result.median(case.name, "seconds") / case.entries * 1e6 for case in cases]
        peaks = [result.median(case.name, "peak") / 1e6 for case in cases]
        yield _chart("Time for each row", "microseconds", names, cost)
        yield _chart("Peak memory", "MB", names, peaks)
    elif len(cases) > 1:
        values = [result.median(case.name, work.figure) for case in cases]
        yield _chart(work.title, work.figure, [case.program.title for case in cases], values)


def _chart(title: str, unit: str, names: Sequence[str], values: Sequence[float]) -> str:
    return _CHART.format(
        title=title.replace("`", ""),
        names=", ".join(f'"{name}"' for name in names),
        unit=unit,
        highest=f"{max(values):.2f}",
        values=", ".join(f"{value:.2f}" for value in values),
    )
