"""The PostgreSQL that pipelines load into."""

from __future__ import annotations

import contextlib
import typing as t

import psutil
import psycopg
from psycopg import sql

from scripts.dbt_project import clone
from scripts.postgres import started

if t.TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from typing_extensions import LiteralString, Self

# The tables and columns of the loaders themselves: `_sdc_`, `_dlt_`, `_airbyte_`.
_OWN = "\\_%"
_FIRST = 1_000_000  # the number of the first copy of an agreement


class Database:
    """A server of its own, and what a schema in it holds.

    Attributes:
        url: Its address.
    """

    def __init__(self, folder: Path) -> None:
        """Start it.

        Args:
            folder: Where its data is.
        """
        with contextlib.ExitStack() as stack:
            server = stack.enter_context(started(folder))
            self._process = psutil.Process(server.get_pid())
            host = server.get_postmaster_info().socket_dir
            # dlt requires a host and a password; the socket is used instead of the host.
            self.url = f"postgresql://postgres:none@localhost/postgres?host={host}"
            self._connection = stack.enter_context(psycopg.connect(self.url, autocommit=True))
            self._stack = stack.pop_all()

    def __enter__(self) -> Self:
        """Return itself; the server runs already."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop the server."""
        self._stack.close()

    def clear(self) -> None:
        """Drop all schemas, and write to disk what other runs have left."""
        schemas = self._ask(
            "SELECT schema_name FROM information_schema.schemata"
            " WHERE schema_name NOT IN ('information_schema', 'public')"
            " AND NOT starts_with(schema_name, 'pg_')"
        )
        for (schema,) in schemas:
            drop = sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(schema))
            self._connection.execute(drop)
        self._connection.execute("CHECKPOINT")

    def cpu(self) -> float:
        """Return the seconds of processor time that the server has taken since its start."""
        while True:
            backends = self._process.children()
            try:
                times = [backend.cpu_times() for backend in backends]
            except psutil.NoSuchProcess:
                continue
            own = self._process.cpu_times()
            if self._process.children() == backends:  # else the time of one that ended is missed
                break
        ended = own.children_user + own.children_system
        return ended + sum(each.user + each.system for each in (own, *times))

    def count(self, schema: str, table: str) -> int:
        """Return the row count of a table."""
        query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(schema, table))
        return t.cast("int", self._ask(query)[0][0])

    def clone(self, schema: str, copies: int) -> None:
        """Replace the only agreement in loaded tables by copies of it."""
        clone(self._connection, schema, range(_FIRST, _FIRST + copies))

    def rows(self, schema: str) -> int:
        """Return the row count of all tables of a schema."""
        return sum(self.count(schema, table) for table in self._tables(schema))

    def differences(self, schema: str, other: str) -> int:
        """Return how many rows of two schemas have no equal in the other one.

        Args:
            schema: A schema.
            other: Another one with the same tables.
        """
        query = sql.SQL(
            "WITH one AS ({one}), other AS ({other}) SELECT count(*) FROM ("
            " (TABLE one EXCEPT ALL TABLE other) UNION ALL (TABLE other EXCEPT ALL TABLE one)"
            ") AS differing"
        )
        return sum(
            self._ask(query.format(one=self._rows(schema, table), other=self._rows(other, table)))[
                0
            ][0]
            for table in self._tables(schema)
        )

    def _rows(self, schema: str, table: str) -> sql.Composed:
        """Return the query of a table's rows as JSON, without the columns of the loader itself."""
        own = self._ask(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_schema = %s AND table_name = %s AND column_name LIKE %s",
            [schema, table, _OWN],
        )
        return sql.SQL("SELECT to_jsonb(loaded) - {own}::text[] FROM {table} AS loaded").format(
            own=sql.Literal([column for (column,) in own]), table=sql.Identifier(schema, table)
        )

    def _tables(self, schema: str) -> list[str]:
        rows = self._ask(
            "SELECT table_name FROM information_schema.tables"
            " WHERE table_schema = %s AND table_name NOT LIKE %s",
            [schema, _OWN],
        )
        return [table for (table,) in rows]

    def _ask(
        self, query: LiteralString | sql.Composed, values: Sequence[object] = ()
    ) -> list[tuple[t.Any, ...]]:
        return self._connection.execute(query, values or None).fetchall()
