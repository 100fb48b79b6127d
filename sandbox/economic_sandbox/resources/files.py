"""The files of booked invoices and of attached documents: small PDFs, always the same."""

from __future__ import annotations

import typing as t

from economic_sandbox.resources.resource import Resource

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from economic_sandbox.company import Company


def booked_invoice_pdf(company: Company, values: Mapping[str, str]) -> bytes | None:
    """Return a booked invoice as a PDF of one page."""
    number = values["bookedInvoiceNumber"]
    invoice = company.invoices.get(int(number)) if number.isdecimal() else None
    if invoice is None:
        return None
    lines = [f"Invoice {invoice.number}", f"Date {invoice.date}", f"Due {invoice.due_date}"]
    lines += [f"{line.quantity} x {line.product}" for line in invoice.lines]
    return pdf([lines])


def attached_document_pdf(company: Company, values: Mapping[str, str]) -> bytes | None:
    """Return the scan of a voucher, which has as many pages as the document says."""
    number = values["number"]
    document = company.attached_documents.get(int(number)) if number.isdecimal() else None
    if document is None:
        return None
    voucher = company.ledger.entries[document.entry].voucher
    pages = range(1, document.page_count + 1)
    return pdf([[f"Document {number}", f"Voucher {voucher}", f"Page {page}"] for page in pages])


def pdf(pages: Sequence[Sequence[str]]) -> bytes:
    """Return a valid PDF with some lines of ASCII text on each page."""
    kids = " ".join(f"{4 + 2 * page} 0 R" for page in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for page, lines in enumerate(pages):
        text = "".join(f"({_escaped(line)}) Tj T* " for line in lines)
        content = f"BT /F1 12 Tf 16 TL 72 770 Td {text}ET"
        objects += [
            (
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] "
                f"/Resources << /Font << /F1 3 0 R >> >> /Contents {5 + 2 * page} 0 R >>"
            ),
            f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
        ]
    body, offsets = "%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    return (
        f"{body}xref\n0 {size}\n0000000000 65535 f \n{table}"
        f"trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n"
    ).encode("ascii")


def _escaped(text: str) -> str:
    """Return a text for a string of PDF."""
    plain = text.encode("ascii", "replace").decode("ascii")
    return plain.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


FILES = (
    Resource(None, "/invoices/booked/{bookedInvoiceNumber}/pdf", booked_invoice_pdf),
    Resource("documentsapi", "/AttachedDocuments/{number}/pdf", attached_document_pdf),
)
