"""Generates the books of the past, day by day."""

from __future__ import annotations

import datetime
import decimal
import functools
import heapq
import itertools
import typing as t

from economic_sandbox.company.generator import documents
from economic_sandbox.company.generator.people import day_between
from economic_sandbox.company.model import chart
from economic_sandbox.company.model.money import BASE_CURRENCY, NOTHING, rounded
from economic_sandbox.company.model.years import FIRST_DAY, month_end, next_month
from economic_sandbox.company.operations import finance, purchases, sales

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from economic_sandbox.company.generator.dice import Dice
    from economic_sandbox.company.model.company import Company
    from economic_sandbox.company.model.documents import BookedInvoice
    from economic_sandbox.company.model.masters import Supplier

_CLOSING_TAKES = datetime.timedelta(days=105)
_CLOSED_YEARS = 2
_INVOICES_OF_TODAY = 2  # so that some are not due yet
_VAT_MONTHS = (3, 6, 9, 12)
_AVERAGE_INVOICE = decimal.Decimal(25000)
# The outcome of a hundred invoices.
_INVOICE_OUTCOMES = (
    *("credited",) * 5, *("paid in part",) * 9, *("paid",) * 80, *("open",) * 6,
)  # fmt: skip
_PURCHASE_OUTCOMES = (*("paid in part",) * 6, *("paid",) * 88, *("open",) * 6)
_RENT = decimal.Decimal("6500.00")
_SALARY_SHARE = decimal.Decimal("0.30")


class Agenda:
    """Tasks by day; those after today are dropped."""

    def __init__(self, today: datetime.date) -> None:
        """Start without tasks.

        Args:
            today: The last day of any task.
        """
        self._today = today
        self._turn = itertools.count()
        self._tasks: list[tuple[datetime.date, int, Callable[[], object]]] = []

    def put(self, day: datetime.date, task: Callable[[], object]) -> None:
        """Add a task."""
        if day <= self._today:
            heapq.heappush(self._tasks, (day, next(self._turn), task))

    def run(self) -> None:
        """Run all tasks by day, those of one day in the order in which they were added."""
        while self._tasks:
            _, _, task = heapq.heappop(self._tasks)
            task()


class History:
    """The past of a company, which is written into its books."""

    def __init__(self, company: Company, dice: Dice, invoices: int) -> None:
        """Start with an empty agenda.

        Args:
            company: The company.
            dice: The source of randomness.
            invoices: The number of invoices it sends.
        """
        self._company = company
        self._dice = dice
        self._invoices = invoices
        self._agenda = Agenda(company.today)
        self._sold: dict[int, list[BookedInvoice]] = {n: [] for n in company.customers}

    def write(self) -> None:
        """Plan and book everything."""
        finance.open_books(self._company, FIRST_DAY)
        for year in self._company.ledger.years[:_CLOSED_YEARS]:
            close = functools.partial(finance.close_year, self._company, year)
            self._agenda.put(year.end + _CLOSING_TAKES, close)
        self._plan_months()
        self._plan_invoices()
        self._plan_purchases()
        self._agenda.run()

    def _plan_months(self) -> None:
        company, put = self._company, self._agenda.put
        month = FIRST_DAY
        landlord = company.suppliers[1]
        months = (company.today - FIRST_DAY).days // 30
        salary = rounded(_AVERAGE_INVOICE * self._invoices * _SALARY_SHARE / months)
        while month <= company.today:
            last, after = month_end(month), next_month(month)
            tax_day = after.replace(day=10)
            put(month, functools.partial(self._buy, landlord, _RENT, month))
            put(last, functools.partial(finance.pay_salaries, company, salary, last))
            put(tax_day, functools.partial(finance.pay_withheld_tax, company, tax_day))
            if month.month in _VAT_MONTHS:
                put(last, functools.partial(self._quarter, last))
                self._plan_vat(last)
            month = after

    def _plan_vat(self, day: datetime.date) -> None:
        """Plan the VAT return of a quarter, which is filed and paid some weeks later."""
        settled, paid = day + datetime.timedelta(days=50), day + datetime.timedelta(days=60)
        self._agenda.put(settled, functools.partial(finance.settle_vat, self._company, day))
        self._agenda.put(paid, functools.partial(finance.pay_vat, self._company, paid))

    def _quarter(self, day: datetime.date) -> None:
        for account, amount, text in (
            (chart.DEPRECIATION, "6000.00", "Afskrivning, kvartal"),
            (chart.BANK_CHARGES, "187.50", "Gebyr"),
            (chart.INTEREST, "2109.38", "Rente, banklån"),
        ):
            finance.book_cost(self._company, account, decimal.Decimal(amount), day, text)

    def _plan_invoices(self) -> None:
        today = self._company.today
        earlier = self._invoices - _INVOICES_OF_TODAY
        days = sorted(day_between(self._dice, FIRST_DAY, today) for _ in range(earlier))
        for day in [*days, *[today] * _INVOICES_OF_TODAY][-self._invoices :]:
            self._agenda.put(day, functools.partial(self._sell, day))

    def _sell(self, day: datetime.date) -> None:
        company, dice = self._company, self._dice
        customer = dice.pick(list(company.customers.values()))
        draft = documents.document(company, dice, 0, customer, day)
        invoice = sales.book_invoice(company, draft)
        invoice.order = 5000 + invoice.number if dice.chance(15) else None
        invoice.sent_by = dice.pick(("ean", "mobilePay")) if dice.chance(10) else None
        self._sold[invoice.customer].append(invoice)
        self._plan_payment(invoice)

    def _plan_payment(self, invoice: BookedInvoice) -> None:
        outcome = self._dice.pick(_INVOICE_OUTCOMES)
        late = datetime.timedelta(days=self._dice.between(-6, 35))
        day = max(invoice.date, invoice.due_date + late)
        if outcome == "credited":
            self._agenda.put(day, functools.partial(self._credit, invoice, day))
        elif outcome == "paid in part":
            part = rounded(invoice.gross / 3)
            self._agenda.put(day, functools.partial(self._receive, part, day, invoice))
        elif outcome == "paid":
            self._agenda.put(day, functools.partial(self._receive, None, day, invoice))

    def _credit(self, invoice: BookedInvoice, day: datetime.date) -> None:
        if self._company.remainder(invoice) == invoice.gross:
            sales.credit(self._company, invoice, day)

    def _receive(
        self, amount: decimal.Decimal | None, day: datetime.date, invoice: BookedInvoice
    ) -> None:
        """Receive a part of an invoice, or all of it and sometimes of another one too."""
        company = self._company
        customer = company.customers[invoice.customer]
        if amount is not None:
            sales.receive_payment(company, customer, amount, day, [invoice])
            return
        owed = [invoice] if company.remainder(invoice) > 0 else []
        if self._dice.chance(20):
            owed += self._others_owed(invoice)[:1]
        total = sum((company.remainder(other) for other in owed), NOTHING)
        if self._dice.chance(3):
            owed, total = [], invoice.gross  # an advance, or a payment that is not matched yet
        if total:
            sales.receive_payment(company, customer, total, day, owed)

    def _others_owed(self, invoice: BookedInvoice) -> list[BookedInvoice]:
        return [
            other
            for other in self._sold[invoice.customer]
            if other is not invoice and self._company.remainder(other) > 0
        ]

    def _plan_purchases(self) -> None:
        company, dice = self._company, self._dice
        buyable = [s for s in company.suppliers.values() if s.number > 1]
        for _ in range(self._invoices // 2):
            supplier = dice.pick(buyable)
            day = day_between(dice, FIRST_DAY, company.today)
            net = decimal.Decimal(dice.between(19_900, 1_150_000)) / 100
            if supplier.currency != BASE_CURRENCY:
                net = rounded(net / 7)
            # Invoices from suppliers are booked some days after their date.
            booked = day + datetime.timedelta(days=dice.between(0, 20))
            self._agenda.put(booked, functools.partial(self._buy, supplier, net, day))

    def _buy(self, supplier: Supplier, net: decimal.Decimal, day: datetime.date) -> None:
        dice = self._dice
        number = dice.pick((f"{dice.between(1000, 99999)}", f"F-{dice.between(1, 999)}/Ø"))
        owed = purchases.book_supplier_invoice(self._company, supplier, number, net, day)
        due = owed.due_date or day
        paid = max(day, due + datetime.timedelta(days=dice.between(-2, 5)))
        amount = -owed.amount
        outcome = dice.pick(_PURCHASE_OUTCOMES)
        if outcome == "paid in part":
            amount = rounded(amount / 2)
        if outcome != "open":
            pay = functools.partial(purchases.pay_supplier, self._company, owed, amount, paid)
            self._agenda.put(paid, pay)
