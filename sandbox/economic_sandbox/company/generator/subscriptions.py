"""Generates subscriptions, their lines and their subscribers."""

from __future__ import annotations

import datetime
import decimal
import typing as t

from economic_sandbox.company.generator.people import moment
from economic_sandbox.company.model.subscriptions import Subscriber, Subscription, SubscriptionLine

if t.TYPE_CHECKING:
    from economic_sandbox.company.generator.dice import Dice
    from economic_sandbox.company.model.company import Company

_SUBSCRIBERS = 9
_YEARLY, _QUARTERLY = 6, 4


def subscriptions(company: Company, dice: Dice) -> dict[int, Subscription]:
    """Generate subscriptions, one of them barred."""
    day = company.today - datetime.timedelta(days=200)
    made = (
        Subscription(1, "Træpleje, årsaftale", _YEARLY, moment(dice, day), accrue=True),
        Subscription(2, "Værkstedsklub ⚒", _QUARTERLY, moment(dice, day), collection=1),
        Subscription(3, "Udgået aftale", _YEARLY, moment(dice, day), is_barred=True),
    )
    made[0].description = "Olie & eftersyn én gang om året"
    return {subscription.number: subscription for subscription in made}


def subscription_lines(company: Company, dice: Dice) -> dict[int, SubscriptionLine]:
    """Generate the lines of the subscriptions."""
    made: dict[int, SubscriptionLine] = {}
    for subscription in company.subscriptions.values():
        for _ in range(2):
            number = len(made) + 1
            product = dice.pick(list(company.products.values()))
            line = SubscriptionLine(number, subscription.number, product.name, product.number)
            line.quantity = decimal.Decimal(dice.between(1, 3))
            line.special_price = product.price - 5 if dice.chance(40) else None
            made[number] = line
    made[len(made) + 1] = SubscriptionLine(len(made) + 1, 1, "Tak for tilliden")
    return made


def subscribers(company: Company, dice: Dice) -> dict[int, Subscriber]:
    """Generate the subscribers."""
    numbers = range(1, _SUBSCRIBERS + 1)
    return {number: subscriber(company, dice, number) for number in numbers}


def subscriber(company: Company, dice: Dice, number: int) -> Subscriber:
    """Generate a subscriber.

    Args:
        company: The company.
        dice: The source of randomness.
        number: The subscriber's number.
    """
    start = (company.today - datetime.timedelta(days=dice.between(20, 300))).replace(day=1)
    customer = dice.pick(list(company.customers.values()))
    made = Subscriber(
        number,
        dice.pick((1, 2)),
        customer.number,
        start,
        start + datetime.timedelta(days=364),
        start,
        moment(dice, start),
    )
    made.your_ref = customer.contact
    if dice.chance(40):
        made.discount_percentage = decimal.Decimal("10.00")
        made.discount_expiry_date = made.end_date
    made.other_ref = "Aftale Å-12" if dice.chance(40) else None
    made.comments = "Ringer selv" if dice.chance(30) else None
    return made
