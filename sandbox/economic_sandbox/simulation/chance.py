"""What an event falls on: something that it can happen to, or nothing."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable

    from economic_sandbox.company import Company
    from economic_sandbox.company.generator.dice import Dice

_T = t.TypeVar("_T")


class ImpossibleError(Exception):
    """An event cannot happen to the company as it is; nothing has changed."""


def pick(dice: Dice, candidates: Iterable[_T], what: str) -> _T:
    """Pick something that an event can happen to.

    Args:
        dice: What decides.
        candidates: What it can happen to.
        what: What that is, in words.

    Raises:
        ImpossibleError: If there is none.
    """
    found = list(candidates)
    if not found:
        message = f"the company has no {what}"
        raise ImpossibleError(message)
    return dice.pick(found)


def minute(company: Company) -> datetime.datetime:
    """The company's time as documents and products keep it: without seconds."""
    return company.now.replace(second=0)
