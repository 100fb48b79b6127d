"""Which agreements the tokens of the settings open."""

from __future__ import annotations

import dataclasses
import threading
import typing as t

from tap_economic.client.credentials import Agreement, configured
from tap_economic.client.http import AGREEMENT, AgreementClient
from tap_economic.errors import (
    AccessDeniedError,
    MistypedValueError,
    SettingsError,
    user_message,
)
from tap_economic.report import Status, StreamResult
from tap_economic.sanitize import trace_of
from tap_economic.streams.agreement import AgreementStream

if t.TYPE_CHECKING:
    import logging
    from collections.abc import Mapping, Sequence

    from tap_economic.client.http import HttpClient
    from tap_economic.client.listing import Listing
    from tap_economic.report import Report


@dataclasses.dataclass
class _Opening:
    """Which agreement a token opens, and what came of finding out."""

    agreement: Agreement
    result: StreamResult
    number: int | None = None
    failure: Exception | None = None

    def find_number(self, http: HttpClient, listing: Listing) -> None:
        """Find the agreement's number: what ``/self`` tells, or the settings where it may not."""
        client = AgreementClient(http, self.agreement)
        try:
            self.number = _number_in(client.first_record(listing, self.result.stats))
        except AccessDeniedError:
            self.number = self.agreement.number
            if self.number is None:
                msg = "The app's role may not read the agreement's number: set agreement_number"
                self.failure = SettingsError(msg)
        except Exception as exc:  # noqa: BLE001 - the main thread looks at it
            self.failure = exc


def _number_in(row: t.Any) -> int:  # noqa: ANN401 - any JSON value
    number = row.get(AGREEMENT)
    if type(number) is not int or not 0 < number < 2**63:
        msg = "e-conomic told no agreement number that can be used (/self)"
        raise MistypedValueError(msg)
    return number


def open_agreements(
    http: HttpClient, config: Mapping[str, t.Any], report: Report, logger: logging.Logger
) -> list[Agreement]:
    """Return the agreements that the settings' tokens open, each with its number.

    One of several that cannot be opened is reported, and left out.

    Args:
        http: Sends the requests.
        config: The settings.
        report: Where it is noted.
        logger: Where a failure is logged.

    Raises:
        SettingsError: If a number is not that of the tokens, or comes twice.
        Exception: Whatever keeps the only agreement of the settings from being opened.
    """
    openings = [
        # Its place where its number is not known: a negative number is no other agreement's.
        _Opening(
            agreement, StreamResult(AgreementStream.name, agreement.number or -n, agreement.label)
        )
        for n, agreement in enumerate(configured(config), 1)
    ]
    report.openings = [opening.result for opening in openings]
    _find_numbers(openings, http, AgreementStream.listing_for(config), config["concurrency"])
    found: dict[int, Agreement] = {}
    for opening in openings:
        result = opening.result
        if opening.failure is not None:
            result.end(Status.FAILED, user_message(opening.failure))
            if len(openings) == 1:
                raise opening.failure
            logger.error("Agreement %s is not read: %s.", opening.agreement.label, result.reason)
            logger.debug("Where it happened:\n%s", trace_of(opening.failure))
            continue
        number = t.cast("int", opening.number)
        _check(opening.agreement, number, found)
        found[number] = dataclasses.replace(opening.agreement, number=number)
        result.agreement_number, result.label = number, found[number].label
        report.labels[number] = found[number].label
        result.end(Status.COMPLETE)
    return list(found.values())


def _find_numbers(
    openings: Sequence[_Opening], http: HttpClient, listing: Listing, workers: int
) -> None:
    """Request them side by side, by threads that a signal need not wait for."""
    waiting = iter(openings)

    def work() -> None:
        for opening in waiting:
            opening.find_number(http, listing)

    threads = [threading.Thread(target=work, daemon=True) for _ in openings[:workers]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


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
