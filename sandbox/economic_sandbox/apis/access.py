"""Access: agreements, call budgets, and the checks of roles and modules."""

from __future__ import annotations

import threading
import time
import typing as t

from economic_sandbox.apis import errors

if t.TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from economic_sandbox.apis.facts import Endpoint
    from economic_sandbox.company import Company

T = t.TypeVar("T")

CALL_COST = 3
# Recorded for the PDF of a booked invoice (demo agreement, October 2026); assumed for other files.
FILE_COST = 13
# The module numbers of /self.
MODULE_NUMBERS = {"Project": 4, "Dimension": 14, "Subscription": 74}


class Budget:
    """The call budget of an agreement, shared by both hosts."""

    def __init__(self, limit: int, window: int) -> None:
        """Start with a full budget.

        Args:
            limit: The maximum cost per window.
            window: The length of the window in seconds.
        """
        self.limit = limit
        self.window = window
        self._lock = threading.Lock()
        self.refill()

    def refill(self) -> None:
        """Start a new window."""
        self._used = 0
        self._started = time.monotonic()

    def spend(self, cost: int = CALL_COST) -> tuple[bool, str]:
        """Charge a call.

        Args:
            cost: What it costs.

        Returns:
            Whether the call is within the budget, and the value of ``X-RateLimiting``.
        """
        with self._lock:
            if time.monotonic() - self._started >= self.window:
                self.refill()
            is_allowed = self._used + cost <= self.limit
            self._used = self._used + cost if is_allowed else self.limit
            policy = f"token-limit-{self.limit}-per-{self.window}-seconds"
            return is_allowed, f"{policy}: {self._used}/{self.limit}"


class Agreement:
    """An agreement that a running sandbox serves.

    Attributes:
        company: The company; its role and modules decide what is rejected.
        budget: The call budget.
        is_revoked: Whether its user has revoked the grant, so that the token is answered with 401;
            granting access on the installation page renews it.
    """

    def __init__(self, company: Company, budget: Budget) -> None:
        """Start with an empty cache.

        Args:
            company: The company, which has the role and the modules.
            budget: The call budget.
        """
        self.company = company
        self.budget = budget
        self.is_revoked = False
        self._cache: dict[Hashable, tuple[int, t.Any]] = {}

    def replace_company(self, company: Company) -> None:
        """Serve another company, with a valid grant."""
        self.company = company
        self.is_revoked = False
        self._cache.clear()

    def cached(self, key: Hashable, build: Callable[[], T]) -> T:
        """Return what ``build`` returns, called once per revision of the company."""
        revision = self.company.revision
        known = self._cache.get(key)
        if known is None or known[0] != revision:
            known = self._cache[key] = (revision, build())
        return t.cast("T", known[1])


def cost_of(path: str) -> int:
    """Return what a call costs."""
    return FILE_COST if path.lower().endswith("/pdf") else CALL_COST


def check_quota(*, is_paid: bool) -> None:
    """Reject a call that exceeds the call budget.

    Raises:
        ApiError: The call is not paid.
    """
    if not is_paid:
        raise errors.ApiError(429, "The agreement is over its quota of calls.")


def check_access(
    agreement: Agreement, endpoint: Endpoint, missing_module: Callable[[str], errors.ApiError]
) -> None:
    """Reject a call that the app's role or the agreement's modules do not cover.

    Args:
        agreement: The agreement.
        endpoint: The endpoint that is called.
        missing_module: Makes the API's own error for a module that the agreement lacks.

    Raises:
        ApiError: The call is not covered.
    """
    role = agreement.company.role
    if endpoint.roles and role not in endpoint.roles:
        raise errors.ApiError(403, f"The role {role} may not read this.")
    module = endpoint.module
    if module and MODULE_NUMBERS[module] not in agreement.company.modules:
        raise missing_module(module)
