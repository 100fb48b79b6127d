"""The sandbox's own books: what its company has booked, without any API."""

from __future__ import annotations

import typing as t

from economic_sandbox.company.model.chart import VAT_ACCOUNTS
from economic_sandbox.company.model.ledger import EntryType
from scripts.demo.page import NOTHING

if t.TYPE_CHECKING:
    import datetime
    from collections.abc import Callable
    from decimal import Decimal

    from economic_sandbox.company import Company
    from economic_sandbox.company.model.ledger import Entry

_INVOICES = (EntryType.CUSTOMER_INVOICE, EntryType.SUPPLIER_INVOICE)


class OwnBooks:
    """Sums of a company's entries in DKK."""

    def __init__(self, company: Company) -> None:
        """Sum nothing yet.

        Args:
            company: The company.
        """
        self._company = company

    def result(self, first: datetime.date, last: datetime.date) -> Decimal:
        """Return the result of some days; a profit is positive."""
        accounts = self._company.accounts
        return -self._sum(
            lambda entry: (
                accounts[entry.account].type == "profitAndLoss" and first <= entry.date <= last
            )
        )

    def owed(self, day: datetime.date) -> dict[int, Decimal]:
        """Return what each customer owes at the end of a day."""
        sums: dict[int, Decimal] = {}
        for entry in self._company.ledger.entries.values():
            if entry.customer is not None and entry.date <= day:
                sums[entry.customer] = sums.get(entry.customer, NOTHING) + entry.base
        return sums

    def vat(self, first: datetime.date, last: datetime.date) -> Decimal:
        """Return the VAT of the invoices of some days; VAT on sales is negative."""
        return self._sum(
            lambda entry: (
                entry.account in VAT_ACCOUNTS
                and entry.type in _INVOICES
                and first <= entry.date <= last
            )
        )

    def _sum(self, counts: Callable[[Entry], bool]) -> Decimal:
        entries = self._company.ledger.entries.values()
        return sum((entry.base for entry in entries if counts(entry)), NOTHING)
