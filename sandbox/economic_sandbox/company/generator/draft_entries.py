"""Generates the daybooks and the draft entries in them."""

from __future__ import annotations

import datetime
import decimal
import typing as t

from economic_sandbox.company.model import chart
from economic_sandbox.company.model.journals import DAILY, PAYMENTS, PURCHASES, DraftEntry, Journal
from economic_sandbox.company.model.ledger import EntryType, Series

if t.TYPE_CHECKING:
    from collections.abc import Iterable

    from economic_sandbox.company.generator.dice import Dice
    from economic_sandbox.company.model.company import Company


def journals() -> dict[int, Journal]:
    """Return the daybooks by number."""
    made = (
        Journal(DAILY, "Daglig", Series.FINANCE),
        Journal(
            PAYMENTS,
            "Indbetalinger",
            Series.CUSTOMER_PAYMENTS,
            EntryType.CUSTOMER_PAYMENT,
            chart.BANK,
        ),
        Journal(PURCHASES, "Køb & udgifter", Series.SUPPLIERS, EntryType.SUPPLIER_INVOICE),
    )
    return {journal.number: journal for journal in made}


def draft_entries(company: Company, dice: Dice, count: int) -> list[DraftEntry]:
    """Generate the entries of the daybooks; not all have a contra account and balance."""
    made: list[DraftEntry] = []
    for kind in range(count):
        made.append(draft_entry(company, dice, kind, made))
    return sorted(made, key=lambda entry: (entry.journal, entry.number))


def draft_entry(
    company: Company, dice: Dice, kind: int, waiting: Iterable[DraftEntry]
) -> DraftEntry:
    """Generate an entry of a daybook.

    Args:
        company: The company.
        dice: The source of randomness.
        kind: Selects, modulo 4, a prepaid cost, a cost, a payment or a purchase.
        waiting: The other entries; its number follows theirs.
    """
    makers = (_prepaid, _daily, _payment, _purchase)
    day = company.today - datetime.timedelta(days=dice.between(0, 9))
    made = makers[kind % len(makers)](company, dice, day)
    numbers = [entry.number for entry in waiting if entry.journal == made.journal]
    made.number = max(numbers, default=0) + 1
    series = company.journals[made.journal].series
    made.voucher = company.ledger.next_voucher_number(day, series) + made.number - 1
    return made


def _amount(dice: Dice) -> decimal.Decimal:
    return decimal.Decimal(dice.between(5_000, 900_000)) / 100


def _daily(company: Company, dice: Dice, day: datetime.date) -> DraftEntry:
    account = dice.pick((3604, 3617, 3650, 2770))
    entry = DraftEntry(0, DAILY, EntryType.FINANCE_VOUCHER, 0, day, _amount(dice), "Bilag æøå ✅")
    entry.account = account
    entry.vat_code = company.accounts[account].vat_code
    entry.contra = chart.BANK if dice.chance(60) else None
    entry.dimension_key = dice.pick((None, 1, 2))
    return entry


def _prepaid(company: Company, dice: Dice, day: datetime.date) -> DraftEntry:
    """Generate a cost that is accrued over a year."""
    entry = _daily(company, dice, day)
    entry.account = chart.SOFTWARE
    entry.vat_code = company.accounts[chart.SOFTWARE].vat_code
    start = day.replace(day=1)
    entry.accrual = (start, start + datetime.timedelta(days=364))
    return entry


def _payment(company: Company, dice: Dice, day: datetime.date) -> DraftEntry:
    invoice = dice.pick(list(company.invoices.values()))
    text = f"Indbetaling faktura {invoice.number}"
    entry = DraftEntry(0, PAYMENTS, EntryType.CUSTOMER_PAYMENT, 0, day, -_amount(dice), text)
    entry.account = chart.CUSTOMERS
    entry.customer = invoice.customer
    entry.customer_invoice = str(invoice.number)
    entry.currency = invoice.currency
    entry.rate = company.exchange_rate(invoice.currency, day)
    entry.contra = chart.BANK
    return entry


def _purchase(company: Company, dice: Dice, day: datetime.date) -> DraftEntry:
    supplier = dice.pick(list(company.suppliers.values()))
    text = f"{supplier.name}: »haster«"
    entry = DraftEntry(0, PURCHASES, EntryType.SUPPLIER_INVOICE, 0, day, -_amount(dice), text)
    entry.account = chart.SUPPLIERS
    entry.supplier = supplier.number
    entry.supplier_invoice = f"{dice.between(1000, 9999)}-Å"
    entry.currency = supplier.currency
    entry.rate = company.exchange_rate(supplier.currency, day)
    entry.contra = supplier.cost_account if dice.chance(70) else None
    entry.payment_type = supplier.payment_type
    entry.payment_bank = supplier.bank_account
    entry.payment_message = "Jeres faktura" if dice.chance(50) else None
    entry.due_date = day + datetime.timedelta(days=14)
    return entry
