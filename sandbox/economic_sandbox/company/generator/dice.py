"""The source of randomness of the generator and the simulation."""

from __future__ import annotations

import random
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Sequence

_T = t.TypeVar("_T")


class Dice:
    """A random number generator with the same sequence under every Python version.

    Only ``random.random`` guarantees that; ``choice``, ``shuffle`` and similar functions do not.
    """

    def __init__(self, seed: int) -> None:
        """Start the sequence of a seed.

        Args:
            seed: The seed.
        """
        self._roll = random.Random(seed).random  # noqa: S311 - figures, not secrets

    def between(self, low: int, high: int) -> int:
        """Return a whole number from ``low`` to ``high``, both included."""
        return low + int(self._roll() * (high - low + 1))

    def chance(self, percent: int) -> bool:
        """Return True with a probability in percent."""
        return self._roll() * 100 < percent

    def pick(self, choices: Sequence[_T]) -> _T:
        """Return one of ``choices``."""
        return choices[int(self._roll() * len(choices))]
