"""The summary of a run on stderr: first what needs attention, then each agreement or stream."""

from __future__ import annotations

import collections
import re
import typing as t

from tap_economic.report import Status

if t.TYPE_CHECKING:
    import logging
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from rich.table import Table

    from tap_economic.report import Report, StreamResult

_MAX_NAMES = 6
"""How many streams or agreements are named in one line; the rest is counted."""
_TRACE = re.compile(r" \((?:log|trace)Id [^)]*\)|, (?:log|trace)Id [^,)]*")
"""e-conomic's identifiers of a single request, removed so that equal reasons are grouped."""
_WORST_FIRST = (
    Status.REFUSED,
    Status.FAILED,
    Status.INCOMPLETE,
    Status.SKIPPED,
    Status.COMPLETE,
    Status.READABLE,
)


def print_summary(report: Report, *, whole: bool) -> None:
    """Write the report of a run to stderr, as wide as the terminal, or in 80 columns.

    Args:
        report: The results.
        whole: Whether to list each stream, not only each agreement.
    """
    # Imported late: rich takes a tenth of the time of --discover.
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


def log_refused(report: Report, refused: Mapping[int, str], logger: logging.Logger) -> None:
    """Log the agreements that were rejected during the run, once for all of their streams."""
    for number, reason in refused.items():
        streams = sum(result.agreement_number == number for result in report.shortfalls)
        logger.error(
            "Agreement %s stopped, with %s of its streams not read: %s.",
            report.labels[number],
            streams,
            reason,
        )


def _exceptions(report: Report) -> Iterator[tuple[str, str]]:
    """Yield a title and a reason for everything that needs attention, the worst first.

    Results with the same reason are grouped: streams of an agreement, and agreements with the same
    streams.
    """
    unread: dict[str, list[str]] = {}
    for opening in report.unopened:
        unread.setdefault(_reason(opening), []).append(opening.label)
    for reason, labels in unread.items():
        yield f"not read: {_shortened(labels)}", reason
    streams: dict[tuple[str, str, str], list[str]] = {}
    for result in sorted(report.results, key=lambda result: _WORST_FIRST.index(result.status)):
        if (ending := _ending(result)) is not None:
            streams.setdefault((*ending, result.label), []).append(result.stream)
    agreements: dict[tuple[str, str, tuple[str, ...]], list[str]] = {}
    for (what, reason, label), names in streams.items():
        agreements.setdefault((what, reason, tuple(names)), []).append(label)
    for (what, reason, shared), labels in agreements.items():
        plural = "s" if len(labels) > 1 else ""
        yield f"{what}: {_shortened(shared)} of agreement{plural} {_shortened(labels)}", reason


def _ending(result: StreamResult) -> tuple[str, str] | None:
    """Return the title and reason of a result that needs attention, else None."""
    counted, surplus = result.stats.rows_counted or 0, result.stats.surplus
    if result.status is Status.COMPLETE and surplus:
        rows = f"{counted + surplus:,} rows in two identical reads, but e-conomic counts"
        return "complete, with a different count", f"{rows} {counted:,}"
    if result.status in {Status.COMPLETE, Status.READABLE}:
        return None
    return result.status.value, _reason(result)


def _reason(result: StreamResult) -> str:
    return _TRACE.sub("", result.reason)


def _shortened(names: Sequence[str]) -> str:
    if len(names) <= _MAX_NAMES:
        return ", ".join(names)
    first = _MAX_NAMES - 1
    return f"{', '.join(names[:first])} and {len(names) - first:,} more"


def _by_agreement(report: Report) -> Table:
    """Return a table with one row per agreement."""
    from rich.text import Text  # noqa: PLC0415

    of: dict[str, list[StreamResult]] = {opening.label: [opening] for opening in report.openings}
    for result in report.results:
        of.setdefault(result.label, []).append(result)
    table = _table("agreement", ("read", "counted", "rows", "calls", "cost"))
    for label, results in of.items():
        streams = [result for result in results if result not in report.openings]
        read = [result for result in streams if _is_read(result)]
        table.add_row(
            Text(label, no_wrap=True, overflow="ellipsis"),
            f"{len(read)} of {len(streams)}" if streams else "none",
            str(sum(_is_counted(result) for result in read)),
            *map(_figure, _sums(results)),
        )
    return table


def _by_stream(report: Report) -> Iterator[Table]:
    """Yield a table per agreement, with one row per stream."""
    of: dict[str, list[StreamResult]] = {}
    for result in report.results:
        of.setdefault(result.label, []).append(result)
    for label, results in of.items():
        table = _table("stream", ("rows", "counted", "calls", "cost"), "status")
        table.title = f"Agreement {label}"
        for result in results:
            rows, calls, cost = _sums([result])
            figures = (rows, result.stats.rows_counted, calls, cost)
            table.add_row(result.stream, *map(_figure, figures), result.status.value)
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
    endings = collections.Counter(result.status for result in report.endings)
    ends = ", ".join(f"{endings[end]:,} {end.value}" for end in _WORST_FIRST if endings[end])
    rows, calls, cost = _sums([*report.openings, *report.results])
    return f"{rows:,} rows; {ends or 'nothing selected'}; {calls:,} calls that cost {cost:,}"


def _is_read(result: StreamResult) -> bool:
    return result.status in {Status.COMPLETE, Status.READABLE}


def _is_counted(result: StreamResult) -> bool:
    return result.stats.rows_counted is not None


def _sums(results: Iterable[StreamResult]) -> tuple[int, int, int]:
    """Return the totals of rows sent (with --test: counted), calls and call cost."""
    rows = calls = cost = 0
    for result in results:
        is_test = result.status is Status.READABLE
        rows += (result.stats.rows_counted or 0) if is_test else result.rows_sent
        calls += result.stats.usage.calls
        cost += result.stats.usage.cost
    return rows, calls, cost


def _figure(number: int | None) -> str:
    return "" if number is None else f"{number:,}"
