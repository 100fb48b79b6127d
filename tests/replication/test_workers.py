"""Many readers, one writer: the order of the pages, who reads, and how it ends."""

from __future__ import annotations

import contextlib
import functools
import itertools
import threading
import time
import typing as t

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.support.pools import Marked, meeting, numbered, pool, within_patience

if t.TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from tap_economic.client.pages import Page
    from tap_economic.replication.workers import Start, WorkerPool

pytestmark = pytest.mark.usefixtures("threads_take_turns_often")

# Any tree of parts

Node: t.TypeAlias = "list[int | str | list[Node]]"
"""What a reader does: yield pages (their number), fail (with a word), read parts side by side."""


def nodes(depth: int) -> st.SearchStrategy[Node]:
    steps: list[st.SearchStrategy[t.Any]] = [st.integers(0, 3), st.just("broken")]
    if depth:
        steps.append(st.lists(st.deferred(lambda: nodes(depth - 1)), max_size=5))
    return st.lists(st.one_of(steps), max_size=4)


def begin(readers: WorkerPool, node: Node, numbers: Iterator[int]) -> Start[Page]:
    """Return what reads a node; the pages are numbered in the order of writing."""
    plan: list[list[int] | str | list[Start[Page]]] = []
    for step in node:
        if isinstance(step, int):
            plan.append([next(numbers) for _ in range(step)])
        elif isinstance(step, str):
            plan.append(step)
        else:
            plan.append([begin(readers, child, numbers) for child in step])

    def start() -> Generator[Page, None, None]:
        for step in plan:
            if isinstance(step, str):
                raise LookupError(step)  # noqa: TRY004 - what fails there is no argument
            parts = [part for part in step if not isinstance(part, int)]
            yield from readers.in_order(parts)
            yield from (numbered(number) for number in step if isinstance(number, int))

    return start


def written(
    workers: int, tree: Sequence[Node], patiences: Sequence[int]
) -> list[tuple[list[int], str]]:
    """Return the pages of each reader as the writer sees them, and how each ended."""

    def write() -> list[tuple[list[int], str]]:
        with pool(workers) as under_way:
            numbers = itertools.count()
            under_way.begin([begin(under_way.readers, node, numbers) for node in tree])
            return [
                take(pages, patience)
                for pages, patience in zip(under_way.begun, patiences, strict=True)
            ]

    return t.cast("list[tuple[list[int], str]]", within_patience(write))


def take(pages: Generator[Page, None, None], patience: int) -> tuple[list[int], str]:
    """Take some of the pages, and leave the others."""
    taken: list[int] = []
    with contextlib.closing(pages):
        try:
            for page in itertools.islice(pages, patience):
                taken.append(t.cast("Marked", page).number)  # noqa: PERF401 - kept on failure
        except LookupError as exc:
            return taken, str(exc)
    return taken, ""


@settings(max_examples=120, deadline=None)
@given(
    workers=st.integers(2, 8),
    jobs=st.lists(st.tuples(nodes(3), st.integers(1, 3) | st.just(10**6)), max_size=12),
)
@example(workers=2, jobs=[([[[1], [1, [[3], [3]]], [3]], 1], 10**6)] * 12)
@example(workers=8, jobs=[([[[3]] * 5, 3], 1)] * 12)
@example(workers=3, jobs=[([[[3], ["broken"], [3]], 3], 10**6)] * 12)
def test_any_tree_of_parts_is_written_as_one_reader_would(
    workers: int, jobs: list[tuple[Node, int]]
) -> None:
    tree, patiences = [node for node, _ in jobs], [patience for _, patience in jobs]
    assert written(workers, tree, patiences) == written(1, tree, patiences)


# Side by side


def test_as_many_streams_as_there_are_workers_are_read_at_a_time() -> None:
    with pool(4) as under_way:
        under_way.begin([meeting(4)] * 4)
        assert [len(list(pages)) for pages in under_way.begun] == [1] * 4


def test_the_parts_of_a_single_stream_are_read_side_by_side() -> None:
    with pool(4) as under_way:
        # The worker that reads the stream itself may have to wait for the others.
        parts = [meeting(3)] * 3
        under_way.begin([lambda: under_way.readers.in_order(parts)])
        assert len(list(under_way.begun[0])) == 3


def test_no_more_readers_run_than_there_are_workers() -> None:
    running, most = set[int](), 0
    lock = threading.Lock()

    def start() -> Generator[Page, None, None]:
        nonlocal most
        for _ in range(3):
            with lock:
                running.add(threading.get_ident())
                most = max(most, len(running))
            time.sleep(0)
            with lock:
                running.discard(threading.get_ident())
            yield numbered(0)

    with pool(3) as under_way:
        under_way.begin(
            [functools.partial(under_way.readers.in_order, [start] * 6) for _ in range(6)]
        )
        assert sum(len(list(pages)) for pages in under_way.begun) == 108
    assert 1 <= most <= 3


def test_with_one_worker_everything_is_read_where_it_is_written() -> None:
    seen: list[threading.Thread] = []

    def start() -> Generator[Page, None, None]:
        seen.append(threading.current_thread())
        yield numbered(0)

    with pool(1) as under_way:
        under_way.begin([lambda: under_way.readers.in_order([start] * 3)] * 2)
        for pages in under_way.begun:
            assert len(list(pages)) == 3
        assert not under_way.threads
    assert set(seen) == {threading.current_thread()}


# How it ends


def broken(*, after: int) -> Generator[Page, None, None]:
    yield from map(numbered, range(after))
    msg = "no more"
    raise LookupError(msg)


@pytest.mark.parametrize("workers", [1, 2, 8])
def test_an_error_ends_its_own_reading_after_the_pages_before_it(workers: int) -> None:
    with pool(workers) as under_way:
        fine = functools.partial(map_pages, 3)
        under_way.begin([fine, functools.partial(broken, after=5), fine])
        ends = [take(pages, 99) for pages in under_way.begun]
    assert ends == [([0, 1, 2], ""), ([0, 1, 2, 3, 4], "no more"), ([0, 1, 2], "")]


def map_pages(number: int) -> Generator[Page, None, None]:
    yield from map(numbered, range(number))


def endless(freed: list[int]) -> Generator[Page, None, None]:
    try:
        yield from map(numbered, itertools.count())
    finally:
        freed.append(1)


def test_a_reading_that_is_given_up_frees_its_worker() -> None:
    freed: list[int] = []

    def write() -> None:
        with pool(2) as under_way:
            under_way.begin([functools.partial(endless, freed)] * 30)
            assert [take(pages, 1) for pages in under_way.begun] == [([0], "")] * 30

    within_patience(write)
    assert len(freed) == 30


def test_parts_that_are_given_up_free_their_workers() -> None:
    freed: list[int] = []

    def write() -> None:
        with pool(3) as under_way:
            readers = under_way.readers
            parts = [functools.partial(endless, freed)] * 5
            under_way.begin([functools.partial(readers.in_order, parts)] * 20)
            assert [take(pages, 2) for pages in under_way.begun] == [([0, 1], "")] * 20

    within_patience(write)
    # Whatever began has ended.
    assert len(freed) >= 20


def test_readers_end_when_the_run_stops_even_with_nobody_to_take_their_pages() -> None:
    freed: list[int] = []
    with pool(4) as under_way:
        under_way.begin([functools.partial(endless, freed)] * 4)
        next(under_way.begun[0])
        assert len(under_way.threads) == 4
    assert len(freed) == 4


def test_a_part_that_fails_ends_its_stream_there_and_the_parts_behind_it() -> None:
    freed: list[int] = []
    with pool(4) as under_way:
        parts = [
            functools.partial(map_pages, 2),
            functools.partial(broken, after=1),
            functools.partial(endless, freed),
        ]
        under_way.begin(
            [functools.partial(under_way.readers.in_order, parts), functools.partial(map_pages, 1)]
        )
        ends = [take(pages, 99) for pages in under_way.begun]
    assert ends == [([0, 1, 0], "no more"), ([0], "")]
