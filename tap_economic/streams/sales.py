"""Invoices, orders and quotes, by status, and their lines."""

from __future__ import annotations

from tap_economic.replication.documents import Documents
from tap_economic.replication.incremental import Incremental
from tap_economic.replication.open_items import OpenInvoices
from tap_economic.replication.per_parent import Parent
from tap_economic.singer.families import OpenAPIStream, RestSingleStream, RestStream
from tap_economic.streams.roles import SALES


class InvoicesUnpaidStream(RestStream):
    """Booked invoices that are not paid in full: a view of invoices_booked."""

    name = "invoices_unpaid"
    path = "/invoices/unpaid"
    primary_keys = ("agreementNumber", "bookedInvoiceNumber")
    sort = "bookedInvoiceNumber"
    keyset = True
    roles = SALES
    selected_by_default = False


class InvoicesPaidStream(RestStream):
    """Booked invoices that are paid in full: a view of invoices_booked."""

    name = "invoices_paid"
    path = "/invoices/paid"
    primary_keys = ("agreementNumber", "bookedInvoiceNumber")
    sort = "bookedInvoiceNumber"
    keyset = True
    roles = SALES
    selected_by_default = False


class InvoicesBookedStream(RestStream):
    """Booked invoices without their lines; a credit note is one with negative amounts."""

    name = "invoices_booked"
    path = "/invoices/booked"
    primary_keys = ("agreementNumber", "bookedInvoiceNumber")
    replication_key = "bookedInvoiceNumber"
    replication = OpenInvoices(
        unpaid=InvoicesUnpaidStream, paid=InvoicesPaidStream, start_property="date"
    )
    sort = "bookedInvoiceNumber"
    keyset = True
    roles = SALES


class InvoicesBookedLinesStream(OpenAPIStream):
    """The lines of all booked invoices; documentId is the invoice's number."""

    name = "invoices_booked_lines"
    service = "q2capi"
    path = "/invoices/booked/lines"
    primary_keys = ("agreementNumber", "documentId", "number")
    replication_key = "documentId"
    replication = Incremental()
    unique = False
    roles = SALES


class InvoicesDraftsStream(RestStream):
    """Draft invoices; booking removes them."""

    name = "invoices_drafts"
    path = "/invoices/drafts"
    primary_keys = ("agreementNumber", "draftInvoiceNumber")
    last_updated = True
    sort = "draftInvoiceNumber"
    keyset = True
    roles = SALES


class InvoicesDraftsLinesStream(OpenAPIStream):
    """The lines of all draft invoices; documentId is internal."""

    name = "invoices_drafts_lines"
    service = "q2capi"
    path = "/invoices/drafts/lines"
    primary_keys = ("agreementNumber", "documentId", "number")
    roles = SALES


class InvoicesSentStream(RestStream):
    """Invoices that were sent electronically."""

    name = "invoices_sent"
    path = "/invoices/sent"
    primary_keys = ("agreementNumber", "id")
    roles = SALES


class InvoicesTotalsStream(RestSingleStream):
    """The totals of draft and booked invoices, paid, unpaid, overdue and not due."""

    name = "invoices_totals"
    path = "/invoices/totals"
    primary_keys = ("agreementNumber",)
    roles = SALES
    selected_by_default = False


class InvoicesOverdueStream(RestStream):
    """Unpaid invoices past their due date: a view of invoices_booked."""

    name = "invoices_overdue"
    path = "/invoices/overdue"
    primary_keys = ("agreementNumber", "bookedInvoiceNumber")
    sort = "bookedInvoiceNumber"
    keyset = True
    roles = SALES
    selected_by_default = False


class InvoicesNotDueStream(RestStream):
    """Unpaid invoices before their due date: a view of invoices_booked."""

    name = "invoices_not_due"
    path = "/invoices/not-due"
    primary_keys = ("agreementNumber", "bookedInvoiceNumber")
    sort = "bookedInvoiceNumber"
    keyset = True
    roles = SALES
    selected_by_default = False


class InvoicesBookedDocumentStream(RestSingleStream):
    """Booked invoices with their lines nested, at the cost of a call per invoice."""

    name = "invoices_booked_document"
    path = "/invoices/booked/{bookedInvoiceNumber}"
    primary_keys = ("agreementNumber", "bookedInvoiceNumber")
    replication_key = "bookedInvoiceNumber"
    replication = Documents(
        parent=Parent(
            InvoicesBookedStream,
            "bookedInvoiceNumber",
            in_parent="bookedInvoiceNumber",
            in_record="bookedInvoiceNumber",
        ),
        unpaid=InvoicesUnpaidStream,
        paid=InvoicesPaidStream,
        start_property="date",
    )
    roles = SALES
    selected_by_default = False


class OrdersDraftsStream(RestStream):
    """Draft orders, without their lines."""

    name = "orders_drafts"
    path = "/orders/drafts"
    primary_keys = ("agreementNumber", "orderNumber")
    sort = "orderNumber"
    keyset = True
    roles = SALES


class OrdersDraftsLinesStream(OpenAPIStream):
    """The lines of all draft orders; documentId is internal."""

    name = "orders_drafts_lines"
    service = "q2capi"
    path = "/orders/drafts/lines"
    primary_keys = ("agreementNumber", "documentId", "number")
    roles = SALES


class OrdersSentStream(RestStream):
    """Sent orders, without their lines."""

    name = "orders_sent"
    path = "/orders/sent"
    primary_keys = ("agreementNumber", "orderNumber")
    sort = "orderNumber"
    keyset = True
    roles = SALES


class OrdersSentLinesStream(OpenAPIStream):
    """The lines of all sent orders; documentId is internal."""

    name = "orders_sent_lines"
    service = "q2capi"
    path = "/orders/sent/lines"
    primary_keys = ("agreementNumber", "documentId", "number")
    roles = SALES


class OrdersArchivedStream(RestStream):
    """Archived orders, without their lines."""

    name = "orders_archived"
    path = "/orders/archived"
    primary_keys = ("agreementNumber", "orderNumber")
    sort = "orderNumber"
    keyset = True
    roles = SALES


class OrdersArchivedLinesStream(OpenAPIStream):
    """The lines of all archived orders; documentId is internal."""

    name = "orders_archived_lines"
    service = "q2capi"
    path = "/orders/archived/lines"
    primary_keys = ("agreementNumber", "documentId", "number")
    roles = SALES


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
    roles = SALES


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
    roles = SALES


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
    roles = SALES


class OpenAPIInvoicesDraftsStream(OpenAPIStream):
    """The OpenAPI variant of draft invoices; number is internal."""

    name = "openapi_invoices_drafts"
    service = "q2capi"
    path = "/invoices/drafts"
    primary_keys = ("agreementNumber", "number")
    roles = SALES
    selected_by_default = False
