"""Pools of readers, and readers that can be watched."""

from __future__ import annotations

import contextlib
import threading
import time
import typing as t
import weakref

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
    """Return a page of that number, without rows."""
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
    """Yield a pool, which is stopped afterwards."""
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


def meeting(readers: int) -> Callable[[], Generator[Page, None, None]]:
    """Return a reader that goes on only when so many of its kind are under way."""
    barrier = threading.Barrier(readers)

    def start() -> Generator[Page, None, None]:
        barrier.wait(PATIENCE)
        yield numbered(0)

    return start


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
