"""A word now and then while a long stream is read."""

from __future__ import annotations

import time
import typing as t

if t.TYPE_CHECKING:
    import logging

    from tap_economic.report import Findings

INTERVAL = 10.0
"""Seconds between two lines of a stream; a shorter stream has none."""


class Progress:
    """Tells how far a stream has come, at most every ten seconds."""

    def __init__(self, logger: logging.Logger, findings: Findings) -> None:
        """Start to watch a stream.

        Args:
            logger: Where to tell.
            findings: What is known of the rows to come.
        """
        self._logger = logger
        self._findings = findings
        self._begun = self._told = time.monotonic()

    def note(self, rows: int) -> None:
        """Tell of the rows so far, if it is time."""
        now = time.monotonic()
        if now - self._told < INTERVAL:
            return
        self._told = now
        speed = rows / (now - self._begun)
        expected = self._findings.rows_expected
        if expected is None or expected < rows:
            self._logger.info("%s rows so far, %.0f a second.", f"{rows:,}", speed)
            return
        self._logger.info(
            "%s of %s rows, %.0f a second, about %.0f seconds left.",
            f"{rows:,}",
            f"{expected:,}",
            speed,
            (expected - rows) / max(speed, 0.1),
        )
