"""e-conomic's call budget: 10,000 tokens a minute, shared by both hosts of an agreement.

An answer says what its call cost and how much of the window is used:
``X-CallCost: 3`` and ``X-RateLimiting: token-limit-10000-per-60-seconds: 147/10000``. Other forms
were seen too, so that whatever is not understood is ignored.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import re
import typing as t

from singer_sdk.exceptions import FatalAPIError

if t.TYPE_CHECKING:
    import requests

WINDOW = 60.0
"""Seconds of the window, where no header tells."""
LONGEST_WAIT = 15 * 60.0
"""Seconds that a request waits for budget before its stream fails."""

_WINDOW_IN_POLICY = re.compile(r"per-(\d+)-seconds")


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
