"""Books after two incremental runs of two agreements, beside those of a fresh load.

All are built at once: the fresh rows are in a schema per agreement, under other numbers.
"""

from __future__ import annotations

import collections
import typing as t

import pytest
from psycopg import sql

from economic_sandbox.company import Company, generate_company
from economic_sandbox.server import Sandbox
from economic_sandbox.simulation import Simulation
from tests.support.dbt import Books, load

if t.TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

    from tests.support.warehouse import Warehouse

PAYMENTS = ("pay_in_full", "pay_in_part", "overpay", "pay_on_account")
SUPPLIERS = ("pay_supplier", "pay_supplier_in_part", "book_supplier_invoice", "book_invoice")
EVENTS = 50
MONTHS = 2
FRESH = 10_000_000  # added to the numbers of agreements


class Runs(t.NamedTuple):
    """Two incremental runs into one schema, and one fresh load into a schema per agreement.

    Attributes:
        books: The books of all.
        statuses: What dbt said of each node.
        day: The day of the first run.
        payer: The company that only paid and was paid since.
        owed: What was open on that day, in the base currency, by ledger and number.
    """

    books: Books
    statuses: set[str]
    day: str
    payer: Company
    owed: dict[tuple[str, int], Decimal]


def open_in_base_currency(company: Company) -> dict[tuple[str, int], Decimal]:
    sums: dict[tuple[str, int], Decimal] = {}
    for entry in company.ledger.entries.values():
        left = company.ledger.base_remainder(entry)
        if entry.is_open_item and left:
            ledger = "supplier" if entry.customer is None else "customer"
            key = ledger, entry.customer or entry.supplier or 0
            sums[key] = sums.get(key, left - left) + left
    return {key: total for key, total in sums.items() if total}


@pytest.fixture(scope="module")
def runs(new_warehouse: Callable[[], Warehouse], tmp_path_factory: pytest.TempPathFactory) -> Runs:
    folder = tmp_path_factory.mktemp("runs")
    payer, other = (generate_company(seed=seed, invoices=60) for seed in (21, 22))
    day, owed = str(payer.today), open_in_base_currency(payer)
    grants = {"grant-payer": payer, "grant-other": other}
    together, apart = new_warehouse(), new_warehouse()
    with Sandbox(agreements=grants) as sandbox:
        state = load(folder, sandbox, together, *grants)
        _note_unopened(together)
        paying, living = Simulation(payer, 1), Simulation(other, 2)
        paying.days(30 * MONTHS)  # so that nothing is booked back to the first run's day
        for event in (*PAYMENTS, *SUPPLIERS) * MONTHS:
            paying.do(event)
        for _ in range(EVENTS):
            living.step()
        load(folder, sandbox, together, *grants, state=state)
        load(folder, sandbox, apart, *grants)
    schemas = [_moved(apart, company.agreement_number) for company in (payer, other)]
    books = Books(together, folder, together.schema, *schemas)
    statuses = set(books.dbt("build", as_of=day).values())
    return Runs(books, statuses, day, payer, owed)


def _note_unopened(warehouse: Warehouse) -> None:
    """Note a run, now, that could not open the first agreement, and so not learn its number."""
    query = sql.SQL(
        """
        INSERT INTO {} ("agreementNumber", "agreementName", "runId", stream, status, reason,
        "startedAt", "endedAt") VALUES (-1, 'agreements.0', 'unopened', 'agreement', 'failed',
        'the connection was closed', timezone('utc', now()), timezone('utc', now()))
        """
    )
    warehouse.connection.execute(query.format(sql.Identifier(warehouse.schema, "sync_audit")))


def _moved(warehouse: Warehouse, agreement: int) -> str:
    """Copy the rows of an agreement, under another number, into a schema; return its name."""
    schema = f"{warehouse.schema}_{agreement}"
    warehouse.connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
    copy = sql.SQL(
        """
        CREATE TABLE {} AS SELECT copied.* FROM {} AS raw,
        jsonb_populate_record(raw, jsonb_build_object('agreementNumber', {})) AS copied
        WHERE raw."agreementNumber" = {}
        """
    )
    for table in warehouse.tables():
        warehouse.connection.execute(
            copy.format(
                sql.Identifier(schema, table),
                sql.Identifier(warehouse.schema, table),
                sql.Literal(FRESH + agreement),
                sql.Literal(agreement),
            )
        )
    return schema


def test_all_tests_of_the_project_hold_after_a_second_run(runs: Runs) -> None:
    assert runs.statuses == {"success", "pass"}


def test_a_second_run_gives_the_same_marts_as_a_fresh_load(runs: Runs) -> None:
    second: dict[str, collections.Counter[tuple[t.Any, ...]]] = {}
    fresh: dict[str, collections.Counter[tuple[t.Any, ...]]] = {}
    for name, rows in runs.books.marts().items():
        second[name] = collections.Counter(row for row in rows.elements() if row[0] < FRESH)
        fresh[name] = collections.Counter(
            (row[0] - FRESH, *row[1:]) for row in rows.elements() if row[0] >= FRESH
        )
    # Of a fresh load, runs and counts of rows differ.
    assert len(second.pop("sync_status")) == len(fresh.pop("sync_status"))
    differences = {name: (second[name] - fresh[name], fresh[name] - second[name]) for name in fresh}
    assert {name: rows for name, rows in differences.items() if any(rows)} == {}
    assert all(second.values())


def test_what_was_open_on_a_past_day_does_not_depend_on_later_payments(runs: Runs) -> None:
    assert open_in_base_currency(runs.payer) != runs.owed
    found = {
        (ledger, number): total
        for ledger, number, total in runs.books.rows(
            f"""
            SELECT ledger, party_number, sum(open_in_base_currency)
            FROM open_items
            WHERE agreement_number = {runs.payer.agreement_number} AND item_type = 'entry'
            AND open_from <= '{runs.day}' AND (open_until > '{runs.day}' OR open_until IS NULL)
            GROUP BY 1, 2
            """
        )
        if total
    }
    assert found == runs.owed


@pytest.mark.parametrize(
    ("mart", "ledger", "sign"), [("receivables", "customer", 1), ("payables", "supplier", -1)]
)
def test_ageing_as_of_a_past_day_is_what_was_owed_then(
    runs: Runs, mart: str, ledger: str, sign: int
) -> None:
    found = {
        number: sign * total
        for number, total in runs.books.rows(
            f"""
            SELECT {ledger}_number, total - unallocated FROM aged_{mart}
            WHERE agreement_number = {runs.payer.agreement_number}
            AND as_of_date = '{runs.day}'
            """
        )
        if total
    }
    assert found == {
        number: total for (whose, number), total in runs.owed.items() if whose == ledger
    }
