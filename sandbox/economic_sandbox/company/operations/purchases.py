"""Buying: supplier invoices and their payments."""

from __future__ import annotations

import typing as t

from economic_sandbox.company.model import chart
from economic_sandbox.company.model.ledger import EntryType, Series, Voucher
from economic_sandbox.company.model.money import share
from economic_sandbox.company.operations.matching import settle
from economic_sandbox.company.operations.sales import due_date

if t.TYPE_CHECKING:
    import datetime
    from decimal import Decimal

    from economic_sandbox.company.model.company import Company
    from economic_sandbox.company.model.ledger import Entry
    from economic_sandbox.company.model.masters import Supplier


def book_supplier_invoice(
    company: Company, supplier: Supplier, number: str, net: Decimal, day: datetime.date
) -> Entry:
    """Book a supplier's invoice: cost, VAT and what is owed.

    Args:
        company: The company.
        supplier: The supplier.
        number: The supplier's own number of the invoice.
        net: The amount without VAT, in the supplier's currency.
        day: The date of the invoice.

    Returns:
        The line on the suppliers' account.
    """
    voucher = Voucher(
        day,
        EntryType.SUPPLIER_INVOICE,
        f"{supplier.name}: faktura {number}",
        supplier.currency,
        company.exchange_rate(supplier.currency, day),
    )
    cost = voucher.add(supplier.cost_account, net)
    cost.vat_code = company.accounts[supplier.cost_account].vat_code
    cost.dimension_key = company.accounts[supplier.cost_account].dimension_key
    vat = company.vat_accounts[cost.vat_code] if cost.vat_code else None
    if vat:
        amount = share(net, vat.rate)
        voucher.add(vat.account, amount)
        if vat.contra:  # reverse charge: the buyer owes the VAT that it deducts
            voucher.add(vat.contra, -amount)
    owed = voucher.balance(company.supplier_groups[supplier.group].account)
    owed.supplier = supplier.number
    owed.due_date = due_date(company.payment_terms[supplier.terms], day)
    owed.payment_type = supplier.payment_type
    for line in voucher.lines:
        line.supplier_invoice = number
    company.ledger.book(voucher, Series.SUPPLIERS)
    return owed


def pay_supplier(company: Company, owed: Entry, amount: Decimal, day: datetime.date) -> None:
    """Pay a supplier's invoice, or a part of it, and match the two.

    Args:
        company: The company.
        owed: The invoice's line on the suppliers' account.
        amount: The amount in the invoice's currency.
        day: The date.
    """
    voucher = Voucher(
        day,
        EntryType.SUPPLIER_PAYMENT,
        f"Betaling af faktura {owed.supplier_invoice}",
        owed.currency,
        company.exchange_rate(owed.currency, day),
    )
    voucher.add(chart.BANK, -amount)
    paid = voucher.balance(owed.account)
    paid.supplier = owed.supplier
    paid.supplier_invoice = owed.supplier_invoice
    company.ledger.book(voucher, Series.SUPPLIERS)
    settle(company, owed, paid, amount, day)
