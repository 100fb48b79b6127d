"""Whatever goes wrong on the way, no run is silently short.

Each run either is complete and equal to the truth, or ends non-zero and names the stream; and the
run after it, without the fault, is complete. ``make test`` runs a sample, ``make torture`` all.
"""

from __future__ import annotations

import contextlib
import copy
import os
import time
import typing as t

import pytest

from tap_economic.report import Status
from tests.faults.figures import Figures, write_down
from tests.faults.shapes import SHAPES, cases
from tests.faults.world import World
from tests.replication.target import Target

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.faults.shapes import Case
    from tests.faults.world import Ended
    from tests.replication.target import Table

TORTURE = int(os.environ.get("TORTURE", "0"))
# A number that no dimension of the matrix is a multiple of, so that the sample has some of each.
EVERY = 1 if TORTURE else 37


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with contextlib.ExitStack() as stack:
        yield World(stack, SHAPES)


@pytest.fixture(scope="module")
def figures() -> Iterator[Figures]:
    """Count the runs, and write the figures down once all of them are through."""
    figures = Figures()
    started = time.monotonic()
    yield figures
    figures.seconds = round(time.monotonic() - started)
    if TORTURE and figures.cases + figures.moot == len(list(cases())):
        write_down(figures)


@pytest.mark.parametrize("case", list(cases())[::EVERY], ids=str)
def test_a_run_is_complete_or_says_that_it_is_not(
    world: World, figures: Figures, case: Case
) -> None:
    known = world.known(case.shape)
    target = copy.deepcopy(known.before) if case.incremental else Target()
    fault = world.aim(case)
    timeout = 1 if case.trouble.name == "stall" else 60

    ended = world.read(case.shape, target.state, concurrency=case.concurrency, timeout=timeout)
    target.load(ended.lines)
    # Side by side there may be no cursor that could be repeated.
    assert fault.hits or case.trouble.name == "repeated_cursor"
    with_fault = table(case, target)
    if ended.code == 0:
        assert ended.outcomes[case.shape.stream].status is Status.COMPLETE
        assert with_fault == expected(case, known.truth)
    else:
        assert_named(ended, case.shape.stream)

    world.sandbox(case.shape).clear()
    if not case.shape.incremental:  # then the second run reads everything again
        target.tables.clear()
    again = world.read(case.shape, target.state, concurrency=case.concurrency)
    target.load(again.lines)
    assert again.code == 0
    assert again.outcomes[case.shape.stream].status is Status.COMPLETE
    assert table(case, target) == expected(case, known.truth)
    figures.add(case, ended, hit=bool(fault.hits))


def assert_named(ended: Ended, stream: str) -> None:
    assert ended.code == 1
    outcome = ended.outcomes[stream]
    assert outcome.status in {Status.FAILED, Status.INCOMPLETE}
    assert outcome.reason
    assert "unexpected" not in outcome.reason
    assert any(f"Stream {stream} " in text for text in ended.warnings)


def table(case: Case, target: Target) -> Table:
    return expected(case, target.tables.get(case.shape.stream, {}))


def expected(case: Case, rows: Table) -> Table:
    """The rows, without what a wrong clock makes wrong."""
    if case.trouble.name != "wrong_clock":
        return rows
    return {key: {n: v for n, v in row.items() if n != "lastUpdated"} for key, row in rows.items()}
