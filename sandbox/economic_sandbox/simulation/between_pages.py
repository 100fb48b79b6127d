"""Changes of the company between two pages of a listing."""

from __future__ import annotations

import itertools
import threading
import typing as t

from economic_sandbox.company.generator.dice import Dice
from economic_sandbox.simulation.chance import ImpossibleError

if t.TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from economic_sandbox.apis.exchange import Exchange
    from economic_sandbox.simulation.simulation import Simulation


class RequestSelector:
    """Selects the requests before which an event is run; never the first."""

    def __init__(
        self, path: str = "", at: Collection[int] | None = None, chance: int = 100, seed: int = 1
    ) -> None:
        """Set the criteria.

        Args:
            path: Count only requests whose paths end like this, and those of their counts.
            at: The numbers of the requests to select, from 0; all by default.
            chance: The probability in percent.
            seed: The seed of that probability.
        """
        self._path = path
        self._at = at
        self._chance = chance
        self._dice = Dice(seed)
        self._turn = itertools.count()

    def selects(self, exchange: Exchange) -> bool:
        """Return whether a request is selected; call it once per request."""
        if not exchange.path.removesuffix("/count").endswith(self._path):
            return False
        turn = next(self._turn)
        is_chosen = turn > 0 if self._at is None else turn > 0 and turn in self._at
        return is_chosen and self._dice.chance(self._chance)


class BetweenPages:
    """A hook that runs events before some requests.

    Attributes:
        changes: The numbers of the selected requests, and the events before them.
    """

    def __init__(
        self, simulation: Simulation, events: Sequence[str], selector: RequestSelector
    ) -> None:
        """Create the hook.

        Args:
            simulation: The simulation of the company.
            events: The names of the events, used in turn; random events without any.
            selector: Selects the requests.
        """
        self.changes: list[tuple[int, str]] = []
        self._simulation = simulation
        self._events: Iterator[str] | None = itertools.cycle(events) if events else None
        self._selector = selector
        self._lock = threading.Lock()

    def __call__(self, exchange: Exchange) -> None:
        """Run an event if the request is selected."""
        with self._lock:
            if self._selector.selects(exchange):
                self._change(exchange.number)

    def _change(self, number: int) -> None:
        try:
            name = self._happen()
        except ImpossibleError:
            return
        self.changes.append((number, name))

    def _happen(self) -> str:
        if self._events is None:
            return self._simulation.step()
        name = next(self._events)
        self._simulation.do(name)
        return name
