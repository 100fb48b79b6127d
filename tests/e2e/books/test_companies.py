"""The books of a dozen made-up companies: every test of the dbt project holds."""

from __future__ import annotations

import collections
import datetime
import json
import re
import typing as t
from decimal import ROUND_HALF_UP, Decimal

import pytest

from economic_sandbox.company import Company, generate_company
from economic_sandbox.company.model.ledger import EntryType
from economic_sandbox.server import Sandbox
from economic_sandbox.simulation import Simulation
from scripts.dbt_project import PROJECT, STREAMS
from tests.support.dbt import Books, load

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.warehouse import Warehouse

SEEDS = range(1, 13)
EVENTS = 60
_LONG_YEAR = datetime.timedelta(days=500)


def lived(seed: int) -> tuple[Company, list[str]]:
    """A company with random events after its generated past, and their names."""
    company = generate_company(seed=seed, invoices=40)
    simulation = Simulation(company, seed)
    return company, [simulation.step() for _ in range(EVENTS)]


class Dozen(t.NamedTuple):
    """The companies, what happened to them, their books, and what dbt said of each node."""

    companies: dict[int, Company]
    events: set[str]
    books: Books
    results: dict[str, str]


@pytest.fixture(scope="module")
def dozen(
    new_warehouse: Callable[[], Warehouse], tmp_path_factory: pytest.TempPathFactory
) -> Dozen:
    folder = tmp_path_factory.mktemp("dozen")
    lives = [lived(seed) for seed in SEEDS]
    lives[-1][0].modules = set()
    companies = {company.agreement_number: company for company, _ in lives}
    assert len(companies) == len(SEEDS)
    warehouse = new_warehouse()
    grants = {f"grant-{number}": company for number, company in companies.items()}
    with Sandbox(agreements=grants) as sandbox:
        load(folder, sandbox, warehouse, *grants)
    books = Books(warehouse, folder)
    results = books.dbt("build")
    return Dozen(companies, {event for _, events in lives for event in events}, books, results)


def test_every_model_is_built_and_every_test_passes_without_a_warning(dozen: Dozen) -> None:
    assert {name: status for name, status in dozen.results.items() if status not in GOOD} == {}
    tested = {file.stem for file in (PROJECT / "tests").glob("*/*.sql")} - {"is_key"}
    assert tested < dozen.results.keys()


GOOD = {"success", "pass"}


def test_the_companies_have_all_that_makes_books_difficult(dozen: Dozen) -> None:
    assert {"unmatch", "pay_in_part", "credit_invoice", "match_open_items"} <= dozen.events
    for company in dozen.companies.values():
        ledger = company.ledger
        assert {entry.currency for entry in ledger.entries.values()} >= {"DKK", "EUR"}
        assert any(year.end - year.start > _LONG_YEAR for year in ledger.years)
        assert any(invoice.gross < 0 for invoice in company.invoices.values())


def test_the_trial_balance_closes_with_the_balances_of_each_company(dozen: Dozen) -> None:
    closings = dozen.books.rows(
        """
        SELECT agreement_number, account_number, sum(net_change)
        FROM trial_balance
        GROUP BY 1, 2
        """
    )
    found: dict[int, dict[int, Decimal]] = {number: {} for number in dozen.companies}
    for agreement, account, total in closings:
        found[agreement][account] = total
    assert found == {number: company.balances() for number, company in dozen.companies.items()}


def test_the_result_of_each_year_is_that_of_the_company(dozen: Dozen) -> None:
    rows = dozen.books.rows(
        "SELECT agreement_number, accounting_year, sum(amount) FROM profit_and_loss GROUP BY 1, 2"
    )
    expected = [
        (number, year.name, -sum(totals.values()))
        for number, company in dozen.companies.items()
        for year in company.ledger.years
        for totals in [
            {
                account: amount
                for account, amount in company.year_totals(year).items()
                if company.accounts[account].type == "profitAndLoss"
            }
        ]
    ]
    assert rows == sorted(expected, key=repr)


def test_the_open_items_of_today_are_the_remainders_of_each_company(dozen: Dozen) -> None:
    rows = dozen.books.rows(
        """
        SELECT agreement_number, entry_number, open_amount, open_in_base_currency
        FROM open_items
        WHERE open_until IS NULL AND item_type = 'entry'
        """
    )
    expected = [
        (number, entry.number, ledger.remainder(entry), ledger.base_remainder(entry))
        for number, company in dozen.companies.items()
        for ledger in [company.ledger]
        for entry in ledger.entries.values()
        if entry.is_open_item and ledger.remainder(entry)
    ]
    assert len(expected) > len(SEEDS)
    assert rows == sorted(expected, key=repr)


def test_revenue_per_customer_is_what_the_invoices_booked(dozen: Dozen) -> None:
    rows = dozen.books.rows(
        "SELECT agreement_number, customer_number, sum(revenue) FROM revenue_by_customer"
        " GROUP BY 1, 2"
    )
    expected: dict[tuple[int, int], Decimal] = {}
    for number, company in dozen.companies.items():
        for invoice in company.invoices.values():
            key = number, invoice.customer
            expected[key] = expected.get(key, Decimal(0)) + invoice.net_in_base_currency
    assert {(agreement, customer): total for agreement, customer, total in rows} == expected


def test_accrued_lines_are_earned_by_the_days_of_their_months(dozen: Dozen) -> None:
    expected: dict[tuple[t.Any, ...], Decimal] = collections.defaultdict(Decimal)
    for number, company in dozen.companies.items():
        for invoice in company.invoices.values():
            for line in invoice.lines if invoice.currency == "DKK" else ():
                if line.accrual and line.account is not None:
                    for month, earned in earned_by_month(line.net, *line.accrual).items():
                        expected[number, invoice.number, month] += earned
    rows = dozen.books.rows(
        """
        SELECT accrued.agreement_number, invoice_number, revenue_month, sum(earned_revenue)
        FROM accrued_revenue AS accrued
        INNER JOIN invoice_lines USING (agreement_number, invoice_number, line_number)
        WHERE currency_code = 'DKK'
        GROUP BY 1, 2, 3
        """
    )
    assert len(expected) > len(SEEDS)
    assert {(*key,): earned for *key, earned in rows} == expected


def earned_by_month(
    amount: Decimal, first: datetime.date, last: datetime.date
) -> dict[datetime.date, Decimal]:
    days = [first + datetime.timedelta(n) for n in range((last - first).days + 1)]
    earned: dict[datetime.date, Decimal] = {}
    for month, count in collections.Counter(day.replace(day=1) for day in days).items():
        passed = sum(day < month for day in days) + count
        until = (amount * passed / len(days)).quantize(CENT, ROUND_HALF_UP)
        earned[month] = until - sum(earned.values())
    return earned


CENT = Decimal("0.01")


def test_no_amount_of_a_match_had_to_be_guessed(dozen: Dozen) -> None:
    matched = dozen.books.rows(
        f"SELECT agreement_number, least(debit_entry, credit_entry),"
        f" greatest(debit_entry, credit_entry), matched_amount"
        f" FROM {dozen.books.schema}_staging.int_matches"
    )
    expected = [
        (number, min(pair), max(pair), match.amount)
        for number, company in dozen.companies.items()
        for match in company.ledger.matches
        for pair in [(match.from_entry.number, match.to_entry.number)]
    ]
    assert matched == sorted(expected, key=repr)


def test_the_status_has_a_row_for_each_agreement_and_stream(dozen: Dozen) -> None:
    rows = dozen.books.rows(
        "SELECT agreement_number, stream_name, last_status, last_complete_at IS NOT NULL"
        " FROM sync_status WHERE is_used_by_the_books"
    )
    read = set(STREAMS) - {"sync_audit"}
    assert set(rows) == {
        (number, name, "complete" if is_read else "skipped", is_read)
        for number, company in dozen.companies.items()
        for name in read
        for is_read in [bool(company.modules) or "dimension" not in name]
    }


def test_an_agreement_says_when_its_books_were_last_complete(dozen: Dozen) -> None:
    rows = dozen.books.rows(
        """
        SELECT
            agreement_number,
            streams_not_complete,
            complete_as_of = (
                SELECT min(last_complete_at) FROM sync_status
                WHERE sync_status.agreement_number = agreements.agreement_number
            )
        FROM agreements
        """
    )
    assert rows == [(number, 0, True) for number in sorted(dozen.companies)]


def test_the_cash_flow_ends_with_the_cash_of_the_company(dozen: Dozen) -> None:
    flows = dict(dozen.books.rows("SELECT agreement_number, sum(amount) FROM cash_flow GROUP BY 1"))
    opened = {
        number: sum(
            entry.base
            for entry in company.ledger.entries.values()
            if entry.type == EntryType.OPENING_ENTRY and entry.account in CASH
        )
        for number, company in dozen.companies.items()
    }
    assert {number: flow + opened[number] for number, flow in flows.items()} == {
        number: sum(company.balances().get(account, 0) for account in CASH)
        for number, company in dozen.companies.items()
    }


CASH = (5810, 5820)


def test_the_queries_of_the_readme_find_rows(dozen: Dozen) -> None:
    text = (PROJECT / "README.md").read_text("utf-8")
    queries = re.findall(r"```sql\n(.*?)```", text, re.DOTALL)
    assert len(queries) > 1
    for query in queries:
        ours = query.replace("books.", f"{dozen.books.schema}.")
        assert dozen.books.rows(ours.replace("123456", str(min(dozen.companies))))


def test_docs_are_generated_and_describe_every_mart_and_column(dozen: Dozen) -> None:
    dozen.books.dbt("docs", "generate", "--no-compile")
    target = dozen.books.folder / "target"
    catalog, manifest = (
        json.loads((target / f"{name}.json").read_text("utf-8")) for name in ("catalog", "manifest")
    )
    undescribed = {
        f"{node['metadata']['name']}.{column}"
        for unique_id, node in catalog["nodes"].items()
        for column in node["columns"]
        if not described(manifest["nodes"][unique_id], column)
    }
    assert undescribed == set()


def described(node: dict[str, t.Any], column: str) -> bool:
    columns: dict[str, dict[str, t.Any]] = node["columns"]
    return bool(node["description"] and columns.get(column, {}).get("description"))
