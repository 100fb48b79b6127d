"""Rows whose keys are equal: two rows of which one would get lost, or one that comes twice."""

from __future__ import annotations

import typing as t

import pytest

from tap_economic.report import Status
from tests.support.catalogs import selecting
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
    from tests.support.scripted import Request, Serve


@pytest.fixture(name="serve")
def serve_with_self(serve: Serve) -> Serve:
    return lambda answer: serve(with_self(answer))


@pytest.mark.parametrize("stream", ["customers", "customer_groups"])
@pytest.mark.parametrize("again", ["once", "more than counted"])
def test_rows_with_an_equal_key_on_one_page_are_all_sent_and_named(
    serve: Serve, stream: str, again: str
) -> None:
    key = {"customers": "customerNumber", "customer_groups": "customerGroupNumber"}[stream]
    rows = [{key: number, "name": name} for number, name in [(1, "A"), (2, "B"), (2, "C")]]
    count = 3 if again == "once" else 2
    run = run_tap(serve(lambda _: collection(rows, count=count)).url, stream)
    names = [row["name"] for row in run.records(stream)]
    assert names == ["A", "B", "C"] * (1 if again == "once" else 2)
    assert f"agreementNumber, {key} (1)" in reason(run, stream)


def test_so_it_is_where_the_rows_have_no_order(serve: Serve) -> None:
    rows = [{"number": 1, "name": "A"}, {"number": 1, "name": "B"}]
    run = run_tap(serve(lambda _: items(rows)).url, "projects")
    assert [row["name"] for row in run.records("projects")] == ["A", "B"]
    assert "agreementNumber, number (1)" in reason(run, "projects")


def test_a_row_that_comes_again_where_two_pages_meet_is_sent_once(serve: Serve) -> None:
    def answer(request: Request) -> Answer:
        return items(projects(3)[1:]) if request.parameter("cursor") else first

    first = items(projects(2), cursor="2")
    run = run_tap(serve(with_count(3, answer)).url, "projects")
    assert [row["number"] for row in run.records("projects")] == [1, 2, 3]
    assert run.exit_code == 0


@pytest.mark.parametrize("between", [[], [[]]], ids=["at once", "after an empty page"])
def test_so_it_is_where_keys_ascend(serve: Serve, between: list[list[int]]) -> None:
    pages = [[1, 2], *between, [2, 3]]

    def answer(request: Request) -> Answer:
        turn = int(request.parameter("cursor", "0") or 0)
        rows = [{"entryNumber": n} for n in pages[turn]]
        return items(rows, cursor=str(turn + 1) if turn + 1 < len(pages) else None)

    run = run_tap(serve(with_count(3, answer)).url, "booked_entries")
    assert [row["entryNumber"] for row in run.records("booked_entries")] == [1, 2, 3]
    assert run.exit_code == 0


def test_rows_whose_keys_have_the_same_hash_are_different(serve: Serve) -> None:
    assert hash(-2) == hash(-1)
    api = serve(lambda _: collection(customers(-2, -1)))
    run = run_tap(api.url, "customers")
    assert [row["customerNumber"] for row in run.records("customers")] == [-2, -1]
    assert run.exit_code == 0


@pytest.mark.parametrize("keys", [[], ["name"]], ids=["none", "another"])
def test_the_catalogs_keys_change_what_the_target_is_told_alone(
    serve: Serve, keys: list[str]
) -> None:
    catalog = selecting("projects")
    (entry,) = (one for one in catalog["streams"] if one["tap_stream_id"] == "projects")
    entry["key_properties"] = keys
    for metadata in entry["metadata"]:
        metadata["metadata"].pop("table-key-properties", None)
    rows = [{"number": 1, "name": "A"}, {"number": 2, "name": "A"}]
    run = run_tap(serve(lambda _: items(rows)).url, catalog=catalog)
    assert [row["number"] for row in run.records("projects")] == [1, 2]
    schemas = [one for one in run.messages if one["type"] == "SCHEMA"]
    assert [one["key_properties"] for one in schemas] == [keys]
    assert run.results["projects"].status is Status.COMPLETE
