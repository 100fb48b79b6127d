"""The tap's own account of its runs: the stream sync_audit."""

from __future__ import annotations

import datetime as dt
import typing as t

import pytest

from tap_economic.run import Run
from tests.support.lookback import shorten_lookback
from tests.support.running import run_tap
from tests.support.scripted import Answer, collection, items, with_self

if t.TYPE_CHECKING:
    from tests.support import running
    from tests.support.books import Served
    from tests.support.scripted import Request, Serve

COST = 3


def rows(run: running.Run) -> dict[str, dict[str, t.Any]]:
    found = run.records("sync_audit")
    assert len({row["stream"] for row in found}) == len(found)
    return {row["stream"]: row for row in found}


def answer(request: Request) -> Answer:
    """Answer one stream each that is complete, incomplete, skipped and failed."""
    costs = {"X-CallCost": str(COST)}
    if request.path == "/rest/customers":
        return Answer(collection([{"customerNumber": 1}, {"customerNumber": 2}]).body, 200, costs)
    if request.path == "/rest/suppliers":
        return Answer(collection([{"supplierNumber": 1}, {"name": "?"}]).body, 200, costs)
    if request.path == "/rest/departments":
        return Answer({"message": "Forbidden"}, 403, costs)
    return Answer({"message": "Could not parse"}, 400, costs)


STREAMS = ("customers", "suppliers", "departments", "journals")


@pytest.fixture
def run(serve: Serve) -> running.Run:
    return run_tap(serve(with_self(answer)).url, *STREAMS, "sync_audit")


def test_each_stream_has_one_row_with_how_it_ended(run: running.Run) -> None:
    assert {name: row["status"] for name, row in rows(run).items()} == {
        "customers": "complete",
        "suppliers": "incomplete",
        "departments": "skipped",
        "journals": "failed",
    }


def test_the_reason_is_a_sentence_and_only_complete_ones_have_none(run: running.Run) -> None:
    reasons = {name: row["reason"] for name, row in rows(run).items()}
    assert reasons["customers"] is None
    assert reasons["suppliers"].startswith("records without a key property")
    assert "the module Dimension in the agreement" in reasons["departments"]
    assert "e-conomic responded with 400: Could not parse" in reasons["journals"]


def test_rows_are_counted_as_read_as_sent_and_as_the_api_counts_them(run: running.Run) -> None:
    figures = {
        name: (row["rowsRead"], row["rowsSent"], row["rowsCounted"])
        for name, row in rows(run).items()
    }
    assert figures == {
        "customers": (2, 2, 2),
        "suppliers": (1, 1, 2),
        "departments": (0, 0, None),
        "journals": (0, 0, None),
    }


@pytest.mark.parametrize("concurrency", [1, 8])
@pytest.mark.parametrize(
    ("mapped", "sent"),
    [
        ({"customers": {"__filter__": "customerNumber > 1"}}, 1),
        ({"customers": {"number": "customerNumber"}, "twice": {"__source__": "customers"}}, 4),
        ({"customers": None}, 0),
    ],
)
def test_rows_sent_are_those_that_leave_the_stream_maps(
    serve: Serve, mapped: dict[str, t.Any], sent: int, concurrency: int
) -> None:
    url = serve(with_self(answer)).url
    run = run_tap(url, "customers", "sync_audit", stream_maps=mapped, concurrency=concurrency)
    left = [m for m in run.messages if m["type"] == "RECORD" and m["stream"] != "sync_audit"]
    row = rows(run)["customers"]
    assert len(left) == sent
    assert (row["rowsRead"], row["rowsSent"], row["rowsCounted"]) == (2, sent, 2)
    assert row["status"] == "complete"


def test_complete_says_how_that_is_known(serve: Serve) -> None:
    def counted_or_not(request: Request) -> Answer:
        if request.path.endswith("/accounting-years"):
            return collection([{"year": "2026"}])
        if "/openapi/" in request.path:
            return items([{"number": 1}])
        return answer(request)

    names = ("customers", "accounting_years", "employee_groups", "suppliers")
    found = rows(run_tap(serve(with_self(counted_or_not)).url, *names, "sync_audit"))
    assert {name: row["completeness"] for name, row in found.items()} == {
        "customers": "counted",
        "accounting_years": "counted",
        "employee_groups": "uncounted",
        "suppliers": None,
    }


def test_a_count_that_is_taken_for_wrong_is_seen_as_such(
    serve: Serve, capsys: pytest.CaptureFixture[str]
) -> None:
    def counts_too_few(request: Request) -> Answer:
        if request.path == "/rest/customers":
            return collection([{"customerNumber": 1}, {"customerNumber": 2}], count=1)
        return answer(request)

    run = run_tap(serve(with_self(counts_too_few)).url, "customers", "sync_audit")
    row = rows(run)["customers"]
    assert (row["status"], row["completeness"], row["rowsCounted"]) == ("complete", "surplus", 1)
    told = capsys.readouterr().err
    assert "complete, with a different count: customers of agreement 111111" in told
    assert "2 rows in two identical reads, but e-conomic counts 1" in told


def test_a_stream_that_is_read_twice_because_nothing_counts_it_says_so(serve: Serve) -> None:
    deletes: dict[str, t.Any] = {
        "emit_activate_version_messages": True,
        "uncounted_streams": ["customers"],
    }
    run = run_tap(serve(with_self(answer)).url, "customers", "sync_audit", **deletes)
    assert rows(run)["customers"]["completeness"] == "read_twice"


def test_calls_and_their_cost_are_counted_also_for_what_was_refused(run: running.Run) -> None:
    assert {name: (row["calls"], row["callCost"]) for name, row in rows(run).items()} == (
        dict.fromkeys(STREAMS, (1, COST))
    )


def test_the_rows_of_a_run_carry_its_id_and_the_next_run_has_another(serve: Serve) -> None:
    api = serve(with_self(answer))
    ids = [
        {row["runId"] for row in run_tap(api.url, *STREAMS, "sync_audit").records("sync_audit")}
        for _ in range(2)
    ]
    assert [len(found) for found in ids] == [1, 1]
    assert ids[0] != ids[1]


def test_start_and_end_are_instants_with_a_zone_in_order(run: running.Run) -> None:
    for row in rows(run).values():
        started, ended = (dt.datetime.fromisoformat(row[name]) for name in ("startedAt", "endedAt"))
        assert started.tzinfo is not None
        assert started <= ended <= dt.datetime.now(dt.timezone.utc)
        assert ended - started < dt.timedelta(minutes=1)


def test_bookmarks_before_and_after_and_what_was_read_again(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    shorten_lookback(monkeypatch, 2)
    for number in range(1, 11):
        served.books.book_entry(number, 100 if number <= 3 else 0)
    names = ("bookmarkBefore", "bookmarkAfter", "rowsNew", "rowsReread", "rowsSent", "rowsCounted")
    found = []
    for _ in range(2):
        row = rows(served.read("booked_entries", "sync_audit"))["booked_entries"]
        found.append(tuple(row[name] for name in names))
        served.books.book_entry(11)
    assert found[0] == (None, "8", 10, 0, 10, None)
    # Entries 1 to 3 are open and 9 and 10 are the lookback: only 11 was never sent before.
    assert found[1] == ("8", "9", 1, 5, 6, None)


def test_a_run_with_nothing_new_says_so_also_where_all_rows_are_within_the_lookback(
    served: Served,
) -> None:
    for number in range(1, 11):
        served.books.book_entry(number)
    found = []
    for _ in range(2):
        row = rows(served.read("booked_entries", "sync_audit"))["booked_entries"]
        found.append((row["rowsRead"], row["rowsNew"], row["rowsReread"]))
    assert found == [(10, 10, 0), (10, 0, 10)]


def test_rows_that_come_late_are_new_and_those_read_again_for_them_are_not(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    shorten_lookback(monkeypatch, 2)
    for number in range(10, 20):
        served.books.book_entry(number)
    served.read("booked_entries")
    served.books.book_entry(5)
    row = rows(served.read("booked_entries", "sync_audit"))["booked_entries"]
    assert row["rowsNew"] == 1
    assert row["rowsReread"] == row["rowsRead"] - 1 >= 10


def test_rows_that_an_interrupted_run_has_sent_are_not_new_in_the_next(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    shorten_lookback(monkeypatch, 3)
    monkeypatch.setattr(Run, "state_interval", 0)
    for number in range(1, 36):
        served.books.book_invoice(number)
    messages = served.read("invoices_booked", page_size=10).messages
    states = [n for n, message in enumerate(messages) if message["type"] == "STATE"]
    told = set()
    for last in states:
        sent = sum(message["type"] == "RECORD" for message in messages[:last])
        served.state = messages[last]["value"]
        new = rows(served.read("invoices_booked", "sync_audit"))["invoices_booked"]["rowsNew"]
        assert 35 - sent <= new <= 35 - sent + 10  # a STATE does not know of the page before it
        told.add(new)
    assert len(told) > 2
    assert 0 in told


def test_a_stream_that_is_read_in_full_does_not_tell_what_is_new(run: running.Run) -> None:
    assert {(row["rowsNew"], row["rowsReread"]) for row in rows(run).values()} == {(None, None)}


def test_a_stream_without_a_bookmark_has_none(run: running.Run) -> None:
    assert {(row["bookmarkBefore"], row["bookmarkAfter"]) for row in rows(run).values()} == {
        (None, None)
    }


def test_it_comes_after_all_other_records(run: running.Run) -> None:
    order = [message["stream"] for message in run.messages if message["type"] == "RECORD"]
    assert order[-4:] == ["sync_audit"] * 4
    assert "sync_audit" not in order[:-4]


def test_it_is_on_by_default_and_says_nothing_of_itself(serve: Serve) -> None:
    run = run_tap(serve(with_self(answer)).url)
    assert {"customers", "journals"} <= rows(run).keys()
    assert "sync_audit" not in rows(run)


def test_it_can_be_left_out(serve: Serve) -> None:
    run = run_tap(serve(with_self(answer)).url, "customers")
    assert [message for message in run.messages if message.get("stream") == "sync_audit"] == []


def test_a_record_of_it_is_valid_by_its_own_schema(run: running.Run) -> None:
    (schema,) = (
        message["schema"]["properties"]
        for message in run.messages
        if message["type"] == "SCHEMA" and message["stream"] == "sync_audit"
    )
    for row in rows(run).values():
        assert row.keys() == schema.keys()
