"""Rows that are gone from e-conomic, with the messages and with target-postgres."""

from __future__ import annotations

import time
import typing as t

import pytest
from psycopg import sql
from starlette.responses import JSONResponse

from economic_sandbox.company import generate_company
from economic_sandbox.server import Sandbox
from economic_sandbox.simulation import Simulation
from tap_economic.report import Status
from tests.pipeline.conftest import new_warehouse, warehouse
from tests.replication.books import settings
from tests.replication.catalogs import entry_of, selecting
from tests.replication.piping import pipe
from tests.running import run_tap

if t.TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.responses import Response

    from economic_sandbox.apis.exchange import Exchange
    from tests.pipeline.warehouse import Warehouse
    from tests.running import Run

__all__ = ["new_warehouse", "warehouse"]

FULL = ("customers", "products")
STREAMS = (*FULL, "booked_entries", "invoices_booked", "sync_audit")
DELETES: dict[str, t.Any] = {"emit_activate_version_messages": True}
kinds = pytest.mark.parametrize("hard", [False, True], ids=["soft", "hard"])


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(generate_company(seed=4, invoices=30), page_size=50) as sandbox:
        yield sandbox


def activated(run: Run) -> dict[str, int]:
    return {
        message["stream"]: message["version"]
        for message in run.messages
        if message["type"] == "ACTIVATE_VERSION"
    }


def refuse(path: str, page: int) -> t.Callable[[Exchange], Response | None]:
    """Refuse a page of a listing, the first being 0."""
    asked: list[Exchange] = []

    def hook(exchange: Exchange) -> Response | None:
        if exchange.path != path:
            return None
        asked.append(exchange)
        return JSONResponse({"message": "No"}, 400) if len(asked) > page else None

    return hook


class TestMessages:
    def read(self, sandbox: Sandbox, *streams: str, **config: t.Any) -> Run:
        return run_tap(None, *(streams or STREAMS), **settings(sandbox), **config)

    def test_nothing_is_deleted_unless_asked_for(self, sandbox: Sandbox) -> None:
        run = self.read(sandbox)
        assert activated(run) == {}
        assert not [message for message in run.messages if "version" in message]

    def test_only_streams_that_are_read_in_full_activate_a_version(self, sandbox: Sandbox) -> None:
        assert activated(self.read(sandbox, **DELETES)).keys() == set(FULL)

    def test_every_record_of_such_a_stream_carries_the_version_and_no_other_does(
        self, sandbox: Sandbox
    ) -> None:
        run = self.read(sandbox, **DELETES)
        versions: dict[str, set[int | None]] = {}
        for message in run.messages:
            if message["type"] == "RECORD":
                versions.setdefault(message["stream"], set()).add(message.get("version"))
        assert versions == {
            **{name: {version} for name, version in activated(run).items()},
            "booked_entries": {None},
            "invoices_booked": {None},
            "sync_audit": {None},
        }

    def test_it_is_in_milliseconds_so_that_two_runs_in_a_second_differ(
        self, sandbox: Sandbox
    ) -> None:
        before = time.time_ns() // 1_000_000
        versions = [activated(self.read(sandbox, "customers", **DELETES)) for _ in range(2)]
        after = time.time_ns() // 1_000_000
        assert before <= versions[0]["customers"] < versions[1]["customers"] <= after

    def test_versions_are_activated_after_everything_else(self, sandbox: Sandbox) -> None:
        kinds = [message["type"] for message in self.read(sandbox, **DELETES).messages]
        assert kinds[-2:] == ["ACTIVATE_VERSION"] * 2
        assert kinds.count("ACTIVATE_VERSION") == 2

    def test_an_empty_stream_that_is_complete_activates_its_version(self, sandbox: Sandbox) -> None:
        sandbox.company.drafts.clear()
        sandbox.company.revision += 1
        run = self.read(sandbox, "invoices_drafts", **DELETES)
        assert run.records("invoices_drafts") == []
        assert activated(run).keys() == {"invoices_drafts"}

    @pytest.mark.parametrize("page", [0, 1])
    def test_a_stream_that_fails_or_is_incomplete_activates_none(
        self, sandbox: Sandbox, page: int
    ) -> None:
        sandbox.before_response(refuse("/rest/customers", page))
        run = self.read(sandbox, page_size=10, **DELETES)
        assert run.outcomes["customers"].status is Status.FAILED
        assert activated(run).keys() == {"products"}

    def test_a_skipped_stream_activates_none(self, sandbox: Sandbox) -> None:
        sandbox.company.role = "Bookkeeping"
        run = self.read(
            sandbox, *STREAMS, agreement_number=sandbox.company.agreement_number, **DELETES
        )
        assert run.outcomes["customers"].status is Status.SKIPPED
        assert "customers" not in activated(run)

    def test_what_is_read_by_last_updated_activates_none(self, sandbox: Sandbox) -> None:
        catalog = selecting("customers")
        entry_of(catalog, "customers").update(
            replication_method="INCREMENTAL", replication_key="lastUpdated"
        )
        run = run_tap(None, catalog=catalog, **settings(sandbox), **DELETES)
        assert run.records("customers")
        assert activated(run) == {}
        assert not [message for message in run.messages if "version" in message]

    def test_nothing_is_activated_with_batches(self, sandbox: Sandbox, tmp_path: Path) -> None:
        batches = {
            "encoding": {"format": "jsonl", "compression": "gzip"},
            "storage": {"root": tmp_path.as_uri()},
        }
        run = self.read(sandbox, "customers", batch_config=batches, **DELETES)
        assert {message["type"] for message in run.messages} == {"SCHEMA", "BATCH", "STATE"}


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
