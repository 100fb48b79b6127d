"""Many readers, one writer.

Worker threads ask for pages and decode them; the main thread takes the pages in a fixed order,
and it alone touches state and stdout. A reader that is ahead waits when a few of its pages do,
so that memory is bounded by the number of workers.
"""

from __future__ import annotations

import collections
import contextlib
import functools
import heapq
import queue
import threading
import typing as t

from tap_economic.report import Findings

if t.TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Sequence

    from tap_economic.client import EconomicStream
    from tap_economic.pagination import Page
    from tap_economic.question import Question

    Start: t.TypeAlias = Callable[[], Generator[Page, None, None]]

_ROOM = 2  # what waits in a feed: a page and the end, or two pages
_AHEAD = 4  # jobs a worker may be ahead of the writer, times the number of workers
_PATIENCE = 0.1  # seconds between two looks whether the run was stopped


class _StoppedError(Exception):
    """Nobody waits for the pages of this reader any more."""


class Feed:
    """The pages of one reader, in a bounded queue."""

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
        self._pages: queue.Queue[Page | Exception | None] = queue.Queue(_ROOM)
        self._claim = threading.Lock()
        self._stopped = False

    def __lt__(self, other: Feed) -> bool:
        """Order feeds as their pages are written."""
        return self.place < other.place

    def claim(self) -> bool:
        """Tell whether the caller is the first who wants to run the reader."""
        return self._claim.acquire(blocking=False)

    def fill(self) -> None:
        """Read, and put the pages where they wait; whatever goes wrong waits there too."""
        try:
            with contextlib.closing(self._start()) as pages:
                for page in pages:
                    self._put(page)
            self._put(None)
        except _StoppedError:
            pass
        except Exception as exc:  # noqa: BLE001 - it is raised where the pages are taken
            with contextlib.suppress(_StoppedError):
                self._put(exc)

    def abandon(self) -> None:
        """Let the reader end at its next page, or never begin."""
        self.claim()
        self._stopped = True

    def _put(self, item: Page | Exception | None) -> None:
        while not (self._stopped or self._pool.stopped):
            with contextlib.suppress(queue.Full):
                self._pages.put(item, timeout=_PATIENCE)
                return
        raise _StoppedError

    def take(self, *, help_out: bool) -> Generator[Page, None, None]:
        """Yield the pages, in the reader's order.

        Args:
            help_out: Whether to run the reader here, if no worker has begun; a worker that waits
                for another must, or all could come to wait for each other.
        """
        if help_out and self.claim():
            yield from self._start()
            return
        try:
            while (item := self._get()) is not None:
                if isinstance(item, Exception):
                    raise item
                yield item
        finally:
            self.abandon()

    def _get(self) -> Page | Exception | None:
        while True:
            with contextlib.suppress(queue.Empty):
                return self._pages.get(timeout=_PATIENCE)
            if self._pool.stopped:
                raise _StoppedError


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
    """Runs readers side by side, those first whose pages are written first."""

    def __init__(self, workers: int) -> None:
        """Prepare a pool; one worker means none: everything is read where it is written.

        Args:
            workers: How many readers may run at a time.
        """
        self.stopped = False
        self._workers = workers
        self._waiting: list[Feed] = []
        self._changed = threading.Condition()
        self._writing = 0
        self._here = threading.local()

    @property
    def side_by_side(self) -> bool:
        """Whether readers run side by side at all."""
        return self._workers > 1

    def begin(self, readings: Sequence[Reading]) -> None:
        """Let the workers begin with the readings of a run, in the order they are written in."""
        feeds = [Feed(reading.pages, (n,), self) for n, reading in enumerate(readings)]
        for reading, feed in zip(readings, feeds, strict=True):
            reading.pages = functools.partial(self._written, feed)
        self._offer(feeds)
        for _ in range(self._workers if feeds else 0):  # a single reading may have many parts
            threading.Thread(target=self._work, daemon=True).start()

    def _written(self, feed: Feed) -> Generator[Page, None, None]:
        """Yield the pages of a reading to the one who writes them."""
        try:
            yield from feed.take(help_out=False)
        finally:
            with self._changed:
                self._writing = feed.place[0] + 1
                self._changed.notify_all()

    def in_order(self, starts: Iterable[Start]) -> Generator[Page, None, None]:
        """Yield the pages of parts of one reading, read side by side, in the order given."""
        place = getattr(self._here, "place", None)
        if place is None:
            for start in starts:
                yield from start()
            return
        feeds = (Feed(start, (*place, n), self) for n, start in enumerate(starts))
        ahead: collections.deque[Feed] = collections.deque()
        try:
            for feed in feeds:
                self._offer([feed])
                ahead.append(feed)
                # The parts of a stream that is not written yet would only fill the memory.
                most = self._workers if place[0] <= self._writing else 2
                while len(ahead) >= most:
                    yield from ahead.popleft().take(help_out=True)
            while ahead:
                yield from ahead.popleft().take(help_out=True)
        finally:
            for feed in ahead:
                feed.abandon()

    def stop(self) -> None:
        """Let all readers end at their next page."""
        self.stopped = True
        with self._changed:
            self._changed.notify_all()

    def _offer(self, feeds: Iterable[Feed]) -> None:
        with self._changed:
            for feed in feeds:
                heapq.heappush(self._waiting, feed)
            self._changed.notify_all()

    def _work(self) -> None:
        for feed in iter(self._next, None):
            self._here.place = feed.place
            feed.fill()

    def _next(self) -> Feed | None:
        """Return the next reader to run, once it is not too far ahead of the writer."""
        with self._changed:
            while not self.stopped:
                farthest = self._writing + _AHEAD * self._workers
                if self._waiting and self._waiting[0].place[0] <= farthest:
                    feed = heapq.heappop(self._waiting)
                    if feed.claim():
                        return feed
                else:
                    self._changed.wait()
        return None
