"""What a run tells at its end, on stderr: first what needs attention, then each agreement."""

from __future__ import annotations

import collections
import re
import typing as t

from tap_economic.report import Status

if t.TYPE_CHECKING:
    import logging
    from collections.abc import Iterable, Iterator, Sequence

    from rich.table import Table

    from tap_economic.report import Outcome, Report

_MOST_NAMES = 6
"""How many streams or agreements an exception names; of more, the rest is counted."""
_TRACE = re.compile(r" \((?:log|trace)Id [^)]*\)|, (?:log|trace)Id [^,)]*")
"""What e-conomic calls a single request: it must not keep apart what has the same reason."""
_WORST_FIRST = (Status.FAILED, Status.INCOMPLETE, Status.SKIPPED, Status.COMPLETE, Status.READABLE)


def tell(report: Report, *, whole: bool) -> None:
    """Write the report of a run to stderr, as wide as the terminal, or in 80 columns.

    Args:
        report: What became of each stream.
        whole: Whether to list each stream, and not only exceptions and agreements.
    """
    # Not before it is needed: rich takes a tenth of the time that --discover does.
    from rich.console import Console  # noqa: PLC0415
    from rich.padding import Padding  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    console = Console(stderr=True, highlight=False, markup=False)
    console.print()
    for title, reason in _exceptions(report):
        console.print(Text(title, style="bold"))
        console.print(Padding(Text(reason), (0, 0, 0, 4)))
    for table in _by_stream(report) if whole else [_by_agreement(report)]:
        console.print(table)
    console.print(_summary(report))


def tell_stopped(report: Report, logger: logging.Logger) -> None:
    """Log which agreements were refused midway, once for all of their streams."""
    for number, reason in report.stopped.items():
        streams = sum(outcome.agreement_number == number for outcome in report.shortfalls)
        logger.error(
            "Agreement %s stopped, with %s of its streams not read: %s.",
            report.labels[number],
            streams,
            reason,
        )


def _exceptions(report: Report) -> Iterator[tuple[str, str]]:
    """Yield what is not simply complete, the worst first, each with its reason.

    What has the same reason stands together: streams of an agreement, and agreements with the same
    streams.
    """
    unread: dict[str, list[str]] = {}
    for opening in report.unopened:
        unread.setdefault(_reason(opening), []).append(opening.label)
    for reason, labels in unread.items():
        yield f"not read: {_named(labels)}", reason
    streams: dict[tuple[str, str, str], list[str]] = {}
    for outcome in sorted(report.outcomes, key=lambda one: _WORST_FIRST.index(one.status)):
        if (ending := _ending(outcome)) is not None:
            streams.setdefault((*ending, outcome.label), []).append(outcome.stream)
    agreements: dict[tuple[str, str, tuple[str, ...]], list[str]] = {}
    for (what, reason, label), names in streams.items():
        agreements.setdefault((what, reason, tuple(names)), []).append(label)
    for (what, reason, alike), labels in agreements.items():
        plural = "s" if len(labels) > 1 else ""
        yield f"{what}: {_named(alike)} of agreement{plural} {_named(labels)}", reason


def _ending(outcome: Outcome) -> tuple[str, str] | None:
    """Return what a stream's ending is called, and its reason; None where all is well."""
    counted, surplus = outcome.findings.rows_counted or 0, outcome.findings.surplus
    if outcome.status is Status.COMPLETE and surplus:
        rows = f"{counted + surplus:,} rows were read, twice the same, where e-conomic counts"
        return "complete, but counted otherwise", f"{rows} {counted:,}"
    if outcome.status in {Status.COMPLETE, Status.READABLE}:
        return None
    return outcome.status.value, _reason(outcome)


def _reason(outcome: Outcome) -> str:
    return _TRACE.sub("", outcome.reason)


def _named(names: Sequence[str]) -> str:
    if len(names) <= _MOST_NAMES:
        return ", ".join(names)
    named = _MOST_NAMES - 1
    return f"{', '.join(names[:named])} and {len(names) - named:,} more"


def _by_agreement(report: Report) -> Table:
    """Return the table with a line for each agreement."""
    from rich.text import Text  # noqa: PLC0415

    of: dict[str, list[Outcome]] = {opening.label: [opening] for opening in report.openings}
    for outcome in report.outcomes:
        of.setdefault(outcome.label, []).append(outcome)
    table = _table("agreement", ("read", "counted", "rows", "calls", "cost"))
    for label, outcomes in of.items():
        streams = [outcome for outcome in outcomes if outcome not in report.openings]
        read = [outcome for outcome in streams if _is_read(outcome)]
        table.add_row(
            Text(label, no_wrap=True, overflow="ellipsis"),
            f"{len(read)} of {len(streams)}" if streams else "none",
            str(sum(_is_counted(outcome) for outcome in read)),
            *map(_figure, _sums(outcomes)),
        )
    return table


def _by_stream(report: Report) -> Iterator[Table]:
    """Yield a table for each agreement, with a line for each stream."""
    of: dict[str, list[Outcome]] = {}
    for outcome in report.outcomes:
        of.setdefault(outcome.label, []).append(outcome)
    for label, outcomes in of.items():
        table = _table("stream", ("rows", "counted", "calls", "cost"), "status")
        table.title = f"Agreement {label}"
        for outcome in outcomes:
            rows, calls, cost = _sums([outcome])
            figures = (rows, outcome.findings.rows_counted, calls, cost)
            table.add_row(outcome.stream, *map(_figure, figures), outcome.status.value)
        yield table


def _table(name: str, figures: Sequence[str], last: str | None = None) -> Table:
    from rich import box  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, title_justify="left")
    table.add_column(name)
    for figure in figures:
        table.add_column(figure, justify="right", no_wrap=True)
    if last:
        table.add_column(last, no_wrap=True)
    return table


def _summary(report: Report) -> str:
    endings = collections.Counter(outcome.status for outcome in report.endings)
    ends = ", ".join(f"{endings[end]:,} {end.value}" for end in _WORST_FIRST if endings[end])
    rows, calls, cost = _sums([*report.openings, *report.outcomes])
    return f"{rows:,} rows; {ends or 'nothing selected'}; {calls:,} calls that cost {cost:,}"


def _is_read(outcome: Outcome) -> bool:
    return outcome.status in {Status.COMPLETE, Status.READABLE}


def _is_counted(outcome: Outcome) -> bool:
    return outcome.findings.rows_counted is not None


def _sums(outcomes: Iterable[Outcome]) -> tuple[int, int, int]:
    """Return the rows that went out, or that --test found, the calls and what they cost."""
    rows = calls = cost = 0
    for outcome in outcomes:
        is_test = outcome.status is Status.READABLE
        rows += (outcome.findings.rows_counted or 0) if is_test else outcome.rows_sent
        calls += outcome.findings.calls
        cost += outcome.findings.call_cost
    return rows, calls, cost


def _figure(number: int | None) -> str:
    return "" if number is None else f"{number:,}"
