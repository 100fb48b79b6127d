"""What became of each stream of each agreement in a run."""

from __future__ import annotations

import contextlib
import datetime as dt
import enum
import threading
import typing as t

import msgspec

from tap_economic import ratelimit
from tap_economic.errors import AgreementRefusedError

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import requests


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


_adding = threading.Lock()
_PATIENCE = 5.0
"""Seconds that a stream which ends waits for the answers to its requests."""


class _OverError(Exception):
    """The stream has ended: nobody waits for the answer any more."""


class Spending:
    """What all readers of a stream spend together, counted as they go.

    Attributes:
        calls: How many requests were answered.
        cost: What they cost of the agreement's budget, as far as the API said so.
    """

    def __init__(self) -> None:
        """Start with nothing spent."""
        self.calls = 0
        self.cost = 0
        self._under_way = 0
        self._is_over = False
        self._changed = threading.Condition()

    @contextlib.contextmanager
    def request(self) -> Iterator[None]:
        """Know of a request while it is under way.

        Raises:
            _OverError: If the stream has ended.
        """
        with self._changed:
            if self._is_over:
                raise _OverError
            self._under_way += 1
        try:
            yield
        finally:
            with self._changed:
                self._under_way -= 1
                self._changed.notify_all()

    def note(self, response: requests.Response) -> None:
        """Count a request that was answered."""
        with self._changed:
            self.calls += 1
            self.cost += ratelimit.cost_of(response)

    def end(self) -> None:
        """Let nothing more be asked, and count what is under way if it is answered soon.

        Where a stream fails, others of its readers may be waiting for an answer.
        """
        with self._changed:
            self._is_over = True
            self._changed.wait_for(lambda: not self._under_way, _PATIENCE)


class Findings(msgspec.Struct):
    """What reading a stream showed and cost.

    Attributes:
        undeclared: Properties that no schema names; they are kept in the record.
        cleaned: Properties that held characters which databases refuse.
        keyless: How many records lacked a part of their key, by that part.
        doubt: Why rows up to the bookmark may have changed that were not found, if there is a
            reason.
        repeated: How many records have the key of another one on their page, by the key's names.
        new_members: What stands beside the rows in an answer, and the tap does not know.
        vanished: Keys of rows that were listed, but answered 404 when they were asked for.
        rows_counted: How many rows the API counts for what was asked; None where it does not.
        surplus: How many rows more than counted were read, twice in a row the same.
        rows_expected: How many rows a listing that has begun says it has.
        spent: What the stream spends, whoever reads a part of it.
    """

    undeclared: set[str] = msgspec.field(default_factory=set)
    cleaned: set[str] = msgspec.field(default_factory=set)
    keyless: dict[str, int] = msgspec.field(default_factory=dict)
    doubt: str = ""
    repeated: dict[str, int] = msgspec.field(default_factory=dict)
    new_members: set[str] = msgspec.field(default_factory=set)
    vanished: set[int | str] = msgspec.field(default_factory=set)
    rows_counted: int | None = None
    surplus: int = 0
    rows_expected: int | None = None
    spent: Spending = msgspec.field(default_factory=Spending)

    @property
    def calls(self) -> int:
        """How many requests were answered."""
        return self.spent.calls

    @property
    def call_cost(self) -> int:
        """What they cost of the agreement's budget, as far as the API said so."""
        return self.spent.cost

    def of_part(self) -> Findings:
        """Return findings for a reader of a part, whose calls count here even if it fails."""
        return Findings(spent=self.spent)

    def expect(self, rows: int | None) -> None:
        """Note how many rows a listing says it has, when it begins."""
        self.rows_expected = rows

    def count(self, rows: int | None) -> None:
        """Add the rows that the API counts in one more listing."""
        if rows is not None:
            self.rows_counted = (self.rows_counted or 0) + rows

    def note_repeated(self, keys: tuple[str, ...], rows: int) -> None:
        """Note how many rows of a listing have the key of another one on their page."""
        if rows:
            _add_numbers(self.repeated, {", ".join(keys): rows})

    def add(self, other: Findings) -> None:
        """Add what another reader found of the same stream; readers may end at the same time."""
        with _adding:
            self.undeclared |= other.undeclared
            self.cleaned |= other.cleaned
            self.new_members |= other.new_members
            self.vanished |= other.vanished
            _add_numbers(self.keyless, other.keyless)
            _add_numbers(self.repeated, other.repeated)
            self.count(other.rows_counted)
            self.surplus += other.surplus

    def note_call(self, response: requests.Response, **_: object) -> None:
        """Count a request, as a response hook of requests."""
        self.spent.note(response)


def _add_numbers(to: dict[str, int], more: Mapping[str, int]) -> None:
    for name, number in more.items():
        to[name] = to.get(name, 0) + number


def _now() -> dt.datetime:
    return dt.datetime.now(dt.timezone.utc)


class Outcome(msgspec.Struct):
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
        findings: What reading it showed and cost.
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
    findings: Findings = msgspec.field(default_factory=Findings)

    def end(self, status: Status, reason: str = "") -> None:
        """Note how the stream ended, when its last request is answered."""
        self.findings.spent.end()
        self.ended = _now()
        self.status = status
        self.reason = reason

    @property
    def completeness(self) -> Completeness | None:
        """How it is known that the stream is complete; None where it is not."""
        if self.status is not Status.COMPLETE:
            return None
        if self.findings.rows_counted is not None:
            return Completeness.SURPLUS if self.findings.surplus else Completeness.COUNTED
        return Completeness.READ_TWICE if self.reads > 1 else Completeness.UNCOUNTED


class Report:
    """The outcomes of a run."""

    def __init__(self) -> None:
        """Start with nothing read."""
        self.outcomes: list[Outcome] = []
        self.stopped: dict[int, str] = {}
        """Agreements whose tokens were refused, and why."""
        self.openings: list[Outcome] = []
        """What became of asking each agreement for its number."""
        self.labels: dict[int, str] = {}
        """What messages call each agreement that opened, by its number."""

    def stop(self, agreement_number: int, reason: str) -> None:
        """Note that an agreement's tokens were refused."""
        self.stopped.setdefault(agreement_number, reason)

    def check_not_stopped(self, agreement_number: int) -> None:
        """See that the agreement's tokens still open it.

        Raises:
            AgreementRefusedError: If another stream found that they do not.
        """
        if agreement_number in self.stopped:
            raise AgreementRefusedError(self.stopped[agreement_number])

    def begin(self, stream: str, agreement_number: int) -> Outcome:
        """Return the outcome of a stream that begins."""
        label = self.labels.get(agreement_number, str(agreement_number))
        outcome = Outcome(stream, agreement_number, label)
        self.outcomes.append(outcome)
        return outcome

    @property
    def unopened(self) -> list[Outcome]:
        """The agreements that are left out of the run."""
        return [opening for opening in self.openings if opening.status is not Status.COMPLETE]

    @property
    def endings(self) -> list[Outcome]:
        """What there is to tell: agreements that are left out, and each stream of the others."""
        return [*self.unopened, *self.outcomes]

    @property
    def is_whole(self) -> bool:
        """Whether all that was selected was read, or skipped for a named reason."""
        return not (self.shortfalls or self.unopened)

    @property
    def shortfalls(self) -> list[Outcome]:
        """The streams that were neither read nor skipped for a named reason."""
        return [
            outcome
            for outcome in self.outcomes
            if outcome.status in {Status.INCOMPLETE, Status.FAILED}
        ]

    def completed(self, stream: str) -> bool:
        """Tell whether a stream was read to the end for every agreement of the run."""
        statuses = [outcome.status for outcome in self.outcomes if outcome.stream == stream]
        return bool(statuses) and all(status is Status.COMPLETE for status in statuses)
