"""Streams that are walked per row of another one are complete, or say that they are not."""

from __future__ import annotations

import typing as t

import pytest
from starlette.responses import Response

from tap_economic.report import Status
from tests.support.books import serving
from tests.support.lookback import shorten_lookback
from tests.support.running import run_tap
from tests.support.scripted import Answer, collection, with_self

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from economic_sandbox.apis.exchange import Exchange
    from tests.support.running import Run
    from tests.support.scripted import Request, Serve

GROUPS = "/rest/product-groups"
ACCOUNTS = "product_group_sales_accounts"
INVOICES = "/rest/invoices/booked"
DOCUMENTS = "invoices_booked_document"
NOT_FOUND = Answer({"message": "Not found"}, 404)
FORBIDDEN = Answer({"message": "Forbidden"}, 403)

side_by_side = pytest.mark.parametrize("concurrency", [1, 8])


@pytest.fixture(name="serve")
def serve_with_self(serve: Serve) -> Serve:
    return lambda answer: serve(with_self(answer))


def groups(*numbers: int) -> Answer:
    return collection([{"productGroupNumber": number} for number in numbers])


def account(*zones: int, more: bool = False) -> Answer:
    """Answer a page of the sales accounts of a group."""
    link = "https://restapi.e-conomic.com/x?skippages=1" if more else None
    return collection([{"vatZone": {"vatZoneNumber": zone}} for zone in zones], next_page=link)


def below(children: dict[int, Answer], *lists: Answer) -> Callable[[Request], Answer]:
    """Answer the groups, each time with the next list, and what stands below each."""
    left = list(lists)

    def answer(request: Request) -> Answer:
        if request.path == GROUPS:
            return left.pop(0) if len(left) > 1 else left[0]
        return children[int(request.path.split("/")[3])]

    return answer


def read(url: str, concurrency: int) -> Run:
    return run_tap(
        url, ACCOUNTS, concurrency=concurrency, emit_activate_version_messages=True, page_size=100
    )


def ended(run: Run, stream: str = ACCOUNTS) -> tuple[Status, int, bool]:
    """How a stream ended, the run's exit code, and whether rows may be deleted."""
    activated = any(message["type"] == "ACTIVATE_VERSION" for message in run.messages)
    return run.results[stream].status, run.exit_code, activated


@side_by_side
class TestNotFound:
    def test_a_parent_that_vanished_meanwhile_is_left_out(
        self, serve: Serve, concurrency: int
    ) -> None:
        children = {1: account(1), 2: NOT_FOUND, 3: account(1)}
        api = serve(below(children, groups(1, 2, 3), groups(1, 3)))
        run = read(api.url, concurrency)
        assert [row["productGroupNumber"] for row in run.records(ACCOUNTS)] == [1, 3]
        assert ended(run) == (Status.COMPLETE, 0, True)
        assert len(api.requested(GROUPS)) == 2

    def test_where_none_vanished_the_parents_are_listed_once(
        self, serve: Serve, concurrency: int
    ) -> None:
        api = serve(below({1: account(1), 2: account()}, groups(1, 2)))
        assert ended(read(api.url, concurrency)) == (Status.COMPLETE, 0, True)
        assert len(api.requested(GROUPS)) == 1

    @pytest.mark.parametrize("refused", [{2}, {1, 2, 3}], ids=["one", "all"])
    def test_a_parent_that_is_still_listed_leaves_the_stream_incomplete(
        self, serve: Serve, refused: set[int], concurrency: int
    ) -> None:
        children = {n: NOT_FOUND if n in refused else account(1) for n in (1, 2, 3)}
        run = read(serve(below(children, groups(1, 2, 3))).url, concurrency)
        numbers = [row["productGroupNumber"] for row in run.records(ACCOUNTS)]
        assert numbers == sorted({1, 2, 3} - refused)
        assert ended(run) == (Status.INCOMPLETE, 1, False)
        reason = run.results[ACCOUNTS].reason
        assert "product_groups" in reason
        assert "404" in reason

    def test_404_on_a_later_page_fails_the_stream(self, serve: Serve, concurrency: int) -> None:
        def answer(request: Request) -> Answer:
            if request.path == GROUPS:
                return groups(1)
            return NOT_FOUND if request.parameter("skippages") else account(1, more=True)

        run = read(serve(answer).url, concurrency)
        assert ended(run) == (Status.FAILED, 1, False)
        assert "404" in run.results[ACCOUNTS].reason

    def test_404_on_the_parents_themselves_fails_the_stream(
        self, serve: Serve, concurrency: int
    ) -> None:
        assert ended(read(serve(lambda _: NOT_FOUND).url, concurrency)) == (Status.FAILED, 1, False)


@side_by_side
def test_a_parent_without_its_key_leaves_the_stream_incomplete(
    serve: Serve, concurrency: int
) -> None:
    listed = collection([{"productGroupNumber": 1}, {"name": "No number"}])
    run = read(serve(below({1: account(1)}, listed)).url, concurrency)
    assert [row["productGroupNumber"] for row in run.records(ACCOUNTS)] == [1]
    assert ended(run) == (Status.INCOMPLETE, 1, False)
    assert "product_groups.productGroupNumber (1)" in run.results[ACCOUNTS].reason


@side_by_side
def test_what_is_new_in_a_parent_s_rows_is_not_told_of_the_stream(
    serve: Serve, concurrency: int, caplog: pytest.LogCaptureFixture
) -> None:
    listed = collection([{"productGroupNumber": 1, "favouriteColour": "blue"}])
    read(serve(below({1: account(1)}, listed)).url, concurrency)
    assert "favouriteColour" not in caplog.text


@side_by_side
class TestForbidden:
    def test_on_the_first_child_the_stream_is_skipped(self, serve: Serve, concurrency: int) -> None:
        run = read(serve(below({1: FORBIDDEN, 2: FORBIDDEN}, groups(1, 2))).url, concurrency)
        assert ended(run) == (Status.SKIPPED, 0, False)

    def test_on_the_parents_the_stream_is_skipped(self, serve: Serve, concurrency: int) -> None:
        run = read(serve(lambda _: FORBIDDEN).url, concurrency)
        assert ended(run) == (Status.SKIPPED, 0, False)

    @pytest.mark.parametrize("first", [account(1), account()], ids=["a row", "no row"])
    def test_after_another_child_has_answered_it_is_a_failure(
        self, serve: Serve, first: Answer, concurrency: int
    ) -> None:
        run = read(serve(below({1: first, 2: FORBIDDEN}, groups(1, 2))).url, concurrency)
        assert ended(run) == (Status.FAILED, 1, False)


def booked(*numbers: int) -> Answer:
    return collection([{"bookedInvoiceNumber": number} for number in numbers])


def invoices(listed: list[int], gone: set[int]) -> Callable[[Request], Answer]:
    """Answer invoices, and their documents; those that go are listed but once."""
    lists: list[str] = []

    def answer(request: Request) -> Answer:
        if request.path == INVOICES:
            lists.append(request.path)
            return booked(*(n for n in listed if n not in gone or len(lists) == 1))
        number = int(request.path.rpartition("/")[2])
        if number in gone:
            return NOT_FOUND
        return Answer({"bookedInvoiceNumber": number, "lines": [{"lineNumber": 1}]})

    return answer


def lose_one(exchange: Exchange) -> Response | None:
    """Answer 404 for the second invoice's document."""
    return Response("{}", 404) if exchange.path == f"{INVOICES}/2" else None


@side_by_side
class TestDocuments:
    @staticmethod
    def numbers(run: Run) -> list[int]:
        return [row["bookedInvoiceNumber"] for row in run.records(DOCUMENTS)]

    def test_an_invoice_that_vanished_meanwhile_is_left_out_and_not_counted(
        self, serve: Serve, concurrency: int
    ) -> None:
        api = serve(invoices([1, 2, 3], gone={2}))
        run = run_tap(api.url, DOCUMENTS, concurrency=concurrency)
        assert self.numbers(run) == [1, 3]
        assert ended(run, DOCUMENTS) == (Status.COMPLETE, 0, False)
        assert run.results[DOCUMENTS].stats.rows_counted == 2

    def test_an_invoice_that_is_still_listed_leaves_the_stream_incomplete_in_every_run(
        self, monkeypatch: pytest.MonkeyPatch, concurrency: int
    ) -> None:
        shorten_lookback(monkeypatch, 1)

        with serving() as served:
            for number in range(1, 6):
                served.books.book_invoice(number)
            for _ in range(3):
                run = served.read(DOCUMENTS, hook=lose_one, concurrency=concurrency)
                assert self.numbers(run) == [1, 3, 4, 5]
                assert ended(run, DOCUMENTS) == (Status.INCOMPLETE, 1, False)
                assert "invoices_booked" in run.results[DOCUMENTS].reason

    def test_a_paid_invoice_whose_document_is_missing_is_asked_for_until_it_is_there(
        self, monkeypatch: pytest.MonkeyPatch, concurrency: int
    ) -> None:
        shorten_lookback(monkeypatch, 1)

        with serving() as served:
            for number in range(1, 6):
                served.books.book_invoice(number, remainder=100 if number == 2 else 0)
            served.read(DOCUMENTS, concurrency=concurrency)
            served.books.pay(2)
            for _ in range(2):
                run = served.read(DOCUMENTS, hook=lose_one, concurrency=concurrency)
                assert self.numbers(run) == [5]
                assert ended(run, DOCUMENTS) == (Status.INCOMPLETE, 1, False)
            run = served.read(DOCUMENTS, concurrency=concurrency)
            assert self.numbers(run) == [2, 5]
            assert ended(run, DOCUMENTS) == (Status.COMPLETE, 0, False)

    def test_an_open_invoice_that_vanished_is_not_asked_for_again(
        self, monkeypatch: pytest.MonkeyPatch, concurrency: int
    ) -> None:
        shorten_lookback(monkeypatch, 1)
        with serving() as served:
            for number in range(1, 6):
                served.books.book_invoice(number, remainder=100 if number == 2 else 0)
            served.read(DOCUMENTS, concurrency=concurrency)
            del served.books.invoices[2]
            served.books.revision += 1
            for _ in range(2):
                run = served.read(DOCUMENTS, concurrency=concurrency)
                assert ended(run, DOCUMENTS) == (Status.COMPLETE, 0, False)
            assert served.requested(f"{INVOICES}/2") == []

    def test_an_invoice_without_its_number_leaves_the_stream_incomplete(
        self, serve: Serve, concurrency: int
    ) -> None:
        def answer(request: Request) -> Answer:
            if request.path == INVOICES:
                return collection([{"bookedInvoiceNumber": 1}, {"netAmount": 5}])
            return Answer({"bookedInvoiceNumber": 1, "lines": []})

        run = run_tap(serve(answer).url, DOCUMENTS, concurrency=concurrency)
        assert self.numbers(run) == [1]
        assert ended(run, DOCUMENTS) == (Status.INCOMPLETE, 1, False)

    def test_403_after_a_document_was_read_is_a_failure(
        self, serve: Serve, concurrency: int
    ) -> None:
        documents = invoices([1, 2], gone=set())
        api = serve(lambda r: FORBIDDEN if r.path == f"{INVOICES}/2" else documents(r))
        run = run_tap(api.url, DOCUMENTS, concurrency=concurrency)
        assert ended(run, DOCUMENTS) == (Status.FAILED, 1, False)


def test_an_accounting_year_with_a_slash_is_spelled_as_in_self_links(serve: Serve) -> None:
    def answer(request: Request) -> Answer:
        if request.path == "/rest/accounting-years":
            return collection([{"year": "2023/2024"}, {"year": "2025"}])
        return collection([{"account": {"accountNumber": 1010}, "fromDate": "2025-01-01"}])

    api = serve(answer)
    run = run_tap(api.url, "accounting_year_totals")
    assert [request.path for request in api.requests[2:]] == [
        "/rest/accounting-years/2023_6_2024/totals",
        "/rest/accounting-years/2025/totals",
    ]
    keys = [(row["year"], row["accountNumber"]) for row in run.records("accounting_year_totals")]
    assert keys == [("2023/2024", 1010), ("2025", 1010)]
