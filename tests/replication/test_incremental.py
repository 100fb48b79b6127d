"""What an incremental run asks, sends and keeps, against books of a few rows."""

from __future__ import annotations

import json
import typing as t

import pytest
from starlette.responses import JSONResponse

from tap_economic.report import Status
from tap_economic.run import Run
from tests.support.books import CHANGELOG, ENTRIES, INVOICES, PAID, UNPAID
from tests.support.lookback import shorten_lookback

if t.TYPE_CHECKING:
    from starlette.responses import Response

    from economic_sandbox.apis.exchange import Exchange
    from tests.support.books import Served

KEYS = {"booked_entries": "entryNumber", "invoices_booked": "bookedInvoiceNumber"}
PATHS = {"booked_entries": ENTRIES, "invoices_booked": INVOICES}
both = pytest.mark.parametrize("stream", ["booked_entries", "invoices_booked"])


@pytest.fixture
def short_lookback(monkeypatch: pytest.MonkeyPatch) -> int:
    """Leave two rows before the bookmark, so that it moves on books of a few rows."""
    shorten_lookback(monkeypatch, 2)
    return 2


def book(served: Served, *numbers: int, remainder: float = 0) -> None:
    for number in numbers:
        served.books.book_entry(number, remainder)
        served.books.book_invoice(number, remainder)


def sent(served: Served, stream: str, **config: t.Any) -> list[int]:
    """Return the keys that a run sends."""
    return [row[KEYS[stream]] for row in served.read(stream, **config).records(stream)]


def log_changes(served: Served, count: int) -> None:
    served.books.changes = [
        {
            "entryNumber": n,
            "dimension": 1,
            "timestamp": f"2026-01-{1 + n // 40:02}T10:{n % 40:02}:00",
        }
        for n in range(count)
    ]
    served.books.revision += 1


class TestNewRows:
    @pytest.mark.usefixtures("short_lookback")
    @both
    def test_a_run_reads_what_is_beyond_the_bookmark_which_trails(
        self, served: Served, stream: str
    ) -> None:
        book(served, 1, 2, 3, 4, 5)
        assert sent(served, stream) == [1, 2, 3, 4, 5]
        book(served, 6)
        assert sent(served, stream) == [4, 5, 6]

    @pytest.mark.usefixtures("short_lookback")
    @both
    def test_only_rows_that_no_earlier_run_has_seen_are_reported_as_new(
        self, served: Served, stream: str
    ) -> None:
        book(served, 1, 2, 3, 4, 5, remainder=100)
        assert served.read(stream).results[stream].rows_new == 5
        book(served, 6)
        result = served.read(stream).results[stream]
        assert result.rows_new == 1
        assert result.reads == 1  # that of open rows apart

    def test_the_lines_of_an_invoice_are_never_split_by_the_bookmark(
        self, served: Served, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shorten_lookback(monkeypatch, 1)  # an invoice has two lines
        book(served, 1, 2, 3)
        served.read("invoices_booked_lines")
        run = served.read("invoices_booked_lines")
        lines = [(row["documentId"], row["number"]) for row in run.records("invoices_booked_lines")]
        assert lines == [(3, 31), (3, 32)]

    @pytest.mark.usefixtures("short_lookback")
    def test_documents_are_fetched_only_for_invoices_beyond_the_bookmark(
        self, served: Served
    ) -> None:
        book(served, 1, 2, 3, 4, 5)
        served.read("invoices_booked_document")
        book(served, 6)
        served.read("invoices_booked_document")
        assert [r.path for r in served.sandbox.requests if r.path.startswith(f"{INVOICES}/")] == [
            f"{INVOICES}/{number}" for number in (4, 5, 6)
        ]

    def test_an_invoice_booked_while_documents_are_fetched_does_not_start_them_over(
        self, served: Served
    ) -> None:
        book(served, 1, 2, 3)

        def book_another(exchange: Exchange) -> None:
            if exchange.path == f"{INVOICES}/2":
                served.books.book_invoice(4)

        run = served.read("invoices_booked_document", hook=book_another, page_size=2)
        assert run.results["invoices_booked_document"].status is Status.COMPLETE
        assert [row["bookedInvoiceNumber"] for row in run.records("invoices_booked_document")] == [
            1, 2, 3,
        ]  # fmt: skip

    @pytest.mark.usefixtures("short_lookback")
    def test_the_changelog_is_read_from_the_day_before_the_bookmark(self, served: Served) -> None:
        log_changes(served, 100)
        served.read("dimension_data_booked_entries_changelog")
        assert served.bookmark("dimension_data_booked_entries_changelog")[
            "replication_key_value"
        ].startswith("2026-01-03")
        served.read("dimension_data_booked_entries_changelog")
        filters = [dict(request.query).get("filter") for request in served.requested(CHANGELOG)]
        assert filters[-1] == "timestamp$gte:2026-01-02"


class TestLookback:
    @both
    def test_the_last_thousand_rows_are_read_again(
        self, served: Served, stream: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        book(served, *range(1, 1301))
        served.read(stream)
        assert sent(served, stream) == [*range(301, 1301)]
        assert "read again" not in caplog.text

    def test_of_a_changelog_the_bookmark_leaves_fifty_rows(self, served: Served) -> None:
        log_changes(served, 60)
        served.read("dimension_data_booked_entries_changelog")
        assert served.bookmark("dimension_data_booked_entries_changelog")["rows_passed"] == 10


class TestOpenItems:
    @pytest.mark.usefixtures("short_lookback")
    @both
    def test_a_payment_of_an_old_row_is_seen(self, served: Served, stream: str) -> None:
        book(served, 1, 2, remainder=100)
        book(served, 3, 4, 5)
        served.read(stream)
        served.books.pay(1)
        run = served.read(stream)
        assert {row[KEYS[stream]]: row["remainder"] for row in run.records(stream)}[1] == 0

    @pytest.mark.usefixtures("short_lookback")
    @both
    def test_so_it_is_where_rows_have_properties_that_are_not_declared(
        self, served: Served, stream: str
    ) -> None:
        book(served, 1, 2, remainder=100)
        book(served, 3, 4, 5)
        served.books.entries[1]["surprise"] = served.books.invoices[1]["surprise"] = 1
        served.read(stream)
        served.books.pay(1)
        run = served.read(stream)
        assert {row[KEYS[stream]]: row["remainder"] for row in run.records(stream)}[1] == 0

    @pytest.mark.usefixtures("short_lookback")
    @both
    def test_a_payment_in_part_is_seen(self, served: Served, stream: str) -> None:
        book(served, 1, 2, remainder=100)
        book(served, 3, 4, 5)
        served.read(stream)
        served.books.pay(1, remainder=40)
        run = served.read(stream)
        assert {row[KEYS[stream]]: row["remainder"] for row in run.records(stream)}[1] == 40

    @pytest.mark.usefixtures("short_lookback")
    @both
    def test_a_payment_that_is_undone_is_seen(self, served: Served, stream: str) -> None:
        book(served, 1, 2, 3, 4, 5)
        served.read(stream)
        served.books.pay(1, remainder=100)
        assert 1 in sent(served, stream)
        served.books.pay(1)
        assert 1 in sent(served, stream)
        assert 1 not in sent(served, stream)

    @pytest.mark.usefixtures("short_lookback")
    def test_an_invoice_whose_remainder_stands_is_not_read_again(self, served: Served) -> None:
        book(served, 1, 2, remainder=99.9)
        book(served, 3, 4, 5)
        served.read("invoices_booked")
        assert sent(served, "invoices_booked") == [4, 5]
        assert len(served.requested(PAID)) == 1  # once the counts add up, none is asked for again

    @pytest.mark.usefixtures("short_lookback")
    def test_a_finance_line_is_never_open(self, served: Served) -> None:
        book(served, 1, 2, 3, 4, 5, remainder=100)
        served.books.entries[1].pop("customerNumber")
        assert sent(served, "booked_entries") == [1, 2, 3, 4, 5]
        assert sent(served, "booked_entries") == [2, 3, 4, 5]

    @pytest.mark.usefixtures("short_lookback")
    @pytest.mark.parametrize("stream", [*KEYS, "invoices_booked_document"])
    def test_without_open_items_only_new_rows_are_asked_for(
        self, served: Served, stream: str
    ) -> None:
        book(served, 1, 2, 3, 4, 5, remainder=100)
        served.read(stream, open_items=False)
        served.books.pay(1)
        run = served.read(stream, open_items=False)
        assert {row[KEYS.get(stream, "bookedInvoiceNumber")] for row in run.records(stream)} == {
            4,
            5,
        }
        assert served.requested(UNPAID) == []
        # The count, and the new rows.
        assert len(served.requested(PATHS.get(stream, INVOICES))) == 2

    @pytest.mark.usefixtures("short_lookback")
    @both
    def test_open_items_that_are_turned_on_later_catch_up(
        self, served: Served, stream: str
    ) -> None:
        book(served, 1, 2, 3, 4, 5, remainder=100)
        served.read(stream, open_items=False)
        served.books.pay(1)
        served.read(stream, open_items=False)
        assert 1 in sent(served, stream)

    @pytest.mark.usefixtures("short_lookback")
    @both
    def test_an_open_row_that_is_gone_is_asked_for_once_and_forgotten(
        self, served: Served, stream: str
    ) -> None:
        book(served, 1, 2, 3, 4, 5, remainder=100)
        served.read(stream)
        del served.books.entries[1], served.books.invoices[1]
        served.books.book_entry(0)
        served.books.book_invoice(0)  # one out and one in: the count stays
        served.read(stream)
        assert served.bookmark(stream)["open_keys"] == [2, 1]

    @pytest.mark.usefixtures("short_lookback")
    def test_a_change_in_kroner_alone_is_seen_too(self, served: Served) -> None:
        book(served, 1, 2, 3, 4, 5, remainder=100)
        served.books.invoices[1]["remainderInBaseCurrency"] = 745.5
        served.read("invoices_booked")
        assert sent(served, "invoices_booked") == [4, 5]
        served.books.invoices[1]["remainderInBaseCurrency"] = 746
        served.books.revision += 1
        assert sent(served, "invoices_booked") == [1, 4, 5]


class TestLateRows:
    @pytest.mark.usefixtures("short_lookback")
    @pytest.mark.parametrize("stream", [*KEYS, "invoices_booked_lines", "invoices_booked_document"])
    def test_a_row_below_the_bookmark_causes_one_full_read_with_a_warning(
        self, served: Served, stream: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        book(served, 11, 12, 13, 14, 15)
        served.read(stream)
        book(served, 5)
        caplog.clear()
        run = served.read(stream)
        found = {row.get("documentId") or row.get(KEYS.get(stream, "bookedInvoiceNumber"))
                 for row in run.records(stream)}  # fmt: skip
        assert found == {5, 11, 12, 13, 14, 15}
        assert f"Stream {stream}: the API counts" in caplog.text
        assert "all rows are read again" in caplog.text
        caplog.clear()
        again = served.read(stream)
        assert len(again.records(stream)) == 2
        assert "read again" not in caplog.text

    @pytest.mark.usefixtures("short_lookback")
    def test_an_invoice_number_chosen_by_hand_loses_nothing_afterwards(
        self, served: Served, caplog: pytest.LogCaptureFixture
    ) -> None:
        book(served, 1001, 1002, 1003, 1004)
        served.read("invoices_booked")
        book(served, 9_999_999)
        assert sent(served, "invoices_booked") == [1003, 1004, 9_999_999]
        for number in range(1005, 1012):
            book(served, number)
            assert sent(served, "invoices_booked") == [number - 1, number, 9_999_999]
            assert len(served.requested(INVOICES)) == 2  # the count and the new rows: no full read
        assert "read again" not in caplog.text

    @pytest.mark.usefixtures("short_lookback")
    def test_a_row_that_comes_late_while_all_are_read_is_not_late_the_next_time(
        self, served: Served, caplog: pytest.LogCaptureFixture
    ) -> None:
        book(served, *range(11, 31))

        def book_below(exchange: Exchange) -> None:
            if exchange.number == 2:  # the second page
                book(served, 5)

        run = served.read("invoices_booked", hook=book_below, page_size=10)
        assert run.results["invoices_booked"].status is Status.COMPLETE
        assert run.records("invoices_booked")[-21]["bookedInvoiceNumber"] == 5
        caplog.clear()
        assert sent(served, "invoices_booked") == [29, 30]
        assert "read again" not in caplog.text


class TestState:
    def test_5000_open_items_make_less_than_100_kb_and_no_message_a_record(
        self, served: Served
    ) -> None:
        for number in range(6000):
            served.books.book_entry(1_200_000 + number * 7, 100 if number < 5000 else 0)
            served.books.book_invoice(1_000_000 + number, number + 4321.99 if number < 5000 else 0)
        run = served.read("booked_entries", "invoices_booked")
        assert len(served.bookmark("booked_entries")["open_keys"]) == 5000
        assert len(served.bookmark("invoices_booked")["open_keys"]) == 5000
        states = [line for line in run.lines if json.loads(line)["type"] == "STATE"]
        assert max(map(len, states)) < 100_000
        assert "remainders" not in served.bookmark("booked_entries")
        assert len(states) < 10

    @pytest.mark.usefixtures("short_lookback")
    def test_a_long_read_writes_its_bookmark_as_it_goes(
        self, served: Served, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(Run, "state_interval", 0)
        book(served, *range(1, 51))
        run = served.read("invoices_booked", page_size=10)
        bookmarks = [
            message["value"]["bookmarks"]["invoices_booked"]["partitions"][0].get(
                "replication_key_value"
            )
            for message in run.messages
            if message["type"] == "STATE"
        ]
        assert bookmarks == [8, 18, 28, 38, 48]

    @pytest.mark.usefixtures("short_lookback")
    @both
    def test_a_bookmark_that_does_not_say_how_many_rows_were_read_is_not_trusted(
        self, served: Served, stream: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        book(served, 1, 2, 3, 4, 5)
        served.read(stream)
        served.bookmark(stream).pop("rows_passed")
        assert sent(served, stream)[-5:] == [1, 2, 3, 4, 5]
        assert "the API counts 3 rows up to the bookmark, but 0 were read so far" in caplog.text

    @pytest.mark.usefixtures("short_lookback")
    @both
    def test_a_stream_that_fails_half_way_goes_on_from_what_was_read(
        self, served: Served, stream: str
    ) -> None:
        book(served, 1, 2, 3, 4, 5)
        served.read(stream)

        def refuse_new_rows(exchange: Exchange) -> Response | None:
            is_new = "$gt:" in dict(exchange.query).get("filter", "")
            return JSONResponse({"message": "No"}, 400) if is_new else None

        book(served, 6, 7)
        before = served.bookmark(stream)
        run = served.read(stream, hook=refuse_new_rows)
        assert run.results[stream].status is Status.FAILED
        assert run.results[stream].rows_new == 0
        assert served.bookmark(stream) == before
        assert sent(served, stream) == [4, 5, 6, 7]
