"""Progress lines while a long stream is read."""

from __future__ import annotations

import time
import typing as t

if t.TYPE_CHECKING:
    import logging

    from tap_economic.replication.plan import Batch
    from tap_economic.stats import ReadStats

INTERVAL = 10.0
"""Seconds between two lines of a stream; a shorter stream has none."""


class Progress:
    """Logs how far a stream has come, at most every ten seconds.

    Of how many rows, and how long it will take, is logged only where the API has said how many
    there are: classic REST does on each page; an OpenAPI service is asked for the count only where
    readers run side by side.
    """

    def __init__(self, logger: logging.Logger, title: str, stats: ReadStats) -> None:
        """Start to watch a stream.

        Args:
            logger: Where to log.
            title: What the stream is called, and whose it is.
            stats: What is known of the rows to come.
        """
        self._logger = logger
        self._title = title
        self._stats = stats
        self._begun = self._logged = time.monotonic()
        self._rows = 0
        self._of_listing = 0
        self._read = 0

    def note(self, batch: Batch) -> None:
        """Take a batch in, and log the rows so far if it is time."""
        self._rows += batch.size
        if batch.rewind or batch.read != self._read:  # the listing is read anew
            self._of_listing, self._read = 0, batch.read
        if not batch.is_reread:
            self._of_listing += batch.size
        now = time.monotonic()
        if now - self._logged >= INTERVAL:
            self._logged = now
            self._log(self._rows / (now - self._begun), None if batch.is_reread else self._expected)

    @property
    def _expected(self) -> int | None:
        """How many rows the listing under way has; None where that is not known, or was wrong."""
        expected = self._stats.rows_expected
        return None if expected is None or expected < self._of_listing else expected

    def _log(self, speed: float, expected: int | None) -> None:
        if expected is None:
            self._logger.info(
                "%s: %s rows so far, %.0f a second.", self._title, f"{self._rows:,}", speed
            )
            return
        self._logger.info(
            "%s: %s of %s rows, %.0f a second, about %.0f seconds left.",
            self._title,
            f"{self._of_listing:,}",
            f"{expected:,}",
            speed,
            (expected - self._of_listing) / max(speed, 0.1),
        )
