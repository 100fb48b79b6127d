"""Many readers, one writer.

Worker threads ask for pages and decode them; the main thread takes the pages in a fixed order,
and it alone touches state and stdout. A worker reads one page of a reader and then sees what is
needed first, so that no worker ever waits for the writer; a reader whose pages wait is not asked
for more, so that memory is bounded by the number of workers.
"""

from __future__ import annotations

import collections
import contextlib
import functools
import heapq
import threading
import typing as t

from tap_economic.report import Findings

if t.TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Sequence

    from tap_economic.client import EconomicStream
    from tap_economic.pagination import Page
    from tap_economic.question import Question

    Start: t.TypeAlias = Callable[[], Generator[Page, None, None]]

_ROOM = 2  # pages of a reader that may wait
_AHEAD = 4  # streams before the one that is written, times the number of workers
_ROWS = 2_500  # rows that may wait before another stream begins, times the number of workers
_PATIENCE = 1.0  # seconds; Windows runs no signal handler while a thread waits for ever


class _StoppedError(Exception):
    """Nobody waits for the pages of this reader any more."""


class Feed:
    """The pages of one reader, read one at a time by whoever claims it.

    All but the reading itself happens under the pool's lock.
    """

    __slots__ = ("_busy", "_done", "_failure", "_pages", "_pool", "_reader", "_start", "place")

    def __init__(self, start: Start, place: tuple[int, ...], pool: ReaderPool) -> None:
        """Prepare a reader that has not begun.

        Args:
            start: Begins to read.
            place: Where its pages come in the order of the run.
            pool: Whose workers may run it.
        """
        self.place = place
        self._start = start
        self._pool = pool
        self._reader: Generator[Page, None, None] | None = None
        self._pages: list[Page] = []
        self._failure: Exception | None = None
        self._busy = False
        self._done = False

    def __lt__(self, other: Feed) -> bool:
        """Order feeds as their pages are written."""
        return self.place < other.place

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
            with self._pool.at(self.place):
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

    def take(self, *, help_out: bool) -> Generator[Page, None, None]:
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

    def _next(self, *, help_out: bool) -> Page | None:
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


class Reading:
    """The reading of one stream for one agreement, under way or not."""

    def __init__(self, stream: EconomicStream, question: Question) -> None:
        """Prepare to read.

        Args:
            stream: The stream.
            question: What the run asks of it.
        """
        self.question = question
        self.findings = Findings()
        self.pages: Start = functools.partial(stream.pages, question, self.findings)


class ReaderPool:
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
        self._feeds: list[Feed] = []
        self._waiting: list[Feed] = []
        self._writing = 0
        self._here = threading.local()

    @property
    def side_by_side(self) -> bool:
        """Whether readers run side by side at all."""
        return self._workers > 1

    def begin(self, readings: Sequence[Reading]) -> None:
        """Let the workers begin with the readings of a run, in the order they are written in."""
        self._feeds = [Feed(reading.pages, (n,), self) for n, reading in enumerate(readings)]
        for reading, feed in zip(readings, self._feeds, strict=True):
            reading.pages = functools.partial(self._written, feed)
            self.offer(feed)
        for _ in range(self._workers if readings else 0):  # a single reading may have many parts
            threading.Thread(target=self._work, name="reader", daemon=True).start()

    def _written(self, feed: Feed) -> Generator[Page, None, None]:
        """Yield the pages of a reading to the one who writes them."""
        try:
            yield from feed.take(help_out=False)
        finally:
            with self.lock:
                self._writing = feed.place[0] + 1
                self._offered.notify_all()

    def in_order(self, starts: Iterable[Start]) -> Generator[Page, None, None]:
        """Yield the pages of parts of one reading, read side by side, in the order given."""
        place = getattr(self._here, "place", None)
        if place is None:
            for start in starts:
                yield from start()
            return
        ahead: collections.deque[Feed] = collections.deque()
        try:
            for n, start in enumerate(starts):
                ahead.append(Feed(start, (*place, n), self))
                self.offer(ahead[-1])
                # The parts of a stream that is not written yet would only fill the memory.
                most = self._workers if place[0] <= self._writing else 2
                while len(ahead) >= most:
                    yield from ahead.popleft().take(help_out=True)
            while ahead:
                yield from ahead.popleft().take(help_out=True)
        finally:
            with self.lock:
                for feed in ahead:
                    feed.abandon()

    def stop(self) -> None:
        """Let all readers end, at once or at their next page."""
        with self.lock:
            self.stopped = True
            for feed in self._feeds:
                feed.abandon()
            self.read.notify_all()
            self._offered.notify_all()

    def offer(self, feed: Feed) -> None:
        """Let a worker read the next page of a feed that wants one."""
        with self.lock:
            if feed.wants:
                heapq.heappush(self._waiting, feed)
            self._offered.notify()

    @contextlib.contextmanager
    def at(self, place: tuple[int, ...]) -> Generator[None, None, None]:
        """Let the parts that are begun here come below a place."""
        before = getattr(self._here, "place", None)
        self._here.place = place
        try:
            yield
        finally:
            self._here.place = before

    def _work(self) -> None:
        for feed in iter(self._next, None):
            feed.read()

    def _next(self) -> Feed | None:
        """Return the feed to read from next, once it is not too far ahead of the writer."""
        with self.lock:
            while not self.stopped:
                if self._waiting and self._is_near(self._waiting[0]):
                    feed = heapq.heappop(self._waiting)
                    if feed.claim():
                        return feed
                else:
                    self._offered.wait()
        return None

    def _is_near(self, feed: Feed) -> bool:
        ahead = feed.place[0] - self._writing
        has_room = self.rows < _ROWS * self._workers
        return ahead <= 0 or (has_room and ahead <= _AHEAD * self._workers)
