"""The queries of the page for analysts find what the books have.

The tables are those of two companies, one of which lacks a module. Every row of them is there a
second time, marked as deleted.
"""

from __future__ import annotations

import collections
import datetime
import re
import typing as t
from decimal import Decimal

import pytest
from psycopg import sql

from economic_sandbox.company import Company, generate_company
from economic_sandbox.company.model import chart
from economic_sandbox.company.model.ledger import EntryType
from economic_sandbox.company.model.money import in_base_currency, share
from economic_sandbox.server import Sandbox
from economic_sandbox.simulation import Simulation
from scripts.dbt_project import STREAMS
from tests.support.dbt import Books, load
from tests.support.programs import ROOT

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from economic_sandbox.company.model.documents import BookedInvoice, SalesLine
    from tests.support.warehouse import Warehouse

    Row: t.TypeAlias = tuple[t.Any, ...]

PAGE = (ROOT / "docs" / "using-the-data.md").read_text("utf-8")
YEAR = 2025
PAST = datetime.date(YEAR, 12, 31)
DIMENSIONS = 14
LATER = (
    "pay_in_full", "pay_in_part", "overpay", "pay_on_account", "pay_supplier",
    "book_invoice", "book_supplier_invoice",
)  # fmt: skip
MONTHS = 2
CENT = Decimal("0.01")


class Question(t.NamedTuple):
    """A query of the page: its heading, and the schema that it reads."""

    heading: str
    schema: str
    query: str


def questions() -> Iterator[Question]:
    for section in PAGE.split("\n## ")[1:]:
        heading = section.partition("\n")[0]
        for query in re.findall(r"```sql\n(.*?)```", section, re.DOTALL):
            (schema,) = set(re.findall(r"(?:from|join) (books|economic)\.", query))
            yield Question(heading, schema, query)


QUESTIONS = list(questions())
BY_PRODUCT = next(q for q in QUESTIONS if q[:2] == ("Revenue by product", "books"))


class Loaded(t.NamedTuple):
    """The companies, what customers owed on a past day, the tables, and when they were filled."""

    companies: list[Company]
    past: dict[int, list[Row]]
    warehouse: Warehouse
    books: Books
    began: datetime.datetime
    ended: datetime.datetime

    @property
    def today(self) -> datetime.date:
        return max(company.today for company in self.companies)

    def ask(self, query: str) -> list[Row]:
        """The rows of a query, in the schemas of the test and as of the companies' today."""
        query = re.sub(r"\beconomic\.", f"{self.warehouse.schema}.", query)
        query = re.sub(r"\bbooks\.", f"{self.books.schema}.", query)
        return self.books.rows(query.replace("current_date", f"date '{self.today}'"))

    def plain(self, rows: Iterable[Row]) -> collections.Counter[Row]:
        """Rows without those of zero amounts; null is 0, and a time whether it is of the load."""
        plain = (tuple(self._cell(cell) for cell in row) for row in rows)
        return collections.Counter(
            row
            for row in plain
            if any(amounts := [cell for cell in row if isinstance(cell, Decimal)]) or not amounts
        )

    def _cell(self, cell: object) -> object:
        if isinstance(cell, datetime.datetime):
            return self.began <= cell <= self.ended
        return Decimal(0) if cell is None else cell


@pytest.fixture(scope="module")
def loaded(
    new_warehouse: Callable[[], Warehouse], tmp_path_factory: pytest.TempPathFactory
) -> Loaded:
    folder = tmp_path_factory.mktemp("using")
    companies = [generate_company(seed=seed, invoices=60, today=PAST) for seed in (21, 22)]
    grants = {f"grant-{company.agreement_number}": company for company in companies}
    past = {company.agreement_number: receivables(company, PAST) for company in companies}
    for company in companies:
        _live(company)
    companies[1].modules.discard(DIMENSIONS)
    warehouse = new_warehouse()
    began = _now()
    with Sandbox(agreements=grants) as sandbox:
        load(folder, sandbox, warehouse, *grants)
    ended = _now()
    for table in warehouse.primary_keys().keys() - {"sync_audit"}:
        _double(warehouse, table)
    _fail(warehouse, "customers", companies[0])
    books = Books(warehouse, folder)
    result = Loaded(companies, past, warehouse, books, began, ended)
    statuses = books.dbt("build", "--exclude-resource-type", "test", as_of=str(result.today))
    assert set(statuses.values()) == {"success"}, books.said
    return result


def _live(company: Company) -> None:
    simulation = Simulation(company, seed=1)
    simulation.days(30 * MONTHS)  # so that nothing is booked back to the past day
    for event in LATER * MONTHS:
        simulation.do(event)


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)


def _double(warehouse: Warehouse, table: str) -> None:
    """Add a copy of each row of a table that is marked as deleted."""
    doubled = sql.SQL(
        """
        CREATE TABLE doubled AS
        SELECT * FROM {table} UNION ALL SELECT copied.*
        FROM {table} AS raw, jsonb_populate_record(
            raw, jsonb_build_object('_sdc_deleted_at', now())
        ) AS copied;
        DROP TABLE {table};
        ALTER TABLE doubled RENAME TO {name};
        """
    )
    warehouse.connection.execute(
        sql.SQL("SET search_path TO {}").format(sql.Identifier(warehouse.schema))
    )
    name = sql.Identifier(table)
    warehouse.connection.execute(doubled.format(table=name, name=name))


def _fail(warehouse: Warehouse, stream: str, company: Company) -> None:
    """Note a later run in which a stream of an agreement failed."""
    later = sql.SQL(
        """
        INSERT INTO {table} ("agreementNumber", "runId", stream, status, "startedAt", "endedAt")
        SELECT "agreementNumber", 'later', stream, 'failed',
            "startedAt" + interval '1 day', "endedAt" + interval '1 day'
        FROM {table} WHERE stream = {stream} AND "agreementNumber" = {number}
        """
    )
    warehouse.connection.execute(
        later.format(
            table=sql.Identifier(warehouse.schema, "sync_audit"),
            stream=stream,
            number=company.agreement_number,
        )
    )


def test_each_question_is_answered_on_the_marts_and_on_the_raw_tables() -> None:
    forms = collections.Counter((heading, schema) for heading, schema, _ in QUESTIONS)
    assert forms == {(heading, schema): 1 for heading in BOOKS for schema in ("books", "economic")}


@pytest.mark.parametrize(
    "question",
    [q for q in QUESTIONS if q != BY_PRODUCT],
    ids=lambda question: f"{question.heading}, {question.schema}",
)
def test_a_query_finds_what_the_books_of_each_company_have(
    loaded: Loaded, question: Question
) -> None:
    found = loaded.ask(question.query)
    assert found
    columns = len(found[0])
    expected = [
        (company.agreement_number, *row)[:columns]
        for company in loaded.companies
        for row in BOOKS[question.heading](loaded, company)
    ]
    assert loaded.plain(found) == loaded.plain(expected)


@pytest.mark.parametrize(
    "question", [q for q in QUESTIONS if q.heading.startswith("Receivables")], ids=lambda q: q[:2]
)
def test_receivables_sum_to_the_control_account(loaded: Loaded, question: Question) -> None:
    until = PAST if "past" in question.heading else loaded.today
    sums: collections.Counter[int] = collections.Counter()
    for row in loaded.ask(question.query):
        sums[row[0]] += row[3]
    assert sums == {
        company.agreement_number: company.balances(until)[chart.CUSTOMERS]
        for company in loaded.companies
    }


def test_revenue_by_product_is_that_of_the_lines_but_for_ore_and_sums_to_the_ledger(
    loaded: Loaded,
) -> None:
    found = {row[:2]: row[3] for row in loaded.ask(BY_PRODUCT.query)}
    for company in loaded.companies:
        number = company.agreement_number
        lines = collections.Counter(
            line.product for _, line in _lines_of_the_year(company) if line.account is not None
        )
        for product, _, revenue in by_product(loaded, company):
            assert abs(found[number, product] - revenue) <= lines[product] * CENT
        assert sum(found[key] for key in found if key[0] == number) == sum(
            invoice.net_in_base_currency
            for invoice in company.invoices.values()
            if invoice.date.year == YEAR
        )


def streams(loaded: Loaded, company: Company) -> list[Row]:
    complete = loaded.ended
    rows: list[Row] = []
    for stream in set(STREAMS) - {"sync_audit"}:
        if "dimension" in stream and DIMENSIONS not in company.modules:
            rows.append((stream, "skipped", None))
        elif stream == "customers" and company is loaded.companies[0]:
            rows.append((stream, "failed", complete))
        else:
            rows.append((stream, "complete", complete))
    return rows


def results(_: Loaded, company: Company) -> list[Row]:
    return [
        (year.name, -sum(base for account, base in totals.items() if account in earning))
        for year in company.ledger.years
        for totals in [company.year_totals(year)]
        for earning in [{a.number for a in company.accounts.values() if a.type == "profitAndLoss"}]
    ]


def trial_balance(_: Loaded, company: Company) -> list[Row]:
    year = company.ledger.year(str(YEAR))
    assert year
    sums: dict[int, list[Decimal]] = {}
    for entry in company.ledger.in_year(year):
        columns = sums.setdefault(entry.account, [Decimal(0)] * 3)
        if entry.type == EntryType.TRANSFERRED_OPENING_ENTRY:
            columns[0] += entry.base
        else:
            columns[1] += max(entry.base, Decimal(0))
            columns[2] += max(-entry.base, Decimal(0))
    return [
        (account, company.accounts[account].name, *sums[account], total)
        for account, total in company.year_totals(year).items()
    ]


def receivables(company: Company, day: datetime.date) -> list[Row]:
    """What each customer owes: in all, by age, and differences that belong to no open item."""
    totals: dict[int, Decimal] = collections.defaultdict(Decimal)
    aged: dict[int, list[Decimal]] = collections.defaultdict(lambda: [Decimal(0)] * len(AGES))
    for entry in company.ledger.entries.values():
        if entry.customer is not None:
            late = (day - (entry.due_date or entry.date)).days
            age = next(index for index, most in enumerate(AGES) if late <= most)
            totals[entry.customer] += entry.base
            aged[entry.customer][age] += company.ledger.base_remainder(entry)
    return [
        (number, company.customers[number].name, total, *aged[number], total - sum(aged[number]))
        for number, total in totals.items()
    ]


AGES = (0, 30, 60, 90, 10**6)


def receivables_on_a_past_day(loaded: Loaded, company: Company) -> list[Row]:
    return [
        (number, name, total, not_due, sum(overdue))
        for number, name, total, not_due, *overdue, _ in loaded.past[company.agreement_number]
    ]


def vat_per_code(_: Loaded, company: Company) -> list[Row]:
    """The VAT of invoices, and of what suppliers charged, as their rates give it."""
    sums: dict[Row, list[Decimal]] = collections.defaultdict(lambda: [Decimal(0)] * 2)
    for invoice in company.invoices.values():
        for posting in invoice.revenue():
            if posting.vat_code:
                sums[_quarter(invoice.date), posting.vat_code][0] -= posting.base
        if invoice.vat:
            vat = in_base_currency(invoice.vat, invoice.rate)
            sums[_quarter(invoice.date), "U25"][1] -= vat
    for entry in company.ledger.entries.values():
        if entry.type == EntryType.SUPPLIER_INVOICE and entry.vat_code:
            code = company.vat_accounts[entry.vat_code]
            rate = company.exchange_rate(entry.currency, entry.date)
            vat = in_base_currency(share(entry.amount, code.rate), rate)
            columns = sums[_quarter(entry.date), code.code]
            columns[0] += entry.base
            columns[1] += 0 if code.contra else vat
    return [(*key, *columns) for key, columns in sums.items()]


def vat_to_pay(_: Loaded, company: Company) -> list[Row]:
    """What was moved to the settlement account or, if nothing was yet, is on the VAT accounts."""
    moved: dict[datetime.date, Decimal] = collections.defaultdict(Decimal)
    for entry in company.ledger.entries.values():
        settles = entry.account == chart.VAT_SETTLEMENT and entry.text.startswith("Momsafregning")
        if settles or entry.account in chart.VAT_ACCOUNTS:
            moved[_quarter(entry.date)] -= entry.base
    return list(moved.items())


def budget(_: Loaded, company: Company) -> list[Row]:
    year = company.ledger.year(str(YEAR))
    assert year
    totals, budgets = company.year_totals(year), collections.defaultdict[int, Decimal](Decimal)
    for figure in company.budget_figures.values():
        budgets[figure.account_number] -= figure.amount_default_currency
    return [
        (year.name, account, company.accounts[account].name, amount, -total, -total - amount)
        for account, amount in budgets.items()
        for total in [totals.get(account, Decimal(0))]
    ]


def by_month(_: Loaded, company: Company) -> list[Row]:
    sums: dict[datetime.date, Decimal] = collections.defaultdict(Decimal)
    for invoice in company.invoices.values():
        sums[invoice.date.replace(day=1)] += invoice.net_in_base_currency
    return list(sums.items())


def by_customer(_: Loaded, company: Company) -> list[Row]:
    sums: dict[int, Decimal] = collections.defaultdict(Decimal)
    for invoice in company.invoices.values():
        if invoice.date.year == YEAR:
            sums[invoice.customer] += invoice.net_in_base_currency
    return [(number, company.customers[number].name, total) for number, total in sums.items()]


def by_product(_: Loaded, company: Company) -> list[Row]:
    sums: dict[str | None, Decimal] = collections.defaultdict(Decimal)
    for invoice, line in _lines_of_the_year(company):
        sums[line.product] += in_base_currency(line.net, invoice.rate)
    return [
        (number, number and company.products[number].name, total) for number, total in sums.items()
    ]


def _lines_of_the_year(company: Company) -> Iterator[tuple[BookedInvoice, SalesLine]]:
    for invoice in company.invoices.values():
        if invoice.date.year == YEAR:
            for line in invoice.lines:
                if line.account is not None:
                    yield invoice, line


def _quarter(day: datetime.date) -> datetime.date:
    return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)


BOOKS: dict[str, Callable[[Loaded, Company], list[Row]]] = {
    "Is everything there?": streams,
    "Result per year": results,
    "Trial balance of a year": trial_balance,
    "Receivables by age": lambda loaded, company: receivables(company, loaded.today),
    "Receivables on a past day": receivables_on_a_past_day,
    "VAT per code": vat_per_code,
    "VAT to pay": vat_to_pay,
    "Budget against actual": budget,
    "Revenue by month": by_month,
    "Revenue by customer": by_customer,
    "Revenue by product": by_product,
}
"""What the queries below each heading must find, of each company and without its number."""
