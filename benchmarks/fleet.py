"""A fleet of generated agreements, served by one sandbox.

Each has about 100 open entries and 100 open invoices. The first one has revoked its grant, and the
second has no modules.
"""

from __future__ import annotations

import time
import typing as t

from benchmarks.audit import FIRST, WITHOUT_MODULES
from economic_sandbox.company import Company, generate_company
from economic_sandbox.server import Sandbox
from economic_sandbox.simulation import Simulation

_INVOICES = 20  # of which few are open
_OPEN = 94  # more, all unpaid
_UNLIMITED = 10**9  # the call budget, which must not affect the figures


class Fleet(Sandbox):
    """A sandbox with many agreements and delayed responses."""

    def __init__(self, agreements: int, delay: float) -> None:
        """Generate the companies.

        Args:
            agreements: How many.
            delay: Seconds by which each response is delayed.
        """
        companies = {f"grant-{n}": _company(FIRST + n) for n in range(agreements)}
        super().__init__(agreements=companies, call_limit=_UNLIMITED)
        self.before_response(lambda _exchange: time.sleep(delay))
        self._grants = ["grant-that-was-revoked", *list(companies)[1:]]

    @property
    def settings(self) -> dict[str, t.Any]:
        """The settings of a tap that reads the fleet, once it is started."""
        return {
            "app_secret_token": self.app_secret_token,
            "rest_url": self.rest_url,
            "openapi_url": self.openapi_url,
            "agreements": [{"agreement_grant_token": grant} for grant in self._grants],
        }


def _company(agreement: int) -> Company:
    """Generate a company with a number of open invoices, and about as many open entries."""
    company = generate_company(agreement - FIRST + 1, invoices=_INVOICES)
    company.agreement_number = agreement
    simulation = Simulation(company)
    for _ in range(_OPEN):
        simulation.do("book_invoice")
    if agreement == WITHOUT_MODULES:
        company.modules = set()
    return company
