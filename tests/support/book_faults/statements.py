"""What a fault in loaded tables is, and the SQL that makes it."""

from __future__ import annotations

import typing as t


class Fault(t.NamedTuple):
    """A fault in the tables of one agreement.

    Attributes:
        title: What is wrong.
        tests: The tests that must fail.
        statements: The SQL that makes it, with the placeholder ``{agreement}``.
    """

    title: str
    tests: tuple[str, ...]
    statements: tuple[str, ...]


OURS = '"agreementNumber" = {agreement}'


def update(table: str, change: str, where: str) -> str:
    """Change rows of the agreement."""
    return f"UPDATE {table} SET {change} WHERE {OURS} AND {where}"


def delete(table: str, where: str) -> str:
    """Delete rows of the agreement."""
    return f"DELETE FROM {table} WHERE {OURS} AND {where}"


def copy(table: str, where: str, **replaced: str) -> str:
    """Copy rows of the agreement within a table, with other values in some columns."""
    row = f"to_jsonb({table})"
    for column, value in replaced.items():
        row = f"jsonb_set({row}, '{{{{{column}}}}}', to_jsonb({value}))"
    return (
        f"INSERT INTO {table} SELECT (jsonb_populate_record(NULL::{table}, {row})).*"
        f" FROM {table} WHERE {OURS} AND {where}"
    )
