"""``meltano run`` with the repository's own meltano.yml."""

from __future__ import annotations

import json
import typing as t

import pytest
from psycopg import sql

from tests.support.meltano import Project
from tests.support.programs import discover

if t.TYPE_CHECKING:
    from pathlib import Path

    from economic_sandbox.server import Sandbox
    from tests.support.warehouse import Warehouse


@pytest.fixture
def project(tmp_path: Path, tap_config: dict[str, str], warehouse: Warehouse) -> Project:
    settings = {f"TAP_ECONOMIC_{name.upper()}": value for name, value in tap_config.items()}
    settings["TARGET_POSTGRES_SQLALCHEMY_URL"] = warehouse.url
    settings["TARGET_POSTGRES_DEFAULT_TARGET_SCHEMA"] = warehouse.schema
    settings["DBT_POSTGRES_HOST"] = str(warehouse.connection.info.host)
    settings["DBT_POSTGRES_ECONOMIC_SCHEMA"] = warehouse.schema
    settings["DBT_POSTGRES_SCHEMA"] = f"{warehouse.schema}_books"
    return Project(tmp_path, settings)


def test_meltano_loads_the_books_to_the_ore_and_a_second_run_with_state_changes_no_row(
    project: Project, sandbox: Sandbox, warehouse: Warehouse
) -> None:
    project.meltano("run", "tap-economic", "target-postgres")
    first = warehouse.tables()
    state = project.meltano("state", "get", "dev:tap-economic-to-target-postgres")

    project.meltano("run", "tap-economic", "target-postgres")

    company = sandbox.company
    sums = warehouse.sums("booked_entries", "accountNumber", "amountInBaseCurrency")
    assert sums == company.trial_balance()
    assert len(first["booked_entries"]) == len(company.ledger.entries)
    assert len(first["invoices_booked"]) == len(company.invoices)
    assert json.loads(state)["singer_state"]["bookmarks"].keys() == first.keys()
    second = warehouse.tables()
    # Each run adds a row a stream to the account of the runs.
    assert len(second.pop("sync_audit")) == 2 * len(first.pop("sync_audit"))
    assert second == first


def test_the_job_reads_the_streams_that_the_tap_selects_by_itself(
    project: Project, warehouse: Warehouse
) -> None:
    project.meltano("run", "economic-to-postgres")
    assert set(warehouse.tables()) == {
        stream["tap_stream_id"]
        for stream in discover()["streams"]
        for entry in stream["metadata"]
        if not entry["breadcrumb"] and entry["metadata"]["selected-by-default"]
    }


def test_one_command_loads_everything_and_builds_the_books(
    project: Project, sandbox: Sandbox, warehouse: Warehouse
) -> None:
    project.meltano("run", "economic-to-postgres", "economic-books")
    sums = warehouse.connection.execute(
        sql.SQL(
            "SELECT account_number, sum(net_change) FROM {} GROUP BY 1 HAVING sum(net_change) <> 0"
        ).format(sql.Identifier(f"{warehouse.schema}_books", "trial_balance"))
    )
    expected = sandbox.company.balances()
    assert dict(sums.fetchall()) == {number: sum_ for number, sum_ in expected.items() if sum_}


def test_the_job_for_files_writes_one_for_each_stream(project: Project, sandbox: Sandbox) -> None:
    project.meltano("run", "economic-to-files")
    (entries,) = (project.folder / "output").glob("booked_entries-*.jsonl")
    lines = entries.read_text(encoding="utf-8").splitlines()
    assert len(lines) == len(sandbox.company.ledger.entries)


def test_a_schema_per_agreement_is_not_loaded_into_without_the_agreement_s_name(
    project: Project, warehouse: Warehouse
) -> None:
    refused = project.ended("run", "agreement-to-postgres")
    assert refused.returncode == 1
    assert "AGREEMENT" in refused.stdout + refused.stderr
    assert "economic_" not in warehouse.schemas()


def test_a_schema_per_agreement_has_the_agreement_s_name(
    project: Project, warehouse: Warehouse
) -> None:
    ran = project.ended("run", "agreement-to-postgres", AGREEMENT="drift")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "economic_drift" in warehouse.schemas()
