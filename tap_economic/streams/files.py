"""Files of documents, which are written to the setting documents_url."""

from __future__ import annotations

from singer_sdk import StreamSchema

from tap_economic.replication.files import Files
from tap_economic.replication.per_parent import Parent
from tap_economic.schemas import FileSchema
from tap_economic.singer.families import OpenAPISingleStream, RestSingleStream
from tap_economic.streams.ledger import AttachedDocumentsStream
from tap_economic.streams.roles import BOOKKEEPING, SALES
from tap_economic.streams.sales import InvoicesBookedStream


class InvoicesBookedPdfStream(RestSingleStream):
    """The PDF of each booked invoice, as a file at documents_url."""

    name = "invoices_booked_pdf"
    path = "/invoices/booked/{bookedInvoiceNumber}/pdf"
    primary_keys = ("agreementNumber", "bookedInvoiceNumber")
    schema = StreamSchema(
        FileSchema("bookedInvoiceNumber", description="Number of the booked invoice.")
    )
    replication_key = "bookedInvoiceNumber"
    replication = Files(
        parent=Parent(
            InvoicesBookedStream,
            "bookedInvoiceNumber",
            in_parent="bookedInvoiceNumber",
            in_record="bookedInvoiceNumber",
        ),
        start_property="date",
    )
    roles = SALES
    selected_by_default = False


class AttachedDocumentsFilesStream(OpenAPISingleStream):
    """The file of each document attached to a voucher, at documents_url."""

    name = "attached_documents_files"
    service = "documentsapi"
    path = "/AttachedDocuments/{number}/pdf"
    counted = True  # as attached_documents
    primary_keys = ("agreementNumber", "number")
    schema = StreamSchema(FileSchema("number", description="Number of the attached document."))
    replication_key = "number"
    replication = Files(
        parent=Parent(AttachedDocumentsStream, "number", in_parent="number", in_record="number"),
        identified_by=("accountingYear", "voucherNumber", "pageCount"),
    )
    roles = BOOKKEEPING
    selected_by_default = False
