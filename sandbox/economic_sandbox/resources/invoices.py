"""Invoices on the classic REST API: booked ones in all their views, drafts, and totals."""

from __future__ import annotations

import typing as t

from economic_sandbox.company.model.money import NOTHING
from economic_sandbox.resources.resource import Resource
from economic_sandbox.resources.sales import (
    booked_line_rows,
    document_members,
    draft_line_rows,
    draft_members,
)
from economic_sandbox.resources.shapes import instant, link

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from economic_sandbox.company import Company
    from economic_sandbox.company.model.documents import BookedInvoice, SalesDocument
    from economic_sandbox.resources.resource import Row


def _booked_row(company: Company, invoice: BookedInvoice) -> Row:
    number = invoice.number
    entry = company.ledger.entries[invoice.entry]
    row: Row = {"bookedInvoiceNumber": number}
    if invoice.order is not None:
        row["orderNumber"] = invoice.order
    return {
        **row,
        **document_members(company, invoice),
        "remainder": company.ledger.remainder(entry),
        "remainderInBaseCurrency": company.ledger.base_remainder(entry),
        "pdf": {"download": link("invoices", "booked", number, "pdf")},
        "sent": link("invoices", "booked", number, "sent"),
        "self": link("invoices", "booked", number),
    }


def _all(_company: Company, _invoice: BookedInvoice) -> bool:
    return True


def _paid(company: Company, invoice: BookedInvoice) -> bool:
    return not company.remainder(invoice)


def _unpaid(company: Company, invoice: BookedInvoice) -> bool:
    return bool(company.remainder(invoice))


def _overdue(company: Company, invoice: BookedInvoice) -> bool:
    return invoice.due_date < company.today and _unpaid(company, invoice)


def _not_due(company: Company, invoice: BookedInvoice) -> bool:
    return invoice.due_date >= company.today and _unpaid(company, invoice)


_Test: t.TypeAlias = "Callable[[Company, BookedInvoice], bool]"


def _select(company: Company, test: _Test) -> list[BookedInvoice]:
    invoices = sorted(company.invoices.values(), key=lambda invoice: invoice.number)
    return [invoice for invoice in invoices if test(company, invoice)]


def _listing(test: _Test) -> Callable[[Company, Mapping[str, str]], list[Row]]:
    def rows(company: Company, _values: Mapping[str, str]) -> list[Row]:
        return [_booked_row(company, invoice) for invoice in _select(company, test)]

    return rows


def booked_invoice(company: Company, values: Mapping[str, str]) -> Row | None:
    """Return one booked invoice, the only view with its lines."""
    number = values["bookedInvoiceNumber"]
    invoice = company.invoices.get(int(number)) if number.isdecimal() else None
    if invoice is None:
        return None
    return {**_booked_row(company, invoice), "lines": booked_line_rows(company, invoice)}


def _draft_row(company: Company, draft: SalesDocument) -> Row:
    number = draft.number
    return {
        "draftInvoiceNumber": number,
        "soap": {"currentInvoiceHandle": {"id": draft.id}},
        "templates": {
            "bookingInstructions": link(
                "invoices", "drafts", number, "templates", "booking-instructions"
            ),
            "self": link("invoices", "drafts", number, "templates"),
        },
        "attachment": link("invoices", "drafts", number, "attachment"),
        **document_members(company, draft),
        **draft_members(draft),
        "pdf": {"download": link("invoices", "drafts", number, "pdf")},
        "lastUpdated": instant(draft.updated),
        "self": link("invoices", "drafts", number),
    }


def drafts(company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the draft invoices."""
    return [_draft_row(company, draft) for _, draft in sorted(company.drafts.items())]


def draft_invoice(company: Company, values: Mapping[str, str]) -> Row | None:
    """Return one draft invoice, the only view with its lines."""
    numbers = {str(number): draft for number, draft in company.drafts.items()}
    draft = numbers.get(values["draftInvoiceNumber"])
    if draft is None:
        return None
    return {**_draft_row(company, draft), "lines": draft_line_rows(company, draft)}


def sent(company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the invoices that were sent electronically, in the order in which they were booked."""
    booked = sorted(company.invoices.values(), key=lambda invoice: invoice.entry)
    invoices = [invoice for invoice in booked if invoice.sent_by is not None]
    return [
        {
            "id": number,
            "invoice": {
                "bookedInvoiceNumber": invoice.number,
                "self": link("invoices", "booked", invoice.number),
            },
            "status": "sent",
            "sendBy": invoice.sent_by,
            "creationDate": str(invoice.date),
            "createdBy": "SANDBOX",
            "self": link("invoices", "sent", number),
        }
        for number, invoice in enumerate(invoices, start=1)
    ]


def _sum(documents: Iterable[SalesDocument], description: str) -> Row:
    counted = list(documents)
    amounts = (document.net_in_base_currency for document in counted)
    return {
        "netAmountInBaseCurrency": sum(amounts, NOTHING),
        "invoiceCount": len(counted),
        "description": description,
    }


def _open_sum(company: Company, test: _Test, description: str) -> Row:
    invoices = _select(company, test)
    remainders = (
        company.ledger.base_remainder(company.ledger.entries[invoice.entry]) for invoice in invoices
    )
    gross = sum(remainders, NOTHING)
    return {**_sum(invoices, description), "grossRemainderInBaseCurrency": gross}


_PERIODS = (
    "lastFifteenDays", "lastMonth", "lastSevenDays", "lastThirtyDays", "lastWeek", "lastYear",
    "thisMonth", "thisWeek", "thisYear",
)  # fmt: skip


def totals(company: Company, _values: Mapping[str, str]) -> Row:
    """Sum the invoices by status."""
    root = ("invoices", "totals")
    unpaid = (*root, "booked", "unpaid")
    not_due = _sum(_select(company, _not_due), "Unpaid invoices not due yet.")
    return {
        "drafts": _sum(company.drafts.values(), "Draft invoices.")
        | {"self": link(*root, "drafts")},
        "booked": {
            **_sum(_select(company, _all), "Booked invoices."),
            "paid": {
                **_sum(_select(company, _paid), "Paid invoices."),
                "self": link(*root, "booked", "paid"),
            },
            "unpaid": {
                **_open_sum(company, _unpaid, "Unpaid invoices."),
                "overdue": {
                    **_open_sum(company, _overdue, "Unpaid invoices past their due date."),
                    "self": link(*unpaid, "overdue"),
                },
                "notOverdue": {**not_due, "self": link(*unpaid, "not-overdue")},
                "self": link(*unpaid),
            },
            "self": link(*root, "booked"),
        },
        "predefinedPeriodFilters": {
            name: {"description": name, "self": f"{link(*root)}?period={name}"} for name in _PERIODS
        },
        "self": link(*root),
    }


_KEY = ("bookedInvoiceNumber",)
RESOURCES = (
    Resource(
        None,
        "/invoices/booked",
        _listing(_all),
        _KEY,
        ("bookedInvoiceNumber", "bookedInvoiceNumber"),
    ),
    Resource(None, "/invoices/paid", _listing(_paid), _KEY),
    Resource(None, "/invoices/unpaid", _listing(_unpaid), _KEY),
    Resource(None, "/invoices/overdue", _listing(_overdue), _KEY),
    Resource(None, "/invoices/not-due", _listing(_not_due), _KEY),
    Resource(None, "/invoices/booked/{bookedInvoiceNumber}", booked_invoice),
    Resource(
        None,
        "/invoices/drafts",
        drafts,
        ("draftInvoiceNumber",),
        ("draftInvoiceNumber", "draftInvoiceNumber"),
    ),
    Resource(None, "/invoices/drafts/{draftInvoiceNumber}", draft_invoice),
    Resource(None, "/invoices/sent", sent, ("id",)),
    Resource(None, "/invoices/totals", totals),
)
