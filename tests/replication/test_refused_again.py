"""A stream that has been read before is not skipped when e-conomic refuses it: it failed."""

from __future__ import annotations

import typing as t

import pytest
from starlette.responses import JSONResponse

from tap_economic.report import Status
from tests.support.books import ENTRIES, INVOICES, PAID, UNPAID
from tests.support.interrupting import hurried

if t.TYPE_CHECKING:
    from starlette.responses import Response

    from economic_sandbox.apis.exchange import Exchange, Hook
    from tests.support.books import Served

# The bookmark of three rows has not begun to move: they are all read anew.
REFUSALS = [
    ("booked_entries", ENTRIES, 9),
    ("booked_entries", f"{ENTRIES}/count", 9),
    ("booked_entries", ENTRIES, 3),
    ("invoices_booked", UNPAID, 9),
    ("invoices_booked", PAID, 9),
    ("invoices_booked", INVOICES, 9),
    ("invoices_booked", INVOICES, 3),
    ("invoices_booked_document", UNPAID, 9),
    ("invoices_booked_document", INVOICES, 3),
]


def forbidding(path: str) -> Hook:
    def answer(exchange: Exchange) -> Response | None:
        return JSONResponse({"message": "No"}, 403) if exchange.path == path else None

    return answer


@pytest.mark.parametrize(("stream", "path", "rows"), REFUSALS)
def test_it_failed_and_the_run_ends_non_zero(
    served: Served, stream: str, path: str, rows: int
) -> None:
    for number in range(1, rows + 1):
        served.books.book_entry(number, remainder=5)
        served.books.book_invoice(number, remainder=5)
    with hurried(lookback=4):
        served.read(stream)
        run = served.read(stream, hook=forbidding(path))
    assert run.results[stream].status is Status.FAILED
    assert run.exit_code == 1


@pytest.mark.parametrize("stream", ["booked_entries", "invoices_booked"])
def test_on_a_first_run_it_is_skipped(served: Served, stream: str) -> None:
    path = {"booked_entries": ENTRIES, "invoices_booked": INVOICES}[stream]
    run = served.read(stream, hook=forbidding(path))
    assert run.results[stream].status is Status.SKIPPED
    assert run.exit_code == 0
