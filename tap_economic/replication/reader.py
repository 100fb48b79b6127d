"""Reading the listings of one agreement for one stream, in parts side by side where it pays."""

from __future__ import annotations

import collections
import dataclasses
import functools
import typing as t

from tap_economic.replication import key_ranges

if t.TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator

    from tap_economic.client.http import AgreementClient
    from tap_economic.client.listing import Listing
    from tap_economic.client.pages import Page, Query
    from tap_economic.replication.workers import HasRecords, WorkerPool
    from tap_economic.stats import ReadStats

    H = t.TypeVar("H", bound=HasRecords)


@dataclasses.dataclass
class Reader:
    """What a replication reads with.

    Attributes:
        client: Reads the listings of the agreement.
        workers: Who reads parts side by side.
        stats: What the reading shows and costs.
    """

    client: AgreementClient
    workers: WorkerPool
    stats: ReadStats

    def part(self) -> Reader:
        """Return a reader whose stats count for themselves, but for the calls."""
        return dataclasses.replace(self, stats=self.stats.of_part())

    def count(self, listing: Listing, filter_: str | None) -> int | None:
        """Return how many rows the API counts for a filter; None where nothing tells."""
        return self.client.count(listing, listing.first_query(filter_), self.stats)

    def pages(self, listing: Listing, query: Query) -> Iterator[Page]:
        """Return the pages of a listing: of a large one with an integer key, ranges side by side.

        Args:
            listing: The listing.
            query: The first page's query.
        """
        if listing.range_key and self.workers.side_by_side:
            return self._ranges(listing, listing.range_key, query)
        return self.client.pages(listing, query, self.stats)

    def _ranges(self, listing: Listing, key: str, query: Query) -> Generator[Page, None, None]:
        pages = self.client.pages(listing, query, self.stats)
        first = next(pages)
        yield first
        if first.successor is None or not first.records:
            yield from pages
            return
        pages.close()
        rows = first.count
        if rows is None:
            rows = self.stats.rows_expected = self.client.count(listing, query, self.stats)
        expressions = key_ranges.after(
            first,
            key,
            rows or 0,
            query.get("filter"),
            unique=listing.is_unique,
            highest=functools.partial(self.client.highest_key, listing, query, self.stats),
        )
        yield from self.in_order(
            functools.partial(_range, listing, {**query, "filter": expression})
            for expression in expressions
        )

    def in_order(
        self, parts: Iterable[Callable[[Reader], Iterator[H]]]
    ) -> Generator[H, None, None]:
        """Yield what parts read, side by side, in the order given; their stats are merged.

        Args:
            parts: Each reads with a reader of its own.
        """
        finished: collections.deque[ReadStats] = collections.deque()

        def started(part: Callable[[Reader], Iterator[H]]) -> Generator[H, None, None]:
            own = self.part()
            yield from part(own)
            finished.append(own.stats)

        for page in self.workers.in_order(functools.partial(started, part) for part in parts):
            yield page
            while finished:
                self.stats.merge(finished.popleft())
        while finished:
            self.stats.merge(finished.popleft())


def _range(listing: Listing, query: Query, reader: Reader) -> Iterator[Page]:
    return reader.client.pages(listing, query, reader.stats)
