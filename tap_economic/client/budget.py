"""e-conomic's call budget: 10,000 tokens a minute, shared by both hosts of an agreement.

Response headers report the cost of the call and how much of the window is used:
``X-CallCost: 3`` and ``X-RateLimiting: token-limit-10000-per-60-seconds: 147/10000``. Other forms
have been observed; unrecognised values are ignored.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import logging
import math
import re
import threading
import time
import typing as t
from http import HTTPStatus

from tap_economic.errors import TooManyRequestsError

if t.TYPE_CHECKING:
    from collections.abc import Callable

    import requests

T = t.TypeVar("T")

DEFAULT_WINDOW = 60.0
"""Length of the window in seconds, if no header gives it."""
MAX_WAIT = 15 * 60.0
"""Seconds that a request waits for budget before its stream fails."""

# Bounded, because longer numbers make no sense and Python refuses to parse very long ones.
_NUMBER = re.compile(r"[0-9]{1,6}")
_WINDOW_IN_POLICY = re.compile(r"per-(\d{1,6})-seconds")
_BUDGET = re.compile(r"per-(\d{1,6})-seconds:\s*(\d{1,12})/(\d{1,12})")
_SLOW_DOWN_AT = 0.8
"""Used share of the budget above which calls slow down."""
_MIN_LOGGED_WAIT = 5.0
"""Shortest wait in seconds that is logged while budget remains."""
_logger = logging.getLogger("tap-economic")


def cost_of(response: requests.Response) -> int:
    """Return the budget tokens that a call cost; 0 if the header is missing or unrecognised."""
    cost = _NUMBER.fullmatch(response.headers.get("X-CallCost", "").strip())
    return int(cost[0]) if cost else 0


class Budget:
    """Rate limiter for the call budget of one agreement, shared by its readers and both hosts.

    Calls slow down as the budget runs out: the interval between two calls is the window times the
    call's share of the remaining tokens, so that these are never used up. Waiting callers
    re-evaluate when a response brings new figures.

    Attributes:
        label: The agreement's name in messages.
    """

    def __init__(self) -> None:
        """Start with an unknown budget."""
        self.label = ""
        self._changed = threading.Condition()
        self._pace = 0.0
        self._last_call = 0.0
        self._renewed_at = 0.0  # when the window has renewed since the pace was set
        self._held_until = 0.0
        self._logged_until = 0.0  # end of the last wait that was logged

    def spend(self, call: Callable[[], T]) -> T:
        """Make a call once the budget allows it, and retry it after a 429.

        Args:
            call: Makes the call.

        Returns:
            What the call returns.

        Raises:
            TooManyRequestsError: If e-conomic still responds with 429 after 15 minutes.
        """
        deadline = time.monotonic() + MAX_WAIT
        while True:
            self.wait(deadline)
            try:
                return call()
            except TooManyRequestsError as exc:
                if time.monotonic() >= deadline:
                    raise
                self.hold(exc.wait)

    def wait(self, deadline: float = math.inf) -> None:
        """Wait until a call may be made.

        Args:
            deadline: The time (``time.monotonic``) after which a 429 no longer delays calls.
        """
        with self._changed:
            while (seconds := self._next_call_at(deadline) - time.monotonic()) > 0:
                self._log_wait(seconds)
                self._changed.wait(seconds)
            self._last_call = time.monotonic()

    def _log_wait(self, seconds: float) -> None:
        """Log that calls wait, once for all readers in the same wait."""
        now = time.monotonic()
        is_used_up = self._held_until > now
        if now >= self._logged_until and (is_used_up or seconds >= _MIN_LOGGED_WAIT):
            self._logged_until = now + seconds
            _logger.info(
                "Agreement %s: %s; waiting %.0f s.",
                self.label,
                "rate limited (429)" if is_used_up else "call budget nearly used up",
                math.ceil(seconds),
            )

    def _next_call_at(self, deadline: float) -> float:
        """Return the earliest time of the next call, by the current figures."""
        paced = min(self._last_call + self._pace, self._renewed_at)
        return max(paced, min(self._held_until, deadline))

    def hold(self, seconds: float) -> None:
        """Delay all calls of the agreement, after a 429."""
        with self._changed:
            self._held_until = max(self._held_until, time.monotonic() + seconds)

    def note_call(self, response: requests.Response) -> int:
        """Update the pace from a response's headers.

        Returns:
            The tokens that the call cost; 0 if the header is missing or unrecognised.
        """
        cost = cost_of(response)
        match = _BUDGET.search(response.headers.get("X-RateLimiting", ""))
        if not match or response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            return cost
        window, used, limit = (int(group) for group in match.groups())
        scarce = used >= _SLOW_DOWN_AT * limit
        share = (cost or 1) / max(limit - used, 1) if scarce else 0.0
        with self._changed:
            self._pace = window * share
            self._renewed_at = time.monotonic() + min(window, MAX_WAIT)
            self._changed.notify_all()
        return cost


def wait_after(response: requests.Response) -> float:
    """Return how many seconds to wait after a 429.

    Uses ``Retry-After`` if it is valid, otherwise the window of ``X-RateLimiting``.
    """
    wait = _seconds(response)
    if wait is None:
        window = _WINDOW_IN_POLICY.search(response.headers.get("X-RateLimiting", ""))
        wait = float(window[1]) if window else DEFAULT_WINDOW
    return min(max(wait, 1.0), MAX_WAIT)


def _seconds(response: requests.Response) -> float | None:
    """Parse ``Retry-After``: a number of seconds, or an HTTP date by the server's clock."""
    retry_after = response.headers.get("Retry-After", "").strip()
    if retry_after.isascii() and retry_after.isdecimal():
        return float(retry_after)
    moment = _moment(retry_after)
    if moment is None:
        return None
    sent = _moment(response.headers.get("Date", "")) or dt.datetime.now(dt.timezone.utc)
    return (moment - sent).total_seconds()


def _moment(http_date: str) -> dt.datetime | None:
    try:
        moment = email.utils.parsedate_to_datetime(http_date)
    except (OverflowError, ValueError):
        return None
    return None if moment.tzinfo is None else moment
