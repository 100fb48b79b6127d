"""Warnings about the records of a stream, logged after it was read."""

from __future__ import annotations

import typing as t

from tap_economic.errors import IncompleteError
from tap_economic.sanitize import names

if t.TYPE_CHECKING:
    from collections.abc import Mapping
    from logging import Logger

    from tap_economic.stats import ReadStats


def log_data_warnings(stats: ReadStats, stream: str, logger: Logger) -> None:
    """Log warnings about the records of a stream.

    Raises:
        IncompleteError: If records were skipped for lack of a key, or share their key with others.
    """
    if stats.new_members:
        logger.warning(
            "Stream %s: ignored unknown members of the responses, next to the rows: %s.",
            stream,
            names(stats.new_members),
        )
    if stats.undeclared:
        logger.warning(
            "Stream %s has properties that its schema does not declare; they are in the records, "
            "but a SQL target drops them: %s.",
            stream,
            names(stats.undeclared),
        )
    if stats.cleaned:
        logger.warning(
            "Stream %s has characters that databases reject; removed NUL and replaced lone "
            "surrogates with U+FFFD in: %s.",
            stream,
            names(stats.cleaned),
        )
    if stats.keyless:
        lacking = _numbers(stats.keyless)
        msg = f"records without a key property were not sent: {lacking}"
        raise IncompleteError(msg)
    if stats.repeated:
        msg = (
            "records share their key with another on their page; all were sent, but a target "
            f"keeps only one of each: {_numbers(stats.repeated)}"
        )
        raise IncompleteError(msg)


def _numbers(by_name: Mapping[str, int]) -> str:
    return ", ".join(f"{name} ({number})" for name, number in sorted(by_name.items()))
