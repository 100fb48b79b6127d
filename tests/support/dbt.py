"""The books of a warehouse: the repository's dbt project, run on what the loader has filled."""

from __future__ import annotations

import collections
import json
import subprocess
import typing as t

from psycopg import sql

from scripts.dbt_project import STREAMS, environment, results, results_file
from tests.support.catalogs import selecting
from tests.support.programs import pipe, program

if t.TYPE_CHECKING:
    from pathlib import Path

    from economic_sandbox.server import Sandbox
    from tests.support.warehouse import Warehouse

_TIMEOUT = 600


def load(
    folder: Path,
    sandbox: Sandbox,
    warehouse: Warehouse,
    *grants: str,
    state: dict[str, t.Any] | None = None,
) -> dict[str, t.Any]:
    """Load the streams that the models read, and return the state.

    Args:
        folder: Where to keep files.
        sandbox: What to read.
        warehouse: What to fill.
        grants: The grant tokens of the agreements.
        state: The state to start from.
    """
    tap = {
        "app_secret_token": sandbox.app_secret_token,
        "agreements": [{"agreement_grant_token": grant} for grant in grants],
        "rest_url": sandbox.rest_url,
        "openapi_url": sandbox.openapi_url,
        "emit_activate_version_messages": True,
    }
    target = {**warehouse.config, "use_copy": True, "validate_records": False}
    catalog = selecting(*STREAMS)
    return pipe(folder, tap, "target-postgres", target, state=state, catalog=catalog)


class Books:
    """The models in a schema of their own, beside the raw tables."""

    def __init__(self, warehouse: Warehouse, folder: Path, *schemas: str) -> None:
        """Build nothing yet.

        Args:
            warehouse: The raw tables.
            folder: Where dbt keeps its files.
            schemas: The schemas of the raw tables, if not the warehouse's own.
        """
        self.schema = f"{warehouse.schema}_books"
        self._connection = warehouse.connection
        self.folder = folder
        self._vars: dict[str, t.Any] = {"economic_schemas": schemas} if schemas else {}
        uri = warehouse.url.replace("+psycopg", "", 1)
        self._environment = environment(uri, folder, raw=warehouse.schema, books=self.schema)

    def dbt(self, *arguments: str, **variables: t.Any) -> dict[str, str]:
        """Run dbt, and return the status of each node by its name, if it runs any."""
        results_file(self.folder).unlink(missing_ok=True)
        ended = subprocess.run(
            [program("dbt"), *arguments, "--vars", json.dumps(self._vars | variables)],
            env=self._environment,
            check=False,
            capture_output=True,
            encoding="utf-8",
            timeout=_TIMEOUT,
        )
        self.said = ended.stdout
        if not results_file(self.folder).exists():
            assert ended.returncode == 0, self.said
            return {}
        return {node.name: node.status for node in results(self.folder)}

    def marts(self) -> dict[str, collections.Counter[tuple[t.Any, ...]]]:
        """The rows of every mart, in no order, and without the times of runs."""
        columns = self._connection.execute(
            """
            SELECT table_name, string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position)
            FROM information_schema.columns
            WHERE table_schema = %s AND data_type <> 'timestamp without time zone'
            GROUP BY table_name
            """,
            [self.schema],
        )
        return {
            name: collections.Counter(self.rows(f"SELECT {names} FROM {name}"))
            for name, names in columns.fetchall()
        }

    def rows(self, query: str) -> list[tuple[t.Any, ...]]:
        """The sorted rows of a query on the marts."""
        path = sql.SQL("SET search_path TO {}").format(sql.Identifier(self.schema))
        self._connection.execute(path)
        return sorted(self._connection.execute(query).fetchall(), key=repr)

    def tables(self, schema: str) -> list[str]:
        """The names of the tables of a schema."""
        found = self._connection.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = %s", [schema]
        )
        return sorted(name for (name,) in found.fetchall())
