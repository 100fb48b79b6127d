"""Ask all probes, of the sandbox or of e-conomic.

    python -m contract           asks the sandbox
    python -m contract --live    asks the agreement of the tap's settings, TAP_ECONOMIC_*, or the
                                 public demo agreement; writes docs/contract.md

It exits with 1 if an answer contradicts a fact.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import sys
import typing as t
from http import HTTPStatus
from pathlib import Path

from rich.console import Console
from rich.table import Table

from contract.asking import Get
from contract.document import page
from contract.facts import PROBES
from contract.pace import Pace
from contract.probe import UnanswerableError
from contract.results import FILE, Results, load
from contract.running import now, run
from contract.sandbox import sandbox_target
from contract.target import Http, described, live_target

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from contract.probe import Probe
    from contract.results import Result

_SAVED_EVERY = 25
PAGE = Path(__file__).resolve().parent.parent / "docs" / "contract.md"


def main(arguments: Sequence[str] | None = None, folder: Path | None = None) -> int:
    """Ask, show the outcome, and return the exit status.

    Args:
        arguments: Those of the command line.
        folder: Where a live run writes instead of this repository.
    """
    parser = argparse.ArgumentParser(
        prog="python -m contract", description=str(__doc__).splitlines()[0]
    )
    parser.add_argument("--live", action="store_true", help="ask e-conomic, not the sandbox")
    results = _live(folder) if parser.parse_args(arguments).live else _of_sandbox()
    _show(results)
    return 1 if results.of_status("contradicted") else 0


def _of_sandbox() -> Results:
    """Ask the sandbox; nothing is kept."""
    with sandbox_target() as target, Http(target) as transport:
        results = Results(target.name)
        run(PROBES, transport, {}, lambda probe, result: _keep(results, probe, result))
    return results


def _live(folder: Path | None) -> Results:
    """Ask e-conomic what was not answered within a day, and keep what it has answered."""
    file = folder / FILE.name if folder else FILE
    target = live_target()
    earlier = load(file)
    is_same = earlier is not None and earlier.target == target.name
    results = earlier if earlier is not None and is_same else Results(target.name)
    pace = Pace()

    def answered(probe: Probe, result: Result) -> None:
        _keep(results, probe, result)
        if len(results.by_name) % _SAVED_EVERY == 0:
            results.save(file)

    with contextlib.suppress(KeyboardInterrupt), Http(target, pace) as transport:
        transport.target = described(target, _agreement(transport))
        run(PROBES, transport, results.fresh(now()), answered)
    results.save(file)
    (folder / PAGE.name if folder else PAGE).write_text(page(PROBES, results), "utf-8")
    Console(stderr=True).print(f"The calls cost {pace.spent} of the call budget.")
    return results


def _agreement(transport: Http) -> object:
    """Return the body of /self, so that a run without network or tokens leaves no results.

    Raises:
        SystemExit: If there is no answer, or the tokens are refused.
    """
    try:
        answer = transport(Get("rest", "/self"))
    except UnanswerableError as error:
        sys.exit(f"e-conomic could not be asked: {error}. Check the network, and try again.")
    if answer.status == HTTPStatus.UNAUTHORIZED:
        sys.exit(
            "e-conomic refused the tokens (401): check TAP_ECONOMIC_APP_SECRET_TOKEN and "
            "TAP_ECONOMIC_AGREEMENT_GRANT_TOKEN, or set neither to ask the demo agreement."
        )
    return answer.body


def _keep(results: Results, probe: Probe, result: Result) -> None:
    results.by_name[probe.name] = result


def _show(results: Results) -> None:
    """Print a line for each kind of probes, and one for each contradiction and note."""
    console = Console()
    statuses = ("confirmed", "contradicted", "not answerable", "not asked")
    table = Table(title=f"The contract with {results.target}", title_justify="left")
    table.add_column("kind")
    for status in statuses:
        table.add_column(status, justify="right")
    by_kind: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    for probe in PROBES:
        result = results.by_name.get(probe.name)
        by_kind[probe.kind_name][result.status if result else "not asked"] += 1
    total: collections.Counter[str] = sum(by_kind.values(), collections.Counter())
    for kind, counts in [*sorted(by_kind.items()), ("all", total)]:
        cells = (str(counts[status]) if counts[status] else "" for status in statuses)
        table.add_row(kind, *cells, end_section=kind == max(by_kind))
    console.print(table)
    for name, result in results.by_name.items():
        if result.status == "contradicted":
            console.print(
                f"[red]contradicted[/]: {name}: expected {result.expected}, but {result.came} came",
                highlight=False,
            )
        if result.status == "not answerable":
            console.print(f"not answerable: {name}: {result.came}", markup=False, highlight=False)
        for note in result.notes:
            console.print(f"seen besides: {name}: {note}", markup=False, highlight=False)


if __name__ == "__main__":
    sys.exit(main())
