"""Rounding and conversion of amounts."""

from __future__ import annotations

import decimal

ORE = decimal.Decimal("0.01")
NOTHING = decimal.Decimal("0.00")
HUNDRED = decimal.Decimal(100)
BASE_CURRENCY = "DKK"


def rounded(amount: decimal.Decimal) -> decimal.Decimal:
    """Round to the øre, halves away from zero, so that a credit note mirrors its invoice."""
    return amount.quantize(ORE, rounding=decimal.ROUND_HALF_UP)


def in_base_currency(amount: decimal.Decimal, rate: decimal.Decimal) -> decimal.Decimal:
    """Convert at an exchange rate, which e-conomic quotes per 100 units."""
    return rounded(amount * rate / HUNDRED)


def share(amount: decimal.Decimal, percentage: decimal.Decimal) -> decimal.Decimal:
    """Return a percentage of an amount."""
    return rounded(amount * percentage / HUNDRED)
