"""Every request of a run is in the report, however the streams end."""

from __future__ import annotations

import threading
import time
import typing as t

import pytest
from starlette.responses import Response

from economic_sandbox.company import generate_company
from economic_sandbox.server import Sandbox
from tap_economic import stats
from tap_economic.report import Status
from tap_economic.streams import STREAMS
from tests.support.running import run_tap
from tests.support.sandboxes import settings
from tests.support.scripted import Answer, collection, with_self

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from economic_sandbox.apis.exchange import Exchange, Hook
    from tests.support.running import Run
    from tests.support.scripted import Request, Serve

OPENING = 1  # /self, before the first stream
PATIENCE = 30.0  # seconds after which what should have happened counts as stuck

side_by_side = pytest.mark.parametrize("concurrency", [1, 8])


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(generate_company(), page_size=25, call_limit=10**9) as served:
        yield served


def read(sandbox: Sandbox, *streams: str, concurrency: int, hook: Hook | None = None) -> Run:
    sandbox.clear()
    if hook is not None:
        sandbox.before_response(hook)
    config = {**settings(sandbox), "concurrency": concurrency, "page_size": 25}
    return run_tap(None, *streams, **config)


def reported(run: Run) -> int:
    return OPENING + sum(result.stats.usage.calls for result in run.results.values())


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
    requested: list[Exchange] = []

    def refuse(exchange: Exchange) -> Response | None:
        if part_of_path not in exchange.path:
            return None
        with sandbox.lock:
            requested.append(exchange)
            return Response("{}", 400) if len(requested) == at + 1 else None

    run = read(sandbox, stream, concurrency=concurrency, hook=refuse)
    assert run.results[stream].status is Status.FAILED
    assert reported(run) == len(sandbox.requests)


# Requests under way

GROUPS = [{"productGroupNumber": number} for number in range(1, 11)]
ACCOUNTS = "product_group_sales_accounts"
"""Two readers walk its ten parents, five each: the one fails while the other's request is out."""


class FailingApart:
    """Refuses the first group's accounts while the answer to the sixth's is under way."""

    def __init__(self, answer_late: Callable[[], Answer]) -> None:
        self.refused = threading.Event()
        self._asked = threading.Event()
        self._answer_late = answer_late

    def __call__(self, request: Request) -> Answer:
        if request.path == "/rest/product-groups":
            return collection(GROUPS)
        if request.path == "/rest/product-groups/1/sales-accounts":
            self._asked.wait(PATIENCE)
            self.refused.set()
            return Answer({}, 400)
        if request.path == "/rest/product-groups/6/sales-accounts":
            self._asked.set()
            return self._answer_late()
        return collection([])


def test_a_stream_that_fails_waits_for_the_answers_that_are_under_way(serve: Serve) -> None:
    def answer_late() -> Answer:
        failing.refused.wait(PATIENCE)
        time.sleep(0.5)  # by then the run would be over
        return Answer(collection([]).body, headers={"X-CallCost": "7"})

    failing = FailingApart(answer_late)
    api = serve(with_self(failing))
    run = run_tap(api.url, ACCOUNTS, "sync_audit", concurrency=8)
    assert run.results[ACCOUNTS].status is Status.FAILED
    (row,) = [row for row in run.records("sync_audit") if row["stream"] == ACCOUNTS]
    assert row["calls"] == len(api.requests) - OPENING
    assert row["callCost"] == 7


@pytest.mark.usefixtures("waits")
def test_after_a_stream_has_failed_its_readers_ask_for_nothing_more(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stats, "_GRACE_PERIOD", 0.1)
    ended = threading.Event()

    def answer_late() -> Answer:
        ended.wait(PATIENCE)
        return Answer({}, 500)  # what is asked for again, if anybody still wants it

    before = set(threading.enumerate())
    api = serve(with_self(FailingApart(answer_late)))
    run = run_tap(api.url, ACCOUNTS, concurrency=8)
    assert run.results[ACCOUNTS].status is Status.FAILED
    requested = len(api.requests)
    ended.set()
    for reader in set(threading.enumerate()) - before:
        if reader.daemon and reader.name.startswith("reader"):
            reader.join(PATIENCE)
            assert not reader.is_alive()
    assert len(api.requests) == requested
