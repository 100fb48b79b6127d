"""Daybooks, and the draft entries in them, which may not balance yet."""

from __future__ import annotations

import dataclasses
import typing as t

from economic_sandbox.company.model.money import BASE_CURRENCY, HUNDRED, in_base_currency

if t.TYPE_CHECKING:
    import datetime
    import decimal

    from economic_sandbox.company.model.ledger import EntryType, Series

DAILY, PAYMENTS, PURCHASES = 1, 2, 3


@dataclasses.dataclass(slots=True)
class Journal:
    """A daybook (kassekladde)."""

    number: int
    name: str
    series: Series
    restricted_to: EntryType | None = None
    contra_account: int | None = None


@dataclasses.dataclass(slots=True)
class DraftEntry:
    """An entry in a daybook; numbered within it."""

    number: int
    journal: int
    type: EntryType
    voucher: int
    date: datetime.date
    amount: decimal.Decimal
    text: str
    account: int | None = None
    contra: int | None = None
    vat_code: str | None = None
    currency: str = BASE_CURRENCY
    rate: decimal.Decimal = HUNDRED
    customer: int | None = None
    customer_invoice: str | None = None
    supplier: int | None = None
    supplier_invoice: str | None = None
    payment_type: int | None = None
    payment_bank: str | None = None
    payment_message: str | None = None
    due_date: datetime.date | None = None
    project: int | None = None
    cost_type: int | None = None
    dimension_key: int | None = None
    accrual: tuple[datetime.date, datetime.date] | None = None

    @property
    def base(self) -> decimal.Decimal:
        """The amount in DKK."""
        return in_base_currency(self.amount, self.rate)
