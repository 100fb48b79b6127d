"""Books of a few tables, written down by the tests themselves, served over a real socket."""

from __future__ import annotations

import contextlib
import typing as t

from economic_sandbox.resources.resource import Resource
from economic_sandbox.server import Sandbox
from sandbox_support.small import SmallCompany
from tests.support.running import run_tap
from tests.support.sandboxes import settings

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from economic_sandbox.apis.exchange import Hook, LoggedRequest
    from economic_sandbox.company import Company
    from tests.support.running import Run
    from tests.support.target import Row

AGREEMENT = 1001
ENTRIES = "/openapi/bookedEntriesapi/v4.0.0/booked-entries"
INVOICES = "/rest/invoices/booked"
UNPAID = "/rest/invoices/unpaid"
PAID = "/rest/invoices/paid"
LINES = "/openapi/q2capi/v5.3.0/invoices/booked/lines"
DOCUMENTS = "/openapi/documentsapi/v4.0.1/AttachedDocuments"
CHANGELOG = "/openapi/dimensionsapi/v5.3.1/dimension-data/booked-entries/changelog"


class Books(SmallCompany):
    """Booked entries and invoices with their lines, by number, and lists of the rest."""

    def __init__(self) -> None:
        super().__init__(AGREEMENT)
        self.entries: dict[int, Row] = {}
        self.invoices: dict[int, Row] = {}
        self.documents: list[Row] = []
        self.changes: list[Row] = []

    def book_entry(self, number: int, remainder: float = 0, date: str = "2026-01-31") -> None:
        """Book a line of a customer, so that a remainder is open."""
        self.entries[number] = {
            "entryNumber": number,
            "accountNumber": 5600,
            "amount": 100,
            "customerNumber": 7,
            "date": date,
            "remainder": remainder,
        }
        self.revision += 1

    def book_invoice(self, number: int, remainder: float = 0, date: str = "2026-01-31") -> None:
        """Book an invoice of two lines."""
        self.invoices[number] = {
            "bookedInvoiceNumber": number,
            "date": date,
            "netAmount": 100,
            "remainder": remainder,
            "remainderInBaseCurrency": remainder,
        }
        self.revision += 1

    def pay(self, number: int, remainder: float = 0) -> None:
        """Change what remains of an invoice and of an entry with the same number."""
        if number in self.entries:
            self.entries[number] = {**self.entries[number], "remainder": remainder}
        if number in self.invoices:
            left = {"remainder": remainder, "remainderInBaseCurrency": remainder}
            self.invoices[number] = {**self.invoices[number], **left}
        self.revision += 1


def _rows_of(name: str) -> Callable[[Company, Mapping[str, str]], list[Row]]:
    def rows(company: Company, _: Mapping[str, str]) -> list[Row]:
        register = getattr(company, name)
        return [register[number] for number in sorted(register)]

    return rows


def _self(company: Company, _: Mapping[str, str]) -> Row:
    return {"agreementNumber": company.agreement_number}


def _unpaid(company: Company, _: Mapping[str, str]) -> list[Row]:
    return [row for row in _rows_of("invoices")(company, {}) if row["remainder"]]


def _paid(company: Company, _: Mapping[str, str]) -> list[Row]:
    return [row for row in _rows_of("invoices")(company, {}) if not row["remainder"]]


def _document(company: Company, values: Mapping[str, str]) -> Row | None:
    books = t.cast("Books", company)
    number = int(values["bookedInvoiceNumber"])
    row = books.invoices.get(number)
    return row and {**row, "lines": [{"lineNumber": line} for line in (1, 2)]}


def _lines(company: Company, _: Mapping[str, str]) -> list[Row]:
    numbers = sorted(t.cast("Books", company).invoices)
    return [{"documentId": n, "number": n * 10 + line} for n in numbers for line in (1, 2)]


def _documents(company: Company, _: Mapping[str, str]) -> list[Row]:
    return t.cast("Books", company).documents


def _changes(company: Company, _: Mapping[str, str]) -> list[Row]:
    return t.cast("Books", company).changes


_NUMBER = ("bookedInvoiceNumber",)
RESOURCES = (
    Resource(None, "/self", _self),
    Resource("bookedEntriesapi", "/booked-entries", _rows_of("entries"), ("entryNumber",)),
    Resource(None, "/invoices/booked", _rows_of("invoices"), _NUMBER),
    Resource(None, "/invoices/unpaid", _unpaid, _NUMBER),
    Resource(None, "/invoices/paid", _paid, _NUMBER),
    Resource(None, "/invoices/booked/{bookedInvoiceNumber}", _document),
    Resource("q2capi", "/invoices/booked/lines", _lines, ("documentId", "number")),
    Resource("documentsapi", "/AttachedDocuments", _documents, ("number",)),
    Resource("dimensionsapi", "/dimension-data/booked-entries/changelog", _changes),
)


class Served:
    """Books that are served, and a reader that keeps its state from run to run."""

    def __init__(self, sandbox: Sandbox, books: Books) -> None:
        self.sandbox = sandbox
        self.books = books
        self.state: dict[str, t.Any] | None = None

    def read(self, *streams: str, hook: Hook | None = None, **config: t.Any) -> Run:
        """Run the tap from the last state, with these streams selected."""
        self.sandbox.clear()
        if hook is not None:
            self.sandbox.before_response(hook)
        run = run_tap(None, *streams, state=self.state, **settings(self.sandbox), **config)
        self.state = run.state
        return run

    def requested(self, path: str = "") -> list[LoggedRequest]:
        """Return the requests of the last run for a path and its count; without one, all."""
        everything = [request for request in self.sandbox.requests if request.path != "/rest/self"]
        return [
            request for request in everything if path in {"", request.path.removesuffix("/count")}
        ]

    def bookmark(self, stream: str) -> dict[str, t.Any]:
        """Return the bookmark in the last state."""
        assert self.state is not None
        (partition,) = self.state["bookmarks"][stream]["partitions"]
        return t.cast("dict[str, t.Any]", partition)


@contextlib.contextmanager
def serving(*others: Resource) -> Iterator[Served]:
    """Serve empty books, with other resources in the place of those at the same paths."""
    books = Books()
    resources = [*others, *(r for r in RESOURCES if r.path not in {o.path for o in others})]
    with Sandbox(t.cast("Company", books), resources=resources) as sandbox:
        yield Served(sandbox, books)
