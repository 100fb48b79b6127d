"""The rules of paging, over a real socket."""

from __future__ import annotations

import typing as t

import pytest

from tap_economic.report import Status
from tests.support.catalogs import selecting
from tests.support.running import run_tap
from tests.support.scripted import (
    Answer,
    ScriptedApi,
    collection,
    customers,
    items,
    with_count,
    with_self,
)

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.scripted import Request, Serve

PRODUCTS = "/rest/products"
CUSTOMERS = "/rest/customers"
ENTRIES = "/openapi/bookedEntriesapi/v4.0.0/booked-entries"


@pytest.fixture(name="serve")
def serve_with_self(serve: Serve) -> Serve:
    return lambda answer: serve(with_self(answer))


def products(*numbers: str) -> list[dict[str, t.Any]]:
    return [{"productNumber": number, "name": f"Vare {number}"} for number in numbers]


def entries(*numbers: int) -> list[dict[str, t.Any]]:
    return [{"entryNumber": number, "accountNumber": 1010} for number in numbers]


def offset_paging(
    pages: list[list[dict[str, t.Any]]], *, host: str = "https://restapi.e-conomic.com"
) -> Callable[[Request], Answer]:
    """Page by skippages, as classic REST links its pages."""

    def answer(request: Request) -> Answer:
        index = int(request.parameter("skippages", "0") or 0)
        size = request.parameter("pagesize")
        link = f"{host}{request.path}?skippages={index + 1}&pagesize={size}&sort=productNumber"
        return collection(
            pages[index] if size != "1" else pages[0][:1],
            next_page=link if index + 1 < len(pages) else None,
            count=sum(map(len, pages)),
        )

    return answer


class TestNextPage:
    def test_the_second_page_is_really_asked_for(self, serve: Serve) -> None:
        api = serve(offset_paging([products("A", "B"), products("C")]))
        run = run_tap(api.url, "products")
        assert [row["productNumber"] for row in run.records("products")] == ["A", "B", "C"]
        assert api.requested(PRODUCTS)[1].parameter("skippages") == "1"

    def test_the_first_page_asks_for_1000_rows_sorted_by_the_key(self, serve: Serve) -> None:
        api = serve(offset_paging([products("A")]))
        run_tap(api.url, "products")
        assert api.requested(PRODUCTS)[0].query == [("pagesize", "1000"), ("sort", "productNumber")]

    def test_no_parameter_is_sent_twice(self, serve: Serve) -> None:
        api = serve(offset_paging([products("A"), products("B"), products("C")]))
        run_tap(api.url, "products")
        for request in api.requests:
            names = [name for name, _ in request.query]
            assert len(names) == len(set(names))

    def test_only_the_query_of_a_link_is_taken(self, serve: Serve) -> None:
        with ScriptedApi(lambda _: Answer({})) as foreign:
            api = serve(offset_paging([products("A"), products("B")], host=foreign.url))
            run = run_tap(api.url, "products")
            assert foreign.requests == []
        assert {request.path for request in api.requests[1:]} == {PRODUCTS}
        assert run.exit_code == 0

    def test_a_parameter_of_a_link_is_kept_though_it_is_empty(self, serve: Serve) -> None:
        link = "https://restapi.e-conomic.com/products?skippages=1&search="

        def answer(request: Request) -> Answer:
            if request.parameter("search") == "":
                return collection(products("B"), count=2)
            return collection(products("A"), next_page=link, count=2)

        run = run_tap(serve(answer).url, "products")
        assert [row["productNumber"] for row in run.records("products")] == ["A", "B"]

    def test_an_empty_page_with_a_successor_is_no_end(self, serve: Serve) -> None:
        api = serve(offset_paging([products("A"), [], products("B")]))
        run = run_tap(api.url, "products")
        assert [row["productNumber"] for row in run.records("products")] == ["A", "B"]

    def test_a_loop_of_links_ends_the_stream_as_failed(self, serve: Serve) -> None:
        def answer(request: Request) -> Answer:
            index = int(request.parameter("skippages", "0") or 0)
            link = f"https://restapi.e-conomic.com/products?skippages={(index + 1) % 3}"
            return collection(products(str(index)), next_page=link)

        api = serve(answer)
        run = run_tap(api.url, "products")
        assert run.results["products"].status is Status.FAILED
        assert "already read" in run.results["products"].reason
        assert run.exit_code == 1
        assert len(api.requested(PRODUCTS)) <= 5

    def test_a_link_without_a_query_ends_the_stream_as_failed(self, serve: Serve) -> None:
        api = serve(
            lambda _: collection(products("A"), next_page="https://restapi.e-conomic.com/products")
        )
        run = run_tap(api.url, "products")
        assert run.results["products"].status is Status.FAILED

    def test_the_sort_and_the_page_size_are_kept_whatever_the_link_says(self, serve: Serve) -> None:
        rows = [*"ABCDEFG"]

        def answer(request: Request) -> Answer:
            size = int(request.parameter("pagesize", "20") or 0)
            skip = int(request.parameter("skippages", "0") or 0)
            order = sorted(rows, reverse=request.parameter("sort") != "productNumber")
            link = f"https://restapi.e-conomic.com/products?skippages={skip + 1}"
            return collection(
                products(*order[skip * size : (skip + 1) * size]),
                next_page=link if (skip + 1) * size < len(rows) else None,
                count=len(rows),
            )

        api = serve(answer)
        run = run_tap(api.url, "products", page_size=3)
        assert [row["productNumber"] for row in run.records("products")] == rows
        assert run.results["products"].status is Status.COMPLETE

    def test_a_filter_is_kept_whatever_the_link_says(self, serve: Serve) -> None:
        def answer(request: Request) -> Answer:
            filter_ = request.parameter("filter") or ""
            updated = {"": "ABCDEF", "lastUpdated$lt:2025-12-31T00:00:00Z": "CDEF"}
            rows = products(*updated.get(filter_, "AB"))
            if request.parameter("skippages"):
                return collection(rows[1:], count=len(rows))
            return collection(rows[:1], next_page="https://x/products?skippages=1", count=len(rows))

        api = serve(answer)
        catalog = selecting("products", updated=True)
        run = run_tap(api.url, catalog=catalog, start_date="2026-01-01T00:00:00Z")
        assert [row["productNumber"] for row in run.records("products")] == ["A", "B"]
        assert run.exit_code == 0

    def test_a_single_page_is_read_once(self, serve: Serve) -> None:
        api = serve(offset_paging([products("A", "B")]))
        run_tap(api.url, "products")
        assert len(api.requested(PRODUCTS)) == 1

    def test_a_row_deleted_between_two_pages_loses_no_other_row(self, serve: Serve) -> None:
        rows = [*"ABCDEF"]

        def answer(request: Request) -> Answer:
            skip = int(request.parameter("skippages", "0") or 0)
            if len(api.requested(PRODUCTS)) == 2:
                rows.remove("A")  # every later row moves up by one
            page = rows[skip * 2 : skip * 2 + 2]
            more = len(rows) > skip * 2 + 2
            link = f"https://restapi.e-conomic.com/products?skippages={skip + 1}&pagesize=2"
            return collection(products(*page), next_page=link if more else None, count=len(rows))

        api = serve(answer)
        run = run_tap(api.url, "products", page_size=2)
        sent = [row["productNumber"] for row in run.records("products")]
        assert {*"BCDEF"} <= set(sent)
        assert len(sent) == len(set(sent))

    def test_a_row_inserted_between_two_pages_arrives_and_nothing_twice(self, serve: Serve) -> None:
        rows = [*"BCDEF"]

        def answer(request: Request) -> Answer:
            skip = int(request.parameter("skippages", "0") or 0)
            if len(api.requested(PRODUCTS)) == 2:
                rows.insert(0, "A")
            page = rows[skip * 2 : skip * 2 + 2]
            more = len(rows) > skip * 2 + 2
            link = f"https://restapi.e-conomic.com/products?skippages={skip + 1}&pagesize=2"
            return collection(products(*page), next_page=link if more else None, count=len(rows))

        api = serve(answer)
        run = run_tap(api.url, "products", page_size=2)
        sent = [row["productNumber"] for row in run.records("products")]
        assert sorted(sent) == [*"ABCDEF"]

    def test_rows_that_never_stop_changing_leave_the_stream_incomplete(self, serve: Serve) -> None:
        def answer(request: Request) -> Answer:
            if request.parameter("skippages") == "1":
                return collection(products(f"new-{len(api.requests)}"))
            return collection(
                products("A"), next_page="https://restapi.e-conomic.com/products?skippages=1"
            )

        api = serve(answer)
        run = run_tap(api.url, "products")
        assert run.results["products"].status is Status.INCOMPLETE
        assert "changed during each" in run.results["products"].reason
        assert run.exit_code == 1


def keyset_paging(rows: list[int], size: int) -> Callable[[Request], Answer]:
    """Page as classic REST does for a listing that filters and sorts by its key."""

    def answer(request: Request) -> Answer:
        expression = request.parameter("filter")
        after = int(expression.partition("$gt:")[2]) if expression else 0
        here = [row for row in sorted(rows) if row > after]
        link = f"https://restapi.e-conomic.com{request.path}?skippages=1&pagesize={size}"
        return collection(
            customers(*here[:size]), next_page=link if len(here) > size else None, count=len(here)
        )

    return answer


class TestKeyset:
    def test_the_second_page_asks_for_what_follows_the_last_key(self, serve: Serve) -> None:
        api = serve(keyset_paging([1, 2, 5, 9], 3))
        run = run_tap(api.url, "customers", page_size=3)
        assert [row["customerNumber"] for row in run.records("customers")] == [1, 2, 5, 9]
        assert [request.query for request in api.requested(CUSTOMERS)] == [
            [("pagesize", "3"), ("sort", "customerNumber")],
            [("pagesize", "3"), ("sort", "customerNumber"), ("filter", "customerNumber$gt:5")],
            [("pagesize", "1"), ("sort", "customerNumber")],  # how many there are now
        ]

    def test_rows_that_come_and_go_between_two_pages_shift_no_other(self, serve: Serve) -> None:
        rows = [1, 2, 5, 9, 12]
        serve_page = keyset_paging(rows, 2)

        def answer(request: Request) -> Answer:
            if len(api.requested(CUSTOMERS)) == 2:
                rows.remove(1)
                rows.append(7)
            return serve_page(request)

        api = serve(answer)
        run = run_tap(api.url, "customers", page_size=2)
        assert {row["customerNumber"] for row in run.records("customers")} == {1, 2, 5, 7, 9, 12}

    def test_an_empty_page_with_a_successor_is_no_end(self, serve: Serve) -> None:
        def answer(request: Request) -> Answer:
            if request.parameter("skippages"):
                return collection(customers(3))
            link = "https://restapi.e-conomic.com/customers?skippages=1"
            return collection([], next_page=link, count=1)

        api = serve(answer)
        run = run_tap(api.url, "customers")
        assert [row["customerNumber"] for row in run.records("customers")] == [3]

    def test_a_server_that_does_not_sort_fails_the_stream(self, serve: Serve) -> None:
        api = serve(lambda _: collection(customers(2, 1)))
        run = run_tap(api.url, "customers")
        assert run.results["customers"].status is Status.FAILED
        assert "ascending order of customerNumber" in run.results["customers"].reason

    def test_a_server_that_ignores_the_filter_fails_the_stream(self, serve: Serve) -> None:
        link = "https://restapi.e-conomic.com/customers?skippages=1"
        api = serve(lambda _: collection(customers(1, 2), next_page=link))
        run = run_tap(api.url, "customers")
        assert run.results["customers"].status is Status.FAILED
        assert len(api.requested(CUSTOMERS)) == 2


class TestCursor:
    def test_pages_follow_the_cursor_until_there_is_none(self, serve: Serve) -> None:
        def answer(request: Request) -> Answer:
            if request.parameter("cursor") == "3":
                return items(entries(3, 4))
            return items(entries(1, 2), cursor="3")

        api = serve(with_count(4, answer))
        run = run_tap(api.url, "booked_entries")
        assert [row["entryNumber"] for row in run.records("booked_entries")] == [1, 2, 3, 4]
        assert [request.query for request in api.requested(ENTRIES)] == [[], [("cursor", "3")]]

    def test_a_compound_cursor_is_passed_back_as_it_came(self, serve: Serve) -> None:
        def answer(request: Request) -> Answer:
            if request.parameter("cursor") == "1001_2":
                return items([{"documentId": 1001, "number": 2}])
            return items([{"documentId": 1001, "number": 1}], cursor="1001_2")

        api = serve(with_count(2, answer))
        run = run_tap(api.url, "invoices_booked_lines")
        assert [row["number"] for row in run.records("invoices_booked_lines")] == [1, 2]

    def test_an_empty_page_with_a_cursor_is_no_end(self, serve: Serve) -> None:
        answers = {
            None: items([], cursor="1"),
            "1": Answer({"cursor": "2"}),
            "2": items(entries(2)),
        }
        api = serve(with_count(1, lambda request: answers[request.parameter("cursor")]))
        run = run_tap(api.url, "booked_entries")
        assert [row["entryNumber"] for row in run.records("booked_entries")] == [2]

    @pytest.mark.parametrize("cycle", [["7"], ["7", "8"]], ids=["at once", "after two"])
    def test_a_cursor_seen_before_ends_the_stream_as_failed(
        self, serve: Serve, cycle: list[str]
    ) -> None:
        api = serve(
            lambda _: items(
                entries(len(api.requests)), cursor=cycle[len(api.requests) % len(cycle)]
            )
        )
        run = run_tap(api.url, "booked_entries")
        assert run.results["booked_entries"].status is Status.FAILED
        assert run.exit_code == 1
        assert len(api.requested(ENTRIES)) <= 3

    @pytest.mark.parametrize("end", [{}, {"cursor": None}, {"cursor": ""}])
    def test_an_absent_null_or_empty_cursor_is_the_end(
        self, serve: Serve, end: dict[str, t.Any]
    ) -> None:
        api = serve(lambda _: Answer({"items": entries(1), **end}))
        run = run_tap(api.url, "booked_entries")
        assert run.results["booked_entries"].status is Status.COMPLETE
        assert len(api.requested(ENTRIES)) == 1
