"""Generates budgets, special prices, attached documents, webhooks and dimension changes."""

from __future__ import annotations

import datetime
import decimal
import typing as t

from economic_sandbox.company.generator.people import moment
from economic_sandbox.company.model import chart
from economic_sandbox.company.model.extras import (
    AttachedDocument,
    BudgetFigure,
    DimensionChange,
    SpecialPrice,
    Webhook,
)
from economic_sandbox.company.model.ledger import EntryType
from economic_sandbox.company.model.money import ORE, rounded
from economic_sandbox.company.model.years import next_month

if t.TYPE_CHECKING:
    from economic_sandbox.company.generator.dice import Dice
    from economic_sandbox.company.model.company import Company

_DOCUMENT_EVERY = 3
_FIRST_DOCUMENT = 910_010
_CHANGES = 15


def budget_figures(company: Company, dice: Dice) -> dict[int, BudgetFigure]:
    """Generate a budget of this year's months."""
    made: dict[int, BudgetFigure] = {}
    for account, sign in ((chart.SALES_GOODS, -1), (chart.SALARIES, 1), (chart.RENT, 1)):
        start = datetime.date(company.today.year, 1, 1)
        for _ in range(12):
            number, end = len(made) + 1, next_month(start) - datetime.timedelta(days=1)
            amount = decimal.Decimal(sign * dice.between(5, 80) * 1000).quantize(ORE)
            key = dice.pick((None, 1, 2))
            made[number] = BudgetFigure(number, account, start, end, amount, key)
            start = next_month(start)
    return made


def attached_documents(company: Company, dice: Dice) -> dict[int, AttachedDocument]:
    """Attach a scan to every third invoice of a supplier."""
    invoices = [
        entry
        for entry in company.ledger.entries.values()
        if entry.type == EntryType.SUPPLIER_INVOICE and entry.supplier is not None
    ]
    return {
        number: AttachedDocument(
            number, entry.number, dice.between(1, 4), "Kvittering 📎" if dice.chance(30) else None
        )
        for number, entry in enumerate(invoices[::_DOCUMENT_EVERY], start=_FIRST_DOCUMENT)
    }


def special_prices(company: Company, dice: Dice) -> dict[int, SpecialPrice]:
    """Give some products a special price in each price group."""
    made: dict[int, SpecialPrice] = {}
    for group in company.price_groups:
        for product in list(company.products.values())[group::5]:
            number = len(made) + 1
            special = SpecialPrice(number, group, product.number)
            if made and dice.chance(40):
                special.discount = decimal.Decimal("15.00")
            else:
                special.price = rounded(product.price * 9 / 10)
                special.prices_in_currency = {"EUR": rounded(special.price / 7)}
            made[number] = special
    return made


def prices_in_currency(company: Company) -> dict[tuple[str, str], decimal.Decimal]:
    """Give every other product a price in other currencies."""
    return {
        (product.number, currency): rounded(product.price * 100 / rate.rate)
        for product in list(company.products.values())[::2]
        for currency, rate in company.currencies.items()
        if rate.rate != decimal.Decimal(100)
    }


def webhooks(company: Company, dice: Dice) -> dict[str, Webhook]:
    """Generate a webhook with headers and one without."""
    updated = moment(dice, company.today - datetime.timedelta(days=30))
    url = "https://hooks.example/e-conomic"
    made = (
        Webhook("CUSTOMER_UPDATED", "Kunder til CRM", url, updated, {"X-Api-Key": "sandbox-only"}),
        Webhook("INVOICE_BOOKED", "Faktura bogført", url, updated, disabled=updated),
    )
    return {webhook.event_type: webhook for webhook in made}


def dimension_changes(company: Company, dice: Dice) -> list[DimensionChange]:
    """Move some booked sales between departments; the entry has the new one."""
    movable = [
        entry for entry in company.ledger.entries.values() if entry.account == chart.SALES_GOODS
    ]
    made = []
    for entry in movable[-_CHANGES:]:
        old, entry.dimension_key = entry.dimension_key, dice.pick((1, 2, 3))
        day = min(company.today, entry.date + datetime.timedelta(days=dice.between(1, 40)))
        made.append(DimensionChange(entry.number, 1, old, entry.dimension_key, moment(dice, day)))
    return made
