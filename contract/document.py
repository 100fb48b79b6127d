"""``docs/contract.md``: all facts, and what came of them when e-conomic was last asked."""

from __future__ import annotations

import collections
import itertools
import typing as t

from contract.facts import PROBES
from contract.results import load

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from contract.probe import Probe
    from contract.results import Results

_INTRODUCTION = """\
# The contract with e-conomic

What the tap and the sandbox believe of e-conomic's two APIs, as {count} probes: GET requests, and
what must hold of the answers. `make contract` asks the sandbox, `make contract LIVE=1` the public
demo agreement, or the agreement of `TAP_ECONOMIC_APP_SECRET_TOKEN` and
`TAP_ECONOMIC_AGREEMENT_GRANT_TOKEN`. A live run stays within a quarter of the call budget, goes on
where it was interrupted within a day, and updates this page. Values of the agreement are masked:
letters as `x`, digits as `9`.

A fact is *known* if an answer of e-conomic was recorded or published that confirms it, with the
time of that answer; {unknown} facts are documented only. For each of these a test shows that the
tap reads correctly, or says that it does not, or never asks, whether or not the fact holds. What no
GET request can answer is whether a row changes after it was read: see the
[limitations](reliability.md#limitations).
"""


def kept() -> str:
    """Return the page with the results of the last live run."""
    return page(PROBES, load())


def page(probes: tuple[Probe, ...], results: Results | None) -> str:
    """Return the page."""
    unknown = sum(probe.confirmed is None for probe in probes)
    lines = [_INTRODUCTION.format(count=len(probes), unknown=unknown)]
    lines += _outcome(probes, results)
    by_kind = sorted(probes, key=lambda probe: probe.kind_name)
    for kind, group in itertools.groupby(by_kind, lambda probe: probe.kind_name):
        lines += _section(kind, list(group), results)
    return "\n".join(lines) + "\n"


def _outcome(probes: tuple[Probe, ...], results: Results | None) -> Iterator[str]:
    yield "## Outcome\n"
    if results is None:
        yield f"All {len(probes)} probes are not yet asked live.\n"
        return
    known = [results.by_name[probe.name] for probe in probes if probe.name in results.by_name]
    statuses = collections.Counter(result.status for result in known)
    statuses["not yet asked live"] = len(probes) - len(known)  # type: ignore[index] # none of them
    yield f"Of {results.target}:\n"
    yield "| status | probes |\n| --- | --- |"
    yield from (f"| {status} | {count} |" for status, count in sorted(statuses.items()) if count)
    yield ""
    contradictions = results.of_status("contradicted")
    if contradictions:
        yield "| contradicted | expected | came | asked |\n| --- | --- | --- | --- |"
        for name, result in sorted(contradictions.items()):
            yield _row(name, result.expected, result.came, result.day)
        yield ""
    notes = {name: result.notes for name, result in results.by_name.items() if result.notes}
    for name, seen in sorted(notes.items()):
        yield f"- Seen besides: {_cell(name)}: {_cell(', '.join(seen))}"
    if notes:
        yield ""


def _section(kind: str, probes: list[Probe], results: Results | None) -> Iterator[str]:
    yield f"## {kind.capitalize()}\n"
    yield "| fact | source | known | rests on it | status |\n| --- | --- | --- | --- | --- |"
    for probe in probes:
        known = probe.confirmed or "documented only"
        rests = probe.rests.removeprefix("tap_economic.")
        yield _row(probe.name, probe.source, known, rests, _status(probe, results))
    yield ""


def _status(probe: Probe, results: Results | None) -> str:
    result = results.by_name.get(probe.name) if results else None
    if result is None:
        return "not yet asked live"
    reason = f": {result.came}" if result.status == "not answerable" else ""
    return f"{result.status} {result.day}{reason}"


def _row(*cells: str) -> str:
    return f"| {' | '.join(map(_cell, cells))} |"


def _cell(text: str) -> str:
    """Return a text that stays within its cell, and is no markup."""
    for character in "\\`*<[$|":
        text = text.replace(character, f"\\{character}")
    return " ".join(text.split())
