"""Matching invoices with payments, and booking the exchange difference."""

from __future__ import annotations

import typing as t

from economic_sandbox.company.model import chart
from economic_sandbox.company.model.ledger import EntryType, Series, Voucher
from economic_sandbox.company.model.money import BASE_CURRENCY, NOTHING, rounded

if t.TYPE_CHECKING:
    import datetime
    from decimal import Decimal

    from economic_sandbox.company.model.company import Company
    from economic_sandbox.company.model.ledger import Entry, Match


def settle(company: Company, owed: Entry, paid: Entry, amount: Decimal, day: datetime.date) -> None:
    """Match a payment with an invoice.

    Args:
        company: The company.
        owed: The line of the invoice.
        paid: The line of the payment, on the same account and in the same currency.
        amount: The amount without sign.
        day: The date of the exchange difference.
    """
    company.ledger.match(owed, paid, amount)
    _book_exchange_difference(company, owed, paid, amount, day)


def undo(company: Company, match: Match, day: datetime.date) -> None:
    """Undo a match: both lines are open again, and the exchange difference is booked back."""
    company.ledger.unmatch(match)
    _book_exchange_difference(company, match.from_entry, match.to_entry, -match.amount, day)


def _book_exchange_difference(
    company: Company, owed: Entry, paid: Entry, settled: Decimal, day: datetime.date
) -> None:
    """Book the exchange difference between an invoice and its payment."""
    if owed.currency == BASE_CURRENCY:
        return
    settled_base = sum(
        (entry.base * settled / abs(entry.amount) for entry in (owed, paid)), NOTHING
    )
    difference = -rounded(settled_base)
    if not difference:
        return
    voucher = Voucher(day, EntryType.SYSTEM_ENTRY, "Valutakursdifference", owed.currency)
    adjustment = voucher.add(owed.account, NOTHING, difference)
    adjustment.customer, adjustment.supplier = owed.customer, owed.supplier
    voucher.balance(chart.EXCHANGE_DIFFERENCES)
    company.ledger.book(voucher, Series.FINANCE)
