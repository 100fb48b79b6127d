"""Pages by their number, at ``/paged`` of an OpenAPI service and in logs."""

from __future__ import annotations

import typing as t

import pytest

from tap_economic.report import Status
from tests.support.running import run_tap
from tests.support.scripted import Answer, with_count, with_self

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.scripted import Request, Serve

YEARS = "/openapi/accountingyearsapi/v2.0.1/AccountingYears"
CHANGES = "/openapi/dimensionsapi/v5.3.1/dimension-data/booked-entries/changelog"


@pytest.fixture(name="serve")
def serve_with_self(serve: Serve) -> Serve:
    return lambda answer: serve(with_self(answer))


def paging(rows: list[dict[str, t.Any]], size: int) -> Callable[[Request], Answer]:
    """Page as /paged does where the service gives its own number of rows a page."""

    def answer(request: Request) -> Answer:
        skip = int(request.parameter("skipPages", "0") or 0)
        if skip > 100:
            return Answer({"title": "The field SkipPages must be between 0 and 100."}, status=400)
        return Answer(rows[skip * size : (skip + 1) * size])

    return answer


def changes(number: int) -> list[dict[str, t.Any]]:
    return [
        {"entryNumber": n, "dimension": 1, "timestamp": f"2026-01-01T00:{n // 60:02}:{n % 60:02}"}
        for n in range(number)
    ]


@pytest.mark.parametrize("number", [0, 1, 99, 100, 101, 200])
def test_pages_are_asked_for_until_one_is_empty(serve: Serve, number: int) -> None:
    rows = [{"year": str(1900 + n)} for n in range(number)]
    api = serve(with_count(number, paging(rows, 100)))
    run = run_tap(api.url, "openapi_accounting_years")
    assert run.results["openapi_accounting_years"].status is Status.COMPLETE
    assert run.results["openapi_accounting_years"].stats.rows_counted == number
    assert len(run.records("openapi_accounting_years")) == number


def test_a_page_that_is_not_full_is_no_end(serve: Serve) -> None:
    rows = [{"year": str(1900 + n)} for n in range(70)]
    api = serve(with_count(70, paging(rows, 20)))
    run = run_tap(api.url, "openapi_accounting_years")
    assert len(run.records("openapi_accounting_years")) == 70
    assert run.exit_code == 0


def test_the_count_is_asked_beside_the_pages_and_falls_short(serve: Serve) -> None:
    rows = [{"year": str(1900 + n)} for n in range(20)]
    api = serve(with_count(70, paging(rows, 20)))
    run = run_tap(api.url, "openapi_accounting_years")
    assert api.requested(f"{YEARS}/count")[0].query == []
    assert run.results["openapi_accounting_years"].status is Status.INCOMPLETE
    assert (
        "20 rows were read, but e-conomic counts 70"
        in run.results["openapi_accounting_years"].reason
    )


def test_a_log_of_one_page_takes_two_calls(serve: Serve) -> None:
    api = serve(paging(changes(30), 100))
    run = run_tap(api.url, "dimension_data_booked_entries_changelog")
    assert len(run.records("dimension_data_booked_entries_changelog")) == 30
    assert len(api.requested(CHANGES)) == 2


@pytest.mark.parametrize(("number", "size"), [(10_000, 100), (2_100, 20)])
def test_what_pages_cannot_reach_is_an_error(serve: Serve, number: int, size: int) -> None:
    rows = [{"year": str(n)} for n in range(number)]
    run = run_tap(serve(with_count(number, paging(rows, size))).url, "openapi_accounting_years")
    assert run.results["openapi_accounting_years"].status is Status.FAILED
    assert "10,000 rows or 100 pages" in run.results["openapi_accounting_years"].reason


def test_as_many_rows_as_pages_reach_are_read(serve: Serve) -> None:
    rows = [{"year": str(n)} for n in range(9_999)]
    run = run_tap(serve(with_count(9_999, paging(rows, 100))).url, "openapi_accounting_years")
    assert len(run.records("openapi_accounting_years")) == 9_999
    assert run.exit_code == 0
