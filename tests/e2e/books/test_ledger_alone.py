"""The books of one agreement of which only the general ledger was loaded."""

from __future__ import annotations

import typing as t

from psycopg import sql

from economic_sandbox.company import generate_company
from economic_sandbox.server import Sandbox
from tests.support.dbt import Books, load

if t.TYPE_CHECKING:
    from pathlib import Path

    from tests.support.warehouse import Warehouse

NOT_LOADED = (
    "booked_entries_matched_pairs", "budget_figures", "customers", "customer_groups",
    "invoices_booked", "invoices_booked_lines", "products", "suppliers", "supplier_groups",
)  # fmt: skip


def test_models_of_the_ledger_are_built_without_the_tables_of_sales(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    company = generate_company(seed=5, invoices=30)
    with Sandbox(company) as sandbox:
        load(tmp_path, sandbox, warehouse, sandbox.agreement_grant_token)
    for table in NOT_LOADED:
        drop = sql.SQL("DROP TABLE {}").format(sql.Identifier(warehouse.schema, table))
        warehouse.connection.execute(drop)
    books = Books(warehouse, tmp_path)
    statuses = books.dbt("build", sub_ledgers=False, sales=False)
    assert set(statuses.values()) == {"success", "pass"}, books.said
    marts = books.marts()
    assert sum(marts["general_ledger"].values()) == len(company.ledger.entries)
    assert marts.keys().isdisjoint({"open_items", "invoice_lines"})


def test_books_without_a_table_of_entries_are_refused(warehouse: Warehouse, tmp_path: Path) -> None:
    books = Books(warehouse, tmp_path)
    statuses = books.dbt("build", "--select", "stg_economic__booked_entries")
    assert statuses["stg_economic__booked_entries"] == "error"
    assert f"No schema of ['{warehouse.schema}'] has the table booked_entries" in books.said
