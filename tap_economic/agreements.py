"""Finding out which agreements the tokens open."""

from __future__ import annotations

import concurrent.futures
import dataclasses
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
    with concurrent.futures.ThreadPoolExecutor(tap.config["concurrency"]) as pool:
        answers = [pool.submit(_numbered, stream, agreement) for agreement in wanted]
    found: dict[int, Agreement] = {}
    for agreement, answer in zip(wanted, answers, strict=True):
        try:
            known = answer.result()
        except AgreementRefusedError as exc:
            if len(wanted) == 1:
                raise
            reason = f"Agreement {agreement.label} is not read: {sentence_of(exc)}"
            tap.logger.error("%s.", reason)  # noqa: TRY400 - a sentence, no traceback
            tap.report.unopened.append(reason)
            continue
        number = t.cast("int", known.number)
        if number in found:
            msg = f"Agreement {number} is in the settings twice"
            raise SettingsError(msg)
        found[number] = known
    return list(found.values())


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
