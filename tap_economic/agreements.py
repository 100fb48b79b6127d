"""Finding out which agreements the tokens open."""

from __future__ import annotations

import dataclasses
import threading
import typing as t

from tap_economic.auth import configured
from tap_economic.errors import AccessDeniedError, SettingsError, sentence_of
from tap_economic.outside import trace_of
from tap_economic.report import Outcome, Status
from tap_economic.streams.agreement import AgreementStream

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from tap_economic.auth import Agreement
    from tap_economic.tap import TapEconomic


@dataclasses.dataclass
class _Opening:
    """The question which agreement a token opens, and what came of it."""

    agreement: Agreement
    outcome: Outcome
    number: int | None = None
    failure: Exception | None = None

    def ask(self, stream: AgreementStream) -> None:
        """Find the agreement's number: what ``/self`` tells, or the settings where it may not."""
        try:
            self.number = stream.number_of(self.agreement, self.outcome.findings)
        except AccessDeniedError:
            self.number = self.agreement.number
            if self.number is None:
                msg = "The app's role may not read the agreement's number: set agreement_number"
                self.failure = SettingsError(msg)
        except Exception as exc:  # noqa: BLE001 - the main thread looks at it
            self.failure = exc


def opened(tap: TapEconomic) -> list[Agreement]:
    """Return the agreements that the settings' tokens open, each with its number.

    One of several that cannot be opened is told of, and left out.

    Raises:
        SettingsError: If a number is not that of the tokens, or comes twice.
        Exception: Whatever keeps the only agreement of the settings from being opened.
    """
    openings = [
        # Its place where its number is not known: a negative number is no other agreement's.
        _Opening(agreement, Outcome(AgreementStream.name, agreement.number or -n, agreement.label))
        for n, agreement in enumerate(configured(tap.config), 1)
    ]
    tap.report.openings = [opening.outcome for opening in openings]
    _ask_side_by_side(AgreementStream(tap), openings, tap.config["concurrency"])
    found: dict[int, Agreement] = {}
    for opening in openings:
        if opening.failure is not None:
            opening.outcome.end(Status.FAILED, sentence_of(opening.failure))
            if len(openings) == 1:
                raise opening.failure
            _tell(tap, opening, opening.failure)
            continue
        number = t.cast("int", opening.number)
        _check(opening.agreement, number, found)
        found[number] = dataclasses.replace(opening.agreement, number=number)
        opening.outcome.agreement_number, opening.outcome.label = number, found[number].label
        tap.report.labels[number] = found[number].label
        opening.outcome.end(Status.COMPLETE)
    return list(found.values())


def _ask_side_by_side(stream: AgreementStream, openings: Sequence[_Opening], workers: int) -> None:
    """Ask by threads that a signal need not wait for, unlike those of an executor."""
    waiting = iter(openings)

    def work() -> None:
        for opening in waiting:
            opening.ask(stream)

    threads = [threading.Thread(target=work, daemon=True) for _ in openings[:workers]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _tell(tap: TapEconomic, opening: _Opening, failure: Exception) -> None:
    reason = opening.outcome.reason
    tap.logger.error("Agreement %s is not read: %s.", opening.agreement.label, reason)
    tap.logger.debug("Where it happened:\n%s", trace_of(failure))


def _check(agreement: Agreement, number: int, found: t.Container[int]) -> None:
    """See that the settings mean the agreement that their tokens open, and mean it once.

    Raises:
        SettingsError: If they do not.
    """
    if agreement.number not in {None, number}:
        msg = (
            f"The tokens open agreement {number}, but the setting agreement_number says "
            f"{agreement.number}"
        )
        raise SettingsError(msg)
    if number in found:
        msg = f"Agreement {number} is in the settings twice"
        raise SettingsError(msg)
