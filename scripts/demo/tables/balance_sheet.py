"""The balance sheet of all that is booked in this year, and in the last."""

from __future__ import annotations

import typing as t

from scripts.demo.page import NOTHING, Row, Table, figure

if t.TYPE_CHECKING:
    from scripts.demo.asking import Asking

# e-conomic's totals of a year are its entries: a balance is their sum since the last year that was
# opened with the balances of those before.
_BALANCES = """
WITH balances AS (
    SELECT
        sheet.accounting_year, section, report_line, min(sort_order) AS sort_order,
        sum(balance) AS balance
    FROM balance_sheet AS sheet JOIN int_periods USING (agreement_number, period_sequence)
    WHERE is_last_of_year GROUP BY 1, 2, 3
),
years AS (SELECT DISTINCT accounting_year, year_sequence, opening_block FROM int_periods),
running AS (
    SELECT
        accounting_year,
        CASE account_type
            WHEN 'profitAndLoss' THEN 'Result not transferred' ELSE report_line
        END AS report_line,
        sum(total_in_base_currency) OVER (
            PARTITION BY account_number, opening_block ORDER BY year_sequence
        ) AS balance
    FROM stg_economic__accounting_year_totals
    JOIN years USING (accounting_year)
    JOIN int_account_lines USING (agreement_number, account_number)
),
controls AS (
    SELECT accounting_year, report_line, sum(balance) AS control FROM running GROUP BY 1, 2
)
SELECT section, report_line, accounting_year, sum(balance), sum(control)
FROM balances LEFT JOIN controls USING (accounting_year, report_line)
WHERE accounting_year = ANY(%(years)s)
GROUP BY accounting_year, ROLLUP (section, report_line)
ORDER BY max(sort_order), report_line IS NULL, section IS NULL
"""


def table(ask: Asking) -> Table:
    """Return the lines, sections and the sum, which is 0.00."""
    years = [year.name for year in ask.years]
    found: dict[tuple[str | None, str | None], dict[str, tuple[t.Any, t.Any]]] = {}
    for section, line, year, balance, control in ask.rows(_BALANCES, years=years):
        found.setdefault((section, line), {})[year] = balance, control
    rows = []
    for (section, line), balances in found.items():
        name = line or section or "Sum"
        figures = []
        for year in years:
            balance, control = balances.get(year, (NOTHING, None))
            control = control if section else NOTHING
            figures.append(figure(f"{name} {year}" if line else "", balance, control))
        if any(one.amount for one in figures) or not section:
            rows.append(Row((name, *figures), is_total=not line))
    return Table(
        "Balance sheet, assets are positive",
        ("Line", *(heading for year in years for heading in (year, "Control", "Diff."))),
        rows,
        "accounting_year_totals; of the sum, 0.00",
    )
