"""Facts about the endpoints that return a file."""

from __future__ import annotations

import typing as t

from contract.facts import terms as f
from contract.kinds.answers import Header, PdfOf, Refused
from contract.kinds.listings import FilteredBy
from contract.probe import Probe

if t.TYPE_CHECKING:
    from collections.abc import Iterator

_NUMBER = "bookedInvoiceNumber"
_DOCUMENTS = f.cursor("documentsapi", "/AttachedDocuments")
_INVOICE_PDF = f.rest("/invoices/booked/{bookedInvoiceNumber}/pdf").below(f.BOOKED, _NUMBER)
_DOCUMENT_PDF = f.service("documentsapi", "/AttachedDocuments/{number}/pdf").below(
    _DOCUMENTS, "number"
)
_COST = "economic_sandbox.apis.access.cost_of"
_IS_PDF = "tap_economic.client.pdf.is_pdf"
_IS_LISTED = "tap_economic.replication.file_copies.Copier"


def probes() -> Iterator[Probe]:
    """Yield the probes."""
    yield Probe(
        "the PDF of a booked invoice is one", PdfOf(_INVOICE_PDF), f.LIVE, _IS_PDF, "2026-10-08"
    )
    yield Probe(
        "the PDF of a booked invoice costs 13",
        Header(_INVOICE_PDF, "X-CallCost", "13"),
        f.LIVE,
        _COST,
        "2026-10-08",
    )
    yield Probe(
        "the file of an attached document is a PDF",
        PdfOf(_DOCUMENT_PDF),
        f.SPEC,
        _IS_PDF,
        either_way=f.NO_PDF,
    )
    yield Probe(
        "the file of an attached document costs 13",
        Header(_DOCUMENT_PDF, "X-CallCost", "13"),
        f.ASSUMED,
        _COST,
        either_way=f.ANY_COST,
    )
    yield Probe(
        "the PDF of an invoice that does not exist is a 404",
        Refused(f.rest("/invoices/booked/999999999/pdf"), 404),
        f.REST_DOCS.format("Status codes"),
        _IS_LISTED,
        either_way=f.NO_PDF,
    )
    yield Probe(
        "the file of a document that does not exist is a 404",
        Refused(f.service("documentsapi", "/AttachedDocuments/999999999/pdf"), 404),
        f.SPEC,
        _IS_LISTED,
        either_way=f.NO_PDF,
    )
    for name, listing, key in (
        ("booked invoices", f.BOOKED, _NUMBER),
        ("attached documents", _DOCUMENTS, "number"),
    ):
        yield Probe(
            f"{name} are filtered by {key} with $eq",
            FilteredBy(listing, key, "eq"),
            f.LIVE,
            _IS_LISTED,
            "2026-08",
        )
