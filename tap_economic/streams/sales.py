"""Invoices, orders and quotes, by status, and their lines."""

from __future__ import annotations

from tap_economic.open_items import DocumentsStream, OpenInvoicesStream
from tap_economic.openapi import OpenAPIStream
from tap_economic.parents import ParentKey
from tap_economic.replication import IncrementalStream
from tap_economic.rest import RestSingleStream, RestStream

_SALES = ("SuperUser", "Sales")


class InvoicesUnpaidStream(RestStream):
    """Booked invoices that are not paid in full: a view of invoices_booked."""

    name = "invoices_unpaid"
    path = "/invoices/unpaid"
    primary_keys = ("agreementNumber", "bookedInvoiceNumber")
    sort = "bookedInvoiceNumber"
    keyset = True
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


class InvoicesBookedStream(OpenInvoicesStream, RestStream):
    """Booked invoices without their lines; a credit note is one with negative amounts."""

    name = "invoices_booked"
    path = "/invoices/booked"
    primary_keys = ("agreementNumber", "bookedInvoiceNumber")
    replication_key = "bookedInvoiceNumber"
    start_property = "date"
    unpaid = InvoicesUnpaidStream
    paid = InvoicesPaidStream
    sort = "bookedInvoiceNumber"
    keyset = True
    roles = _SALES


class InvoicesBookedLinesStream(IncrementalStream, OpenAPIStream):
    """The lines of all booked invoices; documentId is the booked invoice's number."""

    name = "invoices_booked_lines"
    service = "q2capi"
    path = "/invoices/booked/lines"
    primary_keys = ("agreementNumber", "documentId", "number")
    replication_key = "documentId"
    unique = False
    roles = _SALES


class InvoicesDraftsStream(RestStream):
    """Draft invoices; they vanish when they are booked."""

    name = "invoices_drafts"
    path = "/invoices/drafts"
    primary_keys = ("agreementNumber", "draftInvoiceNumber")
    last_updated = True
    sort = "draftInvoiceNumber"
    keyset = True
    roles = _SALES


class InvoicesDraftsLinesStream(OpenAPIStream):
    """The lines of all draft invoices; documentId is internal."""

    name = "invoices_drafts_lines"
    service = "q2capi"
    path = "/invoices/drafts/lines"
    primary_keys = ("agreementNumber", "documentId", "number")
    roles = _SALES


class InvoicesSentStream(RestStream):
    """Invoices that were sent electronically."""

    name = "invoices_sent"
    path = "/invoices/sent"
    primary_keys = ("agreementNumber", "id")
    roles = _SALES


class InvoicesTotalsStream(RestSingleStream):
    """The sums of draft and booked invoices, paid, unpaid, overdue and not due."""

    name = "invoices_totals"
    path = "/invoices/totals"
    primary_keys = ("agreementNumber",)
    roles = _SALES
    selected_by_default = False


class InvoicesOverdueStream(RestStream):
    """Unpaid invoices past their due date: a view of invoices_booked."""

    name = "invoices_overdue"
    path = "/invoices/overdue"
    primary_keys = ("agreementNumber", "bookedInvoiceNumber")
    sort = "bookedInvoiceNumber"
    keyset = True
    roles = _SALES
    selected_by_default = False


class InvoicesNotDueStream(RestStream):
    """Unpaid invoices before their due date: a view of invoices_booked."""

    name = "invoices_not_due"
    path = "/invoices/not-due"
    primary_keys = ("agreementNumber", "bookedInvoiceNumber")
    sort = "bookedInvoiceNumber"
    keyset = True
    roles = _SALES
    selected_by_default = False


class InvoicesBookedDocumentStream(DocumentsStream, RestSingleStream):
    """Booked invoices with their lines nested, at the cost of a call per invoice."""

    name = "invoices_booked_document"
    path = "/invoices/booked/{bookedInvoiceNumber}"
    primary_keys = ("agreementNumber", "bookedInvoiceNumber")
    replication_key = "bookedInvoiceNumber"
    start_property = "date"
    unpaid = InvoicesUnpaidStream
    paid = InvoicesPaidStream
    parent = InvoicesBookedStream
    parent_key = ParentKey(
        "bookedInvoiceNumber", in_parent="bookedInvoiceNumber", in_record="bookedInvoiceNumber"
    )
    roles = _SALES
    selected_by_default = False


class OrdersDraftsStream(RestStream):
    """Draft orders, without their lines."""

    name = "orders_drafts"
    path = "/orders/drafts"
    primary_keys = ("agreementNumber", "orderNumber")
    sort = "orderNumber"
    keyset = True
    roles = _SALES


class OrdersDraftsLinesStream(OpenAPIStream):
    """The lines of all draft orders; documentId is internal."""

    name = "orders_drafts_lines"
    service = "q2capi"
    path = "/orders/drafts/lines"
    primary_keys = ("agreementNumber", "documentId", "number")
    roles = _SALES


class OrdersSentStream(RestStream):
    """Sent orders, without their lines."""

    name = "orders_sent"
    path = "/orders/sent"
    primary_keys = ("agreementNumber", "orderNumber")
    sort = "orderNumber"
    keyset = True
    roles = _SALES


class OrdersSentLinesStream(OpenAPIStream):
    """The lines of all sent orders; documentId is internal."""

    name = "orders_sent_lines"
    service = "q2capi"
    path = "/orders/sent/lines"
    primary_keys = ("agreementNumber", "documentId", "number")
    roles = _SALES


class OrdersArchivedStream(RestStream):
    """Archived orders, without their lines."""

    name = "orders_archived"
    path = "/orders/archived"
    primary_keys = ("agreementNumber", "orderNumber")
    sort = "orderNumber"
    keyset = True
    roles = _SALES


class OrdersArchivedLinesStream(OpenAPIStream):
    """The lines of all archived orders; documentId is internal."""

    name = "orders_archived_lines"
    service = "q2capi"
    path = "/orders/archived/lines"
    primary_keys = ("agreementNumber", "documentId", "number")
    roles = _SALES


class QuotesDraftsStream(RestStream):
    """Draft quotes, without their lines."""

    name = "quotes_drafts"
    path = "/quotes/drafts"
    primary_keys = ("agreementNumber", "quoteNumber")
    sort = "quoteNumber"
    keyset = True


class QuotesDraftsLinesStream(OpenAPIStream):
    """The lines of all draft quotes; documentId is internal."""

    name = "quotes_drafts_lines"
    service = "q2capi"
    path = "/quotes/drafts/lines"
    primary_keys = ("agreementNumber", "documentId", "number")
    roles = _SALES


class QuotesSentStream(RestStream):
    """Sent quotes, without their lines."""

    name = "quotes_sent"
    path = "/quotes/sent"
    primary_keys = ("agreementNumber", "quoteNumber")
    sort = "quoteNumber"
    keyset = True


class QuotesSentLinesStream(OpenAPIStream):
    """The lines of all sent quotes; documentId is internal."""

    name = "quotes_sent_lines"
    service = "q2capi"
    path = "/quotes/sent/lines"
    primary_keys = ("agreementNumber", "documentId", "number")
    roles = _SALES


class QuotesArchivedStream(RestStream):
    """Archived quotes, without their lines."""

    name = "quotes_archived"
    path = "/quotes/archived"
    primary_keys = ("agreementNumber", "quoteNumber")
    sort = "quoteNumber"
    keyset = True


class QuotesArchivedLinesStream(OpenAPIStream):
    """The lines of all archived quotes; documentId is internal."""

    name = "quotes_archived_lines"
    service = "q2capi"
    path = "/quotes/archived/lines"
    primary_keys = ("agreementNumber", "documentId", "number")
    roles = _SALES


class OpenAPIInvoicesDraftsStream(OpenAPIStream):
    """The newer API's view of draft invoices; number is internal."""

    name = "openapi_invoices_drafts"
    service = "q2capi"
    path = "/invoices/drafts"
    primary_keys = ("agreementNumber", "number")
    roles = _SALES
    selected_by_default = False
