"""The diagrams of the page for analysts: their columns are in the tables, their joins find rows."""

from __future__ import annotations

import re
import typing as t

import pytest

from economic_sandbox.company import generate_company
from economic_sandbox.server import Sandbox
from tests.support.dbt import load
from tests.support.programs import ROOT

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.support.warehouse import Warehouse

PAGE = (ROOT / "docs" / "using-the-data.md").read_text("utf-8")
LINES = [
    line.strip()
    for diagram in re.findall(r"```mermaid\nerDiagram\n(.*?)```", PAGE, re.DOTALL)
    for line in diagram.splitlines()
]
TABLE = re.compile(r"(\w+) \{")
COLUMN = re.compile(r"(\w+) (\w+)( PK)?")
JOIN = re.compile(r'(\w+) (\|\||\|o)--o\{ (\w+) : "(.*)"')


class Join(t.NamedTuple):
    """A line of a diagram: how rows of one table refer to a row of another.

    Attributes:
        table: The table that is referred to.
        is_required: Whether every row refers to one.
        referring: The table whose rows refer to it.
        columns: What these rows have, in SQL.
        condition: Whether they refer to a row, in SQL.
    """

    table: str
    is_required: bool
    referring: str
    columns: tuple[str, ...]
    condition: str


def joins() -> Iterator[Join]:
    for table, end, referring, label in filter(None, map(_join, LINES)):
        columns, conditions = zip(*map(_term, label.split(", ")), strict=True)
        yield Join(table, end == "||", referring, columns, " AND ".join(conditions))


def _join(line: str) -> tuple[str, ...] | None:
    found = JOIN.fullmatch(line)
    return found and found.groups()


def _term(term: str) -> tuple[str, str]:
    """The column of the referring table, and the condition."""
    column, between, bounds = term.partition(" between ")
    if between:
        first, last = (_sql("one", bound) for bound in bounds.split(" and "))
        return _sql("many", column), f"{_sql('many', column)} BETWEEN {first} AND {last}"
    one, _, many = term.partition(" = ")
    column = _sql("many", many or one)
    return column, f"{column} = {_sql('one', one)}"


def _sql(alias: str, path: str) -> str:
    column, _, member = path.partition(".")
    return f"({alias}.\"{column}\" ->> '{member}')::bigint" if member else f'{alias}."{column}"'


JOINS = list(joins())


@pytest.fixture(scope="module")
def warehouse(
    new_warehouse: Callable[[], Warehouse], tmp_path_factory: pytest.TempPathFactory
) -> Warehouse:
    warehouse = new_warehouse()
    with Sandbox(generate_company(seed=3, invoices=60)) as sandbox:
        folder = tmp_path_factory.mktemp("diagrams")
        load(folder, sandbox, warehouse, sandbox.agreement_grant_token)
    return warehouse


def test_every_line_of_the_diagrams_is_tested() -> None:
    forms = (TABLE, COLUMN, JOIN, re.compile(r"\}"))
    assert len(JOINS) > 20
    assert [line for line in LINES if not any(form.fullmatch(line) for form in forms)] == []


def test_columns_have_the_type_that_is_shown_and_keys_are_keys(warehouse: Warehouse) -> None:
    types, keys = warehouse.column_types(), warehouse.primary_keys()
    table = ""
    for line in LINES:
        if found := TABLE.fullmatch(line):
            table = found[1]
        elif found := COLUMN.fullmatch(line):
            kind, column, key = found.groups()
            assert types[f"{table}.{column}"] == kind, line
            assert (column in keys[table]) == bool(key), line


def _refer_alike(one: Join, other: Join) -> bool:
    return one != other and (one.referring, one.columns) == (other.referring, other.columns)


@pytest.mark.parametrize("join", JOINS, ids=lambda join: f"{join.referring} to {join.table}")
def test_a_join_finds_one_row_and_none_only_where_that_is_shown(
    warehouse: Warehouse, join: Join
) -> None:
    # Values and distributions of dimensions share their keys: a reference is to either of them.
    others = [j for j in JOINS if not join.is_required and _refer_alike(j, join)]
    counts = [
        f"(SELECT count(*) FROM {warehouse.schema}.{j.table} AS one"
        f' WHERE one."agreementNumber" = many."agreementNumber" AND {j.condition})'
        for j in (join, *others)
    ]
    found = warehouse.connection.execute(
        f"""
        SELECT DISTINCT num_nulls({", ".join(join.columns)}) = 0, {counts[0]}, {" + ".join(counts)}
        FROM {warehouse.schema}.{join.referring} AS many
        """.encode()
    ).fetchall()
    referring = {(own, every) for refers, own, every in found if refers}
    assert (1, 1) in referring
    assert {every for _, every in referring} == {1}
    assert {refers for refers, _, _ in found} == {True} or not join.is_required
