"""Generates customers, suppliers and their contacts."""

from __future__ import annotations

import datetime
import decimal
import typing as t

from economic_sandbox.company.model import basics, chart
from economic_sandbox.company.model.masters import (
    Address,
    Contact,
    Customer,
    DeliveryLocation,
    Supplier,
)
from economic_sandbox.company.model.money import BASE_CURRENCY

if t.TYPE_CHECKING:
    from collections.abc import Iterable

    from economic_sandbox.company.generator.dice import Dice

_TRADES = (
    "Bådebyggeri", "Møbelsnedkeri", "Røgeri", "Væveri", "Gårdbutik", "Cykler", "Vinhandel",
    "Bogtryk", "Kaffebrænderi", "Tømrerfirma", "Blomster", "Frisør", "Isværk", "Sejlmageri",
)  # fmt: skip
_FAMILIES = (
    "Østergaard", "Kjær", "Nørgård", "Brøgger", "Skjødt", "Ågård", "Møller", "Bæk",
    "Lærke", "Søndergaard", "Højrup", "Fjord", "Bjørn", "Ravn",
)  # fmt: skip
_FIRST_NAMES = ("Åse", "Bjørn", "Karen", "Søren", "Mette", "Lærke", "Óli", "Zoë", "Jens-Peter")
_FORMS = ("ApS", "A/S", "I/S", "& Søn", "v/ indehaveren")
_STREETS = ("Strandvejen", "Nørregade", "Æblehaven", "Møllebakken", "Søndre Boulevard", "Østerå")
_TOWNS = (
    ("5970", "Ærøskøbing"), ("6200", "Aabenraa"), ("3700", "Rønne"), ("8000", "Aarhus C"),
    ("9990", "Skagen"), ("5700", "Svendborg"), ("6760", "Ribe"), ("4780", "Stege"),
)  # fmt: skip
_ABROAD = (
    ("Hafenstraße 7", "24103", "Kiel", "Deutschland"),
    ("Rue de l'Église 12", "67000", "Strasbourg", "France"),
    ("Calle Niño Jesús 3", "28009", "Madrid", "España"),
)
# Names that are awkward in a filter, a quoted CSV field or a small character set.
_AWKWARD_NAMES = (
    'Møbler "Ærø" I/S', "Pris$tjek (Nord) ApS", "Rabat 10 % [udsalg]*", "O'Neill & Ø, Å: Æ/S",
    "Café Smørrebrød 🥪", "  Mellemrum foran ApS", "Back\\slash A/S", "Null",
)  # fmt: skip
_EAN_EVERY, _EURO_EVERY, _EXEMPT_EVERY = 9, 6, 13


def company_name(dice: Dice) -> str:
    """Generate the name of a Danish company."""
    return f"{dice.pick(_FAMILIES)}s {dice.pick(_TRADES)} {dice.pick(_FORMS)}"


def person(dice: Dice) -> str:
    """Generate the name of a person."""
    return f"{dice.pick(_FIRST_NAMES)} {dice.pick(_FAMILIES)}"


def moment(dice: Dice, day: datetime.date) -> datetime.datetime:
    """Return a random second of a day's working hours."""
    time = datetime.time(dice.between(7, 16), dice.between(0, 59), dice.between(0, 59))
    return datetime.datetime.combine(day, time)


def day_between(dice: Dice, first: datetime.date, last: datetime.date) -> datetime.date:
    """Return a random day."""
    return first + datetime.timedelta(days=dice.between(0, (last - first).days))


def customers(
    dice: Dice, count: int, first: datetime.date, today: datetime.date
) -> dict[int, Customer]:
    """Generate customers: some public bodies, some abroad who pay in EUR, some barred."""
    made = {}
    for index in range(count):
        number = 101 + index + index // 10 * 3  # numbers have gaps
        made[number] = customer(dice, index, number, day_between(dice, first, today))
    return made


def customer(dice: Dice, index: int, number: int, day: datetime.date) -> Customer:
    """Generate a customer.

    Args:
        dice: The source of randomness.
        index: Selects its kind: the first have awkward names, every sixth is abroad.
        number: Its number.
        day: The day of its creation.
    """
    awkward = index < len(_AWKWARD_NAMES)
    foreign = index % _EURO_EVERY == _EURO_EVERY - 1
    public = not foreign and index % _EAN_EVERY == _EAN_EVERY - 1
    made = Customer(
        number=number,
        name=_AWKWARD_NAMES[index] if awkward else company_name(dice),
        address=_address(dice, foreign=foreign),
        group=2 if foreign else 3 if public else 1,
        vat_zone=basics.EU if foreign else basics.DOMESTIC,
        terms=dice.pick((1, 2, 2, 3, 5)),
        currency="EUR" if foreign else BASE_CURRENCY,
        updated=moment(dice, day),
        layout=21 if foreign else 19,
        sales_person=dice.pick((1, 2, 3)),
    )
    made.cvr = None if foreign else str(dice.between(10_000_000, 99_999_999))
    made.email = f"faktura{made.number}@kunde.example" if dice.chance(80) else None
    made.phone = f"+45 {dice.between(20_000_000, 99_999_999)}" if dice.chance(70) else None
    made.mobile = f"{dice.between(20_000_000, 99_999_999)}" if dice.chance(30) else None
    made.website = "https://kunde.example/æøå" if dice.chance(15) else None
    made.credit_limit = decimal.Decimal("50000.00") if dice.chance(25) else None
    made.price_group = 1 if dice.chance(20) else None
    made.e_invoicing_disabled = dice.chance(5)
    if public:
        made.ean = f"57980{dice.between(10_000_000, 99_999_999)}"
    elif not foreign and index % _EXEMPT_EVERY == _EXEMPT_EVERY - 1:
        made.vat_zone = basics.EXEMPT
    return made


def _address(dice: Dice, *, foreign: bool) -> Address:
    if foreign:
        street, zip_code, city, country = dice.pick(_ABROAD)
        return Address(street, zip_code, city, country)
    zip_code, city = dice.pick(_TOWNS)
    street = f"{dice.pick(_STREETS)} {dice.between(1, 199)}"
    if dice.chance(15):
        street += "\nPort 3, 1. th."
    return Address(street, zip_code, city, "Danmark" if dice.chance(60) else None)


def customer_contacts(dice: Dice, owners: Iterable[Customer]) -> dict[int, Contact]:
    """Generate one or two contacts for most customers, and name the first in the customer."""
    made: dict[int, Contact] = {}
    for owner in owners:
        if dice.chance(25):
            continue
        for contact in _contacts(dice, owner.number, len(made), owner.updated):
            made[contact.number] = contact
            owner.contact = owner.contact or contact.number
    return made


def supplier_contacts(
    dice: Dice, owners: Iterable[Supplier], day: datetime.date
) -> dict[int, Contact]:
    """Generate contacts for most suppliers, and name the first in the supplier."""
    made: dict[int, Contact] = {}
    for supplier in owners:
        if made and dice.chance(40):
            continue
        for contact in _contacts(dice, supplier.number, len(made), moment(dice, day)):
            made[contact.number] = contact
            supplier.contact = supplier.contact or contact.number
    return made


def _contacts(dice: Dice, owner: int, before: int, updated: datetime.datetime) -> list[Contact]:
    made = []
    for ui_number in range(1, dice.between(1, 2) + 1):
        number = 140 + before + ui_number
        contact = Contact(number, owner, ui_number, person(dice), updated)
        contact.email = f"kontakt{number}@firma.example" if dice.chance(80) else None
        contact.phone = f"+45 {dice.between(20_000_000, 99_999_999)}" if dice.chance(50) else None
        contact.notes = "Træffes bedst før kl. 12.\nSiger »du«." if dice.chance(20) else None
        contact.e_invoice_id = f"REF-{number}" if dice.chance(10) else None
        contact.receives_invoices = contact.email is not None and dice.chance(50)
        contact.deleted = ui_number > 1 and dice.chance(10)
        made.append(contact)
    return made


def delivery_locations(dice: Dice, owners: Iterable[Customer]) -> dict[int, DeliveryLocation]:
    """Generate a delivery location for some customers."""
    made: dict[int, DeliveryLocation] = {}
    for owner in owners:
        if made and dice.chance(60):
            continue
        number = len(made) + 1
        made[number] = DeliveryLocation(
            number,
            owner.number,
            1,
            _address(dice, foreign=owner.currency != BASE_CURRENCY),
            owner.updated,
            terms="Til kantsten" if dice.chance(50) else None,
            barred=dice.chance(10),
        )
        if not made[number].barred:
            owner.delivery_location = number
    return made


_LANDLORD = ("Havnens Ejendomme A/S", chart.RENT)
_TRADE_SUPPLIERS = (
    ("Nordisk Træ & Finér A/S", chart.PURCHASES),
    ("Holzgroßhandel Müller GmbH", chart.PURCHASES_EU),
    ("Fragtmanden på Als ApS", chart.FREIGHT),
    ('Reklamebureauet "Blæk" ApS', 2750),
    ("Kro & Hotel Ærø", 2770),
    ("Færgeruten Syd", 2780),
    ("Ø-El og Vand a.m.b.a.", 3420),
    ("Kontorforsyningen", 3604),
    ("Telenet Danmark A/S", 3617),
    ("SkyByte Software ApS", chart.SOFTWARE),
    ("Revisorgården", 3640),
    ("Værktøj & Søm ApS", 3650),
)


def suppliers(dice: Dice, count: int) -> dict[int, Supplier]:
    """Generate suppliers; the first is the landlord, one in the EU invoices in EUR."""
    named = (_LANDLORD, *_TRADE_SUPPLIERS)
    made: dict[int, Supplier] = {}
    for index in range(max(count, len(named))):
        name, account = named[index % len(named)]
        if index >= len(named):
            name, account = company_name(dice), dice.pick(_TRADE_SUPPLIERS)[1]
        foreign = account == chart.PURCHASES_EU
        number = index + 1
        made[number] = Supplier(
            number=number,
            name=name,
            address=_address(dice, foreign=foreign),
            group=2 if foreign else 1,
            vat_zone=basics.EU if foreign else basics.DOMESTIC,
            terms=dice.pick((1, 2, 5)),
            currency="EUR" if foreign else BASE_CURRENCY,
            cost_account=account,
            cvr=None if foreign else str(dice.between(10_000_000, 99_999_999)),
            email=f"leverandoer{number}@firma.example",
            phone=f"{dice.between(20_000_000, 99_999_999)}",
            bank_account=f"5970 {dice.between(1_000_000, 9_999_999):010d}",
            invoice_text="Husk rekvisitionsnr." if dice.chance(20) else None,
            payment_type=10 if foreign else dice.pick((1, 7, 7)),
            creditor_id=None if foreign else str(dice.between(80_000_000, 89_999_999)),
            barred=index >= len(named) and dice.chance(8),
        )
    return made
