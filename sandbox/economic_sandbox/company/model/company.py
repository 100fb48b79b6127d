"""The company: one set of records, which the resources of both APIs show."""

from __future__ import annotations

import dataclasses
import typing as t

from economic_sandbox.company.model.ledger import EntryType, Ledger, totals
from economic_sandbox.company.model.money import BASE_CURRENCY
from economic_sandbox.company.model.years import following_year

if t.TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping
    from decimal import Decimal

    from economic_sandbox.company.model import extras, masters
    from economic_sandbox.company.model.documents import BookedInvoice, SalesDocument
    from economic_sandbox.company.model.journals import DraftEntry, Journal
    from economic_sandbox.company.model.projects import (
        Activity,
        CostType,
        Mileage,
        Project,
        ProjectActivity,
        TimeEntry,
    )
    from economic_sandbox.company.model.subscriptions import (
        Subscriber,
        Subscription,
        SubscriptionLine,
    )
    from economic_sandbox.company.model.years import AccountingYear


@dataclasses.dataclass(eq=False)
class Company:
    """A Danish company with its books.

    Everything is a plain record that may be changed; sums, balances and remainders are computed
    on request. Code that changes a record increments ``revision``. The registers (``customers``,
    ``products``, ``invoices``, ``drafts`` and so on) are dicts by number.

    Attributes:
        agreement_number: The number of its e-conomic agreement.
        name: Its name.
        modules: The numbers of the e-conomic modules that it has.
        role: The role that the app was granted.
        now: Its current time; nothing in its records is later.
        barred_until: The last day that nothing more may be booked on, though its year is open.
        ledger: Its booked entries and matches.
        last_invoice_number: The last invoice number that was assigned, not chosen by hand.
        last_document_id: The last internal number of a sales document.
        revision: How often it has changed.
    """

    agreement_number: int
    name: str
    modules: set[int]
    role: str
    now: datetime.datetime
    barred_until: datetime.date
    ledger: Ledger
    last_invoice_number: int
    last_document_id: int
    revision: int = 0
    accounts: dict[int, masters.Account] = dataclasses.field(default_factory=dict)
    vat_accounts: dict[str, masters.VatAccount] = dataclasses.field(default_factory=dict)
    payment_terms: dict[int, masters.PaymentTerms] = dataclasses.field(default_factory=dict)
    customer_groups: dict[int, masters.Group] = dataclasses.field(default_factory=dict)
    supplier_groups: dict[int, masters.Group] = dataclasses.field(default_factory=dict)
    product_groups: dict[int, masters.ProductGroup] = dataclasses.field(default_factory=dict)
    currencies: dict[str, masters.Currency] = dataclasses.field(default_factory=dict)
    dimension_keys: dict[tuple[int, int], masters.DimensionKey] = dataclasses.field(
        default_factory=dict
    )
    journals: dict[int, Journal] = dataclasses.field(default_factory=dict)
    customers: dict[int, masters.Customer] = dataclasses.field(default_factory=dict)
    customer_contacts: dict[int, masters.Contact] = dataclasses.field(default_factory=dict)
    delivery_locations: dict[int, masters.DeliveryLocation] = dataclasses.field(
        default_factory=dict
    )
    suppliers: dict[int, masters.Supplier] = dataclasses.field(default_factory=dict)
    supplier_contacts: dict[int, masters.Contact] = dataclasses.field(default_factory=dict)
    products: dict[str, masters.Product] = dataclasses.field(default_factory=dict)
    invoices: dict[int, BookedInvoice] = dataclasses.field(default_factory=dict)
    drafts: dict[int, SalesDocument] = dataclasses.field(default_factory=dict)
    orders: dict[int, SalesDocument] = dataclasses.field(default_factory=dict)
    quotes: dict[int, SalesDocument] = dataclasses.field(default_factory=dict)
    draft_entries: list[DraftEntry] = dataclasses.field(default_factory=list)
    activities: dict[int, Activity] = dataclasses.field(default_factory=dict)
    cost_types: dict[int, CostType] = dataclasses.field(default_factory=dict)
    projects: dict[int, Project] = dataclasses.field(default_factory=dict)
    project_activities: list[ProjectActivity] = dataclasses.field(default_factory=list)
    time_entries: dict[int, TimeEntry] = dataclasses.field(default_factory=dict)
    mileages: dict[int, Mileage] = dataclasses.field(default_factory=dict)
    subscriptions: dict[int, Subscription] = dataclasses.field(default_factory=dict)
    subscription_lines: dict[int, SubscriptionLine] = dataclasses.field(default_factory=dict)
    subscribers: dict[int, Subscriber] = dataclasses.field(default_factory=dict)
    price_groups: dict[int, str] = dataclasses.field(default_factory=dict)
    special_prices: dict[int, extras.SpecialPrice] = dataclasses.field(default_factory=dict)
    prices_in_currency: dict[tuple[str, str], Decimal] = dataclasses.field(default_factory=dict)
    budget_figures: dict[int, extras.BudgetFigure] = dataclasses.field(default_factory=dict)
    attached_documents: dict[int, extras.AttachedDocument] = dataclasses.field(default_factory=dict)
    webhooks: dict[str, extras.Webhook] = dataclasses.field(default_factory=dict)
    dimension_changes: list[extras.DimensionChange] = dataclasses.field(default_factory=list)

    @property
    def today(self) -> datetime.date:
        """The current day."""
        return self.now.date()

    def wait(self, time: datetime.timedelta) -> None:
        """Advance the clock; accounting years are opened when they begin."""
        self.now += time
        years = self.ledger.years
        while self.today > years[-1].end:
            years.append(following_year(years[-1]))

    def next_document_id(self) -> int:
        """Assign the next internal number of a sales document."""
        self.last_document_id += 1
        return self.last_document_id

    def next_invoice_number(self) -> int:
        """Return the number of the next booked invoice, unless one is chosen by hand."""
        number = self.last_invoice_number + 1
        while number in self.invoices:
            number += 1
        return number

    def exchange_rate(self, currency: str, day: datetime.date) -> Decimal:
        """Return the rate of a currency per 100 on a day; it changes a little every month."""
        rate = self.currencies[currency].rate
        if currency == BASE_CURRENCY:
            return rate
        swing = (day.year * 12 + day.month) * 5 % 11 - 5
        return (rate * (10_000 + swing) / 10_000).quantize(rate)

    def balances(self, until: datetime.date | None = None) -> dict[int, Decimal]:
        """Sum all entries per account, except transferred opening entries.

        Those repeat the balances of the years before.

        Args:
            until: The last day to include; all days by default.

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
        """Return the open amount of an invoice in its currency."""
        return self.ledger.remainder(self.ledger.entries[invoice.entry])
