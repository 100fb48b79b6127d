"""Reading a listing until it is shown to be complete.

The number of rows read must equal the API's count. If it does not, the data may have changed
meanwhile, and the listing is read again. Fewer rows than counted are never complete; more rows than
counted are, once two consecutive reads agree row by row.
"""

from __future__ import annotations

import itertools
import typing as t

from tap_economic.errors import IncompleteError
from tap_economic.replication.plan import Batch

if t.TYPE_CHECKING:
    from collections.abc import Generator

    from tap_economic.client.listing import Listing
    from tap_economic.client.pages import Page
    from tap_economic.replication.reader import Reader

MAX_READS = 5
"""How often a listing is read before the stream is incomplete."""


def read_completely(
    reader: Reader, listing: Listing, filter_: str | None = None
) -> Generator[Batch, None, None]:
    """Yield the rows of a listing, one batch per page, each with the number of its read.

    Without ascending keys, a row is yielded once, from the first read that contained it. With
    ascending keys, each further read yields all of its rows again.

    Args:
        reader: Reads the pages; its stats collect the API's row counts.
        listing: The listing.
        filter_: The filter of the rows; None for all.

    Raises:
        IncompleteError: If rows are missing, or change during each read.
    """
    sent: set[int] = set()
    reason = ""
    previous: object = None
    for read in range(MAX_READS):
        tally = _Tally(listing, sent)
        for page in reader.pages(listing, listing.first_query(filter_)):
            if not tally.pages:
                reader.stats.rows_expected = page.count
            tally.add(page)
            yield Batch(page.records, page.getter, page.json, page.size, read)
        counted = _count(reader, listing, tally, filter_)
        agrees = tally.identity == previous
        if _is_settled(listing, tally, counted, agrees=agrees):
            _settle(reader, listing, tally, counted)
            return
        previous = tally.identity
        reason = _reason(listing, tally.rows, counted, agrees=agrees)
    yield Batch([], read=MAX_READS)  # rewinds the bookmark, which must not pass missing rows
    raise IncompleteError(reason)


def _settle(reader: Reader, listing: Listing, tally: _Tally, counted: int | None) -> None:
    """Record the findings of a complete read."""
    surplus = 0 if counted is None else tally.rows - counted
    reader.stats.add_counted(counted)
    reader.stats.surplus += surplus
    reader.stats.add_repeated(listing.keys, tally.repeated)
    if surplus:
        listing.logger.warning(
            "Stream %s: the API counts %s rows, but two consecutive reads returned the same %s.",
            listing.name,
            counted,
            tally.rows,
        )


def _count(reader: Reader, listing: Listing, tally: _Tally, filter_: str | None) -> int | None:
    """Return the API's row count, if there is one and it is needed."""
    if tally.pages == 1 and (listing.is_object or tally.counted is not None):
        return tally.counted  # a single response, which includes its count
    ends_by_itself = tally.pages == 1 and 0 < tally.rows < listing.full_page
    if ends_by_itself and not listing.deletes:
        return None
    return reader.count(listing, filter_)


def _is_settled(listing: Listing, tally: _Tally, counted: int | None, *, agrees: bool) -> bool:
    """Return whether the last read is shown to be complete."""
    if counted is not None and tally.rows != counted:
        return agrees and tally.rows > counted
    may_have_shifted = listing.is_offset_paged and tally.has_pages
    nothing_shows_it = counted is None and listing.deletes and not listing.is_object
    return agrees or not (may_have_shifted or nothing_shows_it)


def _reason(listing: Listing, rows: int, counted: int | None, *, agrees: bool) -> str:
    """Return the message for an incomplete listing."""
    figures = "" if counted is None else f"{rows} rows were read, but e-conomic counts {counted}"
    if agrees:
        return (
            f"{figures}, and repeated reads agree; ask e-conomic which are missing, or add "
            f"{listing.name} to the setting uncounted_streams if its count is permanently wrong"
        )
    changed = f"its rows changed during each of {MAX_READS} reads"
    return f"{changed}{figures and f'; in the last, {figures}'}; retry at a quieter time"


class _Tally:
    """A memory-efficient record of the rows of one read."""

    def __init__(self, listing: Listing, sent: set[int]) -> None:
        self._keys = listing.own_keys or listing.keys
        self._ascending = listing.ascending is not None
        self._sent = sent
        self._seen: set[int] = set()  # with ascending keys, those of the last page
        self._sum = 0
        self._ordered_rows = 0
        self._keyless = 0
        self._filled_pages = 0
        self._goes_on = False
        self.pages = 0
        self.repeated = 0  # rows that share their key with another on their page
        self.counted: int | None = None

    def add(self, page: Page) -> None:
        """Add a page, and remove rows from it that were sent before."""
        self.pages += 1
        self.counted = page.count
        self._filled_pages += page.size > 0
        self._goes_on = self._goes_on or page.successor is not None
        self._keyless += page.size - len(page.records)
        # Hashes of strings, because the numbers -1 and -2 have the same hash.
        hashes = list(map(hash, map(str, map(page.getter(*self._keys), page.records))))
        here = set(hashes)
        self.repeated += len(hashes) - len(here)
        # With ascending keys, a row can repeat only across adjacent pages.
        known = self._seen if self._ascending else self._sent
        if not known.isdisjoint(here):
            fresh = [key not in known for key in hashes]
            page.records = list(itertools.compress(page.records, fresh))
            page.json = list(itertools.compress(page.json, fresh))
            hashes = list(itertools.compress(hashes, fresh))
        if self._ascending:
            self._sum += sum(hashes)
            self._ordered_rows += len(hashes)
            self._seen = here or self._seen
        else:
            self._seen |= here
            self._sent |= here

    @property
    def has_pages(self) -> bool:
        """Whether the rows came on more than one page, or a page had a successor."""
        return self._filled_pages > 1 or self._goes_on

    @property
    def rows(self) -> int:
        """How many rows there were, without those repeated on another page."""
        distinct = self._ordered_rows if self._ascending else len(self._seen) + self.repeated
        return distinct + self._keyless

    @property
    def identity(self) -> object:
        """A fingerprint of the rows, independent of their division into pages."""
        return (self.rows, self._sum, None if self._ascending else self._seen)
