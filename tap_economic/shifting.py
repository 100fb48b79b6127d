"""Listings that are paged by counting rows, and so shift when a row comes or goes meanwhile."""

from __future__ import annotations

import typing as t

from tap_economic.errors import PagingError

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tap_economic.pagination import Page

MOST_READS = 5
"""How often a listing is read before the tap gives up on it."""


def until_two_reads_agree(
    read: Callable[[], Iterator[Page]], keys: Sequence[str]
) -> Iterator[Page]:
    """Read a listing until nothing shifted while it was read.

    A row that comes or goes meanwhile pushes another one past a page boundary. Two reads of the
    same rows show that none did; a single page cannot shift. Each row is yielded once, from the
    first read that held it.

    Args:
        read: Starts a read of the whole listing.
        keys: The properties that tell rows apart.

    Raises:
        PagingError: If the rows change faster than they can be read.
    """
    sent: set[tuple[t.Any, ...]] = set()
    previous: set[tuple[t.Any, ...]] | None = None
    for _ in range(MOST_READS):
        seen: set[tuple[t.Any, ...]] = set()
        count = 0
        for page in read():
            count += 1
            rows = {tuple(row[name] for name in keys): row for row in page.records}
            page.records = [row for key, row in rows.items() if key not in sent]
            seen.update(rows)
            sent.update(rows)
            yield page
        if count == 1 or seen == previous:
            return
        previous = seen
    msg = f"its rows changed during each of {MOST_READS} reads; try again at a quieter time"
    raise PagingError(msg)
