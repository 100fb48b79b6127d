"""The results of a run, by stream and agreement."""

from __future__ import annotations

import datetime as dt
import enum

import msgspec

from tap_economic.errors import AgreementRefusedError, IncompleteError
from tap_economic.stats import ReadStats


class Status(str, enum.Enum):
    """The status of a stream at the end of the run."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    SKIPPED = "skipped"
    FAILED = "failed"
    REFUSED = "refused"  # e-conomic rejects the agreement's tokens: retrying is in vain
    READABLE = "readable"  # with --test, which does not read the whole stream


def status_after(failure: Exception) -> Status:
    """Return the status of a stream, or of opening an agreement, that ended with an exception."""
    if isinstance(failure, AgreementRefusedError):
        return Status.REFUSED
    return Status.INCOMPLETE if isinstance(failure, IncompleteError) else Status.FAILED


class Completeness(str, enum.Enum):
    """How a stream was shown to be complete."""

    COUNTED = "counted"
    SURPLUS = "surplus"
    READ_TWICE = "read_twice"
    UNCOUNTED = "uncounted"


def _now() -> dt.datetime:
    return dt.datetime.now(dt.timezone.utc)


class StreamResult(msgspec.Struct):
    """The result of one stream of one agreement.

    Attributes:
        stream: The stream's name.
        agreement_number: The agreement; if its number is unknown, its negated position in the
            settings.
        label: The agreement's name in the report.
        started: When the stream began.
        ended: When it ended.
        status: How it ended; incomplete until it has.
        reason: Why it is not complete, in one sentence.
        rows: How many records were read.
        rows_sent: How many were sent after stream maps, which may drop or multiply records.
        reads: How often the listing was read.
        rows_new: How many rows no earlier run had read; None if unknown.
        bookmark_before: The stream's bookmark at the start.
        bookmark_after: The stream's bookmark at the end.
        stats: Findings and calls.
    """

    stream: str
    agreement_number: int
    label: str
    started: dt.datetime = msgspec.field(default_factory=_now)
    ended: dt.datetime | None = None
    status: Status = Status.INCOMPLETE
    reason: str = "the run ended before the stream was complete"
    rows: int = 0
    rows_sent: int = 0
    reads: int = 0
    rows_new: int | None = None
    bookmark_before: object = None
    bookmark_after: object = None
    stats: ReadStats = msgspec.field(default_factory=ReadStats)

    def end(self, status: Status, reason: str = "") -> None:
        """Record how the stream ended, once it has no requests in flight."""
        self.stats.usage.end()
        self.ended = _now()
        self.status = status
        self.reason = reason

    @property
    def completeness(self) -> Completeness | None:
        """How the stream was shown to be complete; None if it is not."""
        if self.status is not Status.COMPLETE:
            return None
        if self.stats.rows_counted is not None:
            return Completeness.SURPLUS if self.stats.surplus else Completeness.COUNTED
        return Completeness.READ_TWICE if self.reads > 1 else Completeness.UNCOUNTED


class Report:
    """The results of a run."""

    def __init__(self) -> None:
        """Create an empty report."""
        self.results: list[StreamResult] = []
        self.openings: list[StreamResult] = []
        """The outcome of opening each agreement."""
        self.labels: dict[int, str] = {}
        """The names of the opened agreements in messages, by number."""

    def begin(self, stream: str, agreement_number: int) -> StreamResult:
        """Add and return the result of a stream that begins."""
        label = self.labels.get(agreement_number, str(agreement_number))
        result = StreamResult(stream, agreement_number, label)
        self.results.append(result)
        return result

    @property
    def unopened(self) -> list[StreamResult]:
        """The agreements that could not be opened."""
        return [opening for opening in self.openings if opening.status is not Status.COMPLETE]

    @property
    def endings(self) -> list[StreamResult]:
        """All results: agreements that could not be opened, and each stream of the others."""
        return [*self.unopened, *self.results]

    @property
    def is_complete(self) -> bool:
        """Whether every selected stream was read completely, or skipped for lack of access."""
        return not (self.shortfalls or self.unopened)

    @property
    def shortfalls(self) -> list[StreamResult]:
        """The streams that are incomplete, failed or refused."""
        ends = {Status.INCOMPLETE, Status.FAILED, Status.REFUSED}
        return [result for result in self.results if result.status in ends]

    def completed(self, stream: str) -> bool:
        """Return whether a stream is complete for every agreement of the run."""
        statuses = [result.status for result in self.results if result.stream == stream]
        return bool(statuses) and all(status is Status.COMPLETE for status in statuses)
