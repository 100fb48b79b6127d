"""Reading a listing until it is shown that nothing is missing.

What was read must be as many rows as the API counts. Where it is not, somebody may be working in
e-conomic, and the listing is read again. Fewer rows than counted are never complete, however often
they come; more than counted are, once two reads agree row for row.
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

MOST_READS = 5
"""How often a listing is read before the tap gives up on it."""


def read_completely(
    reader: Reader, listing: Listing, filter_: str | None = None
) -> Generator[Batch, None, None]:
    """Yield the rows of a listing, a batch a page; each says in which read it was.

    Rows of a listing without ascending keys are yielded once, from the first read that held them.
    Where keys ascend, a second read yields all of its rows again.

    Args:
        reader: Reads the pages; its stats get what the API counts.
        listing: The listing.
        filter_: Which of its rows; None for all.

    Raises:
        IncompleteError: If rows are missing, or change faster than they can be read.
    """
    sent: set[int] = set()
    reason = ""
    previous: object = None
    for read in range(MOST_READS):
        tally = _Tally(listing, sent)
        for page in reader.pages(listing, listing.first_query(filter_)):
            if not tally.pages:
                reader.stats.rows_expected = page.count
            tally.add(page)
            yield Batch(page.records, page.getter, page.size, read)
        counted = _count(reader, listing, tally, filter_)
        agrees = tally.identity == previous
        if _is_settled(listing, tally, counted, agrees=agrees):
            _settle(reader, listing, tally, counted)
            return
        previous = tally.identity
        reason = _reason(listing, tally.rows, counted, agrees=agrees)
    yield Batch([], read=MOST_READS)  # a bookmark goes back: it must not pass what is missing
    raise IncompleteError(reason)


def _settle(reader: Reader, listing: Listing, tally: _Tally, counted: int | None) -> None:
    """Note what a complete read showed."""
    surplus = 0 if counted is None else tally.rows - counted
    reader.stats.add_counted(counted)
    reader.stats.surplus += surplus
    reader.stats.add_repeated(listing.keys, tally.repeated)
    if surplus:
        listing.logger.warning(
            "Stream %s: the API counts %s rows, but two reads in a row gave the same %s.",
            listing.name,
            counted,
            tally.rows,
        )


def _count(reader: Reader, listing: Listing, tally: _Tally, filter_: str | None) -> int | None:
    """Return how many rows the API counts, where it does and there is reason to request it."""
    if tally.pages == 1 and (listing.is_object or tally.counted is not None):
        return tally.counted  # one response, which tells about itself
    ends_by_itself = tally.pages == 1 and 0 < tally.rows < listing.full_page
    if ends_by_itself and not listing.deletes:
        return None
    return reader.count(listing, filter_)


def _is_settled(listing: Listing, tally: _Tally, counted: int | None, *, agrees: bool) -> bool:
    """Tell whether what was read is all there is."""
    if counted is not None and tally.rows != counted:
        return agrees and tally.rows > counted
    may_have_shifted = listing.is_offset_paged and tally.has_pages
    nothing_shows_it = counted is None and listing.deletes and not listing.is_object
    return agrees or not (may_have_shifted or nothing_shows_it)


def _reason(listing: Listing, rows: int, counted: int | None, *, agrees: bool) -> str:
    """Return why a listing is not complete, in words."""
    figures = "" if counted is None else f"{rows} rows came of the {counted} that e-conomic counts"
    if agrees:
        return (
            f"{figures}, however often they were read; ask e-conomic which are missing, or name "
            f"{listing.name} in the setting uncounted_streams if its count is wrong for good"
        )
    changed = f"its rows changed during each of {MOST_READS} reads"
    return f"{changed}{figures and f'; in the last, {figures}'}; try again at a quieter time"


class _Tally:
    """Which rows one read of a listing held, in little memory."""

    def __init__(self, listing: Listing, sent: set[int]) -> None:
        self._keys = listing.keys
        self._ascending = listing.ascending is not None
        self._sent = sent
        self._seen: set[int] = set()  # where keys ascend, those of the last page
        self._sum = 0
        self._ordered_rows = 0
        self._keyless = 0
        self._filled_pages = 0
        self._goes_on = False
        self.pages = 0
        self.repeated = 0  # rows whose key another row on their page has
        self.counted: int | None = None

    def add(self, page: Page) -> None:
        """Take a page in, and leave in it only what was not sent before."""
        self.pages += 1
        self.counted = page.count
        self._filled_pages += page.size > 0
        self._goes_on = self._goes_on or page.successor is not None
        self._keyless += page.size - len(page.records)
        # Of the text: the numbers -1 and -2 have the same hash.
        hashes = list(map(hash, map(str, map(page.getter(*self._keys), page.records))))
        here = set(hashes)
        self.repeated += len(hashes) - len(here)
        # Where keys ascend, a row can come twice only where two pages meet.
        known = self._seen if self._ascending else self._sent
        if not known.isdisjoint(here):
            fresh = [key not in known for key in hashes]
            page.records = list(itertools.compress(page.records, fresh))
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
        """Whether the rows came on more than one page, or the API said that there is another."""
        return self._filled_pages > 1 or self._goes_on

    @property
    def rows(self) -> int:
        """How many rows there were, without those that came again on another page."""
        distinct = self._ordered_rows if self._ascending else len(self._seen) + self.repeated
        return distinct + self._keyless

    @property
    def identity(self) -> object:
        """What two reads of the same rows have in common, however they were cut into pages."""
        return (self.rows, self._sum, None if self._ascending else self._seen)
