"""A log of changes whose instants are not all written with the same number of decimals."""

from __future__ import annotations

import typing as t

import pytest

from tap_economic.report import Status
from tests.support.running import run_tap
from tests.support.scripted import Answer, with_self

if t.TYPE_CHECKING:
    from tests.support.running import Run
    from tests.support.scripted import Request, Serve

STREAM = "dimension_data_booked_entries_changelog"
LOOKBACK = 50
# In the order of time, which is not that of the texts.
MOMENTS = ["10:00:00Z", "10:00:00.12Z", "10:00:00.123Z", "10:00:00.1234567Z", "10:00:00.5Z"]

side_by_side = pytest.mark.parametrize("concurrency", [1, 8])


def changes(request: Request, moments: list[str]) -> Answer:
    if request.parameter("skipPages") != "0":
        return Answer([])
    return Answer(
        [
            {"entryNumber": number, "dimension": 1, "timestamp": f"2026-08-01T{moment}"}
            for number, moment in enumerate(moments)
        ]
    )


def read(serve: Serve, moments: list[str], concurrency: int, **config: t.Any) -> Run:
    api = serve(with_self(lambda request: changes(request, moments)))
    return run_tap(api.url, STREAM, concurrency=concurrency, **config)


def bookmark(run: Run) -> str:
    (partition,) = run.state["bookmarks"][STREAM]["partitions"]
    return t.cast("str", partition["replication_key_value"])


@side_by_side
@pytest.mark.parametrize("zone", ["Z", ""], ids=["with a zone", "without"])
def test_instants_that_ascend_in_time_are_read_and_sent_as_they_came(
    serve: Serve, zone: str, concurrency: int
) -> None:
    moments = [moment.replace("Z", zone) for moment in MOMENTS]
    run = read(serve, moments, concurrency)
    assert run.results[STREAM].status is Status.COMPLETE
    sent = [row["timestamp"] for row in run.records(STREAM)]
    assert sent == [f"2026-08-01T{moment}" for moment in moments]


@side_by_side
@pytest.mark.parametrize("two", [("00.123Z", "00.12Z"), ("00.5Z", "00Z"), ("01Z", "00.9Z")])
def test_instants_that_fall_fail_the_stream(
    serve: Serve, two: tuple[str, str], concurrency: int
) -> None:
    run = read(serve, [f"10:00:{second}" for second in two], concurrency)
    assert run.results[STREAM].status is Status.FAILED
    assert "ascending order of timestamp" in run.results[STREAM].reason


@side_by_side
def test_equal_instants_that_are_written_differently_are_in_order(
    serve: Serve, concurrency: int
) -> None:
    run = read(serve, ["10:00:00.120Z", "10:00:00.12Z", "10:00:00.12Z"], concurrency)
    assert run.results[STREAM].status is Status.COMPLETE


@side_by_side
def test_the_bookmark_moves_on_within_a_second_and_is_kept_as_sent(
    serve: Serve, concurrency: int
) -> None:
    first = ["10:00:00Z", *(f"11:00:{n:02}Z" for n in range(LOOKBACK))]
    run = read(serve, first, concurrency)
    assert bookmark(run) == "2026-08-01T11:00:00Z"

    later = [*first[:2], *(f"11:00:00.{n:02}5Z" for n in range(LOOKBACK + 5))]
    api = serve(with_self(lambda request: _after_a_day_before(request, later)))
    run = run_tap(api.url, STREAM, concurrency=concurrency, state=run.state)
    assert run.results[STREAM].status is Status.COMPLETE
    assert bookmark(run) == "2026-08-01T11:00:00.055Z"


def _after_a_day_before(request: Request, moments: list[str]) -> Answer:
    assert request.parameter("filter") == "timestamp$gte:2026-07-31"
    return changes(request, moments)
