"""The streams that write files: each file once, and no row without its file."""

from __future__ import annotations

import tracemalloc
import typing as t

import jsonschema
import pytest
from starlette.responses import Response

from tap_economic.report import Status
from tests.support.books import AGREEMENT, INVOICES
from tests.support.filing import FILES, PDF, Filed, check_rows, content_of, filing
from tests.support.lookback import shorten_lookback
from tests.support.running import run_tap
from tests.support.sandboxes import settings
from tests.support.scripted import Answer, collection, with_self

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from economic_sandbox.apis.exchange import Exchange
    from tests.support.scripted import Serve

both_streams = pytest.mark.parametrize("stream", [PDF, FILES])


@pytest.fixture
def filed(tmp_path: Path) -> Iterator[Filed]:
    with filing(tmp_path / "files") as filed:
        yield filed


def fill(filed: Filed, *numbers: int) -> None:
    for number in numbers:
        filed.books.book_invoice(number)
        filed.attach(number)


def responding(
    make: Callable[[Exchange], Response | None], *numbers: int
) -> Callable[[Exchange], Response | None]:
    """A hook for the files of some invoices."""
    paths = {f"{INVOICES}/{number}/pdf" for number in numbers}
    return lambda exchange: make(exchange) if exchange.path in paths else None


def not_found(_: Exchange) -> Response:
    return Response(b'{"message": "Not found"}', 404, media_type="application/json")


class TestWhatIsWritten:
    @both_streams
    @pytest.mark.parametrize("concurrency", [1, 8])
    def test_each_row_describes_a_whole_file_below_its_agreement_and_stream(
        self, filed: Filed, stream: str, concurrency: int
    ) -> None:
        fill(filed, *range(1, 24))
        run = filed.copy(stream, concurrency=concurrency)
        rows = run.records(stream)
        check_rows(rows)
        key = "bookedInvoiceNumber" if stream == PDF else "number"
        assert [row[key] for row in rows] == list(range(1, 24))
        assert {row["agreementNumber"] for row in rows} == {AGREEMENT}
        assert sorted(filed.files(stream).values()) == sorted(map(content_of, range(1, 24)))
        assert sorted(row["fileName"] for row in rows) == sorted(filed.files(stream))
        assert {row["contentType"] for row in rows} == {"application/pdf"}
        assert rows[0]["location"] == (
            f"file://{filed.folder}/{AGREEMENT}/{stream}/{rows[0]['fileName']}"
        )

    def test_the_file_of_an_invoice_has_its_number_as_name(self, filed: Filed) -> None:
        fill(filed, 7, 9_999_999)
        filed.copy()
        assert filed.files() == {"7.pdf": content_of(7), "9999999.pdf": content_of(9_999_999)}

    @both_streams
    def test_a_next_run_requests_only_new_files(self, filed: Filed, stream: str) -> None:
        fill(filed, *range(1, 80))
        filed.copy(stream)
        fill(filed, 80, 81)
        run = filed.copy(stream)
        assert filed.fetched(stream) == [80, 81]
        assert len(run.records(stream)) == 52  # the lookback of 50, and the new ones
        assert run.results[stream].status is Status.COMPLETE

    @both_streams
    def test_a_run_without_state_sends_all_rows_but_requests_no_file_again(
        self, filed: Filed, stream: str
    ) -> None:
        fill(filed, *range(1, 11))
        first = filed.copy(stream).records(stream)
        filed.state = None
        run = filed.copy(stream)
        assert run.records(stream) == first
        assert filed.fetched(stream) == []

    @pytest.mark.parametrize("left", [b"", b"not a PDF"])
    def test_a_file_that_is_empty_or_no_pdf_is_replaced(self, filed: Filed, left: bytes) -> None:
        fill(filed, 1, 2)
        place = filed.folder / str(AGREEMENT) / PDF / "1.pdf"
        place.parent.mkdir(parents=True)
        place.write_bytes(left)
        check_rows(filed.copy().records(PDF))
        assert filed.files()["1.pdf"] == content_of(1)

    def test_nothing_is_left_of_files_in_the_making(self, filed: Filed) -> None:
        fill(filed, 1, 2)
        filed.copy()
        assert list((filed.folder / ".incoming").iterdir()) == []

    def test_start_date_limits_the_files(self, filed: Filed) -> None:
        filed.books.book_invoice(1, date="2025-12-31")
        filed.books.book_invoice(2, date="2026-01-01")
        filed.copy(start_date="2026-01-01")
        assert filed.fetched() == [2]

    def test_the_audit_counts_rows_and_the_cost_of_their_files(self, filed: Filed) -> None:
        fill(filed, 1, 2, 3)
        run = filed.read(PDF, "sync_audit", documents_url=str(filed.folder))
        (row,) = run.records("sync_audit")
        assert (row["status"], row["completeness"], row["rowsRead"]) == ("complete", "counted", 3)
        assert (row["rowsNew"], row["rowsReread"]) == (3, 0)
        assert (row["calls"], row["callCost"]) == (4, 3 + 3 * 13)

    @both_streams
    def test_a_row_is_valid_by_the_schema_and_has_all_its_properties(
        self, filed: Filed, stream: str
    ) -> None:
        fill(filed, 1)
        run = filed.copy(stream)
        (schema,) = (m["schema"] for m in run.messages if m["type"] == "SCHEMA")
        (row,) = run.records(stream)
        jsonschema.Draft202012Validator(schema).validate(row)
        assert row.keys() == schema["properties"].keys()

    def test_files_are_never_all_in_memory(self, serve: Serve, tmp_path: Path) -> None:
        large = b"%PDF-1.7\n" + bytes(2 << 20)
        invoices = collection([{"bookedInvoiceNumber": number} for number in range(1, 41)])
        api = serve(
            with_self(lambda request: Answer(large) if request.path.endswith("pdf") else invoices)
        )
        tracemalloc.start()
        try:
            run = run_tap(api.url, PDF, documents_url=str(tmp_path), concurrency=4)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert len(run.records(PDF)) == 40
        assert peak < 40 << 20  # the files are 80 MB


class TestWhatChanges:
    def test_an_invoice_with_a_lower_number_is_copied_and_no_other_is_again(
        self, filed: Filed, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shorten_lookback(monkeypatch, 2)
        fill(filed, *range(10, 30))
        filed.copy()
        fill(filed, 5)
        run = filed.copy()
        assert filed.fetched() == [5]
        assert [row["bookedInvoiceNumber"] for row in run.records(PDF)] == [5, 28, 29]
        assert filed.bookmark(PDF)["rows_passed"] == 19
        filed.copy()
        assert filed.fetched() == []

    def test_a_deleted_document_keeps_its_file(
        self, filed: Filed, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shorten_lookback(monkeypatch, 2)
        fill(filed, *range(1, 11))
        filed.copy(FILES)
        filed.detach(3)
        fill(filed, 11)
        run = filed.copy(FILES)
        assert filed.fetched(FILES) == [11]
        assert run.results[FILES].status is Status.COMPLETE
        assert len(filed.files(FILES)) == 11

    def test_a_document_with_more_pages_than_before_is_another_file(self, filed: Filed) -> None:
        fill(filed, 1, 2)
        (before, _) = filed.copy(FILES).records(FILES)
        filed.attach(1, pages=3, version=2)
        (after, _) = filed.copy(FILES).records(FILES)
        assert filed.fetched(FILES) == [1]
        assert after["location"] != before["location"]
        assert filed.files(FILES)[after["fileName"]] == content_of(1, 2)
        assert filed.files(FILES)[before["fileName"]] == content_of(1, 1)

    def test_another_store_gets_all_files(
        self, filed: Filed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shorten_lookback(monkeypatch, 2)
        fill(filed, *range(1, 13))
        filed.copy()
        run = filed.copy(documents_url=str(tmp_path / "others"))
        assert filed.fetched() == list(range(1, 13))
        check_rows(run.records(PDF))

    def test_a_store_that_moved_with_its_files_is_only_read(
        self, filed: Filed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shorten_lookback(monkeypatch, 2)
        fill(filed, *range(1, 13))
        filed.copy()
        run = filed.copy(documents_url=str(filed.folder.rename(tmp_path / "moved")))
        assert filed.fetched() == []
        assert len(run.records(PDF)) == 12
        check_rows(run.records(PDF))


@pytest.mark.parametrize("concurrency", [1, 8])
@pytest.mark.parametrize(
    "fault",
    [
        "cut_gzip",
        "html",
        "not_found",
        "rendering",
        "reset",
        "server_error",
        "throttled",
        "throttled_silently",
        "truncated",
    ],
)
@pytest.mark.usefixtures("waits")
def test_a_fault_that_passes_costs_no_file(filed: Filed, fault: str, concurrency: int) -> None:
    fill(filed, *range(1, 11))
    filed.sandbox.clear()
    injected = filed.sandbox.faults.add(fault, f"{INVOICES}/{{bookedInvoiceNumber}}/pdf", at=7)
    run = run_tap(
        None,
        PDF,
        **settings(filed.sandbox),
        documents_url=str(filed.folder),
        concurrency=concurrency,
    )
    assert len(injected.hits) == 1
    assert run.results[PDF].status is Status.COMPLETE
    assert filed.files() == {f"{n}.pdf": content_of(n) for n in range(1, 11)}
    assert len(filed.fetched()) == 11
    check_rows(run.records(PDF))


@pytest.mark.parametrize("concurrency", [1, 8])
class TestWhatIsMissing:
    def test_a_document_deleted_after_it_was_listed_has_no_row(
        self, filed: Filed, concurrency: int
    ) -> None:
        fill(filed, *range(1, 11))

        def delete(_: Exchange) -> None:
            filed.books.invoices.pop(4, None)
            filed.books.revision += 1

        filed.sandbox.clear()
        run = filed.read(
            PDF,
            hook=responding(delete, 4),
            documents_url=str(filed.folder),
            concurrency=concurrency,
        )
        assert run.results[PDF].status is Status.COMPLETE
        assert [row["bookedInvoiceNumber"] for row in run.records(PDF)] == [1, 2, 3, *range(5, 11)]

    def test_a_file_that_is_not_found_at_first_is_waited_for(
        self, filed: Filed, concurrency: int, waits: list[float]
    ) -> None:
        fill(filed, *range(1, 11))
        answers = [not_found, not_found]
        hook = responding(lambda request: answers.pop()(request) if answers else None, 4)
        run = filed.copy(hook=hook, concurrency=concurrency)
        assert run.results[PDF].status is Status.COMPLETE
        assert len(run.records(PDF)) == 10
        assert len([seconds for seconds in waits if seconds > 1]) == 1

    def test_a_listed_row_without_a_file_makes_the_stream_incomplete_until_there_is_one(
        self, filed: Filed, concurrency: int, waits: list[float], caplog: pytest.LogCaptureFixture
    ) -> None:
        with pytest.MonkeyPatch.context() as patch:
            shorten_lookback(patch, 2)
            fill(filed, *range(1, 11))
            run = filed.copy(hook=responding(not_found, 4, 9), concurrency=concurrency)
            result = run.results[PDF]
            assert (run.exit_code, result.status) == (1, Status.INCOMPLETE)
            assert "2 files could not be read from e-conomic" in result.reason
            assert "those of 4, 9" in result.reason
            assert "the file of bookedInvoiceNumber 4 is missing" in caplog.text
            check_rows(run.records(PDF))
            assert len(run.records(PDF)) == 8
            assert filed.bookmark(PDF)["open_keys"] == [4]  # 9 is within the lookback

            waits.clear()
            run = filed.copy(hook=responding(not_found, 4), concurrency=concurrency)
            assert filed.fetched() == [4, 9]  # without waiting for 4 another time
            assert run.results[PDF].status is Status.INCOMPLETE
            assert not [seconds for seconds in waits if seconds > 1]

            run = filed.copy(concurrency=concurrency)
            assert filed.fetched() == [4]
            assert (run.exit_code, run.results[PDF].status) == (0, Status.COMPLETE)
            assert filed.bookmark(PDF)["open_keys"] == []
            assert 4 in {row["bookedInvoiceNumber"] for row in run.records(PDF)}
            assert len(filed.files()) == 10

    def test_a_file_that_crashes_the_server_does_not_hold_up_the_others(
        self, filed: Filed, concurrency: int, waits: list[float]
    ) -> None:
        fill(filed, *range(1, 11))
        crash = responding(lambda _: Response(b"", 500), 4)
        run = filed.copy(hook=crash, concurrency=concurrency)
        assert waits
        assert run.results[PDF].status is Status.INCOMPLETE
        assert sorted(filed.files()) == sorted(f"{n}.pdf" for n in range(1, 11) if n != 4)

    def test_a_server_that_always_crashes_fails_the_stream_after_some_files(
        self, filed: Filed, concurrency: int, waits: list[float]
    ) -> None:
        fill(filed, *range(1, 101))
        crash = responding(lambda _: Response(b"", 500), *range(1, 101))
        run = filed.copy(hook=crash, concurrency=concurrency)
        assert waits
        assert run.results[PDF].status is Status.FAILED
        assert "e-conomic responded with 500" in run.results[PDF].reason
        assert len(set(filed.fetched())) <= 20 + 8 * 5 + 1

    def test_many_rows_without_a_file_are_waited_for_only_at_first(
        self, filed: Filed, concurrency: int, waits: list[float]
    ) -> None:
        fill(filed, *range(1, 101))
        hook = responding(not_found, *range(1, 100))
        run = filed.copy(hook=hook, concurrency=concurrency)
        assert run.results[PDF].status is Status.INCOMPLETE
        assert "99 files could not be read" in run.results[PDF].reason
        assert len([seconds for seconds in waits if seconds > 1]) <= (20 + 8) * 4
        assert [row["bookedInvoiceNumber"] for row in run.records(PDF)] == [100]
