"""``tap-economic | target-postgres``, as real processes into a real PostgreSQL."""

from __future__ import annotations

import typing as t
from decimal import Decimal

import pytest

from economic_sandbox.company.model.years import periods
from tests.support.programs import pipe

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from economic_sandbox.company import Company
    from economic_sandbox.server import Sandbox
    from tests.support.warehouse import Warehouse

# Of every kind that e-conomic documents: money, days, instants, references, booleans.
COLUMN_TYPES = {
    "accounts.accountNumber": "bigint",
    "accounts.balance": "numeric",
    "accounts.blockDirectEntries": "boolean",
    "accounting_periods.dateFrom": "date",
    "accounting_periods.dateTo": "date",
    "accounting_year_totals.fromDate": "date",
    "accounting_year_totals.toDate": "date",
    "accounting_year_totals.totalInBaseCurrency": "numeric",
    "accounting_years.fromDate": "date",
    "accounting_years.year": "text",
    "booked_entries.amount": "numeric",
    "booked_entries.amountInBaseCurrency": "numeric",
    "booked_entries.date": "date",
    "booked_entries.dueDate": "date",
    "booked_entries.remainder": "numeric",
    "customers.balance": "numeric",
    "customers.lastUpdated": "timestamp without time zone",
    "draft_entries.amount": "numeric",
    "draft_entries.date": "date",
    "invoices_booked.customer": "jsonb",
    "invoices_booked.date": "date",
    "invoices_booked.dueDate": "date",
    "invoices_booked.exchangeRate": "numeric",
    "invoices_booked.grossAmount": "numeric",
    "invoices_booked.remainder": "numeric",
    "invoices_booked.vatAmount": "numeric",
    "invoices_booked_lines.quantity": "numeric",
    "invoices_booked_lines.totalNetAmount": "numeric",
    "invoices_booked_lines.unitNetPrice": "numeric",
    "products.salesPrice": "numeric",
}


class Loaded(t.NamedTuple):
    """What two runs, the second from the state of the first, left behind."""

    warehouse: Warehouse
    first: dict[str, list[str]]
    second: dict[str, list[str]]


@pytest.fixture(scope="module")
def loaded(
    tap_config: dict[str, t.Any],
    new_warehouse: Callable[[], Warehouse],
    tmp_path_factory: pytest.TempPathFactory,
) -> Loaded:
    folder = tmp_path_factory.mktemp("target-postgres")
    warehouse = new_warehouse()
    state = pipe(folder, tap_config, "target-postgres", warehouse.config)
    first = warehouse.tables()
    pipe(folder, tap_config, "target-postgres", warehouse.config, state=state)
    return Loaded(warehouse, first, warehouse.tables())


@pytest.fixture
def company(sandbox: Sandbox) -> Company:
    return sandbox.company


def test_each_row_of_the_books_arrives_once(loaded: Loaded, company: Company) -> None:
    expected = {
        "accounting_periods": len(list(periods(company.ledger.years))),
        "accounting_year_totals": len(company.ledger.years) * len(company.accounts),
        "accounting_years": len(company.ledger.years),
        "accounts": len(company.accounts),
        "agreement": 1,
        "booked_entries": len(company.ledger.entries),
        "customers": len(company.customers),
        "draft_entries": len(company.draft_entries),
        "invoices_booked": len(company.invoices),
        "invoices_booked_lines": sum(len(invoice.lines) for invoice in company.invoices.values()),
        "journals": len(company.journals),
        "products": len(company.products),
        "suppliers": len(company.suppliers),
    }
    assert {table: len(loaded.first[table]) for table in expected} == expected


def test_the_entries_of_each_account_sum_to_the_ore(loaded: Loaded, company: Company) -> None:
    sums = loaded.warehouse.sums("booked_entries", "accountNumber", "amountInBaseCurrency")
    assert sums == company.trial_balance()
    assert sum(sums.values()) == 0


def test_the_totals_of_all_years_are_those_of_the_entries(loaded: Loaded, company: Company) -> None:
    sums = loaded.warehouse.sums("accounting_year_totals", "accountNumber", "totalInBaseCurrency")
    expected = dict.fromkeys(company.accounts, Decimal(0)) | company.trial_balance()
    assert sums == expected


def test_the_balance_of_each_customer_is_to_the_ore(loaded: Loaded, company: Company) -> None:
    balances = loaded.warehouse.sums("customers", "customerNumber", "balance")
    owed = company.owed_by_customer()
    assert balances == {number: owed.get(number, 0) for number in company.customers}


def test_a_second_run_changes_no_row_and_gives_an_account_of_itself(loaded: Loaded) -> None:
    first, second = dict(loaded.first), dict(loaded.second)
    assert len(second.pop("sync_audit")) == 2 * len(first.pop("sync_audit"))
    assert second == first


def test_amounts_are_numeric_and_days_are_dates(loaded: Loaded) -> None:
    types = loaded.warehouse.column_types()
    assert {column: types.get(column) for column in COLUMN_TYPES} == COLUMN_TYPES
    assert not [column for column, kind in types.items() if kind in {"real", "double precision"}]


def test_every_table_is_keyed_by_agreement_first(loaded: Loaded) -> None:
    keys = loaded.warehouse.primary_keys()
    assert keys.keys() == loaded.first.keys()
    assert {columns[0] for columns in keys.values()} == {"agreementNumber"}


@pytest.fixture(scope="module")
def loaded_as_texts(
    tap_config: dict[str, t.Any],
    new_warehouse: Callable[[], Warehouse],
    tmp_path_factory: pytest.TempPathFactory,
) -> Warehouse:
    warehouse = new_warehouse()
    folder = tmp_path_factory.mktemp("as_texts")
    pipe(folder, {**tap_config, "use_singer_decimal": True}, "target-postgres", warehouse.config)
    return warehouse


def test_singer_decimals_become_numeric_columns_of_their_precision(
    loaded: Loaded, loaded_as_texts: Warehouse
) -> None:
    kinds = loaded.warehouse.column_types()
    numeric = {name for name, kind in kinds.items() if kind == "numeric"}
    assert len(numeric) > 100
    assert loaded_as_texts.numeric_columns() == dict.fromkeys(numeric, (38, 9))
    assert loaded_as_texts.column_types() == kinds


def test_singer_decimals_sum_to_the_ore(loaded_as_texts: Warehouse, company: Company) -> None:
    sums = loaded_as_texts.sums("booked_entries", "accountNumber", "amountInBaseCurrency")
    assert sums == company.trial_balance()
    totals = loaded_as_texts.sums("accounting_year_totals", "accountNumber", "totalInBaseCurrency")
    assert totals == dict.fromkeys(company.accounts, Decimal(0)) | company.trial_balance()
