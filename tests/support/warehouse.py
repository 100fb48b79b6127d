"""A schema in PostgreSQL, and what a test asks about it."""

from __future__ import annotations

import typing as t

from psycopg import sql

from scripts.loader_settings import loader_settings

if t.TYPE_CHECKING:
    from decimal import Decimal

    import psycopg


class Warehouse:
    """The schema that a loader is told to fill."""

    def __init__(self, connection: psycopg.Connection, uri: str, schema: str) -> None:
        self.connection = connection
        self.schema = schema
        self.url = uri.replace("postgresql:", "postgresql+psycopg:", 1)

    @property
    def config(self) -> dict[str, t.Any]:
        """The settings of target-postgres."""
        return {
            **loader_settings(),
            "sqlalchemy_url": self.url,
            "default_target_schema": self.schema,
        }

    def tables(self) -> dict[str, list[str]]:
        """The rows of every table as texts, without the columns in which the loader notes times."""
        query = sql.SQL("SELECT (to_jsonb(r) - %s::text[])::text FROM {} AS r ORDER BY 1")
        own = [column for _, column, _ in self._columns() if column.startswith("_sdc_")]
        return {
            table: [
                row for (row,) in self.connection.execute(query.format(self._name(table)), [own])
            ]
            for table in sorted({table for table, _, _ in self._columns()})
        }

    def column_types(self) -> dict[str, str]:
        """The type of every column that is not the loader's own, by table.column."""
        return {
            f"{table}.{column}": kind
            for table, column, kind in self._columns()
            if not column.startswith("_sdc_")
        }

    def numeric_columns(self) -> dict[str, tuple[int | None, int | None]]:
        """The precision and the scale of every numeric column, by table.column."""
        rows = self.connection.execute(
            "SELECT table_name || '.' || column_name, numeric_precision, numeric_scale"
            " FROM information_schema.columns"
            " WHERE table_schema = %s AND data_type = 'numeric'",
            [self.schema],
        )
        return {name: (precision, scale) for name, precision, scale in rows.fetchall()}

    def sums(self, table: str, key: str, amount: str) -> dict[t.Any, Decimal]:
        """The sum of a column for each value of another."""
        query = sql.SQL("SELECT {key}, sum({amount}) FROM {table} GROUP BY 1 ORDER BY 1").format(
            key=sql.Identifier(key), amount=sql.Identifier(amount), table=self._name(table)
        )
        return dict(self.connection.execute(query).fetchall())

    def primary_keys(self) -> dict[str, list[str]]:
        """The columns of every table's primary key, in order."""
        return dict(
            self.connection.execute(
                "SELECT table_name, array_agg(column_name::text ORDER BY ordinal_position)"
                " FROM information_schema.table_constraints"
                " JOIN information_schema.key_column_usage"
                " USING (constraint_schema, constraint_name, table_name)"
                " WHERE constraint_schema = %s AND constraint_type = 'PRIMARY KEY' GROUP BY 1",
                [self.schema],
            ).fetchall()
        )

    def schemas(self) -> set[str]:
        """The names of all schemas of the database."""
        rows = self.connection.execute("SELECT schema_name FROM information_schema.schemata")
        return {name for (name,) in rows.fetchall()}

    def _name(self, table: str) -> sql.Identifier:
        return sql.Identifier(self.schema, table)

    def _columns(self) -> list[tuple[str, str, str]]:
        return self.connection.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns"
            " WHERE table_schema = %s",
            [self.schema],
        ).fetchall()
