"""Events of payments and purchases: open items are added, settled and reopened."""

from __future__ import annotations

import collections
import datetime
import decimal
import typing as t

from economic_sandbox.company.model.ledger import EntryType
from economic_sandbox.company.model.money import BASE_CURRENCY, NOTHING, ORE, rounded
from economic_sandbox.company.operations import matching, purchases, sales
from economic_sandbox.simulation.chance import pick

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from economic_sandbox.company import Company
    from economic_sandbox.company.generator.dice import Dice
    from economic_sandbox.company.model.documents import BookedInvoice
    from economic_sandbox.company.model.ledger import Entry

_SEVERAL = 2


def pay_in_full(company: Company, dice: Dice) -> None:
    """Receive the open amount of an invoice."""
    invoice = pick(dice, _unpaid(company), "unpaid invoice")
    _receive(company, company.remainder(invoice), [invoice])


def pay_in_part(company: Company, dice: Dice) -> None:
    """Receive a third of the open amount of an invoice."""
    invoice = pick(dice, _unpaid(company), "unpaid invoice")
    _receive(company, _part(company.remainder(invoice)), [invoice])


def overpay(company: Company, dice: Dice) -> None:
    """Receive more than the open amount of an invoice; the rest stays open."""
    invoice = pick(dice, _unpaid(company), "unpaid invoice")
    _receive(company, company.remainder(invoice) + dice.between(1, 500), [invoice])


def pay_several(company: Company, dice: Dice) -> None:
    """Receive one payment for all unpaid invoices of a customer who has several."""
    owed: dict[int, list[BookedInvoice]] = collections.defaultdict(list)
    for invoice in _unpaid(company):
        owed[invoice.customer].append(invoice)
    several = (invoices for invoices in owed.values() if len(invoices) >= _SEVERAL)
    invoices = pick(dice, several, "customer with several unpaid invoices")
    _receive(company, sum(map(company.remainder, invoices), NOTHING), invoices)


def pay_on_account(company: Company, dice: Dice) -> None:
    """Receive a payment that is not matched with any invoice."""
    customer = pick(dice, company.customers.values(), "customer")
    amount = decimal.Decimal(dice.between(10_000, 900_000)) / 100
    sales.receive_payment(company, customer, amount, company.today)


def match_open_items(company: Company, dice: Dice) -> None:
    """Match an open debit and an open credit of a customer or supplier."""
    sides = (side for side in _open_items(company).values() if all(side))
    debits, credits_ = pick(dice, sides, "open items to match")
    owed, paid = dice.pick(debits), dice.pick(credits_)
    if owed.supplier is not None:
        owed, paid = paid, owed
    left = (abs(company.ledger.remainder(entry)) for entry in (owed, paid))
    matching.settle(company, owed, paid, min(left), company.today)


def unmatch(company: Company, dice: Dice) -> None:
    """Undo a match, which reopens both entries."""
    matching.undo(company, pick(dice, company.ledger.matches, "match"), company.today)


def book_supplier_invoice(company: Company, dice: Dice) -> None:
    """Book a supplier invoice of the last days."""
    active = (supplier for supplier in company.suppliers.values() if not supplier.barred)
    supplier = pick(dice, active, "supplier to buy from")
    net = decimal.Decimal(dice.between(19_900, 1_150_000)) / 100
    if supplier.currency != BASE_CURRENCY:
        net = rounded(net / 7)
    day = company.today - datetime.timedelta(days=dice.between(0, 10))
    number = f"{dice.between(100_000, 999_999)}"
    purchases.book_supplier_invoice(company, supplier, number, net, day)


def pay_supplier(company: Company, dice: Dice) -> None:
    """Pay the open amount of a supplier invoice."""
    owed = pick(dice, _owed_to_suppliers(company), "unpaid invoice of a supplier")
    purchases.pay_supplier(company, owed, -company.ledger.remainder(owed), company.today)


def pay_supplier_in_part(company: Company, dice: Dice) -> None:
    """Pay a third of the open amount of a supplier invoice."""
    owed = pick(dice, _owed_to_suppliers(company), "unpaid invoice of a supplier")
    amount = _part(-company.ledger.remainder(owed))
    purchases.pay_supplier(company, owed, amount, company.today)


def _unpaid(company: Company) -> list[BookedInvoice]:
    return [i for i in company.invoices.values() if company.remainder(i) > 0]


def _part(remainder: decimal.Decimal) -> decimal.Decimal:
    return max(ORE, rounded(remainder / 3))


def _receive(company: Company, amount: decimal.Decimal, invoices: Sequence[BookedInvoice]) -> None:
    customer = company.customers[invoices[0].customer]
    sales.receive_payment(company, customer, amount, company.today, invoices)


def _owed_to_suppliers(company: Company) -> list[Entry]:
    ledger = company.ledger
    return [
        entry
        for entry in ledger.entries.values()
        if entry.type == EntryType.SUPPLIER_INVOICE
        and entry.supplier is not None
        and ledger.remainder(entry) < 0
    ]


def _open_items(
    company: Company,
) -> dict[tuple[int | None, int | None, str], tuple[list[Entry], list[Entry]]]:
    """Return the open items of each customer and supplier, debits and credits."""
    ledger = company.ledger
    items: dict[t.Any, tuple[list[Entry], list[Entry]]] = {}
    for entry in ledger.entries.values():
        if entry.is_open_item and (remainder := ledger.remainder(entry)):
            key = (entry.customer, entry.supplier, entry.currency)
            items.setdefault(key, ([], []))[remainder < 0].append(entry)
    return items
