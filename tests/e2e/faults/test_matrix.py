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

from economic_sandbox.faults.kinds import FAULT_KINDS
from tap_economic.report import Status
from tests.support.figures import Figures, write_down
from tests.support.shapes import SHAPES, TROUBLES, cases, sample
from tests.support.target import Target
from tests.support.world import World

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from economic_sandbox.faults.switch import Fault
    from tests.support.shapes import Case
    from tests.support.target import Table
    from tests.support.world import Ended

REFUSALS = {"forbidden", "not_found"}
TORTURE = int(os.environ.get("TORTURE", "0"))


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


def test_the_sample_has_every_fault_and_every_shape_place_and_concurrency() -> None:
    of_files = {"rendering"}  # tests/replication/test_files.py
    assert {trouble.name for trouble in TROUBLES} == set(FAULT_KINDS) - of_files
    assert {case.trouble for case in sample()} == set(TROUBLES)
    for chosen, all_ in zip(
        zip(*(case.traits for case in sample()), strict=True),
        zip(*(case.traits for case in cases()), strict=True),
        strict=True,
    ):
        assert set(chosen) == set(all_)
    assert len(sample()) < 90


@pytest.mark.parametrize("case", list(cases()) if TORTURE else sample(), ids=str)
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
    with_fault = target.tables.get(case.shape.stream, {})
    if ended.code:
        assert_named(ended, case)
    elif case.trouble.name == "forbidden":
        assert_skipped(ended, case.shape.stream)
    else:
        assert ended.results[case.shape.stream].status is Status.COMPLETE
        assert expected(case, with_fault) == expected(case, known.truth)
    if case.trouble.name in REFUSALS:
        assert_refused(world, case, fault, ended)
    if case.trouble.name == "wrong_count" and case.trouble.lasts == "onwards":
        assert_counted(case, ended)

    world.sandbox(case.shape).clear()
    if not case.shape.incremental:  # then the second run reads everything again
        target.tables.clear()
    again = world.read(case.shape, target.state, concurrency=case.concurrency)
    target.load(again.lines)
    assert again.code == 0
    assert again.results[case.shape.stream].status is Status.COMPLETE
    # By lastUpdated, rows that a wrong clock dated are not read again.
    read, there = target.tables[case.shape.stream], known.truth
    assert read == there or (case.shape.updated and expected(case, read) == expected(case, there))
    figures.add(case, ended, hit=bool(fault.hits))


def assert_named(ended: Ended, case: Case) -> None:
    """The report names the stream, and the log does too, or the agreement that ended."""
    assert ended.code == 1
    stream = case.shape.stream
    result = ended.results[stream]
    assert result.status in {Status.FAILED, Status.INCOMPLETE, Status.REFUSED}
    assert result.reason
    assert "unexpected" not in result.reason
    said = (
        "stopped, with 1 of its streams" if case.trouble.name == "revoked" else f"Stream {stream} "
    )
    assert any(said in text for text in ended.warnings)


def assert_skipped(ended: Ended, stream: str) -> None:
    result = ended.results[stream]
    assert result.status is Status.SKIPPED
    assert result.reason
    assert any(f"Stream {stream} " in text for text in ended.warnings)
    assert not [line for line in ended.lines if b'"RECORD"' in line]


def assert_refused(world: World, case: Case, fault: Fault, ended: Ended) -> None:
    """A stream whose first page is forbidden is skipped; all else that is refused fails.

    One that was read before fails too. But a document may be gone since it was listed.
    """
    before = world.requested_before(case.shape, fault)
    if case.trouble.name == "not_found" and case.place == "count":
        assert ended.code == 0
        assert any("cannot be compared with a row count" in text for text in ended.warnings)
    elif case.trouble.name == "not_found":
        assert ended.code == 1 or "{" in case.shape.path
    elif not before:
        assert ended.code == case.incremental
    elif case.shape.path in before:
        assert ended.code == 1


def assert_counted(case: Case, ended: Ended) -> None:
    """Fewer rows than counted are never complete; more are, with a warning."""
    result = ended.results[case.shape.stream]
    if (case.trouble.amount or 0) > 0:
        assert result.status is Status.INCOMPLETE
        assert "but e-conomic counts" in result.reason
    else:
        assert result.status is Status.COMPLETE
        assert any("but two consecutive reads returned" in text for text in ended.warnings)


def expected(case: Case, rows: Table) -> Table:
    """The rows, without what a wrong clock makes wrong."""
    if case.trouble.name != "wrong_clock":
        return rows
    return {key: {n: v for n, v in row.items() if n != "lastUpdated"} for key, row in rows.items()}


@pytest.mark.parametrize("hours", [5, -5])
def test_what_changes_after_a_clock_was_wrong_is_not_missed(hours: int) -> None:
    """The bookmark then stands hours from where it should."""
    (shape,) = (shape for shape in SHAPES if shape.updated)
    with contextlib.ExitStack() as stack:
        world = World(stack, ())
        sandbox, target = world.sandbox(shape), Target()
        sandbox.simulation.do("edit_contact")
        sandbox.faults.add("wrong_clock", lasts="onwards", amount=hours)
        target.load(world.read(shape, None, concurrency=1).lines)
        sandbox.clear()
        sandbox.simulation.do("edit_contact")
        ended = world.read(shape, target.state, concurrency=1)
        target.load(ended.lines)
        changed = max(world.truth(shape).values(), key=lambda row: row["lastUpdated"])
        assert ended.code == 0
        assert changed in target.tables[shape.stream].values()
