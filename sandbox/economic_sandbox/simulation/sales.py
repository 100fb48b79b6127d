"""Events of sales: invoices, drafts, orders and quotes."""

from __future__ import annotations

import datetime
import decimal
import typing as t

from economic_sandbox.company.generator import documents
from economic_sandbox.company.operations import sales
from economic_sandbox.simulation.chance import minute, pick

if t.TYPE_CHECKING:
    from economic_sandbox.company import Company
    from economic_sandbox.company.generator.dice import Dice
    from economic_sandbox.company.model.documents import SalesDocument

_HIGH_NUMBER = 9_999_999
_STATUSES = ("drafts", "sent", "archived")


def book_invoice(company: Company, dice: Dice) -> None:
    """Book an invoice of today or of some days ago."""
    _book(company, _new_document(company, dice, 0))


def book_invoice_under_high_number(company: Company, dice: Dice) -> None:
    """Book an invoice under a number chosen far above the others."""
    number = _HIGH_NUMBER
    while number in company.invoices:
        number -= dice.between(1, 9)
    _book(company, _new_document(company, dice, 0), number)


def book_invoice_under_low_number(company: Company, dice: Dice) -> None:
    """Book an invoice under a free number chosen below the others."""
    number = pick(dice, range(max(1, min(company.invoices) - 9), min(company.invoices)), "number")
    _book(company, _new_document(company, dice, 0), number)


def credit_invoice(company: Company, dice: Dice) -> None:
    """Book a credit note for an unpaid invoice."""
    entries = company.ledger.entries
    unpaid = (
        invoice
        for invoice in company.invoices.values()
        if company.remainder(invoice) == entries[invoice.entry].amount > 0
    )
    sales.credit(company, pick(dice, unpaid, "invoice without payments"), company.today)


def add_draft(company: Company, dice: Dice) -> None:
    """Add a draft invoice."""
    _add(company, dice, company.drafts)


def change_draft(company: Company, dice: Dice) -> None:
    """Change the quantity on a line of a draft, and its heading."""
    draft = pick(dice, company.drafts.values(), "draft")
    line = draft.lines[0]
    line.quantity += decimal.Decimal(dice.between(1, 5))
    draft.heading = f"Rettet {company.now:%d.%m. kl. %H:%M}"
    draft.updated = minute(company)


def delete_draft(company: Company, dice: Dice) -> None:
    """Delete a draft."""
    del company.drafts[pick(dice, company.drafts, "draft")]


def replace_draft(company: Company, dice: Dice) -> None:
    """Delete a draft and add another, so that the count stays the same."""
    _replace(company, dice, company.drafts, "draft")


def book_draft(company: Company, dice: Dice) -> None:
    """Book a draft, which becomes an invoice."""
    number = pick(dice, company.drafts, "draft")
    _book(company, company.drafts.pop(number))


def add_order(company: Company, dice: Dice) -> None:
    """Add an order."""
    _add(company, dice, company.orders)


def move_order(company: Company, dice: Dice) -> None:
    """Give an order another status."""
    _move(company, dice, company.orders)


def replace_order(company: Company, dice: Dice) -> None:
    """Delete an order and add another, so that the count stays the same."""
    _replace(company, dice, company.orders, "order")


def add_quote(company: Company, dice: Dice) -> None:
    """Add a quote."""
    _add(company, dice, company.quotes)


def move_quote(company: Company, dice: Dice) -> None:
    """Give a quote another status."""
    _move(company, dice, company.quotes)


def _new_document(company: Company, dice: Dice, number: int) -> SalesDocument:
    active = (customer for customer in company.customers.values() if not customer.barred)
    customer = pick(dice, active, "customer to sell to")
    day = company.today - datetime.timedelta(days=dice.pick((0, 0, 0, 1, 5, 20)))
    document = documents.document(company, dice, number, customer, day)
    document.updated = minute(company)
    return document


def _book(company: Company, draft: SalesDocument, number: int | None = None) -> None:
    invoice = sales.book_invoice(company, draft, number)
    invoice.sent_by = "ean" if invoice.recipient.ean else None


def _add(company: Company, dice: Dice, documents: dict[int, SalesDocument]) -> None:
    number = max(documents, default=0) + 1
    documents[number] = _new_document(company, dice, number)


def _replace(company: Company, dice: Dice, documents: dict[int, SalesDocument], what: str) -> None:
    """Delete a document and add one of the same status under another number."""
    going = pick(dice, documents, what)
    _add(company, dice, documents)
    documents[max(documents)].status = documents.pop(going).status


def _move(company: Company, dice: Dice, documents: dict[int, SalesDocument]) -> None:
    document = pick(dice, documents.values(), "document to move")
    document.status = dice.pick([status for status in _STATUSES if status != document.status])
    document.updated = minute(company)
