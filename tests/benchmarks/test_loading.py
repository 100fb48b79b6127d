"""Whole pipelines into PostgreSQL."""

from __future__ import annotations

import sys
import typing as t
from pathlib import Path

import psycopg
import pytest

from benchmarks.database import Database
from benchmarks.place import Place
from benchmarks.programs import LOADERS_DEFAULTS, TAP_TO_POSTGRES, WITH_CHECKS
from benchmarks.runs import FailedError
from benchmarks.work import Case, Program, entries, invoices
from tests.support.programs import program

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.command_line import Programs
    from benchmarks.serving import Served

INSERTS = """
import sys, psycopg
schema = sys.argv[2]
with psycopg.connect(sys.argv[1]) as connection:
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
    connection.execute(f"CREATE TABLE IF NOT EXISTS {schema}.loaded (number integer)")
    connection.execute(f"INSERT INTO {schema}.loaded VALUES (1)")
"""


@pytest.fixture(scope="module")
def place(served: Served) -> Iterator[Place]:
    with Place(served) as place:
        yield place


@pytest.fixture
def programs() -> Programs:
    return {
        "tap": Path(sys.executable).parent,
        "target-postgres": program("target-postgres").parent,
    }


@pytest.fixture
def inserting(tmp_path: Path) -> Program:
    """Inserts a row in each run, whatever is there."""
    script = tmp_path / "insert.py"
    script.write_text(INSERTS)
    return Program("inserting", f"{sys.executable} {script} {{database}} {{schema}}")


@pytest.mark.parametrize(
    "pipeline", [TAP_TO_POSTGRES, LOADERS_DEFAULTS, WITH_CHECKS], ids=lambda one: one.title
)
def test_a_pipeline_loads_every_row(place: Place, programs: Programs, pipeline: Program) -> None:
    run = place.run(invoices("any", pipeline, 1500), programs)
    assert run.rows == 1500
    assert len(run.processes) == 2
    assert run.peak == sum(usage.peak for usage in run.processes)
    assert run.piped
    assert run.piped > 1500 * 1600  # the size of an invoice
    assert run.database_cpu


def test_a_second_run_reads_only_what_has_changed(place: Place, programs: Programs) -> None:
    first = place.run(entries("any", TAP_TO_POSTGRES, 4000), programs)
    assert first.rows == 4000
    whole = place.run(invoices("any", TAP_TO_POSTGRES, 4000), programs)
    case = Case(
        "any",
        TAP_TO_POSTGRES,
        rows=4020,
        invoices=4000,
        booked=20,
        paid=2000,
        streams=("invoices_booked",),
    )
    second = place.run(case, programs)
    assert second.rows == 4020
    assert second.piped
    assert whole.piped
    assert second.piped < whole.piped / 2


def test_each_run_starts_from_an_empty_database(place: Place, inserting: Program) -> None:
    case = Case("any", inserting, rows=1)
    assert [place.run(case, {}).rows for _ in range(2)] == [1, 1]


def test_a_second_run_that_leaves_other_rows_than_a_full_read_does_not_count(
    place: Place, inserting: Program
) -> None:
    with pytest.raises(FailedError, match="inserting: 1 rows differ"):
        place.run(Case("any", inserting, rows=2, invoices=10, booked=1), {})


def test_a_pipeline_that_loads_too_few_rows_does_not_count(
    place: Place, inserting: Program
) -> None:
    with pytest.raises(FailedError, match="inserting read 1 rows of 2"):
        place.run(Case("any", inserting, rows=2), {})


def test_rows_are_compared_by_all_but_the_loader_s_own_columns(tmp_path: Path) -> None:
    with Database(tmp_path / "postgres") as database, psycopg.connect(database.url) as connection:
        for schema, number, loaded in (("one", 7, 1), ("same", 7, 2), ("other", 8, 1)):
            connection.execute(f"CREATE SCHEMA {schema}")
            values = f"VALUES ({number}, {loaded}), (1, 1)"
            connection.execute(f"CREATE TABLE {schema}.loaded (number, _sdc_loaded) AS {values}")
            connection.execute(f"CREATE TABLE {schema}._dlt_loads (number) AS VALUES ({loaded})")
        connection.commit()
        assert database.rows("one") == 2
        assert database.differences("one", "same") == 0
        assert database.differences("one", "other") == 2  # 7 is only here, 8 only there
        connection.execute("INSERT INTO same.loaded VALUES (1, 1)")
        connection.commit()
        assert database.differences("one", "same") == 1
        database.clear()
        assert database.rows("one") == 0
