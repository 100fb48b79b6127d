"""How many calls an incremental run takes, counted from the server's log."""

from __future__ import annotations

import datetime as dt
import math
import typing as t

import pytest

from tests.support.books import CHANGELOG, DOCUMENTS, ENTRIES, INVOICES, LINES, PAID, UNPAID

if t.TYPE_CHECKING:
    from tests.support.books import Served

ROWS = 5000
LOOKBACK = 1000
DOCUMENT_LOOKBACK = 50

# How many rows are open up to the bookmark, and how many of them were closed since the last run.
OPEN_AND_CLOSED = [
    (0, 0),
    (1, 0),
    (999, 0),
    (1000, 0),
    (2500, 0),
    (2500, 1),
    (2500, 200),
    (2500, 450),
    (4000, 0),
]


side_by_side = pytest.mark.parametrize("concurrency", [1, 8])


def budget(open_rows: int, closed: int) -> int:
    """How many calls find what is new, what is open and what no longer is."""
    return 3 + open_rows // 1000 + math.ceil(closed / 200)


def counts(open_rows: int) -> int:
    """How many calls of an OpenAPI service show that none is missing.

    The lookback fills a page, and a full page without a cursor is counted, as an empty one is. More
    than a page is counted at its end, and before it is read in parts.
    """
    return 1 + (1 if not open_rows else 2 if open_rows >= 1000 else 0)


def book(served: Served, open_rows: int) -> None:
    for number in range(1, ROWS + 1):
        remainder = 100 if number <= open_rows else 0
        served.books.book_entry(number, remainder)
        served.books.book_invoice(number, remainder)


def calls(served: Served, stream: str, *paths: str, concurrency: int = 1) -> int:
    """Count the requests of a run, and see that the audit counts the same."""
    run = served.read(stream, concurrency=concurrency)
    counted = sum(len(served.requested(path)) for path in paths)
    assert counted == len(served.requested())
    assert counted == run.results[stream].stats.usage.calls
    return counted


@side_by_side
@pytest.mark.parametrize(("open_rows", "closed"), OPEN_AND_CLOSED)
def test_booked_entries(served: Served, open_rows: int, closed: int, concurrency: int) -> None:
    book(served, open_rows)
    served.read("booked_entries")
    for number in range(1, closed + 1):
        served.books.pay(number)
    still_open = open_rows - closed
    for closed_since in (closed, 0):
        made = calls(served, "booked_entries", ENTRIES, concurrency=concurrency)
        assert made <= budget(still_open, closed_since) + counts(still_open)


@side_by_side
@pytest.mark.parametrize(("open_rows", "closed"), OPEN_AND_CLOSED)
def test_invoices_booked(served: Served, open_rows: int, closed: int, concurrency: int) -> None:
    book(served, open_rows)
    served.read("invoices_booked")
    for number in range(1, closed + 1):
        served.books.pay(number)
    still_open = open_rows - closed
    for closed_since in (closed, 0):
        made = calls(served, "invoices_booked", INVOICES, UNPAID, PAID, concurrency=concurrency)
        # The paid ones are counted, and the unpaid ones where they are more than a page.
        assert made <= budget(still_open, closed_since) + 1 + (still_open >= 1000)


def test_an_invoice_document_takes_a_call_only_if_its_remainder_changed(served: Served) -> None:
    for number in range(1, 201):
        served.books.book_invoice(number, 100 if number <= 100 else 0)
    served.read("invoices_booked_document")
    run = served.read("invoices_booked_document")
    assert run.results["invoices_booked_document"].stats.usage.calls == 4 + DOCUMENT_LOOKBACK
    for number in (1, 2, 3):
        served.books.pay(number, 40)
    run = served.read("invoices_booked_document")
    assert run.results["invoices_booked_document"].stats.usage.calls == 4 + DOCUMENT_LOOKBACK + 3


def test_invoices_booked_lines(served: Served) -> None:
    book(served, 0)
    served.read("invoices_booked_lines")
    assert calls(served, "invoices_booked_lines", LINES) == 3


def test_attached_documents(served: Served) -> None:
    served.books.documents = [{"number": number} for number in range(1, ROWS)]
    served.read("attached_documents")
    assert calls(served, "attached_documents", DOCUMENTS) == 3


def test_the_changelog(served: Served) -> None:
    first = dt.datetime(2025, 1, 1, tzinfo=dt.timezone.utc)
    moments = (first + dt.timedelta(hours=4 * n) for n in range(500))
    served.books.changes = [
        {"entryNumber": n, "dimension": 1, "timestamp": f"{moment:%Y-%m-%dT%H:%M:%S}"}
        for n, moment in enumerate(moments)
    ]
    name = "dimension_data_booked_entries_changelog"
    served.read(name)
    assert calls(served, name, CHANGELOG) == 2


@pytest.mark.parametrize("stream", ["booked_entries", "invoices_booked"])
def test_no_row_is_sent_twice_when_nothing_is_open(served: Served, stream: str) -> None:
    book(served, 0)
    served.read(stream)
    assert len(served.read(stream).records(stream)) == LOOKBACK
