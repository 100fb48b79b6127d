"""Time passes: one event after another happens to a company."""

from __future__ import annotations

import contextlib
import datetime
import typing as t

from economic_sandbox.company.generator.dice import Dice
from economic_sandbox.simulation.chance import ImpossibleError
from economic_sandbox.simulation.events import EVENTS

if t.TYPE_CHECKING:
    from economic_sandbox.company import Company

_LONGEST_PAUSE = 15 * 60


class Simulation:
    """Moves a company on; the same company and seed see the same things happen.

    After every event the books balance, what a record refers to exists, and what was booked
    stands as it was but for remainders and dimensions.

    Attributes:
        company: The company.
        names: The names of all events.
    """

    names = tuple(EVENTS)

    def __init__(
        self,
        company: Company,
        seed: int = 1,
        lock: contextlib.AbstractContextManager[object] | None = None,
    ) -> None:
        """Begin where the company is.

        Args:
            company: The company.
            seed: What everything that happens depends on, besides the company.
            lock: Held while something happens, so that requests see the company before or after.
        """
        self.company = company
        self._dice = Dice(seed)
        self._lock = lock or contextlib.nullcontext()

    def step(self) -> str:
        """Let something happen, and tell what."""
        with self._lock:
            possible = list(self.names)
            while True:
                name = self._dice.pick(possible)
                try:
                    self.do(name)
                except ImpossibleError:
                    possible.remove(name)
                else:
                    return name

    def do(self, name: str) -> None:
        """Let an event happen; what it happens to is left to chance.

        Args:
            name: One of the names.

        Raises:
            ValueError: If there is no event of this name.
            ImpossibleError: If it cannot happen to the company as it is.
        """
        if name not in EVENTS:
            message = f"there is no event {name!r}"
            raise ValueError(message)
        with self._lock:
            EVENTS[name](self.company, self._dice)
            self._wait(datetime.timedelta(seconds=self._dice.between(0, _LONGEST_PAUSE)))

    def days(self, number: int) -> None:
        """Let days pass on which nothing happens but that invoices fall due."""
        with self._lock:
            self._wait(datetime.timedelta(days=number))

    def _wait(self, time: datetime.timedelta) -> None:
        self.company.wait(time)
        self.company.revision += 1
