"""Books whose invoices and documents have files, and what the tap made of these."""

from __future__ import annotations

import contextlib
import hashlib
import typing as t
from pathlib import Path

from economic_sandbox.resources.resource import Resource
from tests.support.books import AGREEMENT, DOCUMENTS, INVOICES, Served, serving

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from economic_sandbox.company import Company
    from tests.support.books import Books
    from tests.support.running import Run

PDF = "invoices_booked_pdf"
FILES = "attached_documents_files"


def content_of(number: int, version: int = 1) -> bytes:
    """The file of an invoice or document."""
    return b"%%PDF-1.4\nfile %d, version %d\n%%%%EOF\n" % (number, version)


class Filed(Served):
    """Books of which each invoice and document has a file.

    Attributes:
        folder: Where the tap writes the files.
        versions: Which version of its file a number has, if not the first.
    """

    folder: Path
    versions: dict[int, int]

    @classmethod
    def of(cls, served: Served, folder: Path, versions: dict[int, int]) -> Filed:
        filed = cls(served.sandbox, served.books)
        filed.folder, filed.versions = folder, versions
        return filed

    def attach(self, number: int, *, pages: int = 1, version: int = 1) -> None:
        """Attach a document to a voucher, or replace it."""
        self.detach(number)
        row = {"number": number, "voucherNumber": 7, "accountingYear": "2026", "pageCount": pages}
        self.books.documents.append(row)
        self.versions[number] = version
        self.books.revision += 1

    def detach(self, number: int) -> None:
        """Delete a document."""
        self.books.documents[:] = [d for d in self.books.documents if d["number"] != number]
        self.books.revision += 1

    def copy(self, stream: str = PDF, **config: t.Any) -> Run:
        """Run the tap from the last state, with the folder as its store."""
        return self.read(stream, **{"documents_url": str(self.folder), **config})

    def fetched(self, stream: str = PDF) -> list[int]:
        """Return the numbers whose files the last run requested, in order."""
        base = INVOICES if stream == PDF else DOCUMENTS
        paths = [request.path for request in self.sandbox.requests]
        return sorted(
            int(path.split("/")[-2])
            for path in paths
            if path.startswith(f"{base}/") and path.endswith("/pdf")
        )

    def files(self, stream: str = PDF) -> dict[str, bytes]:
        """Return the files of a stream by name."""
        folder = self.folder / str(AGREEMENT) / stream
        return {path.name: path.read_bytes() for path in sorted(folder.glob("*"))}


def check_rows(rows: list[dict[str, t.Any]]) -> None:
    """See that each row tells the truth about its file."""
    for row in rows:
        content = Path(row["location"].removeprefix("file://")).read_bytes()
        assert b"%PDF-" in content
        assert (row["size"], row["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())


@contextlib.contextmanager
def filing(folder: Path) -> Iterator[Filed]:
    """Serve empty books whose invoices and documents will have files."""
    versions: dict[int, int] = {}

    def invoice(company: Company, values: Mapping[str, str]) -> bytes | None:
        number = int(values["bookedInvoiceNumber"])
        there = number in t.cast("Books", company).invoices
        return content_of(number, versions.get(number, 1)) if there else None

    def document(company: Company, values: Mapping[str, str]) -> bytes | None:
        number = int(values["number"])
        there = any(row["number"] == number for row in t.cast("Books", company).documents)
        return content_of(number, versions[number]) if there else None

    with serving(
        Resource(None, "/invoices/booked/{bookedInvoiceNumber}/pdf", invoice),
        Resource("documentsapi", "/AttachedDocuments/{number}/pdf", document),
    ) as served:
        yield Filed.of(served, folder, versions)
