"""The result by quarter, of this year and the last."""

from __future__ import annotations

import itertools
import typing as t

from scripts.demo.page import NOTHING, Bar, Row, Table, figure

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

    from scripts.demo.asking import Asking

Line: t.TypeAlias = tuple[str, str]
"""A section, and a line in it."""

_LINES = """
SELECT section, report_line FROM profit_and_loss
WHERE accounting_year = ANY(%(years)s) GROUP BY 1, 2 ORDER BY min(sort_order)
"""
_AMOUNTS = """
SELECT
    (date_trunc('quarter', from_date))::date,
    (date_trunc('quarter', from_date) + interval '3 months - 1 day')::date,
    section, report_line, sum(amount)
FROM profit_and_loss
WHERE accounting_year = %(year)s AND (from_date <= %(today)s OR amount <> 0)
GROUP BY 1, 2, 3, 4
"""
_IN_ECONOMIC = """
SELECT -sum(total_in_base_currency) FROM stg_economic__accounting_year_totals
JOIN int_account_lines USING (agreement_number, account_number)
WHERE account_type = 'profitAndLoss' AND accounting_year = %(year)s
"""


def table(ask: Asking) -> Table:
    """Return the revenue, and the subtotals down to the result, by quarter and year."""
    lines = ask.rows(_LINES, years=[year.name for year in ask.years])
    rows, bars = [], []
    for year in ask.years:
        whole: dict[Line, Decimal] = {}
        quarters: dict[tuple[t.Any, t.Any], dict[Line, Decimal]] = {}
        for first, last, section, line, amount in ask.rows(_AMOUNTS, year=year.name):
            quarters.setdefault((first, last), {})[section, line] = amount
            whole[section, line] = whole.get((section, line), NOTHING) + amount
        for (first, last), amounts in sorted(quarters.items()):
            *subtotals, result = _subtotals(amounts, lines)
            name = f"{first.year} Q{(first.month + 2) // 3}"
            own = None
            if ask.own:
                own = ask.own.result(max(first, year.first), min(last, year.last))
            rows.append(Row((name, *subtotals, figure("", result, own))))
            bars.append(Bar(name[-2:], year.name, result))
        *subtotals, result = _subtotals(whole, lines)
        own = ask.own.result(year.first, year.last) if ask.own else None
        ((total,),) = ask.rows(_IN_ECONOMIC, year=year.name)
        held = figure(f"Result of {year.name}", result, total, own)
        rows.append(Row((year.name, *subtotals, held), is_total=True))
    note = "accounting_year_totals"
    if ask.own:
        note = f"{note}; of a quarter, the sandbox's entries"
    columns = (*_headings(lines), "Result", "Control", "Diff.")
    return Table("Result by quarter", columns, rows, note, bars)


def _subtotals(amounts: Mapping[Line, Decimal], lines: Sequence[Line]) -> list[Decimal]:
    """Return the first line, and what is left after each section; the last is the result."""
    left = list(itertools.accumulate(amounts.get(line, NOTHING) for line in lines))
    ends = {section: after for (section, _), after in zip(lines, left, strict=True)}
    return [*left[:1], *ends.values()]


def _headings(lines: Sequence[Line]) -> list[str]:
    sections = dict.fromkeys(section for section, _ in lines)
    return ["Period", *(line for _, line in lines[:1]), *list(sections)[:-1]]
