"""Generates a company: master data, the books of several years, and drafts."""

from __future__ import annotations

import datetime
import itertools
import typing as t

from economic_sandbox.company.generator import (
    accounts,
    documents,
    draft_entries,
    extras,
    people,
    products,
    projects,
    subscriptions,
)
from economic_sandbox.company.generator.dice import Dice
from economic_sandbox.company.generator.history import History
from economic_sandbox.company.model import basics, chart
from economic_sandbox.company.model.company import Company
from economic_sandbox.company.model.ledger import Ledger
from economic_sandbox.company.model.years import FIRST_DAY, accounting_years

if t.TYPE_CHECKING:
    from economic_sandbox.company.model.documents import SalesDocument

TODAY = datetime.date(2026, 11, 20)
_EARLIEST_TODAY = datetime.date(2025, 5, 1)
_NOON = datetime.time(12)
_CLOSING_TIME = datetime.time(17)
_FIRST_INVOICE = 1001
_FIRST_DOCUMENT = 20
_PROJECTS = 12
_PROSPECTS = 3
_NEW_PRODUCTS = 3


def generate_company(seed: int = 1, invoices: int = 200, today: datetime.date = TODAY) -> Company:
    """Generate a company, the same for the same seed, size and day.

    Args:
        seed: The seed of everything that is random.
        invoices: The number of invoices it has sent, at least one; credit notes come on top.
        today: The last day of its history.

    Raises:
        ValueError: If there is no invoice, or ``today`` is too early for two closed years.
    """
    if invoices < 1:
        message = "the company has sent one invoice at least"
        raise ValueError(message)
    if today < _EARLIEST_TODAY:
        message = f"the company's books cannot end before {_EARLIEST_TODAY}"
        raise ValueError(message)
    dice = Dice(seed)
    company = _company(1_000_000 + dice.between(100_000, 899_999), today)
    _add_people(company, dice, invoices)
    History(company, dice, invoices).write()
    _add_drafts(company, dice, invoices)
    _add_modules(company, dice)
    _add_prospects(company, dice)
    _add_new_products(company, dice)
    return company


def _company(agreement_number: int, today: datetime.date) -> Company:
    """Return a company with empty books and the registers that are the same for every seed."""
    return Company(
        agreement_number=agreement_number,
        name="Fjord & Vind Møbelsnedkeri ApS",
        modules=set(basics.MODULES),
        role="SuperUser",
        now=datetime.datetime.combine(today, _CLOSING_TIME),
        barred_until=datetime.date(2025, 3, 31),
        ledger=Ledger(accounting_years(today)),
        last_invoice_number=_FIRST_INVOICE - 1,
        last_document_id=_FIRST_DOCUMENT - 1,
        accounts=accounts.chart_of_accounts(datetime.datetime.combine(FIRST_DAY, _NOON)),
        vat_accounts=accounts.vat_accounts(),
        payment_terms={terms.number: terms for terms in basics.PAYMENT_TERMS},
        customer_groups={group.number: group for group in basics.CUSTOMER_GROUPS},
        supplier_groups={group.number: group for group in basics.SUPPLIER_GROUPS},
        product_groups={group.number: group for group in basics.PRODUCT_GROUPS},
        currencies={currency.code: currency for currency in basics.CURRENCIES},
        dimension_keys={(key.dimension, key.key): key for key in basics.DIMENSION_KEYS},
        journals=draft_entries.journals(),
    )


def _add_people(company: Company, dice: Dice, invoices: int) -> None:
    """Add customers and suppliers with their contacts, and the products."""
    today = company.today
    company.customers = people.customers(dice, max(24, invoices // 8), FIRST_DAY, today)
    company.customer_contacts = people.customer_contacts(dice, company.customers.values())
    company.delivery_locations = people.delivery_locations(dice, company.customers.values())
    company.suppliers = people.suppliers(dice, invoices // 25)
    company.supplier_contacts = people.supplier_contacts(dice, company.suppliers.values(), today)
    company.products = products.products(dice, min(400, max(24, invoices // 10)), FIRST_DAY, today)


def _add_drafts(company: Company, dice: Dice, invoices: int) -> None:
    """Add drafts, orders, quotes and draft entries, and bar some customers who have bought."""
    company.drafts = _documents(company, dice, 4, max(6, invoices // 40))
    company.orders = _documents(company, dice, 5001, max(9, invoices // 40))
    company.quotes = _documents(company, dice, 301, max(9, invoices // 40))
    for register in (company.orders, company.quotes):
        for document, status in zip(
            register.values(), itertools.cycle(("drafts", "sent", "archived")), strict=False
        ):
            document.status = status
    company.draft_entries = draft_entries.draft_entries(company, dice, max(12, invoices // 20))
    for customer in list(company.customers.values())[7::12]:
        customer.barred = True


def _documents(company: Company, dice: Dice, first: int, count: int) -> dict[int, SalesDocument]:
    customers = list(company.customers.values())
    made = {}
    for number in range(first, first + count):
        day = company.today - datetime.timedelta(days=dice.between(0, 20))
        made[number] = documents.document(company, dice, number, dice.pick(customers), day)
    return made


def _add_modules(company: Company, dice: Dice) -> None:
    """Add the records of e-conomic's modules, and references to them."""
    company.activities = projects.activities()
    company.cost_types = projects.cost_types(datetime.datetime.combine(FIRST_DAY, _NOON))
    company.projects = projects.projects(company, dice, _PROJECTS)
    company.project_activities = projects.project_activities(company)
    company.time_entries = projects.time_entries(company, dice)
    company.mileages = projects.mileages(company, dice)
    company.subscriptions = subscriptions.subscriptions(company, dice)
    company.subscription_lines = subscriptions.subscription_lines(company, dice)
    company.subscribers = subscriptions.subscribers(company, dice)
    company.price_groups = {1: "Storkunder", 2: "Medarbejdere & venner"}
    company.special_prices = extras.special_prices(company, dice)
    company.prices_in_currency = extras.prices_in_currency(company)
    company.budget_figures = extras.budget_figures(company, dice)
    company.attached_documents = extras.attached_documents(company, dice)
    company.webhooks = extras.webhooks(company, dice)
    company.dimension_changes = extras.dimension_changes(company, dice)
    for draft in company.draft_entries[:3]:
        draft.project, draft.cost_type = 1, 1
    for document in itertools.islice(company.drafts.values(), 2):
        document.project = 2
    materials = [e for e in company.ledger.entries.values() if e.account == chart.PURCHASES]
    for entry in materials[::2]:
        entry.project, entry.cost_type = 2, 1


def _add_prospects(company: Company, dice: Dice) -> None:
    """Add customers who have not bought yet, and so may be deleted."""
    for _ in range(_PROSPECTS):
        number = max(company.customers) + 1
        company.customers[number] = people.customer(dice, number, number, company.today)


def _add_new_products(company: Company, dice: Dice) -> None:
    """Add products that were not sold yet, and so may be deleted."""
    for index in range(_NEW_PRODUCTS):
        number = f"NY-{index + 1}"
        updated = datetime.datetime.combine(company.today, _NOON)
        company.products[number] = products.product(dice, number, index, updated)
