"""What became of each stream of each agreement in a run."""

from __future__ import annotations

import dataclasses
import enum

from tap_economic.errors import AgreementRefusedError


class Status(str, enum.Enum):
    """How the reading of a stream ended."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclasses.dataclass
class Outcome:
    """One stream of one agreement.

    Attributes:
        stream: The stream's name.
        agreement_number: Whose books.
        status: How it ended; incomplete until it has.
        reason: Why it is not complete, in one sentence.
        rows: How many records were sent.
    """

    stream: str
    agreement_number: int
    status: Status = Status.INCOMPLETE
    reason: str = "the run ended before the stream did"
    rows: int = 0

    def end(self, status: Status, reason: str = "") -> None:
        """Note how the stream ended."""
        self.status = status
        self.reason = reason


class Report:
    """The outcomes of a run."""

    def __init__(self) -> None:
        """Start with nothing read."""
        self.outcomes: list[Outcome] = []
        self.stopped: dict[int, str] = {}
        """Agreements whose tokens were refused, and why."""

    def check_not_stopped(self, agreement_number: int) -> None:
        """See that the agreement's tokens still open it.

        Raises:
            AgreementRefusedError: If another stream found that they do not.
        """
        if agreement_number in self.stopped:
            raise AgreementRefusedError(self.stopped[agreement_number])

    def begin(self, stream: str, agreement_number: int) -> Outcome:
        """Return the outcome of a stream that begins."""
        outcome = Outcome(stream, agreement_number)
        self.outcomes.append(outcome)
        return outcome

    @property
    def shortfalls(self) -> list[Outcome]:
        """The streams that were neither complete nor skipped for a named reason."""
        return [
            outcome
            for outcome in self.outcomes
            if outcome.status in {Status.INCOMPLETE, Status.FAILED}
        ]
