"""What is told while a long stream is read."""

from __future__ import annotations

import functools
import re
import typing as t

import pytest

from tap_economic.singer import progress
from tests.support.running import run_tap
from tests.support.scripted import Answer, collection, items, with_self

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.scripted import Request, Serve

PAGE = 100


class Clock:
    """Moves on by a fixed time whenever it is looked at, which is once a page."""

    def __init__(self, step: float) -> None:
        self._step = step
        self._now = 0.0

    def monotonic(self) -> float:
        self._now += self._step
        return self._now


@pytest.fixture
def each_page_takes(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Let each page take so many seconds."""
    return lambda seconds: monkeypatch.setattr(progress, "time", Clock(seconds))


@pytest.fixture
def told(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    """The lines of progress that were logged."""
    caplog.set_level("INFO")
    return lambda: [r.getMessage() for r in caplog.records if " per second" in r.getMessage()]


def customers(request: Request, *, rows: int) -> Answer:
    """Answer so many customers, a hundred a page."""
    beyond = re.fullmatch(r"customerNumber\$gt:(\d+)", request.parameter("filter") or "")
    first = int(beyond[1]) if beyond else 0
    numbers = range(first + 1, min(first + PAGE, rows) + 1)
    return collection(
        [{"customerNumber": number} for number in numbers],
        next_page="https://x/customers?skippages=1" if first + PAGE < rows else None,
        count=rows - first,
    )


def read_customers(serve: Serve, rows: int, **config: t.Any) -> None:
    api = serve(with_self(functools.partial(customers, rows=rows)))
    run = run_tap(api.url, "customers", page_size=PAGE, **config)
    assert run.exit_code == 0


def test_a_stream_of_less_than_ten_seconds_is_quiet(
    serve: Serve, each_page_takes: Callable[[float], None], told: Callable[[], list[str]]
) -> None:
    each_page_takes(1.9)
    read_customers(serve, rows=5 * PAGE)
    assert told() == []


def test_a_longer_one_is_told_of_every_ten_seconds(
    serve: Serve, each_page_takes: Callable[[float], None], told: Callable[[], list[str]]
) -> None:
    each_page_takes(4)
    read_customers(serve, rows=10 * PAGE)
    # A line is due at 10, 22 and 34 seconds; pages end at 4, 8, 12, and so on.
    assert [line.partition(": ")[2] for line in told()] == [
        "300 of 1,000 rows, 25 per second, about 28 s left.",
        "600 of 1,000 rows, 25 per second, about 16 s left.",
        "900 of 1,000 rows, 25 per second, about 4 s left.",
    ]


def test_a_line_names_the_stream_and_whose_it_is(
    serve: Serve, each_page_takes: Callable[[float], None], told: Callable[[], list[str]]
) -> None:
    each_page_takes(10)
    read_customers(serve, rows=PAGE)
    (line,) = told()
    assert line.startswith("Stream customers of agreement 111111: ")


def test_where_the_api_does_not_say_how_many_rows_there_are_only_those_so_far_are_told(
    serve: Serve, each_page_takes: Callable[[float], None], told: Callable[[], list[str]]
) -> None:
    def answer(request: Request) -> Answer:
        if request.path.endswith("/count"):
            return Answer(2)
        return items([{"number": 2}]) if request.query else items([{"number": 1}], cursor="1")

    each_page_takes(10)
    run_tap(serve(with_self(answer)).url, "projects")
    assert [line.partition(": ")[2] for line in told()] == [
        "1 rows so far, 0 per second.",
        "2 rows so far, 0 per second.",
    ]


def test_side_by_side_an_openapi_service_is_asked_how_many_there_are(
    serve: Serve, each_page_takes: Callable[[float], None], told: Callable[[], list[str]]
) -> None:
    def answer(request: Request) -> Answer:
        if request.path.endswith("/count"):
            return Answer(400)
        wanted = request.parameter("filter") or ""
        after, until = (re.search(rf"\${name}:(\d+)", wanted) for name in ("gt", "lte"))
        first = int(after[1]) + 1 if after else 1
        last = min(int(until[1]) if until else 400, first + PAGE - 1)
        rows = [{"entryNumber": number} for number in range(first, last + 1)]
        return items(rows, cursor=None if until or last == 400 else "more")

    each_page_takes(5)
    run = run_tap(serve(with_self(answer)).url, "booked_entries", concurrency=8)
    assert run.exit_code == 0
    assert [line.partition(": ")[2] for line in told()] == [
        "200 of 400 rows, 20 per second, about 10 s left.",
        "400 of 400 rows, 20 per second, about 0 s left.",
    ]


def test_a_listing_that_is_read_again_is_counted_from_its_beginning(
    serve: Serve, each_page_takes: Callable[[float], None], told: Callable[[], list[str]]
) -> None:
    requested: list[str] = []

    def answer(request: Request) -> Answer:
        page = customers(request, rows=2 * PAGE)
        requested.append(request.path)
        if len(requested) == 3:  # the count after the first read: a row has come, and gone again
            page.body["pagination"]["results"] = 2 * PAGE + 1
        return page

    each_page_takes(10)
    run = run_tap(serve(with_self(answer)).url, "customers", page_size=PAGE)
    assert run.exit_code == 0
    rows = [line.partition(": ")[2].partition(",")[0] for line in told()]
    assert rows == ["100 of 200 rows", "200 of 200 rows"] * 2
