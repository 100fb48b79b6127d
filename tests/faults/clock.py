"""A clock that does not wait: to sleep is to move it on."""

from __future__ import annotations

import contextlib
import threading
import time
import typing as t
from unittest import mock

import backoff._common
import backoff._sync

from tap_economic import ratelimit

if t.TYPE_CHECKING:
    from collections.abc import Iterator


class Clock:
    """What the tap takes for the module ``time``."""

    def __init__(self) -> None:
        self._ahead = 0.0
        self._lock = threading.Lock()

    def sleep(self, seconds: float) -> None:
        """Pass so many seconds at once."""
        with self._lock:
            self._ahead += max(seconds, 0)

    def monotonic(self) -> float:
        """Return the seconds that have passed, slept ones too."""
        return time.monotonic() + self._ahead


@contextlib.contextmanager
def hurried() -> Iterator[Clock]:
    """Let the tap not wait between tries; the sandbox keeps the time of the day."""
    clock = Clock()
    with contextlib.ExitStack() as stack:
        for module in (ratelimit, backoff._common, backoff._sync):
            stack.enter_context(mock.patch.object(module, "time", clock))
        yield clock
