"""Reading listings for one stream of one agreement, in parallel parts where that is faster."""

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
    """Reads listings for a replication.

    Attributes:
        client: The HTTP client of the agreement.
        workers: Reads parts in parallel.
        stats: Collects findings and calls.
    """

    client: AgreementClient
    workers: WorkerPool
    stats: ReadStats

    def part(self) -> Reader:
        """Return a reader with separate stats, sharing only the call counter."""
        return dataclasses.replace(self, stats=self.stats.of_part())

    def count(self, listing: Listing, filter_: str | None) -> int | None:
        """Return the API's row count for a filter; None if it does not count them."""
        return self.client.count(listing, listing.first_query(filter_), self.stats)

    def pages(self, listing: Listing, query: Query) -> Iterator[Page]:
        """Return the pages of a listing; a large one with an integer key is read in key ranges.

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
        """Read parts in parallel, yield their results in the given order, and merge their stats.

        Args:
            parts: Functions that read a part with a separate reader.
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
