"""The pace of live questions: within a quarter of the agreement's call budget.

e-conomic tells the cost of each call and the budget of a window (documentation, "Rate limiting"):
``X-CallCost: 3`` and ``X-RateLimiting: token-limit-10000-per-60-seconds: 147/10000``. The demo
agreement's budget is shared by everyone who tries the API.
"""

from __future__ import annotations

import collections
import re
import time
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SHARE = 0.25
COST = 3  # of a page, where no header tells
_BUDGET = re.compile(r"-(\d{1,9})-per-(\d{1,4})-seconds")


class Pace:
    """Waits before a call that would exceed the share of the budget in its window."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Start with nothing spent, and with the budget that was last seen in public."""
        self._clock = clock
        self._sleep = sleep
        self._calls: collections.deque[tuple[float, int]] = collections.deque()
        self._limit = 10_000
        self._window = 60
        self.spent = 0

    def wait(self) -> None:
        """Wait until a call fits into the share."""
        while self._in_window() + COST > self._limit * SHARE and self._calls:
            oldest, _ = self._calls[0]
            self._sleep(max(oldest + self._window - self._clock(), 0.01))

    def hold(self, headers: Mapping[str, str]) -> None:
        """Wait as long as a 429 asks for, or for a window."""
        after = headers.get("retry-after", "")
        self._sleep(min(int(after), 900) if re.fullmatch(r"\d{1,5}", after) else self._window)

    def note(self, headers: Mapping[str, str]) -> None:
        """Take the cost of a call and the budget from the headers of its answer."""
        cost = headers.get("x-callcost", "")
        paid = int(cost) if re.fullmatch(r"\d{1,5}", cost) else COST
        self.spent += paid
        self._calls.append((self._clock(), paid))
        budget = _BUDGET.search(headers.get("x-ratelimiting", ""))
        if budget:
            self._limit, self._window = int(budget[1]), int(budget[2])

    def _in_window(self) -> int:
        """Return what was spent within the last window."""
        start = self._clock() - self._window
        while self._calls and self._calls[0][0] <= start:
            self._calls.popleft()
        return sum(cost for _, cost in self._calls)
