"""Every request of a run is in the report, however the streams end."""

from __future__ import annotations

import time
import typing as t

import pytest
from starlette.responses import Response

from tap_economic.report import Status
from tap_economic.sandbox.company import Company
from tap_economic.sandbox.server import Sandbox
from tap_economic.streams import STREAMS
from tests.running import run_tap
from tests.streams.books import settings

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_economic.sandbox.app import Exchange, Hook
    from tests.running import Run

OPENING = 1  # /self, before the first stream
SETTLED = 30.0  # seconds in which the requests that are under way at the end are answered

side_by_side = pytest.mark.parametrize("concurrency", [1, 8])


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(Company(), page_size=25, call_limit=10**9) as served:
        yield served


def read(sandbox: Sandbox, *streams: str, concurrency: int, hook: Hook | None = None) -> Run:
    sandbox.clear()
    if hook is not None:
        sandbox.before_response(hook)
    config = {**settings(sandbox), "concurrency": concurrency, "page_size": 25}
    return run_tap(None, *streams, **config)


def reported(run: Run) -> int:
    return OPENING + sum(outcome.findings.calls for outcome in run.outcomes.values())


@side_by_side
@pytest.mark.parametrize("streams", [(), tuple(s.name for s in STREAMS)], ids=["default", "all"])
def test_the_calls_of_a_run_are_those_that_the_api_answered(
    sandbox: Sandbox, streams: tuple[str, ...], concurrency: int
) -> None:
    run = read(sandbox, *streams, concurrency=concurrency)
    assert run.exit_code == 0
    assert reported(run) == len(sandbox.requests)


@side_by_side
@pytest.mark.parametrize("at", [1, 3])
@pytest.mark.parametrize(
    ("stream", "part_of_path"),
    [
        ("booked_entries", "/booked-entries"),
        ("accounting_year_totals", "/totals"),
        ("accounting_year_entries", "/entries"),
        ("special_prices_in_currency", "/specialpricesincurrency"),
        ("special_prices_in_currency", "/specialprices"),
        ("invoices_booked_document", "/rest/invoices/booked/"),
        ("invoices_booked_document", "/rest/invoices/booked"),
    ],
)
def test_those_of_a_stream_that_fails_midway_are_among_them(
    sandbox: Sandbox, stream: str, part_of_path: str, at: int, concurrency: int
) -> None:
    asked: list[Exchange] = []

    def refuse(exchange: Exchange) -> Response | None:
        if part_of_path not in exchange.path:
            return None
        with sandbox.lock:
            asked.append(exchange)
            return Response("{}", 400) if len(asked) == at + 1 else None

    run = read(sandbox, stream, concurrency=concurrency, hook=refuse)
    assert run.outcomes[stream].status is Status.FAILED
    deadline = time.monotonic() + SETTLED
    while reported(run) != len(sandbox.requests) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert reported(run) == len(sandbox.requests)
