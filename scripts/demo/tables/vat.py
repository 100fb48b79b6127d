"""The VAT of the quarter."""

from __future__ import annotations

import typing as t

from scripts.demo.page import NOTHING, Row, Table, figure

if t.TYPE_CHECKING:
    from scripts.demo.asking import Asking

_QUARTER = """
SELECT
    date_trunc('quarter', %(today)s::date)::date,
    (date_trunc('quarter', %(today)s::date) + interval '3 months - 1 day')::date
"""
_VAT = """
SELECT
    vat_code, vat_name, sum(base_amount), sum(computed_vat),
    sum(posted_vat + posted_on_contra_account)
FROM vat WHERE from_date BETWEEN %(first)s AND %(last)s GROUP BY 1, 2 ORDER BY 1
"""


def table(ask: Asking) -> Table:
    """Return the base and the VAT of each code, and the VAT of all."""
    ((first, last),) = ask.rows(_QUARTER)
    found = ask.rows(_VAT, first=first, last=last)
    name = f"VAT of {first.year} Q{(first.month + 2) // 3}"
    total = sum((posted for *_, posted in found), NOTHING)
    rows = [
        Row((f"{code}  {label}", base, computed, posted, None, None))
        for code, label, base, computed, posted in found
    ]
    all_codes = figure(name, total, ask.own.vat(first, last) if ask.own else None)
    rows.append(Row((name, None, None, all_codes), is_total=True))
    columns = ("Code", "Base", "At its rate", "Posted", "Control", "Diff.")
    note = "the sandbox's entries on its VAT accounts" if ask.own else ""
    return Table(f"{name}, owed is negative", columns, rows, note)
