"""The lines of sales documents in bulk, as the OpenAPI service q2capi lists them."""

from __future__ import annotations

import typing as t

from economic_sandbox.company.model import basics
from economic_sandbox.resources.resource import Resource
from economic_sandbox.resources.sales import line_margin
from economic_sandbox.resources.shapes import midnight, present, versioned

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from economic_sandbox.company import Company
    from economic_sandbox.company.model.documents import SalesDocument, SalesLine
    from economic_sandbox.resources.resource import Row

_LINES_PER_DOCUMENT = 100


def line_id(document_id: int, line: SalesLine) -> int:
    """Return the number of a line, which is unique among the lines of all documents."""
    return document_id * _LINES_PER_DOCUMENT + line.number


def line_members(company: Company, document_id: int, line: SalesLine) -> Row:
    """Write the members that the lines of all documents have."""
    members: Row = {
        "documentId": document_id,
        "number": line_id(document_id, line),
        "userInterfaceNumber": line.number,
        "description": line.description,
    }
    if line.product is None:
        return members
    return members | present(
        productNumber=line.product,
        quantity=line.quantity,
        unitNumber=line.unit,
        unitNetPrice=line.price,
        unitCostPrice=line.cost,
        discountPercentage=line.discount,
        departmentNumber=_department(company, line),
        totalNetAmount=line.net,
    )


def _department(company: Company, line: SalesLine) -> int | None:
    """Return a line's department; a distribution shows in the dimension data only."""
    key = line.dimension_key
    if key is None or company.dimension_keys[basics.DEPARTMENTS, key].shares:
        return None
    return key


def _accrual(line: SalesLine) -> Row:
    if line.accrual is None:
        return {"accrue": False}
    start, end = line.accrual
    return {
        "accrue": True,
        "accrueStartDate": midnight(start),
        "accrueEndDate": midnight(end),
    }


def booked_lines(company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the lines of booked invoices; here documentId is the invoice's number."""
    rows = []
    for _, invoice in sorted(company.invoices.items()):
        for line, vat in zip(invoice.lines, invoice.line_vat(), strict=True):
            row = line_members(company, invoice.number, line) | _accrual(line)
            row["vatRate"] = line.vat_rate
            if line.product is not None:
                row["vatAmount"] = vat
                row["bookedAccount"] = line.account
            rows.append(row)
    return rows


def draft_line(company: Company, document: SalesDocument, line: SalesLine, number_name: str) -> Row:
    """Write a line of a document that is not booked.

    Args:
        company: The company.
        document: The document.
        line: The line.
        number_name: What the document's number is called: ``orderNumber`` and so on.
    """
    row = line_members(company, document.id, line)
    row[number_name] = document.number
    if line.product is not None:
        row |= line_margin(document, line)
    return row


def draft_lines(company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the lines of draft invoices."""
    documents = sorted(company.drafts.values(), key=lambda document: document.id)
    return [
        versioned(**draft_line(company, document, line, "draftInvoiceNumber"), **_accrual(line))
        for document in documents
        for line in document.lines
    ]


def _status_lines(
    documents_of: Callable[[Company], Mapping[int, SalesDocument]], number_name: str
) -> Callable[[Company, Mapping[str, str]], list[Row]]:
    def rows(company: Company, values: Mapping[str, str]) -> list[Row]:
        return [
            draft_line(company, document, line, number_name)
            for document in documents_of(company).values()
            if document.status == values["documentStatus"]
            for line in document.lines
        ]

    return rows


_KEYS = ("documentId", "number")
RESOURCES = (
    Resource(
        "q2capi",
        "/orders/{documentStatus}/lines",
        _status_lines(lambda company: company.orders, "orderNumber"),
        _KEYS,
    ),
    Resource(
        "q2capi",
        "/quotes/{documentStatus}/lines",
        _status_lines(lambda company: company.quotes, "quoteNumber"),
        _KEYS,
    ),
    Resource("q2capi", "/invoices/booked/lines", booked_lines, _KEYS),
    Resource("q2capi", "/invoices/drafts/lines", draft_lines, _KEYS),
)
