"""A clock that moves only when somebody sleeps, and then at once."""

from __future__ import annotations

import contextlib
import threading
import types
import typing as t
from unittest import mock

import backoff._common
import backoff._sync
from typing_extensions import override

from tap_economic.client import budget as ratelimit

if t.TYPE_CHECKING:
    from collections.abc import Iterator


class Clock:
    """What the tap takes for the module ``time``."""

    def __init__(self) -> None:
        self.slept: list[float] = []
        self._now = 1000.0
        self._lock = threading.Lock()

    def sleep(self, seconds: float) -> None:
        """Pass so many seconds at once."""
        with self._lock:
            self.slept.append(seconds)
            self._now += max(seconds, 0)

    def monotonic(self) -> float:
        """Return the seconds that were slept, since some moment."""
        return self._now

    def condition(self) -> Condition:
        """Return a condition that nobody waits for."""
        return Condition(self)


class Condition(threading.Condition):
    """A condition that is waited for by moving the clock on."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    @override
    def wait(self, timeout: float | None = None) -> bool:
        self._clock.sleep(timeout or 0)
        return False


@contextlib.contextmanager
def hurried() -> Iterator[Clock]:
    """Let the tap not wait between tries; the sandbox keeps the time of the day."""
    clock = Clock()
    threads = types.SimpleNamespace(Condition=clock.condition)
    with contextlib.ExitStack() as stack:
        for module in (ratelimit, backoff._common, backoff._sync):
            stack.enter_context(mock.patch.object(module, "time", clock))
        stack.enter_context(mock.patch.object(ratelimit, "threading", threads))
        yield clock
