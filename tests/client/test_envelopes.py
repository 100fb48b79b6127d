"""Envelopes that are not as declared: members that are missing, odd or new."""

from __future__ import annotations

import typing as t

import pytest

from tap_economic.report import Status
from tests.support.running import run_tap
from tests.support.scripted import Answer, customers, items, projects, with_count, with_self

if t.TYPE_CHECKING:
    from tests.support.scripted import Request, Serve


@pytest.fixture(name="serve")
def serve_with_self(serve: Serve) -> Serve:
    return lambda answer: serve(with_self(answer))


@pytest.mark.usefixtures("waits")
@pytest.mark.parametrize(
    "pagination",
    [None, [], "x", {}, {"results": None}, {"results": "2"}, {"results": 2.0},
     {"results": True}, {"results": -1}],
    ids=str,
)  # fmt: skip
@pytest.mark.parametrize("row", [{}, {"surprise": 1}], ids=["as declared", "undeclared"])
def test_classic_answers_that_do_not_count_their_rows_fail_the_stream(
    serve: Serve, pagination: t.Any, row: dict[str, t.Any]
) -> None:
    rows = [{**one, **row} for one in customers(1, 2)]
    envelope = {"collection": rows, "pagination": pagination}
    if pagination is None:
        del envelope["pagination"]
    api = serve(lambda _: Answer(envelope))
    run = run_tap(api.url, "customers")
    assert run.results["customers"].status is Status.FAILED
    assert "has no row count" in run.results["customers"].reason
    assert run.records("customers") == []
    assert len(api.requested("/rest/customers")) == 5  # it may pass by itself


@pytest.mark.parametrize("row", [{}, {"surprise": 1}], ids=["as declared", "undeclared"])
def test_a_new_member_beside_the_rows_is_a_warning_once(
    serve: Serve, caplog: pytest.LogCaptureFixture, row: dict[str, t.Any]
) -> None:
    def answer(request: Request) -> Answer:
        rows = [{**one, **row} for one in projects(2)]
        if request.parameter("cursor"):
            return Answer({"items": rows[1:], "total": "hemmeligt"})
        return Answer({"items": rows[:1], "cursor": "1", "total": "hemmeligt"})

    run = run_tap(serve(with_count(2, answer)).url, "projects")
    assert [row["number"] for row in run.records("projects")] == [1, 2]
    assert run.exit_code == 0
    (said,) = (one for one in caplog.messages if "unknown members" in one)
    assert said.endswith(": total.")
    assert "hemmeligt" not in caplog.text


@pytest.mark.usefixtures("waits")
def test_other_members_without_any_rows_are_another_answer(serve: Serve) -> None:
    run = run_tap(serve(lambda _: Answer({"message": "Hov"})).url, "projects")
    assert run.results["projects"].status is Status.FAILED


@pytest.mark.usefixtures("waits")
@pytest.mark.parametrize("count", [True, -1, "2", 2.5, {}, None], ids=str)
def test_a_count_that_is_no_number_of_rows_fails_the_stream(serve: Serve, count: t.Any) -> None:
    def answer(request: Request) -> Answer:
        return Answer(count) if request.path.endswith("/count") else items([])

    run = run_tap(serve(answer).url, "projects")
    assert run.results["projects"].status is Status.FAILED


@pytest.mark.usefixtures("waits")
def test_a_listing_that_is_a_mere_number_fails_the_stream(serve: Serve) -> None:
    run = run_tap(serve(lambda _: Answer(0)).url, "projects")
    assert run.results["projects"].status is Status.FAILED
