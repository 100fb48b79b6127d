"""What the customers owe, by age."""

from __future__ import annotations

import typing as t

from scripts.demo.page import NOTHING, Bar, Row, Table, figure

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from scripts.demo.asking import Asking

_DEBTORS = 6
_AGES = ("Not due", "1-30", "31-90", "Over 90")
_RECEIVABLES = """
SELECT
    customer_number, customer_name, not_due, overdue_1_to_30_days,
    overdue_31_to_60_days + overdue_61_to_90_days, overdue_over_90_days, total
FROM aged_receivables WHERE as_of_date = %(today)s ORDER BY total DESC, customer_number
"""
_CONTROL_ACCOUNTS = """
SELECT sum(amount_in_base_currency)
FROM general_ledger JOIN int_control_accounts USING (agreement_number, account_number)
WHERE ledger = 'customer' AND NOT is_transferred_opening AND entry_date <= %(today)s
"""


def table(ask: Asking) -> Table:
    """Return the biggest debtors, all others, and all; ages in whole units of the currency."""
    own = ask.own.owed(ask.today) if ask.own else None
    found = ask.rows(_RECEIVABLES)
    ((accounts,),) = ask.rows(_CONTROL_ACCOUNTS)

    def row(name: str, customers: Sequence[tuple[t.Any, ...]], tie: str = "") -> Row:
        *ages, total = (sum((one[column] for one in customers), NOTHING) for column in range(2, 7))
        owed = sum((own.get(one[0], NOTHING) for one in customers), NOTHING) if own else None
        held = figure(tie, total, accounts if tie else None, owed)
        return Row((name, *map(round, ages), held), is_total=bool(tie))

    rows = [row(f"{one[0]} {one[1].strip()}", [one]) for one in found[:_DEBTORS]]
    if others := found[_DEBTORS:]:
        rows.append(row(f"{len(others)} others", others))
    rows.append(row("Total", found, "Aged receivables"))
    note = "control accounts"
    if own:
        note = f"{note}, or the sandbox's entries"
    return Table(
        f"Receivables by days overdue, {ask.today}",
        ("Customer", *_AGES, "Total", "Control", "Diff."),
        rows,
        note,
        [Bar(age, "", sum((one[2 + i] for one in found), NOTHING)) for i, age in enumerate(_AGES)],
    )
