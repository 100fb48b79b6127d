"""Selling: documents are booked, credited and paid."""

from __future__ import annotations

import dataclasses
import datetime
import typing as t

from economic_sandbox.company.model import chart
from economic_sandbox.company.model.documents import BookedInvoice, SalesDocument
from economic_sandbox.company.model.ledger import EntryType, Series, Voucher
from economic_sandbox.company.model.money import in_base_currency
from economic_sandbox.company.model.years import month_end
from economic_sandbox.company.operations.matching import settle

if t.TYPE_CHECKING:
    import decimal
    from collections.abc import Sequence

    from economic_sandbox.company.model.company import Company
    from economic_sandbox.company.model.masters import Customer, PaymentTerms


def due_date(terms: PaymentTerms, day: datetime.date) -> datetime.date:
    """Return the due date of a document."""
    start = month_end(day) if terms.type == "invoiceMonth" else day
    return start + datetime.timedelta(days=terms.days or 0)


def book_invoice(
    company: Company, draft: SalesDocument, chosen_number: int | None = None
) -> BookedInvoice:
    """Book a document as an invoice: revenue, VAT and what the customer owes.

    Args:
        company: The company.
        draft: The document.
        chosen_number: A free number chosen by hand; the next number by default.
    """
    invoice = BookedInvoice(
        **{field.name: getattr(draft, field.name) for field in dataclasses.fields(SalesDocument)}
    )
    invoice.number = company.next_invoice_number() if chosen_number is None else chosen_number
    kind = "Faktura" if invoice.gross >= 0 else "Kreditnota"
    voucher = Voucher(
        invoice.date,
        EntryType.CUSTOMER_INVOICE,
        f"{kind} {invoice.number}",
        invoice.currency,
        invoice.rate,
    )
    for posting in invoice.revenue():
        line = voucher.add(posting.account, -posting.amount, -posting.base)
        line.vat_code = posting.vat_code
        line.dimension_key = posting.dimension_key
        line.region = posting.region
        line.project = invoice.project
    if invoice.vat:
        voucher.add(chart.SALES_VAT, -invoice.vat, -in_base_currency(invoice.vat, invoice.rate))
    customer = company.customers[invoice.customer]
    debtor = voucher.balance(company.customer_groups[customer.group].account)
    debtor.customer = customer.number
    debtor.due_date = invoice.due_date
    for line in voucher.lines:
        line.invoice = invoice.number
    company.ledger.book(voucher, Series.INVOICES)
    invoice.entry = debtor.number
    company.invoices[invoice.number] = invoice
    if chosen_number is None:
        company.last_invoice_number = invoice.number
    return invoice


def credit(company: Company, invoice: BookedInvoice, day: datetime.date) -> BookedInvoice:
    """Book a credit note for a whole invoice and match the two."""
    lines = [dataclasses.replace(line, quantity=-line.quantity) for line in invoice.lines]
    note = SalesDocument(
        **{field.name: getattr(invoice, field.name) for field in dataclasses.fields(SalesDocument)}
    )
    note.id = company.next_document_id()
    note.date = note.due_date = day
    note.lines = lines
    note.text1 = f"Krediterer faktura {invoice.number}"
    booked = book_invoice(company, note)
    entries = company.ledger.entries
    company.ledger.match(entries[invoice.entry], entries[booked.entry], invoice.gross)
    return booked


def receive_payment(
    company: Company,
    customer: Customer,
    amount: decimal.Decimal,
    day: datetime.date,
    invoices: Sequence[BookedInvoice] = (),
) -> None:
    """Book a customer's payment and match it with invoices as far as it goes.

    Args:
        company: The company.
        customer: The customer.
        amount: The amount in the customer's currency.
        day: The date.
        invoices: The invoices it pays; without any it stays open, like an advance.
    """
    ledger = company.ledger
    voucher = Voucher(
        day,
        EntryType.CUSTOMER_PAYMENT,
        f"Indbetaling {customer.name.strip()}",
        customer.currency,
        company.exchange_rate(customer.currency, day),
    )
    voucher.add(chart.BANK, amount)
    paid = voucher.balance(company.customer_groups[customer.group].account)
    paid.customer = customer.number
    ledger.book(voucher, Series.CUSTOMER_PAYMENTS)
    for invoice in invoices:
        owed = ledger.entries[invoice.entry]
        settle(company, owed, paid, min(ledger.remainder(owed), -ledger.remainder(paid)), day)
