"""Progress log lines for long streams."""

from __future__ import annotations

import time
import typing as t

if t.TYPE_CHECKING:
    import logging

    from tap_economic.replication.plan import Batch
    from tap_economic.stats import ReadStats

INTERVAL = 10.0
"""Seconds between two lines of a stream; shorter streams log none."""


class Progress:
    """Logs the progress of a stream, at most every ten seconds.

    The total and the remaining time are logged only if the row count is known: classic REST returns
    it with each page; of an OpenAPI service it is requested only if the stream is read in parallel.
    """

    def __init__(self, logger: logging.Logger, title: str, stats: ReadStats) -> None:
        """Start at the beginning of a stream.

        Args:
            logger: The stream's logger.
            title: The stream and its agreement.
            stats: The stats with the expected row count.
        """
        self._logger = logger
        self._title = title
        self._stats = stats
        self._begun = self._logged = time.monotonic()
        self._rows = 0
        self._of_listing = 0
        self._read = 0

    def note(self, batch: Batch) -> None:
        """Add a batch, and log the progress if the interval has passed."""
        self._rows += batch.size
        if batch.rewind or batch.read != self._read:  # the listing is read again
            self._of_listing, self._read = 0, batch.read
        if not batch.is_reread:
            self._of_listing += batch.size
        now = time.monotonic()
        if now - self._logged >= INTERVAL:
            self._logged = now
            self._log(self._rows / (now - self._begun), None if batch.is_reread else self._expected)

    @property
    def _expected(self) -> int | None:
        """The row count of the current listing; None if unknown, or found to be too low."""
        expected = self._stats.rows_expected
        return None if expected is None or expected < self._of_listing else expected

    def _log(self, speed: float, expected: int | None) -> None:
        if expected is None:
            self._logger.info(
                "%s: %s rows so far, %.0f per second.", self._title, f"{self._rows:,}", speed
            )
            return
        self._logger.info(
            "%s: %s of %s rows, %.0f per second, about %.0f s left.",
            self._title,
            f"{self._of_listing:,}",
            f"{expected:,}",
            speed,
            (expected - self._of_listing) / max(speed, 0.1),
        )
