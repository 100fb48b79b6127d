"""What became of each stream of each agreement in a run."""

from __future__ import annotations

import datetime as dt
import enum

import msgspec

from tap_economic.stats import ReadStats


class Status(str, enum.Enum):
    """How the reading of a stream ended."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    SKIPPED = "skipped"
    FAILED = "failed"
    READABLE = "readable"  # what --test finds: of a stream that it does not read


class Completeness(str, enum.Enum):
    """How it is known that a stream is complete."""

    COUNTED = "counted"
    SURPLUS = "surplus"
    READ_TWICE = "read_twice"
    UNCOUNTED = "uncounted"


def _now() -> dt.datetime:
    return dt.datetime.now(dt.timezone.utc)


class StreamResult(msgspec.Struct):
    """One stream of one agreement.

    Attributes:
        stream: The stream's name.
        agreement_number: Whose books; where nobody knows, its place in the settings, negative.
        label: What the report calls the agreement.
        started: When the stream began.
        ended: When it ended.
        status: How it ended; incomplete until it has.
        reason: Why it is not complete, in one sentence.
        rows: How many records were read.
        rows_sent: How many went out after stream maps, which may drop some or make several of one.
        reads: How often the listing was read.
        rows_new: How many rows no run had read before; None where that is not known.
        bookmark_before: Where the stream's bookmark stood at the start.
        bookmark_after: Where it stood at the end.
        stats: What reading it showed and cost.
    """

    stream: str
    agreement_number: int
    label: str
    started: dt.datetime = msgspec.field(default_factory=_now)
    ended: dt.datetime | None = None
    status: Status = Status.INCOMPLETE
    reason: str = "the run ended before the stream did"
    rows: int = 0
    rows_sent: int = 0
    reads: int = 0
    rows_new: int | None = None
    bookmark_before: object = None
    bookmark_after: object = None
    stats: ReadStats = msgspec.field(default_factory=ReadStats)

    def end(self, status: Status, reason: str = "") -> None:
        """Note how the stream ended, when its last request is answered."""
        self.stats.usage.end()
        self.ended = _now()
        self.status = status
        self.reason = reason

    @property
    def completeness(self) -> Completeness | None:
        """How it is known that the stream is complete; None where it is not."""
        if self.status is not Status.COMPLETE:
            return None
        if self.stats.rows_counted is not None:
            return Completeness.SURPLUS if self.stats.surplus else Completeness.COUNTED
        return Completeness.READ_TWICE if self.reads > 1 else Completeness.UNCOUNTED


class Report:
    """The results of a run."""

    def __init__(self) -> None:
        """Start with nothing read."""
        self.results: list[StreamResult] = []
        self.openings: list[StreamResult] = []
        """What became of asking each agreement for its number."""
        self.labels: dict[int, str] = {}
        """What messages call each agreement that opened, by its number."""

    def begin(self, stream: str, agreement_number: int) -> StreamResult:
        """Return the result of a stream that begins."""
        label = self.labels.get(agreement_number, str(agreement_number))
        result = StreamResult(stream, agreement_number, label)
        self.results.append(result)
        return result

    @property
    def unopened(self) -> list[StreamResult]:
        """The agreements that are left out of the run."""
        return [opening for opening in self.openings if opening.status is not Status.COMPLETE]

    @property
    def endings(self) -> list[StreamResult]:
        """What there is to tell: agreements that are left out, and each stream of the others."""
        return [*self.unopened, *self.results]

    @property
    def is_whole(self) -> bool:
        """Whether all that was selected was read, or skipped for a named reason."""
        return not (self.shortfalls or self.unopened)

    @property
    def shortfalls(self) -> list[StreamResult]:
        """The streams that were neither read nor skipped for a named reason."""
        return [
            result for result in self.results if result.status in {Status.INCOMPLETE, Status.FAILED}
        ]

    def completed(self, stream: str) -> bool:
        """Tell whether a stream was read to the end for every agreement of the run."""
        statuses = [result.status for result in self.results if result.stream == stream]
        return bool(statuses) and all(status is Status.COMPLETE for status in statuses)
