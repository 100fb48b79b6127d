"""Opening the configured agreements: finding the agreement number of each token."""

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
from tap_economic.report import Status, StreamResult, status_after
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
    """The lookup of one agreement's number, and its outcome."""

    agreement: Agreement
    result: StreamResult
    number: int | None = None
    failure: Exception | None = None

    def find_number(self, http: HttpClient, listing: Listing) -> None:
        """Read the agreement's number from ``/self``, or from the settings if that is denied."""
        client = AgreementClient(http, self.agreement)
        try:
            self.number = number_in(client.first_record(listing, self.result.stats))
        except AccessDeniedError:
            self.number = self.agreement.number
            if self.number is None:
                msg = "The app's role may not read the agreement's number: set agreement_number"
                self.failure = SettingsError(msg)
        except Exception as exc:  # noqa: BLE001 - handled by the main thread
            self.failure = exc


def number_in(row: t.Any) -> int:  # noqa: ANN401 - any JSON value
    """Return the agreement number in ``/self``.

    Raises:
        MistypedValueError: If it has none.
    """
    number = row.get(AGREEMENT)
    if type(number) is not int or not 0 < number < 2**63:
        msg = "e-conomic returned no valid agreement number (/self)"
        raise MistypedValueError(msg)
    return number


def open_agreements(
    http: HttpClient, config: Mapping[str, t.Any], report: Report, logger: logging.Logger
) -> list[Agreement]:
    """Return the configured agreements, each with its number.

    If one of several cannot be opened, it is reported and skipped.

    Args:
        http: Sends the requests.
        config: The settings.
        report: Records the outcomes.
        logger: Logs failures.

    Raises:
        SettingsError: If a configured number is not that of the tokens, or occurs twice.
        Exception: Any failure, if only one agreement is configured.
    """
    openings = [
        # If its number is unknown, its negated position, which is never an agreement's number.
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
            result.end(status_after(opening.failure), user_message(opening.failure))
            if len(openings) == 1:
                raise opening.failure
            logger.error("Agreement %s is not read: %s.", opening.agreement.label, result.reason)
            logger.debug("Raised at:\n%s", trace_of(opening.failure))
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
    """Find the numbers in parallel, in daemon threads, so that a signal ends the run at once."""
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
    """Check that an agreement's number matches the settings, and occurs once.

    Raises:
        SettingsError: If it does not.
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
