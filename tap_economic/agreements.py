"""Finding out which agreements the tokens open."""

from __future__ import annotations

import dataclasses
import threading
import typing as t

from tap_economic.auth import configured
from tap_economic.errors import (
    AccessDeniedError,
    AgreementRefusedError,
    SettingsError,
    sentence_of,
)
from tap_economic.streams.agreement import AgreementStream

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from tap_economic.auth import Agreement
    from tap_economic.tap import TapEconomic


def opened(tap: TapEconomic) -> list[Agreement]:
    """Return the agreements that the settings' tokens open, each with its number.

    One of several whose tokens are refused is told of, and left out.

    Raises:
        SettingsError: If a number is not known, is not that of the tokens, or comes twice.
        AgreementRefusedError: If the tokens of the only agreement are refused.
    """
    wanted = list(configured(tap.config))
    stream = AgreementStream(tap)
    found: dict[int, Agreement] = {}
    for agreement, answer in zip(
        wanted, _side_by_side(stream, wanted, tap.config["concurrency"]), strict=True
    ):
        if isinstance(answer, AgreementRefusedError) and len(wanted) > 1:
            reason = f"Agreement {agreement.label} is not read: {sentence_of(answer)}"
            tap.logger.error("%s.", reason)
            tap.report.unopened.append(reason)
            continue
        if isinstance(answer, Exception):
            raise answer
        known, number = answer, t.cast("int", answer.number)
        if number in found:
            msg = f"Agreement {number} is in the settings twice"
            raise SettingsError(msg)
        found[number] = known
    return list(found.values())


def _side_by_side(
    stream: AgreementStream, wanted: Sequence[Agreement], workers: int
) -> list[Agreement | Exception]:
    """Return what each of the agreements answers.

    By threads that a signal need not wait for, unlike those of an executor.
    """
    answers: list[Agreement | Exception] = list(wanted)
    waiting = iter(range(len(wanted)))

    def work() -> None:
        for place in waiting:
            try:
                answers[place] = _numbered(stream, wanted[place])
            except Exception as exc:  # noqa: BLE001, PERF203 - it is raised where it is looked at
                answers[place] = exc

    threads = [threading.Thread(target=work, daemon=True) for _ in range(min(workers, len(wanted)))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def _numbered(stream: AgreementStream, agreement: Agreement) -> Agreement:
    """Return an agreement with the number that ``/self`` tells."""
    try:
        number = stream.number_of(agreement)
    except AccessDeniedError:
        number = agreement.number
    if number is None:
        msg = "The app's role may not read the agreement's number: set agreement_number"
        raise SettingsError(msg)
    if agreement.number not in {None, number}:
        msg = (
            f"The tokens open agreement {number}, but the setting agreement_number says "
            f"{agreement.number}"
        )
        raise SettingsError(msg)
    return dataclasses.replace(agreement, number=number)
