"""Subscriptions, their lines and their subscribers, under the names of the API."""

from __future__ import annotations

import dataclasses
import decimal
import typing as t

if t.TYPE_CHECKING:
    import datetime


@dataclasses.dataclass(slots=True)
class Subscription:
    """A subscription."""

    number: int
    name: str
    interval: int
    last_updated: datetime.datetime
    collection: int = 0
    description: str | None = None
    is_calendar_based: bool = False
    include_name: bool = True
    include_period: bool = True
    allow_more_than_one_per_customer: bool = False
    accrue: bool = False
    is_barred: bool = False


@dataclasses.dataclass(slots=True)
class SubscriptionLine:
    """A product of a subscription; a line without product is text only."""

    number: int
    subscription_number: int
    description: str
    product_number: str | None = None
    quantity: decimal.Decimal | None = None
    special_price: decimal.Decimal | None = None


@dataclasses.dataclass(slots=True)
class Subscriber:
    """A customer who subscribes."""

    number: int
    subscription_number: int
    customer_number: int
    start_date: datetime.date
    end_date: datetime.date
    registration_date: datetime.date
    last_updated: datetime.datetime
    expiry_date: datetime.date | None = None
    special_price: decimal.Decimal | None = None
    discount_percentage: decimal.Decimal | None = None
    discount_expiry_date: datetime.date | None = None
    quantity_factor: decimal.Decimal = decimal.Decimal("1.00")
    price_factor: decimal.Decimal = decimal.Decimal("1.00")
    your_ref: int | None = None
    other_ref: str | None = None
    comments: str | None = None
    extra_text_for_invoice: str | None = None
