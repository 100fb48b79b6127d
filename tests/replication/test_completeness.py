"""What the API counts, against what it lists: no row is missing without a word."""

from __future__ import annotations

import typing as t

import pytest
from singer_sdk.exceptions import ConfigValidationError

from tap_economic.report import Status
from tests.support.incomplete import reason
from tests.support.running import run_tap
from tests.support.scripted import (
    Answer,
    collection,
    customers,
    items,
    projects,
    with_count,
    with_self,
)

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.running import Run
    from tests.support.scripted import Request, Serve

    Script: t.TypeAlias = Callable[[Request], Answer]

LINK = "https://restapi.e-conomic.com/x?skippages=1"


@pytest.fixture(name="serve")
def serve_with_self(serve: Serve) -> Serve:
    return lambda answer: serve(with_self(answer))


def removes(run: Run) -> bool:
    """Tell whether the target is told to remove rows."""
    return any(message["type"] == "ACTIVATE_VERSION" for message in run.messages)


class TestFewerThanCounted:
    @pytest.mark.parametrize("stream", ["customers", "products"])
    def test_an_empty_page_of_500_rows_is_incomplete(self, serve: Serve, stream: str) -> None:
        api = serve(lambda _: collection([], count=500))
        run = run_tap(api.url, stream, emit_activate_version_messages=True)
        assert "0 rows were read, but e-conomic counts 500" in reason(run, stream)
        assert f"add {stream} to the setting uncounted_streams" in reason(run, stream)

    def test_a_page_without_the_link_to_the_next_is_incomplete(self, serve: Serve) -> None:
        api = serve(lambda _: collection(customers(*range(1, 1001)), count=4320))
        run = run_tap(api.url, "customers", emit_activate_version_messages=True)
        assert "1000 rows were read, but e-conomic counts 4320" in reason(run, "customers")

    def test_a_row_that_is_counted_and_never_listed_is_incomplete(self, serve: Serve) -> None:
        def answer(request: Request) -> Answer:
            if "$gt:" in (request.parameter("filter") or ""):
                return collection(customers(3), count=1)
            return collection(customers(1, 2), next_page=LINK, count=4)

        run = run_tap(serve(answer).url, "customers", emit_activate_version_messages=True)
        assert "3 rows were read, but e-conomic counts 4" in reason(run, "customers")

    def test_links_that_lose_a_row_are_incomplete(self, serve: Serve) -> None:
        def answer(request: Request) -> Answer:
            rows = ["C"] if request.parameter("skippages") else ["A", "B"]
            here = [{"productNumber": number} for number in rows]
            link = None if request.parameter("skippages") else LINK
            return collection(here, next_page=link, count=4)

        run = run_tap(serve(answer).url, "products", emit_activate_version_messages=True)
        assert "3 rows were read, but e-conomic counts 4" in reason(run, "products")

    @pytest.mark.parametrize("empty", [Answer({}), items([]), Answer({"items": None})])
    def test_an_empty_answer_of_a_service_is_counted(self, serve: Serve, empty: Answer) -> None:
        run = run_tap(serve(with_count(7, lambda _: empty)).url, "projects")
        assert "0 rows were read, but e-conomic counts 7" in reason(run, "projects")
        empty_indeed = run_tap(serve(with_count(0, lambda _: empty)).url, "projects")
        assert empty_indeed.results["projects"].status is Status.COMPLETE
        assert empty_indeed.results["projects"].stats.rows_counted == 0

    def test_a_full_page_without_a_cursor_is_counted(self, serve: Serve) -> None:
        full = items(projects(1000))
        run = run_tap(serve(with_count(1500, lambda _: full)).url, "projects")
        assert "1000 rows were read, but e-conomic counts 1500" in reason(run, "projects")

    def test_a_page_that_is_not_full_is_counted_where_deletes_hang_on_it(
        self, serve: Serve
    ) -> None:
        script = with_count(3, lambda _: items(projects(2)))
        run = run_tap(serve(script).url, "projects", emit_activate_version_messages=True)
        assert "2 rows were read, but e-conomic counts 3" in reason(run, "projects")

    def test_rows_that_change_in_each_read_are_told_of_with_the_figures_of_the_last(
        self, serve: Serve
    ) -> None:
        api = serve(lambda _: collection(customers(len(api.requests)), count=9))
        run = run_tap(api.url, "customers")
        assert reason(run, "customers") == (
            "its rows changed during each of 5 reads; in the last, 1 rows were read, but e-conomic "
            "counts 9; retry at a quieter time"
        )

    def test_what_is_listed_at_last_is_complete(self, serve: Serve) -> None:
        def answer(_: Request) -> Answer:
            late = len(api.requests) > 4
            return collection(customers(1, 2) if late else customers(1), count=2)

        api = serve(answer)
        run = run_tap(api.url, "customers")
        assert run.results["customers"].status is Status.COMPLETE
        assert {row["customerNumber"] for row in run.records("customers")} == {1, 2}

    @pytest.mark.parametrize("stood_at", [None, 500])
    def test_the_bookmark_stays_where_it_was(self, serve: Serve, stood_at: int | None) -> None:
        def answer(request: Request) -> Answer:
            if request.path.endswith("/count"):
                below = "$lte:" in (request.parameter("filter") or "")
                return Answer(500 if below else 4000)
            since = int(request.parameter("cursor") or stood_at or 0)
            here = [{"number": n} for n in range(since + 1, since + 1001)]
            return items(here, cursor=str(since + 1000) if since < 2000 else None)

        state = bookmark("attached_documents", stood_at) if stood_at else None
        run = run_tap(serve(answer).url, "attached_documents", state=state)
        assert "but e-conomic counts" in reason(run, "attached_documents")
        (partition,) = run.state["bookmarks"]["attached_documents"]["partitions"]
        assert partition.get("replication_key_value") == stood_at
        assert partition["rows_passed"] == (stood_at or 0)


def bookmark(stream: str, number: int) -> dict[str, t.Any]:
    """Return a state whose bookmark has passed as many rows as its number."""
    partition = {
        "context": {"agreementNumber": 111111},
        "replication_key": "number",
        "replication_key_value": number,
        "rows_passed": number,
        "start_date": "",
    }
    return {"bookmarks": {stream: {"partitions": [partition]}}}


class TestMoreThanCounted:
    def test_two_equal_reads_of_more_rows_are_complete_with_a_warning(
        self, serve: Serve, caplog: pytest.LogCaptureFixture
    ) -> None:
        def answer(request: Request) -> Answer:
            return items(projects(2)[1:]) if request.parameter("cursor") else first

        first = items(projects(1), cursor="1")
        run = run_tap(serve(with_count(1, answer)).url, "projects")
        assert run.results["projects"].status is Status.COMPLETE
        assert run.results["projects"].stats.rows_counted == 1
        assert run.results["projects"].stats.surplus == 1
        assert "the API counts 1 rows, but two consecutive reads returned the same 2" in caplog.text
        assert [row["number"] for row in run.records("projects")] == [1, 2]

    def test_a_row_that_is_deleted_while_it_is_read_is_counted_anew(self, serve: Serve) -> None:
        def answer(request: Request) -> Answer:
            rows = [1, 2, 3, 4] if len(api.requests) < 4 else [2, 3, 4]
            after = int((request.parameter("filter") or "0").rpartition(":")[2])
            here = customers(*(n for n in rows if n > after))
            return collection(here[:2], next_page=LINK if len(here) > 2 else None, count=len(here))

        api = serve(answer)
        run = run_tap(api.url, "customers")
        assert run.results["customers"].status is Status.COMPLETE
        assert run.results["customers"].stats.rows_counted == 3
        assert run.results["customers"].stats.surplus == 0


class TestUncountedStreams:
    def test_a_wrong_count_of_a_named_stream_is_not_asked_for(self, serve: Serve) -> None:
        def answer(request: Request) -> Answer:
            if "$gt:" in (request.parameter("filter") or ""):
                return collection(customers(3), count=9)
            return collection(customers(1, 2), next_page=LINK, count=99)

        api = serve(answer)
        run = run_tap(api.url, "customers", uncounted_streams=["customers"])
        assert run.results["customers"].status is Status.COMPLETE
        assert run.results["customers"].stats.rows_counted is None
        assert len(api.requested("/rest/customers")) == 2

    def test_so_it_is_for_the_parents_of_a_stream(self, serve: Serve) -> None:
        def answer(request: Request) -> Answer:
            if request.path == "/rest/accounting-years":
                return collection([{"year": "2025"}], count=9)
            row = {"account": {"accountNumber": 1010}, "fromDate": "2025-01-01"}
            return collection([row])

        url = serve(answer).url
        counted = run_tap(url, "accounting_year_totals")
        assert "add accounting_years to the setting" in reason(counted, "accounting_year_totals")
        run = run_tap(url, "accounting_year_totals", uncounted_streams=["accounting_years"])
        assert run.results["accounting_year_totals"].status is Status.COMPLETE

    def test_so_it_is_for_the_rows_up_to_a_bookmark(self, serve: Serve) -> None:
        def answer(request: Request) -> Answer:
            if request.path.endswith("/count"):
                return Answer(12345)
            return items([{"number": n} for n in range(1, 1500)][:999])

        api = serve(answer)
        state = bookmark("attached_documents", 500)
        run = run_tap(
            api.url, "attached_documents", state=state, uncounted_streams=["attached_documents"]
        )
        assert run.exit_code == 0
        assert [request for request in api.requests if request.path.endswith("/count")] == []

    @pytest.mark.parametrize("names", [["customer"], ["customers", "sync_audit"], ["Customers"]])
    def test_a_name_of_no_stream_ends_the_run_before_anything_is_read(
        self, serve: Serve, names: list[str]
    ) -> None:
        api = serve(lambda _: collection([]))
        with pytest.raises(ConfigValidationError) as error:
            run_tap(api.url, "customers", uncounted_streams=names)
        number = len(names) - 1
        assert error.value.errors == [
            f"The setting uncounted_streams.{number} is not the name of a stream"
        ]
        assert api.requests == []


class TestWhatNothingCounts:
    """It is believed for deletes once two reads agree."""

    ARRAY = "webhook_event_types"

    def reads(self, serve: Serve, *answers: list[str], **config: t.Any) -> tuple[Run, int]:
        def answer(_: Request) -> Answer:
            names = answers[min(len(api.requests) - 2, len(answers) - 1)]
            return Answer([{"name": name} for name in names])

        api = serve(answer)
        run = run_tap(api.url, self.ARRAY, **config)
        return run, len(api.requests) - 1

    def test_an_array_is_read_twice_before_rows_are_removed(self, serve: Serve) -> None:
        run, reads = self.reads(serve, ["A", "B"], emit_activate_version_messages=True)
        assert removes(run)
        assert reads == 2
        assert [row["name"] for row in run.records(self.ARRAY)] == ["A", "B"]

    def test_an_array_that_differs_in_each_read_is_incomplete(self, serve: Serve) -> None:
        run, reads = self.reads(serve, *"ABABA", emit_activate_version_messages=True)
        told = "its rows changed during each of 5 reads; retry at a quieter time"
        assert reason(run, self.ARRAY) == told
        assert reads == 5

    def test_an_array_that_differs_is_read_until_it_does_not(self, serve: Serve) -> None:
        run, reads = self.reads(serve, [], ["A"], ["A"], emit_activate_version_messages=True)
        assert removes(run)
        assert reads == 3
        assert [row["name"] for row in run.records(self.ARRAY)] == ["A"]

    def test_it_is_read_once_where_nothing_is_removed(self, serve: Serve) -> None:
        run, reads = self.reads(serve, ["A", "B"])
        assert run.exit_code == 0
        assert reads == 1

    def test_a_named_stream_is_read_twice_too(self, serve: Serve) -> None:
        api = serve(lambda _: collection(customers(1, 2), count=9))
        run = run_tap(
            api.url,
            "customers",
            uncounted_streams=["customers"],
            emit_activate_version_messages=True,
        )
        assert removes(run)
        assert len(api.requested("/rest/customers")) == 2

    def test_one_object_is_read_once(self, serve: Serve) -> None:
        api = serve(lambda _: Answer({"drafts": {"invoiceCount": 1}}))
        run = run_tap(api.url, "invoices_totals", emit_activate_version_messages=True)
        assert removes(run)
        assert len(api.requested("/rest/invoices/totals")) == 1

    def test_a_count_that_is_missing_is_a_warning(
        self, serve: Serve, caplog: pytest.LogCaptureFixture
    ) -> None:
        def answer(request: Request) -> Answer:
            return items(projects(2)[1:]) if request.parameter("cursor") else first

        first = items(projects(1), cursor="1")
        api = serve(with_count(None, answer))
        run = run_tap(api.url, "projects", emit_activate_version_messages=True)
        assert removes(run)
        assert run.results["projects"].stats.rows_counted is None
        assert len([one for one in api.requests if one.parameter("cursor")]) == 2
        assert caplog.text.count("Stream projects cannot be compared with a row count") == 1


def test_a_row_without_its_key_was_listed_though_it_is_not_sent(serve: Serve) -> None:
    rows: list[dict[str, t.Any]] = [*customers(1, 2, 3), {"name": "A"}]
    api = serve(lambda _: collection(rows, count=4))
    run = run_tap(api.url, "customers")
    assert "without a key property" in reason(run, "customers")
    assert len(api.requested("/rest/customers")) == 1


@pytest.mark.parametrize(("a_page", "reads"), [(1, 2), (2, 1)])
def test_pages_that_shift_are_read_twice_and_a_single_one_is_not(
    serve: Serve, a_page: int, reads: int
) -> None:
    years = [{"year": "2024"}, {"year": "2025"}]

    def answer(request: Request) -> Answer:
        start = int(request.parameter("skipPages") or 0) * a_page
        return Answer(years[start : start + a_page])

    api = serve(with_count(2, answer))
    run = run_tap(api.url, "openapi_accounting_years")
    assert [row["year"] for row in run.records("openapi_accounting_years")] == ["2024", "2025"]
    assert [one.parameter("skipPages") for one in api.requests].count("0") == reads
