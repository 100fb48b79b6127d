"""Rows that are gone from e-conomic, in PostgreSQL."""

from __future__ import annotations

import typing as t

import pytest
from psycopg import sql
from starlette.responses import JSONResponse

from economic_sandbox.company import generate_company
from economic_sandbox.server import Sandbox
from economic_sandbox.simulation import Simulation
from tests.support.catalogs import selecting
from tests.support.deletes import DELETES, STREAMS, refuse
from tests.support.piping import pipe
from tests.support.sandboxes import settings

if t.TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.responses import Response

    from economic_sandbox.apis.exchange import Exchange
    from tests.support.warehouse import Warehouse

kinds = pytest.mark.parametrize("hard", [False, True], ids=["soft", "hard"])


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(generate_company(seed=4, invoices=30), page_size=50) as sandbox:
        yield sandbox


class Loading:
    """A pipeline into PostgreSQL that runs again and again."""

    def __init__(self, sandbox: Sandbox, warehouse: Warehouse, folder: Path, *, hard: bool) -> None:
        self.sandbox = sandbox
        self.warehouse = warehouse
        self.folder = folder
        self.target = {**warehouse.config, "hard_delete": hard}
        self.state: dict[str, t.Any] | None = None

    def run(
        self, *streams: str, config: dict[str, t.Any] | None = None, fails: bool = False
    ) -> None:
        ended = pipe(
            self.folder,
            config or {**settings(self.sandbox), **DELETES, "page_size": 10},
            self.target,
            state=self.state,
            catalog=selecting(*(streams or STREAMS)),
        )
        assert ended.tap_code == int(fails), ended.tap_log
        self.state = ended.state

    def keys(self, table: str, *columns: str) -> set[t.Any]:
        """Return the keys of the rows that are not deleted; tuples where there is more to them."""
        query = sql.SQL("SELECT {} FROM {} WHERE _sdc_deleted_at IS NULL").format(
            sql.SQL(",").join(map(sql.Identifier, columns)),
            sql.Identifier(self.warehouse.schema, table),
        )
        rows = self.warehouse.connection.execute(query).fetchall()
        return {row if len(columns) > 1 else row[0] for row in rows}

    def rows(self, table: str) -> int:
        return len(self.warehouse.tables()[table])


@pytest.fixture
def load(sandbox: Sandbox, warehouse: Warehouse, tmp_path: Path) -> t.Callable[[bool], Loading]:
    return lambda hard: Loading(sandbox, warehouse, tmp_path, hard=hard)


class TestTargetPostgres:
    @kinds
    def test_rows_that_are_gone_are_removed_and_nothing_else(
        self, load: t.Callable[[bool], Loading], *, hard: bool
    ) -> None:
        loading = load(hard)
        company = loading.sandbox.company
        loading.run()
        before = {table: loading.rows(table) for table in STREAMS}
        gone = set(company.customers)
        for event in ("delete_customer", "delete_customer", "replace_product", "book_invoice"):
            loading.sandbox.simulation.do(event)
        gone -= set(company.customers)
        loading.run()

        assert len(gone) == 2
        assert loading.keys("customers", "customerNumber") == set(company.customers)
        assert loading.keys("products", "productNumber") == set(company.products)
        assert loading.rows("customers") == before["customers"] - (2 if hard else 0)
        assert loading.rows("products") == before["products"] + (0 if hard else 1)
        # What is read incrementally or only added to stays, though a version went by.
        assert loading.rows("booked_entries") == len(company.ledger.entries)
        assert loading.rows("invoices_booked") == len(company.invoices)
        assert loading.rows("sync_audit") == 2 * (len(STREAMS) - 1)

    @kinds
    def test_a_run_that_fails_half_way_through_a_stream_deletes_nothing_there(
        self, load: t.Callable[[bool], Loading], *, hard: bool
    ) -> None:
        loading = load(hard)
        company = loading.sandbox.company
        loading.run()
        customers, products = dict(company.customers), dict(company.products)
        loading.sandbox.simulation.do("delete_customer")
        loading.sandbox.simulation.do("replace_product")
        loading.sandbox.before_response(refuse("/rest/customers", 1))
        loading.run(fails=True)

        assert loading.keys("customers", "customerNumber") == set(customers)
        assert loading.keys("products", "productNumber") == set(company.products)
        assert set(company.products) != set(products)

        loading.sandbox.clear()
        loading.run()
        assert loading.keys("customers", "customerNumber") == set(company.customers)
        assert loading.rows("sync_audit") == 3 * (len(STREAMS) - 1)

    @kinds
    def test_a_tap_that_dies_deletes_nothing(
        self, load: t.Callable[[bool], Loading], *, hard: bool
    ) -> None:
        loading = load(hard)
        loading.run()
        before = dict(loading.sandbox.company.customers)
        loading.sandbox.simulation.do("delete_customer")
        config = {**settings(loading.sandbox), **DELETES, "page_size": 10}
        ended = pipe(
            loading.folder,
            config,
            loading.target,
            state=loading.state,
            catalog=selecting(*STREAMS),
            killed_after=40,
        )
        assert ended.tap_code == -9
        assert loading.keys("customers", "customerNumber") == set(before)

    @kinds
    def test_a_run_that_fails_for_one_agreement_deletes_nothing_of_any(
        self, warehouse: Warehouse, tmp_path: Path, *, hard: bool
    ) -> None:
        companies = {
            token: generate_company(seed, 10) for seed, token in enumerate(("one", "other"), 1)
        }
        numbers = [company.agreement_number for company in companies.values()]
        with Sandbox(agreements=companies) as sandbox:
            config = {**settings(sandbox), **DELETES}
            del config["agreement_grant_token"]
            config["agreements"] = [{"agreement_grant_token": token} for token in companies]
            loading = Loading(sandbox, warehouse, tmp_path, hard=hard)
            loading.run("customers", config=config)
            before = loading.rows("customers")
            assert before == sum(len(company.customers) for company in companies.values())
            for company in companies.values():
                Simulation(company).do("delete_customer")

            def refuse_the_other(exchange: Exchange) -> Response | None:
                is_its = exchange.agreement_number == numbers[1]
                if is_its and exchange.path == "/rest/customers":
                    return JSONResponse({"message": "No"}, 400)
                return None

            sandbox.before_response(refuse_the_other)
            loading.run("customers", config=config, fails=True)
            assert loading.rows("customers") == before
            assert len(loading.keys("customers", "customerNumber", "agreementNumber")) == before

            sandbox.clear()
            loading.run("customers", config=config)
            remaining = {
                (number, company.agreement_number)
                for company in companies.values()
                for number in company.customers
            }
            assert len(remaining) == before - 2
            assert loading.keys("customers", "customerNumber", "agreementNumber") == remaining

    def test_a_number_that_is_given_to_another_customer_is_one_row_that_lives(
        self, load: t.Callable[[bool], Loading]
    ) -> None:
        loading = load(False)  # noqa: FBT003 - soft
        loading.run("customers")
        loading.sandbox.simulation.do("reuse_customer_number")
        loading.run("customers")
        assert loading.keys("customers", "customerNumber") == set(loading.sandbox.company.customers)
        assert loading.rows("customers") == len(loading.sandbox.company.customers)
