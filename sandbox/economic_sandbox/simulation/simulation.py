"""The simulation of a company: one event after another."""

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


class PastEvent(t.NamedTuple):
    """An event that has happened.

    Attributes:
        time: The time in the company, which it had when the event began.
        name: The name of the event.
    """

    time: datetime.datetime
    name: str


class Simulation:
    """Runs events in a company; deterministic for a company and a seed.

    After every event the books balance, references are valid, and what was booked is unchanged
    except for remainders and dimensions.

    Attributes:
        company: The company.
        names: The names of all events.
        history: The events that have happened, the oldest first.
    """

    names = tuple(EVENTS)

    def __init__(
        self,
        company: Company,
        seed: int = 1,
        lock: contextlib.AbstractContextManager[object] | None = None,
    ) -> None:
        """Start with the current company.

        Args:
            company: The company.
            seed: The seed of everything that is random.
            lock: Held during an event, so that requests see the company before or after it.
        """
        self.company = company
        self.history: list[PastEvent] = []
        self._dice = Dice(seed)
        self._lock = lock or contextlib.nullcontext()

    def step(self) -> str:
        """Run a random event, and return its name."""
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
        """Run an event on a random record.

        Args:
            name: The name of the event.

        Raises:
            ValueError: If there is no event of this name.
            ImpossibleError: If no record of the company fits.
        """
        if name not in EVENTS:
            message = f"there is no event {name!r}"
            raise ValueError(message)
        with self._lock:
            event = PastEvent(self.company.now, name)
            EVENTS[name](self.company, self._dice)
            self.history.append(event)
            self._wait(datetime.timedelta(seconds=self._dice.between(0, _LONGEST_PAUSE)))

    def days(self, number: int) -> None:
        """Advance time by days without events; invoices fall due."""
        with self._lock:
            self._wait(datetime.timedelta(days=number))

    def _wait(self, time: datetime.timedelta) -> None:
        self.company.wait(time)
        self.company.revision += 1
