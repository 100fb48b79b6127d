"""The listings that tell what changed up to the bookmark are held against a count as others are."""

from __future__ import annotations

import typing as t

import pytest
from starlette.responses import JSONResponse

from tap_economic.report import Status
from tests.support.books import ENTRIES, INVOICES, UNPAID
from tests.support.interrupting import hurried

if t.TYPE_CHECKING:
    from starlette.responses import Response

    from economic_sandbox.apis.exchange import Exchange, Hook
    from tests.support.books import Served

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
