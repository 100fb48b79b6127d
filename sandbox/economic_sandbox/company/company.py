"""The made-up company: one set of facts that the records of both APIs are views of."""

from __future__ import annotations

import datetime
import itertools
import typing as t

from economic_sandbox.company import (
    basics,
    chart,
    extras,
    journals,
    people,
    products,
    projects,
    sales,
    subscriptions,
)
from economic_sandbox.company.dice import Dice
from economic_sandbox.company.history import History
from economic_sandbox.company.ledger import EntryType, Ledger, totals
from economic_sandbox.company.money import BASE_CURRENCY
from economic_sandbox.company.years import (
    FIRST_DAY,
    AccountingYear,
    accounting_years,
    following_year,
)

if t.TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from economic_sandbox.company.documents import BookedInvoice, SalesDocument

TODAY = datetime.date(2026, 11, 20)
_EARLIEST_TODAY = datetime.date(2025, 5, 1)
_NOON = datetime.time(12)
_CLOSING_TIME = datetime.time(17)
_FIRST_INVOICE = 1001
_FIRST_DOCUMENT = 20
_PROJECTS = 12
_PROSPECTS = 3
_NOVELTIES = 3


class Company:
    """A Danish company with its books, the same for the same seed, size and day.

    Everything is a plain fact that may be changed; sums, balances and remainders are reckoned
    from the facts when they are asked for. Whoever changes a fact adds to ``revision``. The
    registers (``customers``, ``products``, ``invoices``, ``drafts`` and so on) are dicts by number.

    Attributes:
        agreement_number: The number of its e-conomic agreement.
        name: Its name.
        modules: The numbers of the e-conomic modules that it has.
        role: The role that the app was granted.
        now: What its clock shows; nothing in its records is later.
        revision: How often it has changed.
        ledger: Its booked entries and matches.
        barred_until: The last day that nothing more may be booked on, though its year is open.
        last_invoice_number: The last number of an invoice that was not chosen by hand.
    """

    def __init__(self, seed: int = 1, invoices: int = 200, today: datetime.date = TODAY) -> None:
        """Make up a company.

        Args:
            seed: What everything about it depends on.
            invoices: How many invoices it has sent, at least one; credit notes come on top.
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
        self.now = datetime.datetime.combine(today, _CLOSING_TIME)
        self.revision = 0
        self.agreement_number = 1_000_000 + dice.between(100_000, 899_999)
        self.name = "Fjord & Vind Møbelsnedkeri ApS"
        self.modules = set(basics.MODULES)
        self.role = "SuperUser"
        self._last_document_id = _FIRST_DOCUMENT - 1
        self._register()
        self._meet_people(dice, invoices)
        self.ledger = Ledger(accounting_years(today))
        self.invoices: dict[int, BookedInvoice] = {}
        self.last_invoice_number = _FIRST_INVOICE - 1
        self.barred_until = datetime.date(2025, 3, 31)
        History(self, dice, invoices).write()
        self._draft(dice, invoices)
        self._add_modules(dice)
        self._meet_prospects(dice)
        self._add_novelties(dice)

    def _register(self) -> None:
        self.accounts = chart.chart_of_accounts(datetime.datetime.combine(FIRST_DAY, _NOON))
        self.vat_accounts = chart.vat_accounts()
        self.payment_terms = {terms.number: terms for terms in basics.PAYMENT_TERMS}
        self.customer_groups = {group.number: group for group in basics.CUSTOMER_GROUPS}
        self.supplier_groups = {group.number: group for group in basics.SUPPLIER_GROUPS}
        self.product_groups = {group.number: group for group in basics.PRODUCT_GROUPS}
        self.currencies = {currency.code: currency for currency in basics.CURRENCIES}
        self.dimension_keys = {(key.dimension, key.key): key for key in basics.DIMENSION_KEYS}
        self.journals = journals.journals()

    def _meet_people(self, dice: Dice, invoices: int) -> None:
        self.customers = people.customers(dice, max(24, invoices // 8), FIRST_DAY, self.today)
        self.customer_contacts = people.customer_contacts(dice, self.customers.values())
        self.delivery_locations = people.delivery_locations(dice, self.customers.values())
        self.suppliers = people.suppliers(dice, invoices // 25)
        self.supplier_contacts = people.supplier_contacts(dice, self.suppliers.values(), self.today)
        self.products = products.products(
            dice, min(400, max(24, invoices // 10)), FIRST_DAY, self.today
        )

    def _meet_prospects(self, dice: Dice) -> None:
        """Make up customers who have not bought yet, and so may be deleted."""
        for _ in range(_PROSPECTS):
            number = max(self.customers) + 1
            self.customers[number] = people.customer(dice, number, number, self.today)

    def _add_novelties(self, dice: Dice) -> None:
        """Make up products that were not sold yet, and so may be deleted."""
        for index in range(_NOVELTIES):
            number = f"NY-{index + 1}"
            updated = datetime.datetime.combine(self.today, _NOON)
            self.products[number] = products.product(dice, number, index, updated)

    def _draft(self, dice: Dice, invoices: int) -> None:
        """Make up what is not booked yet, and bar some customers now that they have bought."""
        self.drafts = self._documents(dice, 4, max(6, invoices // 40))
        self.orders = self._documents(dice, 5001, max(9, invoices // 40))
        self.quotes = self._documents(dice, 301, max(9, invoices // 40))
        for documents in (self.orders, self.quotes):
            for document, status in zip(
                documents.values(), itertools.cycle(("drafts", "sent", "archived")), strict=False
            ):
                document.status = status
        self.draft_entries = journals.draft_entries(self, dice, max(12, invoices // 20))
        for customer in list(self.customers.values())[7::12]:
            customer.barred = True

    def _documents(self, dice: Dice, first: int, count: int) -> dict[int, SalesDocument]:
        customers = list(self.customers.values())
        made = {}
        for number in range(first, first + count):
            day = self.today - datetime.timedelta(days=dice.between(0, 20))
            made[number] = sales.document(self, dice, number, dice.pick(customers), day)
        return made

    def _add_modules(self, dice: Dice) -> None:
        """Make up what e-conomic's modules hold, and let documents and entries refer to it."""
        self.activities = projects.activities()
        self.cost_types = projects.cost_types(datetime.datetime.combine(FIRST_DAY, _NOON))
        self.projects = projects.projects(self, dice, _PROJECTS)
        self.project_activities = projects.project_activities(self)
        self.time_entries = projects.time_entries(self, dice)
        self.mileages = projects.mileages(self, dice)
        self.subscriptions = subscriptions.subscriptions(self, dice)
        self.subscription_lines = subscriptions.subscription_lines(self, dice)
        self.subscribers = subscriptions.subscribers(self, dice)
        self.price_groups = {1: "Storkunder", 2: "Medarbejdere & venner"}
        self.special_prices = extras.special_prices(self, dice)
        self.prices_in_currency = extras.prices_in_currency(self)
        self.budget_figures = extras.budget_figures(self, dice)
        self.attached_documents = extras.attached_documents(self, dice)
        self.webhooks = extras.webhooks(self, dice)
        self.dimension_changes = extras.dimension_changes(self, dice)
        for draft in self.draft_entries[:3]:
            draft.project, draft.cost_type = 1, 1
        for document in itertools.islice(self.drafts.values(), 2):
            document.project = 2
        materials = [e for e in self.ledger.entries.values() if e.account == chart.PURCHASES]
        for entry in materials[::2]:
            entry.project, entry.cost_type = 2, 1

    @property
    def today(self) -> datetime.date:
        """The day that it is there."""
        return self.now.date()

    def wait(self, time: datetime.timedelta) -> None:
        """Let time pass by the clock; a new year's books are opened when it begins."""
        self.now += time
        years = self.ledger.years
        while self.today > years[-1].end:
            years.append(following_year(years[-1]))

    def next_document_id(self) -> int:
        """Give the next internal number of a sales document."""
        self._last_document_id += 1
        return self._last_document_id

    def next_invoice_number(self) -> int:
        """Give the number that the next booked invoice gets, unless one is chosen by hand."""
        number = self.last_invoice_number + 1
        while number in self.invoices:
            number += 1
        return number

    def exchange_rate(self, currency: str, day: datetime.date) -> Decimal:
        """Give a currency's rate per 100 on a day; it moves a little every month."""
        rate = self.currencies[currency].rate
        if currency == BASE_CURRENCY:
            return rate
        swing = (day.year * 12 + day.month) * 5 % 11 - 5
        return (rate * (10_000 + swing) / 10_000).quantize(rate)

    def balances(self, until: datetime.date | None = None) -> dict[int, Decimal]:
        """Sum all entries per account, but for balances carried into a new year.

        A transferred opening entry repeats what the years before it already hold.

        Args:
            until: The last day to count; without it, all days.

        Returns:
            The sums in DKK by account number.
        """
        return totals(
            entry
            for entry in self.ledger.entries.values()
            if entry.type != EntryType.TRANSFERRED_OPENING_ENTRY
            and (until is None or entry.date <= until)
        )

    def trial_balance(self) -> dict[int, Decimal]:
        """Sum all booked entries in DKK by account number, transferred opening entries too."""
        return totals(self.ledger.entries.values())

    def year_totals(self, year: AccountingYear) -> dict[int, Decimal]:
        """Sum a year's entries in DKK by account number."""
        return totals(self.ledger.in_year(year))

    def owed_by_customer(self) -> Mapping[int, Decimal]:
        """Sum the entries of each customer, in the customer's currency."""
        sums: dict[int, Decimal] = {}
        for entry in self.ledger.entries.values():
            if entry.customer is not None:
                sums[entry.customer] = sums.get(entry.customer, 0) + entry.amount
        return sums

    def remainder(self, invoice: BookedInvoice) -> Decimal:
        """Give what is still to be paid of an invoice, in its currency."""
        return self.ledger.remainder(self.ledger.entries[invoice.entry])
