"""Faults in the loaded tables: each is in a copy of one agreement, and a named test catches it."""

from __future__ import annotations

import re
import typing as t

import pytest

from economic_sandbox.company import generate_company
from economic_sandbox.server import Sandbox
from scripts.dbt_project import PROJECT, clone
from tests.support.book_faults import FAULTS, Fault
from tests.support.dbt import Books, load

if t.TYPE_CHECKING:
    from collections.abc import Callable

    import psycopg

    from tests.support.warehouse import Warehouse

_FIRST = 2_000_000
_SOUND = _FIRST - 1
_DONOR = _FIRST - 2  # whose entry is among the rows of another agreement
AGREEMENTS = {fault: _FIRST + number for number, fault in enumerate(FAULTS)}


class Caught(t.NamedTuple):
    """The books with all faults, and the agreements in which each test of dbt found something."""

    books: Books
    agreements: dict[str, set[int]]


@pytest.fixture(scope="module")
def caught(
    new_warehouse: Callable[[], Warehouse], tmp_path_factory: pytest.TempPathFactory
) -> Caught:
    folder = tmp_path_factory.mktemp("faults")
    warehouse = new_warehouse()
    connection = warehouse.connection
    with Sandbox(generate_company(seed=3, invoices=80)) as sandbox:
        load(folder, sandbox, warehouse, sandbox.agreement_grant_token)
    books = Books(warehouse, folder)
    clone(connection, warehouse.schema, range(_DONOR, _FIRST + len(FAULTS)))
    _own_report_lines(connection)
    for fault, agreement in AGREEMENTS.items():
        for statement in fault.statements:
            query = statement.format(agreement=agreement, donor=_DONOR)
            done = connection.execute(query.encode())
            assert done.rowcount, f"{fault.title}: {query} changed nothing"
    lines = f"{warehouse.schema}.report_lines"
    built = books.dbt("build", "--exclude-resource-type", "test", report_lines=lines)
    assert set(built.values()) == {"success"}, books.said
    books.dbt("test", "--store-failures", report_lines=lines)
    audit = f"{books.schema}_dbt_test__audit"
    found = {
        test: {agreement for (agreement,) in books.rows(_agreements(audit, test))}
        for test in books.tables(audit)
    }
    return Caught(books, found)


def _own_report_lines(connection: psycopg.Connection) -> None:
    """Make a table of report lines, as its users may, in the schema of the search path."""
    connection.execute(
        """
        CREATE TABLE report_lines (
            agreement_number bigint, from_account bigint, to_account bigint, statement text,
            section text, report_line text, sort_order integer, cash_flow_section text,
            cash_flow_line text
        )
        """
    )
    with connection.cursor().copy("COPY report_lines FROM STDIN (FORMAT csv, HEADER)") as copy:
        copy.write((PROJECT / "seeds" / "report_lines.csv").read_bytes())


def _agreements(schema: str, table: str) -> str:
    return f"SELECT DISTINCT agreement_number FROM {schema}.{table}"


def test_nothing_is_found_in_sound_tables(caught: Caught) -> None:
    assert {test for test, agreements in caught.agreements.items() if _SOUND in agreements} == set()


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.title)
def test_a_fault_is_caught(caught: Caught, fault: Fault) -> None:
    agreement = AGREEMENTS[fault]
    failed = {test for test, agreements in caught.agreements.items() if agreement in agreements}
    assert set(fault.tests) <= failed


def test_each_tie_catches_a_fault() -> None:
    ties = {file.stem for file in (PROJECT / "tests").glob("*/*.sql")} - {"is_key"}
    assert ties == {test for fault in FAULTS for test in fault.tests if test in ties}


def test_models_below_a_failed_test_are_not_built(caught: Caught) -> None:
    statuses = caught.books.dbt("build", "--select", "trial_balance+1")
    assert statuses["trial_balance_equals_accounting_year_totals"] == "fail"
    assert {statuses[name] for name in ("profit_and_loss", "balance_sheet")} == {"skipped"}


def test_the_documentation_lists_each_fault_and_the_tests_that_catch_it() -> None:
    text = (PROJECT / "README.md").read_text("utf-8")
    rows = re.findall(r"^\| (.+?) \| (`.+`) \|$", text, re.MULTILINE)
    assert rows == [
        (fault.title, ", ".join(f"`{test}`" for test in fault.tests)) for fault in FAULTS
    ]
