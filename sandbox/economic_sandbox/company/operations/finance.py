"""Other bookkeeping: opening balances, salaries, VAT, depreciation, closing of years."""

from __future__ import annotations

import datetime
import decimal
import typing as t

from economic_sandbox.company.model import chart
from economic_sandbox.company.model.ledger import EntryType, Series, Voucher, totals
from economic_sandbox.company.model.money import NOTHING, share

if t.TYPE_CHECKING:
    from economic_sandbox.company.model.company import Company
    from economic_sandbox.company.model.years import AccountingYear

_FINANCE = EntryType.FINANCE_VOUCHER
_TAX_SHARE = decimal.Decimal(38)
_PENSION_SHARE = decimal.Decimal(8)
_SOCIAL_COSTS = decimal.Decimal("284.00")
_OPENING = {
    chart.EQUIPMENT: decimal.Decimal("240000.00"),
    chart.ACCUMULATED_DEPRECIATION: decimal.Decimal("-96000.00"),
    chart.BANK: decimal.Decimal("412345.67"),
    chart.SHARE_CAPITAL: decimal.Decimal("-40000.00"),
    chart.BANK_LOAN: decimal.Decimal("-150000.00"),
}


def open_books(company: Company, day: datetime.date) -> None:
    """Book the opening balances from the company's former system."""
    voucher = Voucher(day, EntryType.OPENING_ENTRY, "Primo fra tidligere system")
    for account, amount in _OPENING.items():
        voucher.add(account, amount)
    voucher.balance(chart.RETAINED_EARNINGS)
    company.ledger.book(voucher, Series.FINANCE)


def pay_salaries(company: Company, gross: decimal.Decimal, day: datetime.date) -> None:
    """Book a month's salaries; the tax withheld is owed until the 10th of the next month."""
    voucher = Voucher(day, _FINANCE, "Løn 💰")
    salaries = voucher.add(chart.SALARIES, gross)
    salaries.dimension_key = company.accounts[chart.SALARIES].dimension_key
    voucher.add(chart.PENSION, share(gross, _PENSION_SHARE))
    voucher.add(chart.SOCIAL_COSTS, _SOCIAL_COSTS)
    voucher.add(chart.WITHHELD_TAX, -share(gross, _TAX_SHARE))
    voucher.balance(chart.BANK)
    company.ledger.book(voucher, Series.FINANCE)


def pay_withheld_tax(company: Company, day: datetime.date) -> None:
    """Pay the withheld tax."""
    _clear(company, (chart.WITHHELD_TAX,), chart.BANK, Voucher(day, _FINANCE, "A-skat og AM"))


def settle_vat(company: Company, day: datetime.date) -> None:
    """Move a quarter's VAT to the settlement account, dated the quarter's last day."""
    voucher = Voucher(day, _FINANCE, f"Momsafregning {day:%d.%m.%Y}")
    _clear(company, chart.VAT_ACCOUNTS, chart.VAT_SETTLEMENT, voucher)


def pay_vat(company: Company, day: datetime.date) -> None:
    """Pay the settled VAT, or receive it."""
    _clear(company, (chart.VAT_SETTLEMENT,), chart.BANK, Voucher(day, _FINANCE, "Moms, SKAT"))


def _clear(company: Company, accounts: tuple[int, ...], contra: int, voucher: Voucher) -> None:
    balances = company.balances(until=voucher.date)
    for account in accounts:
        if balances.get(account):
            voucher.add(account, -balances[account])
    if voucher.lines:
        voucher.balance(contra)
        company.ledger.book(voucher, Series.FINANCE)


def book_cost(
    company: Company, account: int, amount: decimal.Decimal, day: datetime.date, text: str
) -> None:
    """Book a cost without VAT: paid by the bank, or depreciation.

    Args:
        company: The company.
        account: The account of the cost.
        amount: The amount.
        day: The date.
        text: The text of the entries.
    """
    voucher = Voucher(day, _FINANCE, text)
    voucher.add(account, amount)
    depreciation = account == chart.DEPRECIATION
    voucher.balance(chart.ACCUMULATED_DEPRECIATION if depreciation else chart.BANK)
    company.ledger.book(voucher, Series.FINANCE)


def close_year(company: Company, year: AccountingYear) -> None:
    """Close a year: its status accounts open the next one, its result becomes equity.

    Closing comes months after the year's end, so these entries have high numbers and an
    early date, as transferred opening entries do in e-conomic.
    """
    sums = totals(company.ledger.in_year(year))
    first_day = year.end + datetime.timedelta(days=1)
    voucher = Voucher(first_day, EntryType.TRANSFERRED_OPENING_ENTRY, f"Primo fra {year.name}")
    result = NOTHING
    for number, amount in sums.items():
        if company.accounts[number].type == "profitAndLoss":
            result += amount
        elif number != chart.RETAINED_EARNINGS and amount:
            voucher.add(number, amount)
    voucher.add(chart.RETAINED_EARNINGS, sums.get(chart.RETAINED_EARNINGS, NOTHING) + result)
    company.ledger.book(voucher, Series.FINANCE)
    year.closed = True
