"""Changes between two pages of a running read."""

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


class Moments:
    """The requests before which something happens; the first is none of them."""

    def __init__(
        self, path: str = "", at: Collection[int] | None = None, chance: int = 100, seed: int = 1
    ) -> None:
        """Choose the moments.

        Args:
            path: Count only requests of paths that end like this, and of the counts below them.
            at: The only requests to choose, the first being 0.
            chance: How many of a hundred to choose.
            seed: What that depends on.
        """
        self._path = path
        self._at = at
        self._chance = chance
        self._dice = Dice(seed)
        self._turn = itertools.count()

    def includes(self, exchange: Exchange) -> bool:
        """Say whether it is time; to be asked once for every request."""
        if not exchange.path.removesuffix("/count").endswith(self._path):
            return False
        turn = next(self._turn)
        is_chosen = turn > 0 if self._at is None else turn > 0 and turn in self._at
        return is_chosen and self._dice.chance(self._chance)


class BetweenPages:
    """A hook that lets something happen to the company before some requests.

    Attributes:
        changes: What has happened: the numbers of the requests before which it did, and the
            events.
    """

    def __init__(self, simulation: Simulation, events: Sequence[str], moments: Moments) -> None:
        """Prepare the changes.

        Args:
            simulation: What moves the company on.
            events: What happens, in turn and over and over; if there are none, whatever comes.
            moments: When.
        """
        self.changes: list[tuple[int, str]] = []
        self._simulation = simulation
        self._events: Iterator[str] | None = itertools.cycle(events) if events else None
        self._moments = moments
        self._lock = threading.Lock()

    def __call__(self, exchange: Exchange) -> None:
        """Let something happen if it is time."""
        with self._lock:
            if self._moments.includes(exchange):
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
