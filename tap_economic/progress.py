"""A word now and then while a long stream is read."""

from __future__ import annotations

import time
import typing as t

if t.TYPE_CHECKING:
    import logging

    from tap_economic.pagination import Page
    from tap_economic.report import Findings

INTERVAL = 10.0
"""Seconds between two lines of a stream; a shorter stream has none."""


class Progress:
    """Tells how far a stream has come, at most every ten seconds.

    Of how many rows, and how long it will take, is told only where the API has said how many there
    are: classic REST does on each page; an OpenAPI service is asked where readers run side by side.
    """

    def __init__(self, logger: logging.Logger, title: str, findings: Findings) -> None:
        """Start to watch a stream.

        Args:
            logger: Where to tell.
            title: What the stream is called, and whose it is.
            findings: What is known of the rows to come.
        """
        self._logger = logger
        self._title = title
        self._findings = findings
        self._begun = self._told = time.monotonic()
        self._rows = 0
        self._of_listing = 0
        self._read = 0

    def note(self, page: Page) -> None:
        """Take a page in, and tell of the rows so far if it is time."""
        self._rows += page.size
        if page.rewind or page.read != self._read:  # the listing is read anew
            self._of_listing, self._read = 0, page.read
        if not page.again:
            self._of_listing += page.size
        now = time.monotonic()
        if now - self._told >= INTERVAL:
            self._told = now
            self._tell(self._rows / (now - self._begun), None if page.again else self._expected)

    @property
    def _expected(self) -> int | None:
        """How many rows the listing under way has; None where that is not known, or was wrong."""
        expected = self._findings.rows_expected
        return None if expected is None or expected < self._of_listing else expected

    def _tell(self, speed: float, expected: int | None) -> None:
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
