"""Picking the record for an event."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable

    from economic_sandbox.company import Company
    from economic_sandbox.company.generator.dice import Dice

_T = t.TypeVar("_T")


class ImpossibleError(Exception):
    """An event cannot happen now; nothing has changed."""


def pick(dice: Dice, candidates: Iterable[_T], what: str) -> _T:
    """Pick a record.

    Args:
        dice: The source of randomness.
        candidates: The records to pick from.
        what: Their description, for the message.

    Raises:
        ImpossibleError: If there are no candidates.
    """
    found = list(candidates)
    if not found:
        message = f"the company has no {what}"
        raise ImpossibleError(message)
    return dice.pick(found)


def minute(company: Company) -> datetime.datetime:
    """Return the company's time without seconds, as documents and products keep it."""
    return company.now.replace(second=0)
