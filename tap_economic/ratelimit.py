"""e-conomic's call budget: 10,000 tokens a minute, shared by both hosts of an agreement.

An answer says what its call cost and how much of the window is used:
``X-CallCost: 3`` and ``X-RateLimiting: token-limit-10000-per-60-seconds: 147/10000``. Other forms
were seen too, so that whatever is not understood is ignored.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import re
import threading
import time
import typing as t
from http import HTTPStatus

from singer_sdk.exceptions import FatalAPIError

if t.TYPE_CHECKING:
    import requests

WINDOW = 60.0
"""Seconds of the window, where no header tells."""
LONGEST_WAIT = 15 * 60.0
"""Seconds that a request waits for budget before its stream fails."""

_WINDOW_IN_POLICY = re.compile(r"per-(\d{1,6})-seconds")
_BUDGET = re.compile(r"per-(\d{1,6})-seconds:\s*(\d{1,12})/(\d{1,12})")
_SCARCE = 0.8
"""From which part of the budget on calls slow down."""


class TooManyRequestsError(FatalAPIError):
    """The budget is used up (429)."""

    def __init__(self, wait: float) -> None:
        """Keep how long to wait.

        Args:
            wait: Seconds until the next try makes sense.
        """
        super().__init__(
            "e-conomic still answers 429: other programs use up the agreement's call budget"
        )
        self.wait = wait


def cost_of(response: requests.Response) -> int:
    """Return what a call cost of the budget; 0 where the header says nothing that is known."""
    cost = response.headers.get("X-CallCost", "").strip()
    return int(cost) if cost.isdecimal() else 0


class Budget:
    """The call budget of one agreement, shared by its readers and both hosts.

    Calls slow down as the budget nears its end: each then waits for the share of the window that
    its cost is of what is left, so that the rest is never used up.
    """

    def __init__(self) -> None:
        """Start with nothing known of the budget."""
        self._lock = threading.Lock()
        self._pace = 0.0
        self._next = 0.0
        self._held_until = 0.0

    def wait(self) -> None:
        """Wait until a call may be made."""
        with self._lock:
            now = time.monotonic()
            start = max(now, self._next, self._held_until)
            self._next = start + self._pace
        if start > now:
            time.sleep(start - now)

    def hold(self, seconds: float) -> None:
        """Let all readers of the agreement wait, after a 429."""
        with self._lock:
            self._held_until = max(self._held_until, time.monotonic() + seconds)

    def note_call(self, response: requests.Response, **_: object) -> None:
        """Learn how much is left, as a response hook of requests."""
        match = _BUDGET.search(response.headers.get("X-RateLimiting", ""))
        if not match or response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            return
        window, used, limit = (int(group) for group in match.groups())
        scarce = used >= _SCARCE * limit
        pace = window * (cost_of(response) or 1) / max(limit - used, 1) if scarce else 0.0
        with self._lock:
            self._pace = pace
            self._next = min(self._next, time.monotonic() + pace)


def wait_after(response: requests.Response) -> float:
    """Return how many seconds to wait after a 429.

    ``Retry-After`` where it is sent and makes sense, otherwise the window of ``X-RateLimiting``.
    """
    wait = _seconds(response.headers.get("Retry-After", ""))
    if wait is None:
        window = _WINDOW_IN_POLICY.search(response.headers.get("X-RateLimiting", ""))
        wait = float(window[1]) if window else WINDOW
    return min(max(wait, 1.0), LONGEST_WAIT)


def _seconds(retry_after: str) -> float | None:
    """Read ``Retry-After``: a number of seconds, or an HTTP date."""
    if retry_after.strip().isdecimal():
        return float(retry_after)
    try:
        moment = email.utils.parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    if moment.tzinfo is None:
        return None
    return (moment - dt.datetime.now(dt.timezone.utc)).total_seconds()
