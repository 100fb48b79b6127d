"""Reading a listing until it is shown that nothing is missing.

What was read must be as many rows as the API counts. Where rows come and go meanwhile, the
listing is read again; two reads that agree key for key stand, whatever the API counts.
"""

from __future__ import annotations

import typing as t

from tap_economic.errors import IncompleteError
from tap_economic.typed import column

if t.TYPE_CHECKING:
    from collections.abc import Generator

    from tap_economic.client import EconomicStream
    from tap_economic.pagination import Page, Query
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
        IncompleteError: If the rows change faster than they can be read.
    """
    sent: set[int] = set()
    previous: object = None
    for read in range(MOST_READS):
        tally = _Tally(stream, sent)
        for page in stream.listing(question.context, query, findings):
            page.read = read
            tally.add(page)
            yield page
        counted = tally.counted if tally.pages == 1 else stream.count(question, query, findings)
        agrees = previous is not None and tally.identity == previous
        as_counted = counted is None or counted == tally.rows
        if as_counted and (agrees or tally.pages == 1 or not stream.shifts):
            findings.count(counted)
            return
        if agrees:
            findings.count(counted)
            stream.logger.warning(
                "Stream %s: the API counts %s rows, but two reads in a row gave the same %s.",
                stream.name,
                counted,
                tally.rows,
            )
            return
        previous = tally.identity
    msg = f"its rows changed during each of {MOST_READS} reads; try again at a quieter time"
    raise IncompleteError(msg)


class _Tally:
    """Which rows one read of a listing held, in little memory."""

    def __init__(self, stream: EconomicStream, sent: set[int]) -> None:
        self._keys = stream.primary_keys
        self._ascending = stream.ascending is not None
        self._sent = sent
        self._seen: set[int] = set()  # where keys ascend, those of the last page
        self._chain = 0
        self._ordered_rows = 0
        self._keyless = 0
        self.pages = 0
        self.counted: int | None = None

    def add(self, page: Page) -> None:
        """Take a page in, and leave in it only what was not sent before."""
        self.pages += 1
        self.counted = page.count
        self._keyless += page.size - len(page.records)
        # Of the text: the numbers -1 and -2 have the same hash.
        hashes = map(hash, map(str, column(page.records, *self._keys)))
        rows = dict(zip(hashes, page.records, strict=True))
        if self._ascending:  # then a row can come twice only where two pages meet
            fresh = rows
            if not self._seen.isdisjoint(rows):
                fresh = {key: row for key, row in rows.items() if key not in self._seen}
            self._chain = hash((self._chain, *fresh))
            self._ordered_rows += len(fresh)
            self._seen = set(rows)
        else:
            fresh = {key: row for key, row in rows.items() if key not in self._sent}
            self._seen.update(rows)
            self._sent.update(rows)
        page.records = list(fresh.values())

    @property
    def rows(self) -> int:
        """How many different rows there were."""
        distinct = self._ordered_rows if self._ascending else len(self._seen)
        return distinct + self._keyless

    @property
    def identity(self) -> object:
        """What two reads of the same rows have in common."""
        return (self._chain, self._seen)
