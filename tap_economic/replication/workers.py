"""Many readers, one writer.

Worker threads read pages and decode them; the main thread takes the pages in a fixed order, and it
alone touches state and stdout. A worker reads one page of a task and then looks which task is
needed first, so that no worker ever waits for the writer; a task whose pages wait reads no further,
so that memory is bounded by the number of workers.
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
    """A page of the wire, or a batch to be written."""

    @property
    def records(self) -> Sized:
        """Its records."""


P = t.TypeVar("P", bound=HasRecords)
if t.TYPE_CHECKING:
    Start: t.TypeAlias = Callable[[], Generator[P, None, None]]

_ROOM = 2  # pages of a task that may wait
_AHEAD = 4  # streams before the one that is written, times the number of workers
_ROWS = 2_500  # rows that may wait before another stream begins, times the number of workers
_PATIENCE = 1.0  # seconds; Windows runs no signal handler while a thread waits for ever


class _StoppedError(Exception):
    """Nobody waits for the pages of this reader any more."""


class PageTask(t.Generic[P]):
    """A reader's pages, read one at a time by whichever worker claims the next.

    All but the reading itself happens under the pool's lock.
    """

    __slots__ = ("_busy", "_done", "_failure", "_pages", "_pool", "_reader", "_start", "priority")

    def __init__(self, start: Start[P], priority: tuple[int, ...], pool: WorkerPool) -> None:
        """Prepare a reader that has not begun.

        Args:
            start: Begins to read.
            priority: Where its pages come in the order of the run; the smaller, the earlier.
            pool: Whose workers may run it.
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
        """Order tasks as their pages are written."""
        return self.priority < other.priority

    @property
    def wants(self) -> bool:
        """Whether somebody should read its next page."""
        return not (self._busy or self._done) and len(self._pages) < _ROOM

    def claim(self) -> bool:
        """Take on the reading of the next page, if nobody has and there is room for it."""
        claimed = self.wants
        self._busy = self._busy or claimed
        return claimed

    def read(self) -> None:
        """Read the next page; whatever goes wrong waits behind the pages."""
        page, failure = None, None
        try:
            with self._pool.at(self.priority):
                self._reader = self._reader or self._start()
                page = next(self._reader, None)
        except Exception as exc:  # noqa: BLE001 - it is raised where the pages are taken
            failure = exc
        with self._pool.lock:
            self._busy = False
            if self._done:
                self.abandon()
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
            help_out: Whether to read a page here, if no worker is at it; a worker that waits for
                another must, or all could come to wait for each other.
        """
        try:
            while (page := self._next(help_out=help_out)) is not None:
                yield page
        finally:
            with self._pool.lock:
                self.abandon()

    def _next(self, *, help_out: bool) -> P | None:
        def is_settled() -> bool:
            return bool(
                self._pages or self._done or self._pool.stopped or (help_out and self.wants)
            )

        with self._pool.lock:
            while not self._pool.read.wait_for(is_settled, _PATIENCE):
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

    def abandon(self) -> None:
        """Forget the pages, and end the reader, now or as soon as it has read its page."""
        self._done = True
        self._pool.rows -= sum(len(page.records) for page in self._pages)
        self._pages.clear()
        if self._reader is not None and not self._busy:
            self._reader.close()


class WorkerPool:
    """Runs readers side by side, those first whose pages are written first.

    Attributes:
        stopped: Whether the run is over.
        lock: The lock of all that is shared.
        read: How one waits for what was read.
        rows: How many rows wait to be written.
    """

    def __init__(self, workers: int) -> None:
        """Prepare a pool; one worker means none: everything is read where it is written.

        Args:
            workers: How many readers may run at a time.
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
        """Whether readers run side by side at all."""
        return self._workers > 1

    def begin(self, starts: Sequence[Start[P]]) -> list[Generator[P, None, None]]:
        """Let the workers begin with the readers of a run.

        Args:
            starts: Each begins to read; in the order in which the pages are written.

        Returns:
            The pages of each reader, for the thread that writes them.
        """
        self._tasks = [PageTask(start, (n,), self) for n, start in enumerate(starts)]
        for task in self._tasks:
            self.offer(task)
        for _ in range(self._workers if starts else 0):  # a single reader may have many parts
            threading.Thread(target=self._work, name="reader", daemon=True).start()
        return [self._written(task) for task in self._tasks]

    def _written(self, task: PageTask[P]) -> Generator[P, None, None]:
        """Yield the pages of a reader to the thread that writes them."""
        try:
            yield from task.take(help_out=False)
        finally:
            with self.lock:
                self._writing = task.priority[0] + 1
                self._offered.notify_all()

    def in_order(self, starts: Iterable[Start[P]]) -> Generator[P, None, None]:
        """Yield the pages of parts of one reader, read side by side, in the order given."""
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
                # The parts of a stream that is not written yet would only fill the memory.
                most = self._workers if priority[0] <= self._writing else 2
                while len(ahead) >= most:
                    yield from ahead.popleft().take(help_out=True)
            while ahead:
                yield from ahead.popleft().take(help_out=True)
        finally:
            with self.lock:
                for task in ahead:
                    task.abandon()

    def stop(self) -> None:
        """Let all readers end, at once or at their next page."""
        with self.lock:
            self.stopped = True
            for task in self._tasks:
                task.abandon()
            self.read.notify_all()
            self._offered.notify_all()

    def offer(self, task: PageTask[t.Any]) -> None:
        """Let a worker read the next page of a task that wants one."""
        with self.lock:
            if task.wants:
                heapq.heappush(self._waiting, task)
            self._offered.notify()

    @contextlib.contextmanager
    def at(self, priority: tuple[int, ...]) -> Generator[None, None, None]:
        """Let the parts that are begun here come below a priority."""
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
        """Return the task to read from next, once it is not too far ahead of the writer."""
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
        has_room = self.rows < _ROWS * self._workers
        return ahead <= 0 or (has_room and ahead <= _AHEAD * self._workers)
