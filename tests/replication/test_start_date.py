"""What the setting start_date limits, and what it does not."""

from __future__ import annotations

import typing as t

import pytest

from tests.support.books import DOCUMENTS, ENTRIES, INVOICES, LINES
from tests.support.lookback import shorten_lookback

if t.TYPE_CHECKING:
    from tests.support.books import Served

DATED = {
    "booked_entries": "entryNumber",
    "invoices_booked": "bookedInvoiceNumber",
    "invoices_booked_document": "bookedInvoiceNumber",
}
LISTINGS = {"booked_entries": ENTRIES}
every_dated = pytest.mark.parametrize("stream", DATED)


@pytest.fixture(autouse=True)
def _short_lookback(monkeypatch: pytest.MonkeyPatch) -> None:
    shorten_lookback(monkeypatch, 1)


@pytest.fixture(autouse=True)
def _ten_years(served: Served) -> None:
    """Book one row a year from 2017 to 2026, numbered from 1 to 10."""
    for number in range(1, 11):
        served.books.book_entry(number, date=f"{2016 + number}-06-01")
        served.books.book_invoice(number, date=f"{2016 + number}-06-01")


def sent(served: Served, stream: str, start_date: str | None) -> list[int]:
    config: dict[str, t.Any] = {} if start_date is None else {"start_date": start_date}
    return [row[DATED[stream]] for row in served.read(stream, **config).records(stream)]


@every_dated
def test_a_first_run_reads_from_that_day_on(served: Served, stream: str) -> None:
    assert sent(served, stream, "2024-06-01") == [8, 9, 10]
    assert served.requested(LISTINGS.get(stream, INVOICES))[0].query[-1] == (
        "filter",
        "date$gte:2024-06-01",
    )


@every_dated
def test_a_time_of_day_is_left_out(served: Served, stream: str) -> None:
    assert sent(served, stream, "2024-06-01T12:30:00Z") == [8, 9, 10]


@every_dated
def test_later_runs_keep_the_limit(served: Served, stream: str) -> None:
    sent(served, stream, "2024-01-01")
    served.books.book_entry(11, date="2010-01-01")  # backdated: it is before the limit
    served.books.book_invoice(11, date="2010-01-01")
    served.books.book_entry(12, date="2027-01-01")
    served.books.book_invoice(12, date="2027-01-01")
    assert sent(served, stream, "2024-01-01") == [10, 12]


@every_dated
def test_open_items_before_it_are_left_out(served: Served, stream: str) -> None:
    served.books.pay(1, remainder=50)
    assert sent(served, stream, "2024-01-01") == [8, 9, 10]
    assert sent(served, stream, "2024-01-01") == [10]


@every_dated
def test_moving_it_back_reads_the_older_rows_without_a_warning(
    served: Served, stream: str, caplog: pytest.LogCaptureFixture
) -> None:
    sent(served, stream, "2024-01-01")
    assert sent(served, stream, "2020-01-01") == [4, 5, 6, 7, 8, 9, 10]
    assert sent(served, stream, "2020-01-01") == [10]
    assert "read again" not in caplog.text


@every_dated
def test_taking_it_away_reads_all_rows(served: Served, stream: str) -> None:
    sent(served, stream, "2024-01-01")
    assert sent(served, stream, None) == list(range(1, 11))


@every_dated
def test_moving_it_forward_reads_on_from_there(served: Served, stream: str) -> None:
    sent(served, stream, "2020-01-01")
    assert sent(served, stream, "2025-01-01") == [9, 10]
    assert sent(served, stream, "2025-01-01") == [10]


@every_dated
def test_it_is_never_the_start_of_a_number(served: Served, stream: str) -> None:
    sent(served, stream, "2024-01-01")
    assert served.bookmark(stream)["replication_key_value"] == 9
    assert "starting_replication_value" not in served.bookmark(stream)


@pytest.mark.parametrize(
    ("stream", "path"), [("invoices_booked_lines", LINES), ("attached_documents", DOCUMENTS)]
)
def test_what_has_no_date_to_filter_by_is_read_whole(
    served: Served, stream: str, path: str
) -> None:
    served.books.documents = [{"number": number} for number in (1, 2, 3)]
    run = served.read(stream, start_date="2026-01-01")
    assert len(run.records(stream)) == {LINES: 20, DOCUMENTS: 3}[path]
    assert served.requested(path)[0].query == []
    run = served.read(stream, start_date="2020-01-01")
    assert len(run.records(stream)) < 3  # it does not read them again either
