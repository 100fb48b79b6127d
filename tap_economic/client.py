"""What both API families share: reading a stream until it is complete, and sending it on.

A failure stays within its stream: the run goes on, and its end tells.
"""

from __future__ import annotations

import abc
import contextlib
import functools
import logging
import typing as t

from typing_extensions import override

from tap_economic import last_updated, ranges
from tap_economic.asking import AGREEMENT, AskingStream
from tap_economic.completeness import read_completely
from tap_economic.errors import (
    AccessDeniedError,
    AgreementRefusedError,
    IncompleteError,
    sentence_of,
)
from tap_economic.last_updated import LAST_UPDATED
from tap_economic.outside import trace_of
from tap_economic.pagination import EconomicPaginator, Page, Query, page_of
from tap_economic.progress import Progress
from tap_economic.question import Question
from tap_economic.records import Normaliser, Record, storable
from tap_economic.report import Findings, Status
from tap_economic.sharing import made_once
from tap_economic.telling import tell
from tap_economic.typed import Row

if t.TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence

    from singer_sdk.helpers.types import Context
    from singer_sdk.singerlib import Catalog, MetadataMapping
    from singer_sdk.singerlib.catalog import StreamMetadata

    from tap_economic.pagination import AnyRecord
    from tap_economic.report import Outcome
    from tap_economic.tap import TapEconomic


class EconomicStream(AskingStream, abc.ABC):
    """A stream of either API.

    Attributes:
        roles: The app's roles of which any one may read the stream; empty where any may.
        module: The agreement's module that the stream needs, if any.
        last_updated: Whether the rows can be filtered by ``lastUpdated``, so that a user may choose
            to read only those that changed.
        unique: Whether no two rows share the key in whose ascending order they come.
        full_page: How many rows a page can hold.
        is_object: Whether the answer is one object, which no count tells more of.
    """

    roles: t.ClassVar[tuple[str, ...]] = ()
    module: t.ClassVar[str | None] = None
    last_updated: t.ClassVar[bool] = False
    unique: t.ClassVar[bool] = True
    full_page: t.ClassVar[int] = 1000
    is_object: t.ClassVar[bool] = False

    _tap: TapEconomic

    # What a family says

    @property
    def ascending(self) -> str | None:
        """The key property in whose ascending order the API lists the rows, if that is sure."""
        return None

    @property
    def shifts(self) -> bool:
        """Whether a row that comes or goes can push another past a page boundary."""
        return False

    @abc.abstractmethod
    def first_query(self, filter_: str | None = None) -> Query:
        """Return the query of the first page."""

    def smallest(self, query: Query) -> Query:
        """Return the query of a first page as small as the API makes it."""
        return query

    @abc.abstractmethod
    def paginator(self, query: Query) -> EconomicPaginator:
        """Return a paginator that starts with a query."""

    # Reading

    @override
    def get_new_paginator(self) -> EconomicPaginator:
        return self.paginator(self.first_query())

    @property
    @override
    def partitions(self) -> list[dict[str, t.Any]]:
        return [{AGREEMENT: agreement.number} for agreement in self._tap.agreements]

    @property
    @override
    def metadata(self) -> MetadataMapping:
        mapping = super().metadata
        if self.last_updated and self._tap.input_catalog is None:
            t.cast("StreamMetadata", mapping[()]).valid_replication_keys = [LAST_UPDATED]
        return mapping

    @override
    def apply_catalog(self, catalog: Catalog) -> None:
        own_key = self.replication_key
        super().apply_catalog(catalog)
        usable = {own_key, LAST_UPDATED if self.last_updated else None}
        if self.replication_key not in usable or (
            self.replication_method == "INCREMENTAL" and not self.replication_key
        ):
            self.logger.warning(
                "Stream %s cannot be read incrementally by %s: it is read in full.",
                self.name,
                self.replication_key,
            )
            self.replication_key = None
            self.forced_replication_method = "FULL_TABLE"
        elif own_key and not self.replication_key and self.name in catalog:
            self.logger.warning(
                "The catalog has lost the replication key %s of stream %s: it is read in full. "
                "Discover the catalog anew.",
                own_key,
                self.name,
            )

    @property  # type: ignore[misc] # nobody sets it
    @override
    def state_partitioning_keys(self) -> Sequence[str] | None:
        # A stream that keeps no bookmark needs none for each agreement: state stays small.
        return () if self.replication_method == "FULL_TABLE" else None

    @override
    def get_records(self, context: Context | None) -> Iterator[Record]:
        for page in self.read(t.cast("Context", context), encode=None):
            yield from t.cast("list[Record]", page.records)

    @override
    def read(self, context: Context, encode: Callable[[Page], None] | None) -> Iterator[Page]:
        """Read the stream for one agreement; whatever goes wrong is noted, and the run goes on."""
        outcome = self._tap.report.begin(self.name, t.cast("int", context[AGREEMENT]))
        has_begun = False
        try:
            reading = self._tap.reading(self, context)
            has_begun = reading.question.read_before
            outcome.findings = reading.findings
            whose = self._tap.agreement(outcome.agreement_number).label
            title = f"Stream {self.name} of agreement {whose}"
            progress = Progress(self.logger, title, reading.findings)
            with contextlib.closing(reading.pages()) as read:
                pages = self._tap.interruptible(read)
                for page in self.account(pages, reading.question, outcome):
                    has_begun = True
                    progress.note(page)
                    outcome.reads = max(outcome.reads, page.read + 1)
                    page.sent = len(page.records)
                    if encode is not None:
                        encode(page)
                    yield page
                    outcome.rows_sent += page.sent
            tell(self, outcome.findings)
        except Exception as exc:  # noqa: BLE001 - one stream's failure must not end the others
            self.note_failure(exc, outcome, has_begun=has_begun)
        else:
            outcome.end(Status.COMPLETE)
        finally:
            self.save_state()

    @override
    def request_records(self, context: Context | None) -> Iterator[Record]:
        for page in self.pages(Question(t.cast("Context", context)), Findings()):
            yield from t.cast("list[Record]", page.records)

    @property
    def _reads_updates(self) -> bool:
        """Whether a user has chosen to read only what was updated."""
        return (self.replication_method, self.replication_key) == ("INCREMENTAL", LAST_UPDATED)

    def question(self, context: Context) -> Question:
        """Settle what to ask for an agreement, from state and settings."""
        if self._reads_updates:
            return last_updated.question(self, context)
        return Question(context)

    def try_out(self, context: Context) -> None:
        """See whether the stream can be read for an agreement; the report tells."""
        outcome = self._tap.report.begin(self.name, t.cast("int", context[AGREEMENT]))
        try:
            outcome.findings.count(self.preview(Question(context), outcome.findings))
        except Exception as exc:  # noqa: BLE001 - as when it is read
            self.note_failure(exc, outcome, has_begun=False)
        else:
            outcome.end(Status.READABLE)

    def preview(self, question: Question, findings: Findings) -> int | None:
        """Ask as little as shows whether the stream can be read, and how many rows there are."""
        query = self.first_query(question.limit)
        first = next(self.one_by_one(question.context, self.smallest(query), findings))
        if first.count is None and first.successor:
            return self.count(question, query, findings)
        return first.size if first.count is None else first.count

    @abc.abstractmethod
    def start_of(self, day: str) -> str:
        """Return the start of a day, as a filter on an instant has it."""

    def pages(self, question: Question, findings: Findings) -> Generator[Page, None, None]:
        """Yield what answers a question, page by page, until it is complete."""
        if self._reads_updates:
            yield from last_updated.pages(self, question, findings)
        else:
            query = self.first_query(question.limit)
            yield from read_completely(self, question, query, findings)

    def account(
        self, pages: Iterator[Page], question: Question, outcome: Outcome
    ) -> Iterator[Page]:
        """Pass pages on to be sent, and keep account of them."""
        if self._reads_updates:
            yield from last_updated.account(self, pages, question, outcome)
            return
        for page in pages:
            rows = len(page.records)
            yield page
            outcome.rows += rows

    def listing(
        self, context: Context, query: Query, findings: Findings
    ) -> Generator[Page, None, None]:
        """Yield a listing page by page, with its records normalised.

        A large one with an integer key is read as key ranges, side by side, and comes out in the
        same order.

        Args:
            context: The agreement, and the keys of the path's placeholders.
            query: The query of the first page.
            findings: Where to note what the records show.
        """
        with contextlib.closing(self.one_by_one(context, query, findings)) as pages:
            first = next(pages)
            findings.expect(first.count)
            yield first
            key = self.range_key
            if not (key and first.successor and first.records and self._tap.readers.side_by_side):
                yield from pages
                return
        question = Question(context, query.get("filter"))
        rows = first.count if first.count is not None else self.count(question, query, findings)
        findings.expect(rows)
        expressions = ranges.after(
            first,
            key,
            rows or 0,
            query.get("filter"),
            unique=self.unique,
            highest=functools.partial(self.ask_highest, context, query, findings),
        )
        parts = [
            functools.partial(self._part, context, {**query, "filter": expression}, findings)
            for expression in expressions
        ]
        yield from self._tap.readers.in_order(parts)

    def _part(
        self, context: Context, query: Query, findings: Findings
    ) -> Generator[Page, None, None]:
        own = findings.of_part()
        yield from self.one_by_one(context, query, own)
        findings.add(own)

    @property
    def range_key(self) -> str | None:
        """The integer property by which a large listing may be read as ranges side by side."""
        key = self.ascending
        return key if key and self.schema["properties"][key]["type"] == "integer" else None

    def one_by_one(
        self, context: Context, query: Query, findings: Findings
    ) -> Generator[Page, None, None]:
        """Ask for page after page."""
        paginator = self.paginator(query)
        with self.get_http_request_counter() as counter:
            counter.with_context(context)
            while not paginator.finished:
                response = self.ask(context, paginator.current_value, findings)
                counter.increment()
                page = page_of(response)
                page.size = len(page.records)
                page.count = page.count if self.is_counted else None
                findings.new_members |= page.new_members
                page.records = self._normalise(page, context, findings)
                paginator.check_order(page)
                yield page
                paginator.advance(response)

    def _normalise(self, page: Page, context: Context, findings: Findings) -> list[AnyRecord]:
        if page.records and isinstance(page.records[0], Row):
            for name, value in context.items():
                for row in page.records:
                    setattr(row, name, value)
            return page.records
        raw = t.cast("list[Record]", page.records)
        if page.has_unstorable:
            raw = [storable(record, findings) for record in raw]
        outside = dict(context)
        taken = (self._normaliser(record, outside, findings) for record in raw)
        return [record for record in taken if record is not None]

    @made_once
    def _normaliser(self) -> Normaliser:
        return Normaliser(
            self.schema,
            keys=self.own_keys,
            copied_keys=self.copied_keys,
            false_when_absent=self.false_when_absent,
            withheld=self.withheld,
        )

    def _needs(self) -> str:
        """Say what reading the stream takes."""
        needs = []
        if self.roles:
            needs.append(f"an app with the role {' or '.join(self.roles)}")
        if self.module:
            needs.append(f"the module {self.module} in the agreement")
        return f"the stream needs {' and '.join(needs)}" if needs else "the app's role forbids it"

    def note_failure(self, exc: Exception, outcome: Outcome, *, has_begun: bool) -> None:
        """Write down how the stream ended, and say so.

        Args:
            exc: What went wrong.
            outcome: Where to write it down.
            has_begun: Whether a page of the stream was answered, in this run or an earlier one: it
                cannot be skipped any more.
        """
        reason = sentence_of(exc)
        whose = self._tap.agreement(outcome.agreement_number).label
        if isinstance(exc, AccessDeniedError) and not has_begun:
            outcome.end(Status.SKIPPED, f"{reason}; {self._needs()}")
            self.logger.warning(
                "Stream %s of agreement %s is skipped: %s.", self.name, whose, outcome.reason
            )
            return
        incomplete = isinstance(exc, IncompleteError)
        outcome.end(Status.INCOMPLETE if incomplete else Status.FAILED, reason)
        # An agreement that is refused stops all of its streams: the run tells of it once.
        level = logging.DEBUG if isinstance(exc, AgreementRefusedError) else logging.ERROR
        self.logger.log(
            level,
            "Stream %s of agreement %s %s: %s.",
            self.name,
            whose,
            "is incomplete" if incomplete else "failed",
            reason,
        )
        self.logger.debug("Where it happened:\n%s", trace_of(exc))
