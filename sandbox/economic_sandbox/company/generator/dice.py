"""The dice that a made-up company is rolled with."""

from __future__ import annotations

import random
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Sequence

_T = t.TypeVar("_T")


class Dice:
    """Chance that comes out the same for a seed under every Python version.

    Only ``random.random`` promises that; ``choice``, ``shuffle`` and their like do not.
    """

    def __init__(self, seed: int) -> None:
        """Start a sequence of its own.

        Args:
            seed: What the sequence depends on, and nothing else.
        """
        self._roll = random.Random(seed).random  # noqa: S311 - made-up figures, not secrets

    def between(self, low: int, high: int) -> int:
        """Roll a whole number from ``low`` to ``high``, both included."""
        return low + int(self._roll() * (high - low + 1))

    def chance(self, percent: int) -> bool:
        """Say yes in so many of a hundred cases."""
        return self._roll() * 100 < percent

    def pick(self, choices: Sequence[_T]) -> _T:
        """Pick one of ``choices``."""
        return choices[int(self._roll() * len(choices))]
