"""Reading only what is new, and what changed behind the bookmark.

Booked rows never change but for ``remainder``, which follows payments and is not dated. So a run
reads the rows beyond the bookmark, and again those that were open or are open now. The bookmark
trails the highest key, because a number chosen by hand must not hide the normal ones after it.
"""

from __future__ import annotations

import typing as t

from typing_extensions import override

from tap_economic import filters
from tap_economic.bookmark import Bookmark, open_items_of
from tap_economic.client import EconomicStream
from tap_economic.completeness import read_completely
from tap_economic.pagination import Page, Query
from tap_economic.question import Question, day_before
from tap_economic.typed import column

if t.TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from singer_sdk.helpers.types import Context

    from tap_economic.pagination import AnyRecord
    from tap_economic.question import Key
    from tap_economic.report import Findings, Outcome


class IncrementalStream(EconomicStream):
    """A stream whose rows come with ascending keys; stands before the family's class.

    Attributes:
        replication_key: The ascending property.
        trail: How many of the last rows are read again each time.
        start_property: The date that start_date limits, if the API filters by one.
    """

    replication_key: str
    is_sorted = True

    trail: t.ClassVar[int] = 1000
    start_property: t.ClassVar[str | None] = None

    _bookmark: Bookmark | None = None

    @property
    @override
    def ascending(self) -> str | None:
        return type(self).replication_key

    @property  # type: ignore[misc] # nobody sets it
    @override
    def state_partitioning_keys(self) -> None:
        return None

    # What a kind of stream says

    def after(self, since: Key) -> str:
        """Return the filter for the rows beyond the bookmark."""
        return filters.compare(self.ascending or "", "gt" if self.unique else "gte", since)

    def up_to(self, since: Key) -> str:
        """Return the filter for the rows up to the bookmark."""
        return filters.compare(self.ascending or "", "lte" if self.unique else "lt", since)

    def left(self, record: AnyRecord) -> object:  # noqa: ARG002 - no items are open here
        """Return what remains of a record that is open, or None."""
        return None

    def changed(self, question: Question, findings: Findings) -> Generator[Page, None, None]:  # noqa: ARG002
        """Yield the rows up to the bookmark that may have changed since the last run.

        Where some of them may not be found, ``findings.doubt`` says why.
        """
        yield from ()

    def beyond(self, question: Question, findings: Findings) -> Generator[Page, None, None]:
        """Yield the rows beyond the bookmark, all of them where there is none."""
        limit = question.limit
        if question.since is not None:
            limit = question.narrowed(self.after(question.since))
        yield from read_completely(self, question, self.first_query(limit), findings)

    def named(
        self, keys: Sequence[Key], question: Question, findings: Findings
    ) -> Generator[Page, None, None]:
        """Yield the rows with the given keys, and which of them are no longer there."""
        name = t.cast("str", self.ascending)
        missing = set(keys)
        for expression in filters.one_of(name, keys):
            query = self.first_query(expression)
            for page in read_again(self, question, query, findings):
                missing.difference_update(row[name] for row in page.records)
                yield page
        yield Page([], gone=frozenset(missing))

    def count_passed(self, question: Question, findings: Findings) -> int | None:
        """Ask how many rows there are up to the bookmark."""
        expression = question.narrowed(self.up_to(t.cast("Key", question.since)))
        return self.count(question, self.first_query(expression), findings)

    # How a run goes

    @override
    def question(self, context: Context) -> Question:
        """Settle what to ask for; a full read starts anew, and keeps a bookmark all the same."""
        start = str(self.config.get("start_date") or "")[:10] if self.start_property else ""
        limit = filters.compare(self.start_property or "", "gte", start) if start else None
        state = self.get_context_state(context)
        read_before = "rows_passed" in state
        since = state.get("replication_key_value")
        if self.replication_method == "FULL_TABLE" or state.get("start_date", "") != start:
            discards, since = since is not None, None
        else:
            discards = False
        state["replication_key"] = type(self).replication_key
        state["start_date"] = start
        if since is None:
            fresh = Question(context, limit, read_before=read_before, discards=discards)
            Bookmark(state, trail=self.trail, unique=self.unique).rewind(fresh)
            return fresh
        passed = state.get("rows_passed", 0)
        items = open_items_of(state)
        return Question(context, limit, since, passed, items, read_before=True)

    @override
    def pages(self, question: Question, findings: Findings) -> Generator[Page, None, None]:
        if question.since is None:
            yield from self.beyond(question, findings)
            return
        for page in self.changed(question, findings):
            page.again = True
            yield page
        counted = self.count_passed(question, findings)
        if counted is not None and counted != question.passed:
            findings.doubt = (
                f"the API has {counted} rows up to the bookmark, and {question.passed} were read "
                "so far"
            )
        if findings.doubt:
            self.logger.warning(
                "Stream %s: %s; all rows are read again.", self.name, findings.doubt
            )
            question = question.from_the_beginning()
            yield Page([], rewind=question)
        yield from self.beyond(question, findings)

    @override
    def account(
        self, pages: Iterator[Page], question: Question, outcome: Outcome
    ) -> Iterator[Page]:
        state = self.get_context_state(question.context)
        bookmark = self._bookmark = Bookmark(state, trail=self.trail, unique=self.unique)
        outcome.bookmark_before = outcome.bookmark_after = question.since
        outcome.rows_new, seen_before = 0, bookmark.rows_seen
        if question.discards:
            yield Page([], saves=True)
        read = 0
        for page in pages:
            if page.rewind or page.read != read:
                question, read = page.rewind or question, page.read
                bookmark.rewind(question)
                yield Page([], read=read, saves=True)
            if page.ahead and bookmark.announce(page.ahead):
                yield Page([], saves=True)
            # Before the SDK takes deselected properties out of the records.
            keys = column(page.records, t.cast("str", self.ascending))
            rows = list(zip(keys, map(self.left, page.records), strict=True))
            yield page
            outcome.rows += len(rows)
            if page.again:
                bookmark.send_again(rows, page.gone)
            else:
                bookmark.pass_rows(rows)
                outcome.rows_new = bookmark.rows_seen - seen_before
            outcome.bookmark_after = state.get("replication_key_value")
        bookmark.settle()

    @override
    def save_state(self) -> None:
        if self._bookmark is not None:
            self._bookmark.save()


def read_again(
    stream: EconomicStream, question: Question, query: Query, findings: Findings
) -> Generator[Page, None, None]:
    """Yield all rows of a listing up to the bookmark, which are not among those that count."""
    own = findings.of_part()
    for page in read_completely(stream, question, query, own):
        page.read = 0
        yield page
    own.rows_counted = None
    findings.add(own)


class TimestampedStream(IncrementalStream):
    """A log of changes, ascending by the instant of the change."""

    trail = 50
    unique = False

    @override
    def after(self, since: Key) -> str:
        return filters.compare(self.ascending or "", "gte", day_before(str(since)))
