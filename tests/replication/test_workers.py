"""Many readers, one writer: the order of the pages, what waits, and how it ends."""

from __future__ import annotations

import contextlib
import functools
import itertools
import sys
import threading
import time
import typing as t
import weakref

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tap_economic.client.pages import Page
from tap_economic.replication.workers import WorkerPool

if t.TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence

    from tap_economic.replication.workers import Start

PATIENCE = 20
"""Seconds after which what should have happened counts as stuck."""


class Marked(Page, weakref=True):
    """A page that can be told apart and watched."""

    number: int = 0


def numbered(number: int) -> Page:
    return Marked([], number=number)


class Pool:
    """A pool with readers under way, and the threads that it started."""

    def __init__(self, workers: int) -> None:
        self.readers = WorkerPool(workers)
        self.begun: list[Generator[Page, None, None]] = []
        self._before = set(threading.enumerate())

    def begin(self, starts: Sequence[Start[Page]]) -> None:
        if self.readers.side_by_side:
            self.begun = self.readers.begin(starts)
        else:
            self.begun = [start() for start in starts]

    @property
    def threads(self) -> list[threading.Thread]:
        return [thread for thread in threading.enumerate() if thread not in self._before]

    def stop(self) -> None:
        """Stop, and see that no thread stays behind."""
        threads = self.threads
        self.readers.stop()
        deadline = time.monotonic() + PATIENCE
        for thread in threads:
            thread.join(max(0, deadline - time.monotonic()))
        assert not any(thread.is_alive() for thread in threads)


@contextlib.contextmanager
def pool(workers: int) -> Iterator[Pool]:
    started = Pool(workers)
    try:
        yield started
    finally:
        started.stop()


def within_patience(work: Callable[[], t.Any]) -> t.Any:
    """Do the work in a thread of its own, and fail where it does not come to an end."""
    results: list[t.Any] = []
    thread = threading.Thread(target=lambda: results.append(_kept(work)), daemon=True)
    thread.start()
    thread.join(PATIENCE)
    assert not thread.is_alive(), "the readers and the writer wait for each other"
    (result,) = results
    if isinstance(result, Exception):
        raise result
    return result


def _kept(work: Callable[[], t.Any]) -> t.Any:
    try:
        return work()
    except Exception as exc:  # noqa: BLE001 - it is raised in the thread of the test
        return exc


@pytest.fixture(autouse=True, scope="module")
def _threads_take_turns_often() -> Iterator[None]:
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(usual)


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


def meeting(readers: int) -> Callable[[], Generator[Page, None, None]]:
    """Return a reader that goes on only when so many of its kind are under way."""
    barrier = threading.Barrier(readers)

    def start() -> Generator[Page, None, None]:
        barrier.wait(PATIENCE)
        yield numbered(0)

    return start


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


def test_large_streams_that_wait_leave_the_workers_to_the_stream_that_is_written() -> None:
    watched = Watched()
    with pool(4) as under_way:
        may_begin = threading.Event()

        def written() -> Generator[Page, None, None]:
            may_begin.wait(PATIENCE)
            yield from under_way.readers.in_order([meeting(3)] * 3)

        under_way.begin([written, *[functools.partial(watched.pages, 50)] * 8])
        watched.settle(4)
        may_begin.set()
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


# What waits


class Watched:
    """Counts the pages that are alive."""

    def __init__(self, rows: int = 1000) -> None:
        self._rows = rows
        self._lock = threading.Lock()
        self.alive = 0
        self.most = 0
        self.begun = 0

    def pages(self, number: int) -> Generator[Page, None, None]:
        with self._lock:
            self.begun += 1
        for _ in range(number):
            yield self._page()

    def _page(self) -> Page:
        page = Marked([{}] * self._rows)
        with self._lock:
            self.alive += 1
            self.most = max(self.most, self.alive)
        weakref.finalize(page, self._gone)
        return page

    def _gone(self) -> None:
        with self._lock:
            self.alive -= 1

    def settle(self, begun: int = 0, alive: int = 0) -> None:
        """Wait until so many readers have begun and made pages, and until they get no further."""
        deadline = time.monotonic() + PATIENCE
        while (self.begun < begun or self.alive < alive) and time.monotonic() < deadline:
            time.sleep(0.01)
        before = None
        while before != (before := (self.most, self.begun)):
            time.sleep(0.1)


def test_a_reader_that_is_ahead_waits_with_two_pages() -> None:
    watched = Watched()
    with pool(4) as under_way:
        under_way.begin([functools.partial(watched.pages, 50)] * 4)
        watched.settle(4, alive=4 * 2)
        assert watched.alive == 4 * 2
        for pages in under_way.begun:
            for page in pages:
                del page
    assert watched.most <= 4 * 2 + 2  # and one that is written, while another is read


def test_readers_begin_no_more_than_four_streams_a_worker_before_the_writer() -> None:
    watched = Watched(rows=1)
    with pool(3) as under_way:
        under_way.begin([functools.partial(watched.pages, 1)] * 60)
        watched.settle(4 * 3 + 1)
        assert watched.begun == 4 * 3 + 1
        first = under_way.begun[0]
        assert len(list(first)) == 1
        watched.settle(4 * 3 + 2)
        assert watched.begun == 4 * 3 + 2
        assert sum(len(list(pages)) for pages in under_way.begun[1:]) == 59


def test_readers_begin_no_more_parts_than_there_are_workers_before_the_writer() -> None:
    watched = Watched()
    with pool(3) as under_way:
        parts = (functools.partial(watched.pages, 1) for _ in itertools.count())
        under_way.begin([lambda: under_way.readers.in_order(parts)])
        pages = under_way.begun[0]
        for taken in range(1, 6):
            next(pages)
            watched.settle()
            # Two pages wait for the writer, and behind them as many parts as there are workers.
            assert watched.begun <= taken + 2 + 3
        pages.close()


@pytest.mark.parametrize("pages", [1, 2, 3])
def test_large_streams_side_by_side_wait_in_bounded_memory_before_a_slow_writer(
    pages: int,
) -> None:
    workers, watched = 4, Watched()
    with pool(workers) as under_way:
        under_way.begin(
            [
                functools.partial(
                    under_way.readers.in_order, [functools.partial(watched.pages, pages)] * 100
                )
            ]
            * 20
        )
        watched.settle()
        at_rest = watched.most
        for begun in under_way.begun[:2]:
            for page in begun:
                del page
        # 2,500 rows a worker, and what each may add that it began before; of the stream that is
        # written two pages, two of each of its next parts, and one with the writer.
        most = (2.5 * workers + workers) + (2 + 2 * workers + 1)
        assert at_rest <= watched.most <= most
    del under_way
    assert watched.alive == 0


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
