"""The common members of invoices, orders and quotes."""

from __future__ import annotations

import typing as t

from economic_sandbox.company.model.money import HUNDRED, NOTHING, in_base_currency, rounded
from economic_sandbox.resources.customers import (
    contact_reference,
    delivery_location_reference,
    employee_reference,
)
from economic_sandbox.resources.departments import (
    distribution_reference,
    typed_distribution_reference,
)
from economic_sandbox.resources.products import product_link
from economic_sandbox.resources.registers import terms_row, unit_row, vat_zone_row
from economic_sandbox.resources.shapes import present, reference

if t.TYPE_CHECKING:
    from decimal import Decimal

    from economic_sandbox.company import Company
    from economic_sandbox.company.model.documents import Recipient, SalesDocument, SalesLine
    from economic_sandbox.resources.resource import Row


def document_members(company: Company, document: SalesDocument) -> Row:
    """Write the members that every classic sales document has."""
    return present(
        date=str(document.date),
        currency=document.currency,
        exchangeRate=document.rate,
        netAmount=document.net,
        netAmountInBaseCurrency=document.net_in_base_currency,
        grossAmount=document.gross,
        grossAmountInBaseCurrency=document.gross_in_base_currency,
        vatAmount=document.vat,
        roundingAmount=NOTHING,
        dueDate=str(document.due_date),
        paymentTerms=terms_row(company.payment_terms[document.terms]),
        customer=reference("customers", "customerNumber", document.customer),
        recipient=_recipient(document.customer, document.recipient),
        deliveryLocation=delivery_location_reference(document.customer, document.delivery_location),
        delivery=_delivery(document),
        notes=_notes(document),
        references=_references(document),
        layout=reference("layouts", "layoutNumber", document.layout),
        project=None
        if document.project is None
        else reference("projects", "projectNumber", document.project),
    )


def draft_members(document: SalesDocument) -> Row:
    """Write the members of documents that are not booked: cost and margin."""
    cost = document.cost_in_base_currency
    return {
        "costPriceInBaseCurrency": cost,
        "marginInBaseCurrency": document.net_in_base_currency - cost,
        "marginPercentage": percentage(
            document.net_in_base_currency - cost, document.net_in_base_currency
        ),
    }


def percentage(part: Decimal, whole: Decimal) -> Decimal:
    """Return a part's percentage of the whole; 0 if that is 0."""
    return rounded(part * HUNDRED / whole) if whole else NOTHING


def _recipient(customer: int, recipient: Recipient) -> Row:
    return present(
        name=recipient.name,
        address=recipient.address.street,
        zip=recipient.address.zip,
        city=recipient.address.city,
        country=recipient.address.country,
        ean=recipient.ean,
        cvr=recipient.cvr,
        mobilePhone=recipient.mobile,
        attention=contact_reference(customer, recipient.contact),
        vatZone=vat_zone_row(recipient.vat_zone),
    )


def _delivery(document: SalesDocument) -> Row | None:
    if document.delivery is None:
        return None
    return present(
        address=document.delivery.street,
        zip=document.delivery.zip,
        city=document.delivery.city,
        country=document.delivery.country,
        deliveryDate=None if document.delivery_date is None else str(document.delivery_date),
    )


def _notes(document: SalesDocument) -> Row | None:
    notes = present(heading=document.heading, textLine1=document.text1, textLine2=document.text2)
    return notes or None


def _references(document: SalesDocument) -> Row | None:
    contact = contact_reference(document.customer, document.contact)
    references = present(
        customerContact=contact
        and {
            **contact,
            "customer": reference("customers", "customerNumber", document.customer),
        },
        salesPerson=employee_reference(document.sales_person),
        other=document.other_reference,
    )
    return references or None


def _line_rows(document: SalesDocument) -> list[Row]:
    """Write the lines that all single classic documents have."""
    return [_line(line) for line in document.lines]


def _line(line: SalesLine) -> Row:
    text = {"lineNumber": line.number, "sortKey": line.number, "description": line.description}
    if line.product is None:
        return text
    return text | present(
        quantity=line.quantity,
        unitNetPrice=line.price,
        discountPercentage=line.discount,
        unitCostPrice=line.cost,
        totalNetAmount=line.net,
        unit=None if line.unit is None else unit_row(line.unit),
        product={"productNumber": line.product, "self": product_link(line.product)},
    )


def booked_line_rows(company: Company, document: SalesDocument) -> list[Row]:
    """Write the lines of a booked invoice: with VAT."""
    rows = _line_rows(document)
    for row, line, vat in zip(rows, document.lines, document.line_vat(), strict=True):
        if line.product is not None:
            row["vatRate"] = line.vat_rate
            row["vatAmount"] = vat
        if line.dimension_key is not None:
            row["departmentalDistribution"] = distribution_reference(company, line.dimension_key)
    return rows


def draft_line_rows(company: Company, document: SalesDocument) -> list[Row]:
    """Write the lines of a document that is not booked: with margin and accrual."""
    rows = _line_rows(document)
    for row, line in zip(rows, document.lines, strict=True):
        if line.product is not None:
            row.update(line_margin(document, line))
        if line.accrual is not None:
            start, end = line.accrual
            row["accrual"] = {"startDate": str(start), "endDate": str(end)}
        if line.dimension_key is not None:
            row["departmentalDistribution"] = typed_distribution_reference(
                company, line.dimension_key
            )
    return rows


def line_margin(document: SalesDocument, line: SalesLine) -> Row:
    """Write the margin of a line of a document that is not booked."""
    margin = line.net - rounded(line.quantity * line.cost)
    return {
        "marginInBaseCurrency": in_base_currency(margin, document.rate),
        "marginPercentage": percentage(margin, line.net),
    }
