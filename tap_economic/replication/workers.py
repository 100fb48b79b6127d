"""Worker pool: many readers, one writer.

Worker threads request and decode pages; the main thread consumes them in a fixed order, and is the
only one to touch state and stdout. After each page a worker picks the task that is needed first, so
that no worker waits for the writer. A task with buffered pages is not read further, so that memory
is bounded by the number of workers.
"""

from __future__ import annotations

import collections
import contextlib
import heapq
import threading
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Sequence, Sized


class HasRecords(t.Protocol):
    """A page that was read, or a batch to be written."""

    @property
    def records(self) -> Sized:
        """The records."""


P = t.TypeVar("P", bound=HasRecords)
if t.TYPE_CHECKING:
    Start: t.TypeAlias = Callable[[], Generator[P, None, None]]

_MAX_BUFFERED_PAGES = 2  # per task
_MAX_STREAMS_AHEAD = 4  # of the one that is written, per worker
_MAX_BUFFERED_ROWS = 2_500  # per worker; with more, no further stream begins
_POLL_INTERVAL = 1.0  # seconds; Windows runs no signal handler during an indefinite wait


class _StoppedError(Exception):
    """The run is over: the pages of this reader are no longer needed."""


class PageTask(t.Generic[P]):
    """A reader whose pages are read one at a time, each by any worker.

    Everything except reading itself happens under the pool's lock.
    """

    __slots__ = ("_busy", "_done", "_failure", "_pages", "_pool", "_reader", "_start", "priority")

    def __init__(self, start: Start[P], priority: tuple[int, ...], pool: WorkerPool) -> None:
        """Create a task.

        Args:
            start: Starts the reader.
            priority: The position of its pages in the output; smaller is earlier.
            pool: The pool whose workers run it.
        """
        self.priority = priority
        self._start = start
        self._pool = pool
        self._reader: Generator[P, None, None] | None = None
        self._pages: list[P] = []
        self._failure: Exception | None = None
        self._busy = False
        self._done = False

    def __lt__(self, other: PageTask[t.Any]) -> bool:
        """Order tasks by their position in the output."""
        return self.priority < other.priority

    @property
    def wants(self) -> bool:
        """Whether its next page should be read."""
        return not (self._busy or self._done) and len(self._pages) < _MAX_BUFFERED_PAGES

    def claim(self) -> bool:
        """Claim the next page, if it is not being read and there is room for it."""
        claimed = self.wants
        self._busy = self._busy or claimed
        return claimed

    def read(self) -> None:
        """Read the next page; a failure is raised after the buffered pages are consumed."""
        page, failure = None, None
        try:
            with self._pool.at(self.priority):
                self._reader = self._reader or self._start()
                page = next(self._reader, None)
        except Exception as exc:  # noqa: BLE001 - raised where the pages are consumed
            failure = exc
        with self._pool.lock:
            self._busy = False
            if self._done:
                self.cancel()
            elif page is None:
                self._done, self._failure = True, failure
            else:
                self._pages.append(page)
                self._pool.rows += len(page.records)
            self._pool.read.notify_all()
            self._pool.offer(self)

    def take(self, *, help_out: bool) -> Generator[P, None, None]:
        """Yield the pages, in the reader's order.

        Args:
            help_out: Whether to read a page in this thread if no worker is reading it; a waiting
                worker must, to avoid a deadlock.
        """
        try:
            while (page := self._next(help_out=help_out)) is not None:
                yield page
        finally:
            with self._pool.lock:
                self.cancel()

    def _next(self, *, help_out: bool) -> P | None:
        def is_settled() -> bool:
            return bool(
                self._pages or self._done or self._pool.stopped or (help_out and self.wants)
            )

        with self._pool.lock:
            while not self._pool.read.wait_for(is_settled, _POLL_INTERVAL):
                pass
            if self._pages:
                page = self._pages.pop(0)
                self._pool.rows -= len(page.records)
                self._pool.offer(self)
                return page
            if self._failure is not None:
                raise self._failure
            if self._done:
                return None
            if self._pool.stopped:
                raise _StoppedError
            self.claim()
        self.read()
        return self._next(help_out=help_out)

    def cancel(self) -> None:
        """Drop the buffered pages, and close the reader, now or after its current page."""
        self._done = True
        self._pool.rows -= sum(len(page.records) for page in self._pages)
        self._pages.clear()
        if self._reader is not None and not self._busy:
            self._reader.close()


class WorkerPool:
    """Runs readers in parallel, in the order in which their pages are written.

    Attributes:
        stopped: Whether the run is over.
        lock: Guards all shared data.
        read: Notified after each read.
        rows: How many rows are buffered.
    """

    def __init__(self, workers: int) -> None:
        """Create a pool; with one worker there are no threads, and the main thread reads.

        Args:
            workers: The number of worker threads.
        """
        self.stopped = False
        self.lock = threading.RLock()
        self.read = threading.Condition(self.lock)
        self._offered = threading.Condition(self.lock)
        self.rows = 0
        self._workers = workers
        self._tasks: list[PageTask[t.Any]] = []
        self._waiting: list[PageTask[t.Any]] = []
        self._writing = 0
        self._here = threading.local()

    @property
    def side_by_side(self) -> bool:
        """Whether readers run in parallel."""
        return self._workers > 1

    def begin(self, starts: Sequence[Start[P]]) -> list[Generator[P, None, None]]:
        """Start the workers on the readers of a run.

        Args:
            starts: Functions that start a reader, in the order in which the pages are written.

        Returns:
            The pages of each reader, for the main thread.
        """
        self._tasks = [PageTask(start, (n,), self) for n, start in enumerate(starts)]
        for task in self._tasks:
            self.offer(task)
        for _ in range(self._workers if starts else 0):  # even one reader may have many parts
            threading.Thread(target=self._work, name="reader", daemon=True).start()
        return [self._written(task) for task in self._tasks]

    def _written(self, task: PageTask[P]) -> Generator[P, None, None]:
        """Yield the pages of a reader to the main thread."""
        try:
            yield from task.take(help_out=False)
        finally:
            with self.lock:
                self._writing = task.priority[0] + 1
                self._offered.notify_all()

    def in_order(self, starts: Iterable[Start[P]]) -> Generator[P, None, None]:
        """Read parts of one reader in parallel, and yield their pages in the given order."""
        priority = getattr(self._here, "priority", None)
        if priority is None:
            for start in starts:
                yield from start()
            return
        ahead: collections.deque[PageTask[P]] = collections.deque()
        try:
            for n, start in enumerate(starts):
                ahead.append(PageTask(start, (*priority, n), self))
                self.offer(ahead[-1])
                # More parts of a stream that is not being written yet would only fill memory.
                most = self._workers if priority[0] <= self._writing else 2
                while len(ahead) >= most:
                    yield from ahead.popleft().take(help_out=True)
            while ahead:
                yield from ahead.popleft().take(help_out=True)
        finally:
            with self.lock:
                for task in ahead:
                    task.cancel()

    def stop(self) -> None:
        """Stop all readers, at the latest after their current page."""
        with self.lock:
            self.stopped = True
            for task in self._tasks:
                task.cancel()
            self.read.notify_all()
            self._offered.notify_all()

    def offer(self, task: PageTask[t.Any]) -> None:
        """Queue a task if its next page should be read."""
        with self.lock:
            if task.wants:
                heapq.heappush(self._waiting, task)
            self._offered.notify()

    @contextlib.contextmanager
    def at(self, priority: tuple[int, ...]) -> Generator[None, None, None]:
        """Set the priority under which this thread starts parts."""
        before = getattr(self._here, "priority", None)
        self._here.priority = priority
        try:
            yield
        finally:
            self._here.priority = before

    def _work(self) -> None:
        for task in iter(self._next, None):
            task.read()

    def _next(self) -> PageTask[t.Any] | None:
        """Wait for and return the next task that is not too far ahead of the writer."""
        with self.lock:
            while not self.stopped:
                if self._waiting and self._is_near(self._waiting[0]):
                    task = heapq.heappop(self._waiting)
                    if task.claim():
                        return task
                else:
                    self._offered.wait()
        return None

    def _is_near(self, task: PageTask[t.Any]) -> bool:
        ahead = task.priority[0] - self._writing
        has_room = self.rows < _MAX_BUFFERED_ROWS * self._workers
        return ahead <= 0 or (has_room and ahead <= _MAX_STREAMS_AHEAD * self._workers)
