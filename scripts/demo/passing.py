"""Time that passes in the sandbox, and what it changed in the tables and in the books."""

from __future__ import annotations

import typing as t

from economic_sandbox.company.model.ledger import EntryType
from scripts.demo.page import NOTHING, Row, Table, amount

if t.TYPE_CHECKING:
    from collections.abc import Iterable

    from economic_sandbox.company import Company
    from economic_sandbox.company.model.ledger import Entry
    from economic_sandbox.server import Sandbox
    from scripts.demo.loading import Contents, Read

EVENTS = ("pay_in_full", "book_invoice", "delete_draft")


def pass_time(sandbox: Sandbox) -> Table:
    """Let the events happen, and return what happened."""
    company, rows = sandbox.company, []
    for event in EVENTS:
        entries, drafts = len(company.ledger.entries), set(company.drafts)
        sandbox.simulation.do(event)
        new = list(company.ledger.entries.values())[entries:]
        # An exchange difference has no amount in the currency.
        told = [_told(company, entry) for entry in new if entry.customer and entry.amount]
        told += [f"Draft {number} is deleted" for number in drafts - company.drafts.keys()]
        rows.append(Row((event, "; ".join(told))))
    return Table("Time passes", ("Event", "What happened"), rows)


def _told(company: Company, entry: Entry) -> str:
    name = company.customers[entry.customer or 0].name.strip()
    sum_ = f"{entry.currency} {amount(abs(entry.amount))}"
    if entry.type == EntryType.CUSTOMER_PAYMENT:
        return f"{name} pays {sum_}"
    return f"Invoice {entry.invoice} is booked: {sum_} to {name}"


def what_was_read(calls: Iterable[int], rows: Iterable[Read]) -> Table:
    """Return what each run read.

    Args:
        calls: The calls of each run.
        rows: The rows of each run.
    """
    of_runs = list(rows)
    return Table(
        "What each run read; a listing of up to 1,000 rows is one call, however few are new",
        ("", "First run", "Second run"),
        [
            Row(("Calls", *calls)),
            Row(("Rows", *map(sum, of_runs))),
            Row(("of incremental streams, new", *(read.new for read in of_runs))),
            Row(("of incremental streams, newest 1,000 and open", *(r.again for r in of_runs))),
            Row(("of streams that are read in full", *(read.full for read in of_runs))),
        ],
    )


def changed_rows(before: Contents, after: Contents) -> Table:
    """Return how many rows are new, changed and gone, and of which tables."""
    counts: dict[str, dict[str, int]] = {"new": {}, "changed": {}, "gone": {}}
    for name, now in after.items():
        earlier = before.get(name, {})
        counts["new"][name] = len(now.keys() - earlier.keys())
        counts["gone"][name] = len(earlier.keys() - now.keys())
        counts["changed"][name] = sum(
            earlier[key] != now[key] for key in earlier.keys() & now.keys()
        )
    rows = [
        Row((what, sum(of.values()), ", ".join(f"{name} {n}" for name, n in of.items() if n)))
        for what, of in counts.items()
    ]
    return Table("Rows", ("", "Rows", "Tables"), rows)


def changed_figures(before: Iterable[Table], after: Iterable[Table]) -> Table:
    """Return the named figures that changed."""
    earlier = {figure.name: figure.amount for table in before for figure in table.figures}
    rows = [
        Row((now.name, was, now.amount - was, now))
        for table in after
        for now in table.figures
        if now.name and now.amount != (was := earlier.get(now.name, NOTHING))
    ]
    columns = ("Figure", "Before", "Change", "After", "Control", "Diff.")
    return Table("Figures that changed; all others are as before", columns, rows)
