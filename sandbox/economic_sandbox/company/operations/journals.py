"""Booking the draft entries of daybooks."""

from __future__ import annotations

import typing as t

from economic_sandbox.company.model.ledger import Voucher
from economic_sandbox.company.model.money import HUNDRED, NOTHING, rounded
from economic_sandbox.company.operations.matching import settle

if t.TYPE_CHECKING:
    from economic_sandbox.company.model.company import Company
    from economic_sandbox.company.model.journals import DraftEntry
    from economic_sandbox.company.model.ledger import Entry

# The members that are copied to the booked entry, besides account, amount and text.
_CARRIED_OVER = (
    "vat_code", "customer", "supplier", "supplier_invoice", "due_date", "payment_type",
    "project", "cost_type", "dimension_key",
)  # fmt: skip


def book(company: Company, entry: DraftEntry) -> None:
    """Book an entry, which leaves its daybook; a payment pays the invoice that it names.

    Args:
        company: The company.
        entry: The entry.

    Raises:
        ValueError: If it lacks one of the two accounts, and so does not balance.
    """
    if entry.account is None or entry.contra is None:
        message = f"draft entry {entry.number} of daybook {entry.journal} does not balance"
        raise ValueError(message)
    voucher = Voucher(entry.date, entry.type, entry.text, entry.currency, entry.rate)
    vat = company.vat_accounts[entry.vat_code] if entry.vat_code else None
    amount = rounded(entry.amount * vat.rate / (HUNDRED + vat.rate)) if vat else NOTHING
    line = voucher.add(entry.account, entry.amount - amount)
    if vat:
        voucher.add(vat.account, amount)
    voucher.balance(entry.contra)
    for name in _CARRIED_OVER:
        setattr(line, name, getattr(entry, name))
    company.ledger.book(voucher, company.journals[entry.journal].series)
    company.draft_entries.remove(entry)
    if entry.customer_invoice:
        _pay(company, int(entry.customer_invoice), line)


def _pay(company: Company, invoice: int, paid: Entry) -> None:
    """Match a payment with the invoice that it names, as far as it goes."""
    ledger = company.ledger
    owed = ledger.entries[company.invoices[invoice].entry]
    amount = min(ledger.remainder(owed), -ledger.remainder(paid))
    if amount > 0:
        settle(company, owed, paid, amount, company.today)
