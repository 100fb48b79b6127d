"""Reading a listing until it is shown that nothing is missing.

What was read must be as many rows as the API counts. Where it is not, somebody may be working in
e-conomic, and the listing is read again. Fewer rows than counted are never complete, however often
they come; more than counted are, once two reads agree row for row.
"""

from __future__ import annotations

import itertools
import typing as t

from tap_economic.errors import IncompleteError
from tap_economic.pagination import Page
from tap_economic.typed import column

if t.TYPE_CHECKING:
    from collections.abc import Generator

    from tap_economic.client import EconomicStream
    from tap_economic.pagination import Query
    from tap_economic.question import Question
    from tap_economic.report import Findings

MOST_READS = 5
"""How often a listing is read before the tap gives up on it."""


def read_completely(
    stream: EconomicStream, question: Question, query: Query, findings: Findings
) -> Generator[Page, None, None]:
    """Yield the pages of a listing; each says in which read it was.

    Rows of a listing without ascending keys are yielded once, from the first read that held them.
    Where keys ascend, a second read yields all of its rows again.

    Args:
        stream: The stream whose listing it is.
        question: What the run asks.
        query: The first page's query.
        findings: Where to note what the API counts.

    Raises:
        IncompleteError: If rows are missing, or change faster than they can be read.
    """
    sent: set[int] = set()
    reason = ""
    previous: object = None
    for read in range(MOST_READS):
        tally = _Tally(stream, sent)
        for page in stream.listing(question.context, query, findings):
            page.read = read
            tally.add(page)
            yield page
        counted = _count(stream, tally, question, query, findings)
        agrees = tally.identity == previous
        surplus = 0 if counted is None else tally.rows - counted
        if _is_settled(stream, tally, counted, agrees=agrees):
            findings.count(counted)
            findings.surplus += surplus
            findings.note_repeated(stream.own_keys, tally.repeated)
            if surplus:
                stream.logger.warning(
                    "Stream %s: the API counts %s rows, but two reads in a row gave the same %s.",
                    stream.name,
                    counted,
                    tally.rows,
                )
            return
        previous = tally.identity
        reason = _reason(stream, tally.rows, counted, agrees=agrees)
    yield Page([], read=MOST_READS)  # a bookmark goes back: it must not pass what is missing
    raise IncompleteError(reason)


def _count(
    stream: EconomicStream, tally: _Tally, question: Question, query: Query, findings: Findings
) -> int | None:
    """Return how many rows the API counts, where it does and there is reason to ask."""
    if tally.pages == 1 and (stream.is_object or tally.counted is not None):
        return tally.counted  # one answer, which tells about itself
    ends_by_itself = tally.pages == 1 and 0 < tally.rows < stream.full_page
    if ends_by_itself and stream.version is None:
        return None
    return stream.count(question, query, findings)


def _is_settled(
    stream: EconomicStream, tally: _Tally, counted: int | None, *, agrees: bool
) -> bool:
    """Tell whether what was read is all there is."""
    if counted is not None and tally.rows != counted:
        return agrees and tally.rows > counted
    may_have_shifted = stream.shifts and tally.has_pages
    nothing_shows_it = counted is None and stream.version is not None and not stream.is_object
    return agrees or not (may_have_shifted or nothing_shows_it)


def _reason(stream: EconomicStream, rows: int, counted: int | None, *, agrees: bool) -> str:
    """Return why a listing is not complete, in words."""
    figures = "" if counted is None else f"{rows} rows came of the {counted} that e-conomic counts"
    if agrees:
        return (
            f"{figures}, however often they were read; ask e-conomic which are missing, or name "
            f"{stream.name} in the setting uncounted_streams if its count is wrong for good"
        )
    changed = f"its rows changed during each of {MOST_READS} reads"
    return f"{changed}{figures and f'; in the last, {figures}'}; try again at a quieter time"


class _Tally:
    """Which rows one read of a listing held, in little memory."""

    def __init__(self, stream: EconomicStream, sent: set[int]) -> None:
        self._keys = stream.own_keys
        self._ascending = stream.ascending is not None
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
        hashes = list(map(hash, map(str, column(page.records, *self._keys))))
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
