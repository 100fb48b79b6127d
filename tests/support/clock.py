"""A simulated time: whoever waits in it does not really wait."""

from __future__ import annotations

import contextlib
import threading
import types
import typing as t
from unittest import mock

import backoff._common
import backoff._sync

from tap_economic.client import budget

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from typing_extensions import Self


class Time:
    """What the tap takes for the modules ``time`` and ``threading``.

    The works that ``run`` does live in it: time passes only while all of them wait, so that they
    wake in order. Otherwise it passes as soon as anybody waits, at once.

    Attributes:
        now: The seconds that have passed, since some moment.
        slept: For how many seconds somebody was about to wait, each time.
    """

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []
        self._changed = threading.Condition()
        self._living = 1
        self._alarms: dict[object, float] = {}

    def monotonic(self) -> float:
        """Return the seconds that have passed."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let the calling thread wait."""
        self.wait_for(self.set_alarm(seconds))

    def condition(self) -> Condition:
        """Return what threads wait for in this time."""
        return Condition(self)

    def run(self, *works: Callable[[], None]) -> None:
        """Let works be done side by side, until all of them are through."""
        failures: list[BaseException] = []

        def live(work: Callable[[], None]) -> None:
            try:
                work()
            except BaseException as exc:  # noqa: BLE001 - it is raised below
                failures.append(exc)
            with self._changed:
                self._living -= 1
                self._pass_on()

        self._living = len(works)
        threads = [threading.Thread(target=live, args=(work,), daemon=True) for work in works]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
            assert not thread.is_alive(), "a thread waits for ever"
        self._living = 1
        if failures:
            raise failures[0]

    def set_alarm(self, seconds: float) -> object:
        """Return an alarm that the calling thread is about to wait for."""
        alarm = object()
        with self._changed:
            self.slept.append(seconds)
            self._alarms[alarm] = self.now + seconds
        return alarm

    def ring(self, alarm: object) -> None:
        """Let who waits for an alarm wait no longer."""
        with self._changed:
            if alarm in self._alarms:
                self._alarms[alarm] = self.now
                self._changed.notify_all()

    def wait_for(self, alarm: object) -> None:
        """Wait for an alarm."""
        with self._changed:
            self._pass_on()
            self._changed.wait_for(lambda: self._alarms[alarm] <= self.now)
            del self._alarms[alarm]
            self._pass_on()

    def _pass_on(self) -> None:
        """Go on to the next alarm, if all who live in this time wait."""
        if self._alarms and len(self._alarms) >= self._living:
            self.now = max(self.now, min(self._alarms.values()))
            self._changed.notify_all()


class Condition:
    """A condition whose waiting takes simulated time."""

    def __init__(self, time: Time) -> None:
        self._time = time
        self._lock = threading.Lock()
        self._alarms: list[object] = []

    def __enter__(self) -> Self:
        self._lock.acquire()
        return self

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    def wait(self, timeout: float) -> None:
        """Wait until others notify, and no longer than that."""
        alarm = self._time.set_alarm(timeout)
        self._alarms.append(alarm)
        self._lock.release()
        self._time.wait_for(alarm)
        self._lock.acquire()
        self._alarms.remove(alarm)

    def notify_all(self) -> None:
        """Wake all who wait."""
        for alarm in self._alarms:
            self._time.ring(alarm)


@contextlib.contextmanager
def simulated_time() -> Iterator[Time]:
    """Let budgets and retries wait in a simulated time; the sandbox keeps the time of the day."""
    time = Time()
    threads = types.SimpleNamespace(Condition=time.condition)
    with contextlib.ExitStack() as stack:
        for module in (budget, backoff._common, backoff._sync):
            stack.enter_context(mock.patch.object(module, "time", time))
        stack.enter_context(mock.patch.object(budget, "threading", threads))
        yield time
