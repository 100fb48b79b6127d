"""Invoices."""

from __future__ import annotations

from tap_economic.openapi import OpenAPIStream
from tap_economic.parents import PerParentStream
from tap_economic.rest import RestSingleStream, RestStream

_SALES = ("SuperUser", "Sales")


class InvoicesBookedStream(RestStream):
    """Booked invoices without their lines; a credit note is one with negative amounts."""

    name = "invoices_booked"
    path = "/invoices/booked"
    primary_keys = ("agreementNumber", "bookedInvoiceNumber")
    sort = "bookedInvoiceNumber"
    keyset = True
    roles = _SALES


class InvoicesBookedLinesStream(OpenAPIStream):
    """The lines of all booked invoices; documentId is the booked invoice's number."""

    name = "invoices_booked_lines"
    service = "q2capi"
    path = "/invoices/booked/lines"
    primary_keys = ("agreementNumber", "documentId", "number")
    roles = _SALES


class InvoicesBookedDocumentStream(PerParentStream, RestSingleStream):
    """Booked invoices with their lines nested, at the cost of a call per invoice."""

    name = "invoices_booked_document"
    path = "/invoices/booked/{bookedInvoiceNumber}"
    primary_keys = ("agreementNumber", "bookedInvoiceNumber")
    parent = InvoicesBookedStream
    path_keys = {"bookedInvoiceNumber": "bookedInvoiceNumber"}  # noqa: RUF012 - as in the base
    roles = _SALES
    selected_by_default = False


class InvoicesPaidStream(RestStream):
    """Booked invoices that are paid in full: a view of invoices_booked."""

    name = "invoices_paid"
    path = "/invoices/paid"
    primary_keys = ("agreementNumber", "bookedInvoiceNumber")
    sort = "bookedInvoiceNumber"
    keyset = True
    roles = _SALES
    selected_by_default = False


class InvoicesTotalsStream(RestSingleStream):
    """The sums of draft and booked invoices, paid, unpaid, overdue and not due."""

    name = "invoices_totals"
    path = "/invoices/totals"
    primary_keys = ("agreementNumber",)
    roles = _SALES
    selected_by_default = False
