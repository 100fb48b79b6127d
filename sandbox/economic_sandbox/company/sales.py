"""Selling: documents are made, booked, credited and paid."""

from __future__ import annotations

import dataclasses
import datetime
import decimal
import typing as t

from economic_sandbox.company import basics, chart
from economic_sandbox.company.documents import (
    BookedInvoice,
    Recipient,
    SalesDocument,
    SalesLine,
)
from economic_sandbox.company.ledger import EntryType, Series, Voucher
from economic_sandbox.company.matching import settle
from economic_sandbox.company.money import NOTHING, in_base_currency
from economic_sandbox.company.people import moment
from economic_sandbox.company.years import month_end

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from economic_sandbox.company.company import Company
    from economic_sandbox.company.dice import Dice
    from economic_sandbox.company.masters import Customer, PaymentTerms, Product

_NOTES = (
    "Tak for handlen! 🙏",
    'Ordren blev kaldt "Ærø-leverancen" hos jer.',
    "Bemærk: ny bankkonto fra 1. januar.\nReg.nr. 5970.",
    "Vi står altid til rådighed med råd om pleje af træet. " * 12,
)


def due_date(terms: PaymentTerms, day: datetime.date) -> datetime.date:
    """Reckon when a document of a day falls due."""
    start = month_end(day) if terms.type == "invoiceMonth" else day
    return start + datetime.timedelta(days=terms.days or 0)


def document(
    company: Company, dice: Dice, number: int, customer: Customer, day: datetime.date
) -> SalesDocument:
    """Make up a document for a customer, in the customer's currency."""
    terms = company.payment_terms[customer.terms]
    made = SalesDocument(
        number=number,
        id=company.next_document_id(),
        customer=customer.number,
        recipient=Recipient(
            customer.name,
            customer.address,
            customer.vat_zone,
            ean=customer.ean,
            cvr=customer.cvr,
            contact=customer.contact,
            mobile=customer.mobile,
        ),
        date=day,
        due_date=due_date(terms, day),
        terms=terms.number,
        layout=customer.layout or 19,
        updated=moment(dice, day).replace(second=0),
        lines=[],
        currency=customer.currency,
        rate=company.exchange_rate(customer.currency, day),
        sales_person=customer.sales_person,
        contact=customer.contact,
        delivery_location=customer.delivery_location,
    )
    made.heading = "Levering efter aftale" if dice.chance(30) else None
    made.text1 = dice.pick(_NOTES) if dice.chance(25) else None
    made.text2 = dice.pick(_NOTES) if dice.chance(5) else None
    made.other_reference = f"Rekv. {dice.between(100, 9999)}/Å" if dice.chance(30) else None
    if customer.delivery_location is not None:
        location = company.delivery_locations[customer.delivery_location]
        made.delivery = location.address
        made.delivery_date = day
    on_sale = [product for product in company.products.values() if not product.barred]
    for line_number in range(1, dice.between(1, 4) + 1):
        made.lines.append(_line(company, dice, made, line_number, dice.pick(on_sale)))
    if dice.chance(10):
        text = "Varerne er afhentet af kunden."
        made.lines.append(SalesLine(len(made.lines) + 1, text))
    return made


def _line(
    company: Company, dice: Dice, made: SalesDocument, number: int, product: Product
) -> SalesLine:
    account = company.product_groups[product.group].sales_accounts[made.recipient.vat_zone]
    vat_code = company.accounts[account].vat_code
    line = SalesLine(
        number,
        product.description or product.name,
        product=product.number,
        quantity=decimal.Decimal(dice.between(1, 8)),
        price=_in_currency(product.price, made.rate),
        cost=_in_currency(product.cost, made.rate),
        unit=product.unit,
        account=account,
        vat_code=vat_code,
        vat_rate=company.vat_accounts[vat_code].rate if vat_code else NOTHING,
        dimension_key=product.dimension_key,
    )
    if product.unit == basics.HOURS:  # sold by the quarter
        line.quantity = decimal.Decimal(dice.between(1, 40)) / 4
    if dice.chance(20):
        line.discount = decimal.Decimal(dice.pick(("5.00", "10.00", "12.50")))
    line.region = dice.pick((None, None, 1, 2, 3))
    if company.product_groups[product.group].accrual_account and dice.chance(15):
        line.accrual = (made.date, made.date + datetime.timedelta(days=89))
    return line


def _in_currency(price: decimal.Decimal, rate: decimal.Decimal) -> decimal.Decimal:
    return (price * 100 / rate).quantize(decimal.Decimal("0.01"))


def book_invoice(
    company: Company, draft: SalesDocument, chosen_number: int | None = None
) -> BookedInvoice:
    """Book a document as an invoice: revenue, VAT and what the customer owes.

    Args:
        company: Whose document it is.
        draft: The document.
        chosen_number: A free number chosen by hand; without one it gets the next number.
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
        company: Who is paid.
        customer: Who pays.
        amount: How much, in the customer's currency.
        day: When.
        invoices: What it pays; without any it stays open, as an advance does.
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
