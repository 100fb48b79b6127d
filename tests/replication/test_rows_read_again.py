"""The listings that tell what changed up to the bookmark are held against a count as others are."""

from __future__ import annotations

import typing as t

import pytest
from starlette.responses import JSONResponse

from tap_economic.report import Status
from tests.support.books import DOCUMENTS, ENTRIES, INVOICES, UNPAID
from tests.support.interrupting import hurried

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.responses import Response

    from economic_sandbox.apis.exchange import Exchange, Hook
    from tests.support.books import Served
    from tests.support.target import Row

NO_ENTRIES: dict[str, t.Any] = {"items": []}
NO_INVOICES = {"collection": [], "pagination": {"results": 1}}
EMPTIED = [
    ("booked_entries", ENTRIES, "remainder$ne:0", NO_ENTRIES),
    ("booked_entries", ENTRIES, "$in:", NO_ENTRIES),
    ("invoices_booked", UNPAID, "", NO_INVOICES),
    ("invoices_booked", INVOICES, "$in:", NO_INVOICES),
    ("invoices_booked_document", UNPAID, "", NO_INVOICES),
]


def emptying(path: str, part: str, body: dict[str, t.Any]) -> Hook:
    """Answer without rows where a filter holds a text."""

    def answer(exchange: Exchange) -> Response | None:
        requested = exchange.path == path and part in dict(exchange.query).get("filter", "")
        return JSONResponse(body) if requested else None

    return answer


@pytest.mark.parametrize(("stream", "path", "part", "body"), EMPTIED)
def test_a_listing_that_lacks_rows_is_incomplete_and_hides_no_change(
    served: Served, stream: str, path: str, part: str, body: dict[str, t.Any]
) -> None:
    for number in range(1, 10):
        served.books.book_entry(number, remainder=100 if number == 2 else 0)
        served.books.book_invoice(number, remainder=100 if number == 2 else 0)
    with hurried(lookback=2):
        served.read(stream)
        served.books.pay(2)
        served.books.pay(3, 70)
        run = served.read(stream, hook=emptying(path, part, body))
        assert run.results[stream].status is Status.INCOMPLETE
        assert run.exit_code == 1
        sent = served.read(stream).records(stream)
    key = {"booked_entries": "entryNumber"}.get(stream, "bookedInvoiceNumber")
    assert {row[key]: row["remainder"] for row in sent}.items() >= {2: 0, 3: 70}.items()


def test_an_attached_document_is_never_asked_for_by_its_key(served: Served) -> None:
    served.books.documents = [{"number": number, "pageCount": 1} for number in range(1, 10)]
    with hurried(lookback=2):
        served.read("attached_documents")
        served.books.documents[1]["pageCount"] = 2
        run = served.read("attached_documents")
    assert [row["number"] for row in run.records("attached_documents")] == [8, 9]
    filters = {dict(request.query).get("filter", "") for request in served.requested(DOCUMENTS)}
    assert filters == {"number$lte:7", "number$gt:7"}


KEYS = {"booked_entries": "entryNumber", "invoices_booked": "bookedInvoiceNumber"}


def register_of(served: Served, stream: str) -> Mapping[int, Row]:
    return served.books.entries if stream == "booked_entries" else served.books.invoices


def answering_by_key(
    served: Served, stream: str, found: Callable[[Mapping[int, Row]], list[Row]]
) -> Hook:
    """Answer with other rows, and their count, where rows are asked for by their keys."""
    register = register_of(served, stream)

    def answer(exchange: Exchange) -> Response | None:
        if "$in:" not in dict(exchange.query).get("filter", ""):
            return None
        rows = found(register)
        if exchange.path.endswith("/count"):
            return JSONResponse(len(rows))
        if stream == "booked_entries":
            return JSONResponse({"items": rows})
        return JSONResponse({"collection": rows, "pagination": {"results": len(rows)}})

    return answer


@pytest.mark.parametrize("stream", KEYS)
@pytest.mark.parametrize(
    "found",
    [
        pytest.param(lambda _: [], id="not at all"),
        pytest.param(lambda rows: [rows[5]], id="as another row"),
        pytest.param(lambda rows: [rows[2], rows[5]], id="with another row"),
        pytest.param(lambda rows: [rows[2], rows[2]], id="twice"),
        pytest.param(lambda rows: [rows[2] | {"text": "changed"}], id="with other values"),
    ],
)
def test_a_row_that_is_found_by_its_key_otherwise_than_listed_loses_no_change(
    served: Served,
    stream: str,
    found: Callable[[Mapping[int, Row]], list[Row]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    for number in range(1, 10):
        served.books.book_entry(number, remainder=100 if number == 2 else 0)
        served.books.book_invoice(number, remainder=100 if number == 2 else 0)
    with hurried(lookback=2):
        served.read(stream)
        served.books.pay(2)
        run = served.read(stream, hook=answering_by_key(served, stream, found))
    sent = {row[KEYS[stream]]: row["remainder"] for row in run.records(stream)}
    is_told = run.results[stream].status is Status.INCOMPLETE
    assert is_told or sent[2] == 0
    is_found = any(row[KEYS[stream]] == 2 for row in found(register_of(served, stream)))
    told = "1 rows that were open are not found by their key; all rows are read again"
    assert (told in caplog.text) is not is_found
