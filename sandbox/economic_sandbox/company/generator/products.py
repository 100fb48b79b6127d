"""Generates products and their prices."""

from __future__ import annotations

import decimal
import typing as t

from economic_sandbox.company.generator.people import day_between, moment
from economic_sandbox.company.model import basics
from economic_sandbox.company.model.masters import Product

if t.TYPE_CHECKING:
    import datetime

    from economic_sandbox.company.generator.dice import Dice

_GOODS = ("Stol", "Bord", "Hylde", "Skammel", "Vase", "Årepar", "Køje", "Reol", "Dør", "Kiste")
_WOODS = ("eg", "bøg", "ask", "fyr", "ælm", "kirsebær")
_SERVICES = ("Montering", "Rådgivning", "Opmåling", "Overfladebehandling", "Kørsel")
_COURSES = ("Kursus i træskæring", "Bogen »Æ, Ø og Å«", "Aftenskole: sløjd")
# Numbers that must be encoded in a link, and must stay text.
_AWKWARD_NUMBERS = ("123132_2", '"334420"', "V-1/2", "0007", "Æ 5", "50%+ø", "a.b:c")
_BARRED_EVERY = 11
_LONG = (
    "Massivt træ fra danske skove, håndslebet og behandlet med olie. "
    "Leveres samlet; mål kan afvige op til ½ cm. "
) * 4


def products(
    dice: Dice, count: int, first: datetime.date, today: datetime.date
) -> dict[str, Product]:
    """Generate products: goods with a stock, services by the hour, courses without VAT."""
    made: dict[str, Product] = {}
    for index in range(count):
        number = _AWKWARD_NUMBERS[index] if index < len(_AWKWARD_NUMBERS) else str(1000 + index)
        # The API keeps no seconds of a product's last change.
        updated = moment(dice, day_between(dice, first, today)).replace(second=0)
        made[number] = product(dice, number, index, updated)
    return made


def product(dice: Dice, number: str, index: int, updated: datetime.datetime) -> Product:
    """Generate a product.

    Args:
        dice: The source of randomness.
        number: Its number.
        index: Selects its kind: goods, services and courses take turns, some are barred.
        updated: The time of its last change.
    """
    group = (basics.GOODS, basics.GOODS, basics.SERVICES, basics.GOODS, basics.COURSES)[index % 5]
    if group == basics.GOODS:
        name = f"{dice.pick(_GOODS)} i {dice.pick(_WOODS)}"
    else:
        name = dice.pick(_SERVICES if group == basics.SERVICES else _COURSES)
    price = decimal.Decimal(dice.between(1995, 499_500)) / 100
    made = Product(
        number=number,
        name=f"{name} 🪑" if index == 1 else name,
        group=group,
        price=price,
        cost=(price * dice.between(35, 70) / 100).quantize(decimal.Decimal("0.01")),
        updated=updated,
        unit=basics.HOURS if group == basics.SERVICES else basics.PIECES,
        dimension_key=dice.pick((None, None, 2, 3, basics.SHARED_BY_DEPARTMENTS)),
    )
    made.description = _LONG[:490] if dice.chance(10) else name if dice.chance(60) else None
    made.recommended_price = made.price + 100 if dice.chance(50) else None
    made.bar_code = f"57{dice.between(10**10, 10**11 - 1)}" if dice.chance(40) else None
    made.purchased = decimal.Decimal(5000) if group == basics.GOODS else None
    made.barred = index % _BARRED_EVERY == _BARRED_EVERY - 1
    return made
