"""Saying what the records of a stream showed, once they were read."""

from __future__ import annotations

import typing as t

from tap_economic.errors import IncompleteError
from tap_economic.outside import names

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from tap_economic.client import EconomicStream
    from tap_economic.report import Findings


def tell(stream: EconomicStream, findings: Findings) -> None:
    """Warn of what the records showed.

    Raises:
        IncompleteError: If records had to be left out, because their key was missing, or share
            their key with others.
    """
    if findings.new_members:
        stream.logger.warning(
            "Stream %s: the answers have members beside the rows that the tap does not know, "
            "and leaves out: %s.",
            stream.name,
            names(findings.new_members),
        )
    if findings.undeclared:
        stream.logger.warning(
            "Stream %s sends properties that its schema does not name; they are in the "
            "records, but a SQL target leaves them out: %s.",
            stream.name,
            names(findings.undeclared),
        )
    if findings.cleaned:
        stream.logger.warning(
            "Stream %s held characters that databases refuse. NUL was left out, and half of a "
            "surrogate pair became U+FFFD, in: %s.",
            stream.name,
            names(findings.cleaned),
        )
    if findings.keyless:
        lacking = _numbers(findings.keyless)
        msg = f"records came without a part of their key and were not sent: {lacking}"
        raise IncompleteError(msg)
    if findings.repeated:
        msg = (
            "records had the key of another one on their page; all were sent, but a target "
            f"keeps only one of each: {_numbers(findings.repeated)}"
        )
        raise IncompleteError(msg)


def _numbers(by_name: Mapping[str, int]) -> str:
    return ", ".join(f"{name} ({number})" for name, number in sorted(by_name.items()))
