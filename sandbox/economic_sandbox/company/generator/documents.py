"""Generates sales documents."""

from __future__ import annotations

import datetime
import decimal
import typing as t

from economic_sandbox.company.generator.people import moment
from economic_sandbox.company.model import basics
from economic_sandbox.company.model.documents import Recipient, SalesDocument, SalesLine
from economic_sandbox.company.model.money import NOTHING
from economic_sandbox.company.operations.sales import due_date

if t.TYPE_CHECKING:
    from economic_sandbox.company.generator.dice import Dice
    from economic_sandbox.company.model.company import Company
    from economic_sandbox.company.model.masters import Customer, Product

_NOTES = (
    "Tak for handlen! 🙏",
    'Ordren blev kaldt "Ærø-leverancen" hos jer.',
    "Bemærk: ny bankkonto fra 1. januar.\nReg.nr. 5970.",
    "Vi står altid til rådighed med råd om pleje af træet. " * 12,
)


def document(
    company: Company, dice: Dice, number: int, customer: Customer, day: datetime.date
) -> SalesDocument:
    """Generate a document for a customer, in the customer's currency."""
    terms = company.payment_terms[customer.terms]
    made = SalesDocument(
        number=number,
        id=company.next_document_id(),
        customer=customer.number,
        recipient=Recipient(
            customer.name,
            customer.address,
            customer.vat_zone,
            ean=customer.ean,
            cvr=customer.cvr,
            contact=customer.contact,
            mobile=customer.mobile,
        ),
        date=day,
        due_date=due_date(terms, day),
        terms=terms.number,
        layout=customer.layout or 19,
        updated=moment(dice, day).replace(second=0),
        lines=[],
        currency=customer.currency,
        rate=company.exchange_rate(customer.currency, day),
        sales_person=customer.sales_person,
        contact=customer.contact,
        delivery_location=customer.delivery_location,
    )
    made.heading = "Levering efter aftale" if dice.chance(30) else None
    made.text1 = dice.pick(_NOTES) if dice.chance(25) else None
    made.text2 = dice.pick(_NOTES) if dice.chance(5) else None
    made.other_reference = f"Rekv. {dice.between(100, 9999)}/Å" if dice.chance(30) else None
    if customer.delivery_location is not None:
        location = company.delivery_locations[customer.delivery_location]
        made.delivery = location.address
        made.delivery_date = day
    on_sale = [product for product in company.products.values() if not product.barred]
    for line_number in range(1, dice.between(1, 4) + 1):
        made.lines.append(_line(company, dice, made, line_number, dice.pick(on_sale)))
    if dice.chance(10):
        text = "Varerne er afhentet af kunden."
        made.lines.append(SalesLine(len(made.lines) + 1, text))
    return made


def _line(
    company: Company, dice: Dice, made: SalesDocument, number: int, product: Product
) -> SalesLine:
    account = company.product_groups[product.group].sales_accounts[made.recipient.vat_zone]
    vat_code = company.accounts[account].vat_code
    line = SalesLine(
        number,
        product.description or product.name,
        product=product.number,
        quantity=decimal.Decimal(dice.between(1, 8)),
        price=_in_currency(product.price, made.rate),
        cost=_in_currency(product.cost, made.rate),
        unit=product.unit,
        account=account,
        vat_code=vat_code,
        vat_rate=company.vat_accounts[vat_code].rate if vat_code else NOTHING,
        dimension_key=product.dimension_key,
    )
    if product.unit == basics.HOURS:  # sold by the quarter
        line.quantity = decimal.Decimal(dice.between(1, 40)) / 4
    if dice.chance(20):
        line.discount = decimal.Decimal(dice.pick(("5.00", "10.00", "12.50")))
    line.region = dice.pick((None, None, 1, 2, 3))
    if company.product_groups[product.group].accrual_account and dice.chance(15):
        line.accrual = (made.date, made.date + datetime.timedelta(days=89))
    return line


def _in_currency(price: decimal.Decimal, rate: decimal.Decimal) -> decimal.Decimal:
    return (price * 100 / rate).quantize(decimal.Decimal("0.01"))
