"""The books of one agreement of which the general ledger alone was loaded, then not even that."""

from __future__ import annotations

import typing as t

import pytest
from psycopg import sql

from economic_sandbox.company import Company, generate_company
from economic_sandbox.server import Sandbox
from tests.support.dbt import Books, load

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.warehouse import Warehouse

NOT_LOADED = (
    "booked_entries_matched_pairs", "budget_figures", "customers", "customer_groups",
    "invoices_booked", "invoices_booked_lines", "products", "suppliers", "supplier_groups",
)  # fmt: skip


class Alone(t.NamedTuple):
    """The company, its tables, and its books."""

    company: Company
    warehouse: Warehouse
    books: Books

    def drop(self, table: str) -> None:
        drop = sql.SQL("DROP TABLE {} CASCADE")
        self.warehouse.connection.execute(drop.format(sql.Identifier(self.warehouse.schema, table)))


@pytest.fixture(scope="module")
def alone(
    new_warehouse: Callable[[], Warehouse], tmp_path_factory: pytest.TempPathFactory
) -> Alone:
    folder, warehouse = tmp_path_factory.mktemp("alone"), new_warehouse()
    company = generate_company(seed=5, invoices=30)
    with Sandbox(company) as sandbox:
        load(folder, sandbox, warehouse, sandbox.agreement_grant_token)
    loaded = Alone(company, warehouse, Books(warehouse, folder))
    for table in NOT_LOADED:
        loaded.drop(table)
    return loaded


def test_models_of_the_ledger_are_built_without_the_tables_of_sales(alone: Alone) -> None:
    statuses = alone.books.dbt("build", sub_ledgers=False, sales=False)
    assert set(statuses.values()) == {"success", "pass"}, alone.books.said
    marts = alone.books.marts()
    assert sum(marts["general_ledger"].values()) == len(alone.company.ledger.entries)
    assert marts.keys().isdisjoint({"open_items", "invoice_lines"})


def test_books_without_a_table_of_entries_are_refused(alone: Alone) -> None:
    alone.drop("booked_entries")
    statuses = alone.books.dbt(
        "build", "--select", "stg_economic__booked_entries", sub_ledgers=False, sales=False
    )
    assert statuses["stg_economic__booked_entries"] == "error"
    schema = alone.warehouse.schema
    assert f"No schema of ['{schema}'] has the table booked_entries" in alone.books.said
