"""The database that the loader fills, and what sync_audit in it says of a run."""

import datetime as dt
import typing as t

import dagster as dg
import psycopg
from psycopg import errors, rows, sql


class StreamResult(t.NamedTuple):
    """How a stream ended in a run: a row of sync_audit."""

    run_id: str
    stream: str
    status: str
    reason: str | None
    completeness: str | None
    rows: int
    calls: int


class Warehouse(dg.ConfigurableResource):
    """The PostgreSQL database.

    Attributes:
        url: Its address, as target-postgres takes it.
    """

    url: str

    def last_run(self, schema: str) -> list[StreamResult]:
        """Return how each stream ended in the last run that the schema knows; none if it is new."""
        query = sql.SQL(
            """
            SELECT "runId", stream, status, reason, completeness, "rowsSent", calls
            FROM {audit}
            WHERE "runId" = (SELECT "runId" FROM {audit} ORDER BY "startedAt" DESC LIMIT 1)
            ORDER BY stream
            """
        ).format(audit=sql.Identifier(schema, "sync_audit"))
        with self._connected() as connection:
            try:
                cursor = connection.cursor(row_factory=rows.args_row(StreamResult))
                return cursor.execute(query).fetchall()
            except (errors.InvalidSchemaName, errors.UndefinedTable):
                return []

    def stale_streams(self, schema: str, age: dt.timedelta) -> list[str]:
        """Return the streams that no run of the last hours has read completely.

        Args:
            schema: The schema of the agreement.
            age: How long ago the end of the last complete read may be.
        """
        query = sql.SQL(
            """
            SELECT stream FROM {audit}
            GROUP BY stream
            HAVING coalesce(
                max("endedAt") FILTER (WHERE status IN ('complete', 'skipped')), '-infinity'
            ) < now() AT TIME ZONE 'UTC' - %s
            ORDER BY stream
            """
        ).format(audit=sql.Identifier(schema, "sync_audit"))
        with self._connected() as connection:
            try:
                return [stream for (stream,) in connection.execute(query, [age]).fetchall()]
            except (errors.InvalidSchemaName, errors.UndefinedTable):
                return ["all"]

    def _connected(self) -> psycopg.Connection:
        return psycopg.connect(self.url.replace("+psycopg", "", 1))
