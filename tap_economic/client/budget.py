"""e-conomic's call budget: 10,000 tokens a minute, shared by both hosts of an agreement.

An answer says what its call cost and how much of the window is used:
``X-CallCost: 3`` and ``X-RateLimiting: token-limit-10000-per-60-seconds: 147/10000``. Other forms
were seen too, so that whatever is not understood is ignored.
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

WINDOW = 60.0
"""Seconds of the window, where no header tells."""
LONGEST_WAIT = 15 * 60.0
"""Seconds that a request waits for budget before its stream fails."""

# Numbers of more digits make no sense, and Python refuses to read those of very many.
_NUMBER = re.compile(r"[0-9]{1,6}")
_WINDOW_IN_POLICY = re.compile(r"per-(\d{1,6})-seconds")
_BUDGET = re.compile(r"per-(\d{1,6})-seconds:\s*(\d{1,12})/(\d{1,12})")
_SCARCE = 0.8
"""From which part of the budget on calls slow down."""
_WORTH_TELLING = 5.0
"""Seconds of a wait within the budget that are told of."""
_logger = logging.getLogger("tap-economic")


def cost_of(response: requests.Response) -> int:
    """Return what a call cost of the budget; 0 where the header says nothing that is known."""
    cost = _NUMBER.fullmatch(response.headers.get("X-CallCost", "").strip())
    return int(cost[0]) if cost else 0


class Budget:
    """The call budget of one agreement, shared by its readers and both hosts.

    Calls slow down as the budget nears its end: from one to the next passes the share of the window
    that a call's cost is of what is left, so that the rest is never used up. Whoever waits looks
    again when an answer tells something new.

    Attributes:
        label: What messages call the agreement.
    """

    def __init__(self) -> None:
        """Start with nothing known of the budget."""
        self.label = ""
        self._changed = threading.Condition()
        self._pace = 0.0
        self._last_call = 0.0
        self._renewed_at = 0.0  # when the window must have turned since the pace was found
        self._held_until = 0.0
        self._told_until = 0.0  # up to when a message told that calls wait

    def spend(self, call: Callable[[], T]) -> T:
        """Make a call when there is budget for it, and again after a 429.

        Args:
            call: Makes the call.

        Returns:
            What the call returns.

        Raises:
            TooManyRequestsError: If e-conomic still answers 429 after 15 minutes.
        """
        deadline = time.monotonic() + LONGEST_WAIT
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
            deadline: The moment (of ``time.monotonic``) from which on a 429 keeps nobody waiting.
        """
        with self._changed:
            while (seconds := self._opens(deadline) - time.monotonic()) > 0:
                self._tell(seconds)
                self._changed.wait(seconds)
            self._last_call = time.monotonic()

    def _tell(self, seconds: float) -> None:
        """Say that calls wait, once for all readers that wait for the same."""
        now = time.monotonic()
        is_used_up = self._held_until > now
        if now >= self._told_until and (is_used_up or seconds >= _WORTH_TELLING):
            self._told_until = now + seconds
            _logger.info(
                "Agreement %s waits %.0f seconds: its call budget is %s.",
                self.label,
                math.ceil(seconds),
                "used up (429)" if is_used_up else "nearly used up",
            )

    def _opens(self, deadline: float) -> float:
        """Return from when on the next call may be made, as far as is known by now."""
        paced = min(self._last_call + self._pace, self._renewed_at)
        return max(paced, min(self._held_until, deadline))

    def hold(self, seconds: float) -> None:
        """Let all readers of the agreement wait, after a 429."""
        with self._changed:
            self._held_until = max(self._held_until, time.monotonic() + seconds)

    def note_call(self, response: requests.Response) -> int:
        """Learn from a response how much is left.

        Returns:
            What the call cost; 0 where the response says nothing that is known.
        """
        cost = cost_of(response)
        match = _BUDGET.search(response.headers.get("X-RateLimiting", ""))
        if not match or response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            return cost
        window, used, limit = (int(group) for group in match.groups())
        scarce = used >= _SCARCE * limit
        share = (cost or 1) / max(limit - used, 1) if scarce else 0.0
        with self._changed:
            self._pace = window * share
            self._renewed_at = time.monotonic() + min(window, LONGEST_WAIT)
            self._changed.notify_all()
        return cost


def wait_after(response: requests.Response) -> float:
    """Return how many seconds to wait after a 429.

    ``Retry-After`` where it is sent and makes sense, otherwise the window of ``X-RateLimiting``.
    """
    wait = _seconds(response)
    if wait is None:
        window = _WINDOW_IN_POLICY.search(response.headers.get("X-RateLimiting", ""))
        wait = float(window[1]) if window else WINDOW
    return min(max(wait, 1.0), LONGEST_WAIT)


def _seconds(response: requests.Response) -> float | None:
    """Read ``Retry-After``: a number of seconds, or an HTTP date by the clock of the sender."""
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
