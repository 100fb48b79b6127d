"""What ``/invoices/unpaid`` may or may not list: nobody knows it for negative remainders."""

from __future__ import annotations

import typing as t

import pytest

from economic_sandbox.resources.resource import Resource
from tap_economic.report import Status
from tests.support.books import PAID, serving
from tests.support.interrupting import hurried

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from economic_sandbox.company import Company
    from tests.support.books import Books
    from tests.support.running import Run
    from tests.support.target import Row

    Holds: t.TypeAlias = Callable[[float], bool]

LISTED = "/invoices/unpaid omits invoices with a remainder; all rows are read again"
COUNTED = (
    "the invoices counted by /invoices/unpaid and /invoices/paid do not add up to all; all rows "
    "are read again"
)
every = pytest.mark.parametrize("stream", ["invoices_booked", "invoices_booked_document"])


def listing(path: str, holds: Holds) -> Resource:
    def rows(company: Company, _: Mapping[str, str]) -> list[Row]:
        invoices = t.cast("Books", company).invoices
        return [row for _, row in sorted(invoices.items()) if holds(row["remainder"])]

    return Resource(None, path, rows, ("bookedInvoiceNumber",))


def remainders(stream: str, *runs: Run) -> dict[int, float]:
    """Return what remains of each invoice in a target that has loaded these runs."""
    return {
        row["bookedInvoiceNumber"]: float(row["remainder"])
        for run in runs
        for row in run.records(stream)
    }


def paid_too_much(stream: str, unpaid: Holds, paid: Holds, *, credit_note: bool) -> Run:
    """Let an invoice be paid too much behind the bookmark, and hold the target against the truth.

    Args:
        stream: The stream.
        unpaid: Of which remainders ``/invoices/unpaid`` lists the invoices.
        paid: The same of ``/invoices/paid``.
        credit_note: Whether there is a credit note that is open all the time.
    """
    others = listing("/invoices/unpaid", unpaid), listing("/invoices/paid", paid)
    with serving(*others) as served, hurried(lookback=1):
        for number in range(1, 8):
            served.books.book_invoice(number, 100 if number == 2 else 0)
        if credit_note:
            served.books.pay(5, -80)
        first = served.read(stream)
        served.books.pay(3, -50)
        second = served.read(stream)
        assert second.results[stream].status is Status.COMPLETE
        truth = {number: row["remainder"] for number, row in served.books.invoices.items()}
        assert remainders(stream, first, second) == truth
        return second


@every
def test_where_it_lists_them_only_they_are_read_again(
    stream: str, caplog: pytest.LogCaptureFixture
) -> None:
    run = paid_too_much(stream, lambda left: left != 0, lambda left: left == 0, credit_note=True)
    assert set(remainders(stream, run)) == {3, 7}  # the bookmark trails by one row
    assert "all rows are read again" not in caplog.text


@every
def test_where_neither_it_nor_the_paid_ones_list_them_all_are_read_again(
    stream: str, caplog: pytest.LogCaptureFixture
) -> None:
    run = paid_too_much(stream, lambda left: left > 0, lambda left: left == 0, credit_note=False)
    assert set(remainders(stream, run)) == set(range(1, 8))
    assert f"Stream {stream}: {COUNTED}" in caplog.text


@every
def test_where_they_pass_for_paid_all_are_read_again_once_one_is_open(
    stream: str, caplog: pytest.LogCaptureFixture
) -> None:
    run = paid_too_much(stream, lambda left: left > 0, lambda left: left <= 0, credit_note=True)
    assert set(remainders(stream, run)) == set(range(1, 8))
    assert f"Stream {stream}: {LISTED}" in caplog.text


@every
def test_a_payment_between_the_two_listings_is_no_doubt(
    stream: str, caplog: pytest.LogCaptureFixture
) -> None:
    with serving() as served, hurried(lookback=1):
        for number in range(1, 8):
            served.books.book_invoice(number, 100 if number in {2, 4} else 0)
        served.read(stream)

        def pay(exchange: t.Any) -> None:
            if exchange.path == PAID:
                served.books.pay(2)

        run = served.read(stream, hook=pay)
        assert run.results[stream].status is Status.COMPLETE
        assert "all rows are read again" not in caplog.text
        assert 2 in remainders(stream, served.read(stream))


@every
@pytest.mark.parametrize("uncounted", ["invoices_unpaid", "invoices_paid"])
def test_a_count_that_is_named_as_wrong_is_no_reason_to_read_all_again(
    stream: str, uncounted: str, caplog: pytest.LogCaptureFixture
) -> None:
    others = (
        listing("/invoices/unpaid", lambda left: left > 0),
        listing("/invoices/paid", lambda left: left == 0),
    )
    with serving(*others) as served, hurried(lookback=1):
        for number in range(1, 8):
            served.books.book_invoice(number)
        served.read(stream)
        served.books.pay(3, -50)
        run = served.read(stream, uncounted_streams=[uncounted])
        assert run.results[stream].status is Status.COMPLETE
        assert "all rows are read again" not in caplog.text
        served.read(stream)
        assert f"Stream {stream}: {COUNTED}" in caplog.text
