"""Budgets, special prices, attached documents, webhooks, dimension changes."""

from __future__ import annotations

import dataclasses
import typing as t

if t.TYPE_CHECKING:
    import datetime
    import decimal


@dataclasses.dataclass(slots=True)
class BudgetFigure:
    """A budgeted amount of an account."""

    number: int
    account_number: int
    from_date: datetime.date
    to_date: datetime.date
    amount_default_currency: decimal.Decimal
    dimension_key: int | None = None


@dataclasses.dataclass(slots=True)
class AttachedDocument:
    """A scanned voucher; ``entry`` is one of the voucher's entries."""

    number: int
    entry: int
    page_count: int
    note: str | None = None


@dataclasses.dataclass(slots=True)
class SpecialPrice:
    """A product's price for customers of a price group: an amount, or a discount."""

    number: int
    price_group: int
    product: str
    price: decimal.Decimal | None = None
    discount: decimal.Decimal | None = None
    prices_in_currency: dict[str, decimal.Decimal] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(slots=True)
class Webhook:
    """A webhook; its headers may contain secrets."""

    event_type: str
    name: str
    url: str
    last_updated: datetime.datetime
    headers: dict[str, str] = dataclasses.field(default_factory=dict)
    disabled: datetime.datetime | None = None


@dataclasses.dataclass(slots=True)
class DimensionChange:
    """A booked entry moved from one value of a dimension to another."""

    entry: int
    dimension: int
    old: int | None
    new: int | None
    timestamp: datetime.datetime
