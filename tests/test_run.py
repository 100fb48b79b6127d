"""The messages of a run are the same, in the same order, however many readers there are."""

from __future__ import annotations

import json
import re
import threading
import time
import typing as t

import pytest

from economic_sandbox.server import Sandbox, default_company
from tap_economic.streams import STREAMS
from tests.support.comparing import told
from tests.support.running import run_tap
from tests.support.sandboxes import settings

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.running import Run

SEEDS = [1, 2]
EVERYTHING = [*(stream.name for stream in STREAMS), "sync_audit"]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(page_size=25, call_limit=10**9) as served:
        yield served


def read(sandbox: Sandbox, concurrency: int, state: dict[str, t.Any] | None = None) -> Run:
    sandbox.clear()
    return run_tap(
        None,
        *EVERYTHING,
        state=json.loads(json.dumps(state)),
        concurrency=concurrency,
        page_size=10,
        **settings(sandbox),
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_messages_come_in_the_same_order_with_any_number_of_readers(
    sandbox: Sandbox, seed: int
) -> None:
    sandbox.replace_company(default_company(seed, invoices=60))
    before = set(threading.enumerate())
    one_by_one = read(sandbox, 1)
    assert one_by_one.exit_code == 0
    assert {message.get("stream") for message in one_by_one.messages} >= set(EVERYTHING)
    assert not ranges_requested(sandbox)
    for concurrency in (2, 8):
        side_by_side = read(sandbox, concurrency)
        assert side_by_side.exit_code == 0
        assert ranges_requested(sandbox) >= {"booked-entries", "booked", "lines"}
        assert told(side_by_side) == told(one_by_one)
    again = {n: told(read(sandbox, n, one_by_one.state)) for n in (1, 8)}
    assert again[1] == again[8]
    assert_nobody_is_left(before)


def ranges_requested(sandbox: Sandbox) -> set[str]:
    """The last part of the paths of which a range with both ends was asked for."""
    return {
        request.path.rpartition("/")[2]
        for request in sandbox.requests
        if re.search(r"(\w+)\$gte?:-?\d+\$and:\1\$lte:", dict(request.query).get("filter", ""))
    }


def assert_nobody_is_left(before: set[threading.Thread]) -> None:
    """See that the readers of a run end soon after it."""
    deadline = time.monotonic() + 20
    for thread in threading.enumerate():
        # The server's own threads stay for a while.
        if thread not in before and thread.daemon and "AnyIO" not in thread.name:
            thread.join(max(0, deadline - time.monotonic()))
            assert not thread.is_alive(), thread
