"""The dbt project in ``transform``, as tests, benchmarks and the demo run it."""

from __future__ import annotations

import json
import os
import typing as t
from pathlib import Path

from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

if t.TYPE_CHECKING:
    import psycopg

PROJECT = Path(__file__).resolve().parents[1] / "transform"
_PREFIX = "stg_economic__"
STREAMS = tuple(
    sorted(
        file.stem.removeprefix(_PREFIX)
        for file in (PROJECT / "models" / "staging").glob(f"{_PREFIX}*.sql")
    )
)
"""The streams that the models read."""


def environment(uri: str, folder: Path, *, raw: str, books: str) -> dict[str, str]:
    """Return the environment variables with which dbt builds the project.

    Args:
        uri: The database.
        folder: Where dbt keeps its files.
        raw: The schema that the loader has filled.
        books: The schema for the marts.
    """
    server = conninfo_to_dict(uri)
    return {
        **os.environ,
        "ECONOMIC_SCHEMA": raw,
        "DBT_POSTGRES_HOST": str(server["host"]),
        "DBT_POSTGRES_PORT": str(server.get("port", 5432)),
        "DBT_POSTGRES_USER": str(server["user"]),
        "DBT_POSTGRES_DBNAME": str(server["dbname"]),
        "DBT_POSTGRES_SCHEMA": books,
        "DBT_PROJECT_DIR": str(PROJECT),
        "DBT_PROFILES_DIR": str(PROJECT / "profiles" / "postgres"),
        "DBT_TARGET_PATH": str(folder / "target"),
        "DBT_LOG_PATH": str(folder / "logs"),
        # The log at DEBUG, which is the default, takes a fifth of the time.
        "DBT_LOG_LEVEL_FILE": "info",
    }


class Node(t.NamedTuple):
    """What became of a model, test, seed or operation.

    Attributes:
        kind: Which of these it is.
        name: Its name.
        status: What dbt says of it, such as ``success``, ``pass`` or ``skipped``.
        seconds: How long it took.
    """

    kind: str
    name: str
    status: str
    seconds: float


def results(folder: Path) -> list[Node]:
    """Return the nodes of the last run.

    Args:
        folder: Where dbt keeps its files.
    """
    content = json.loads(results_file(folder).read_text(encoding="utf-8"))
    return [
        Node(kind, name, one["status"], one["execution_time"])
        for one in content["results"]
        for kind, _, name in [one["unique_id"].split(".")[:3]]
    ]


def results_file(folder: Path) -> Path:
    """Return the path of the results of the last run, which exists unless dbt could not start."""
    return folder / "target" / "run_results.json"


def clone(connection: psycopg.Connection, schema: str, agreements: range) -> None:
    """Replace the only agreement in loaded tables by copies of it, without the loader's keys.

    Args:
        connection: The database.
        schema: The schema of the tables.
        agreements: The numbers of the copies.
    """
    connection.execute(sql.SQL("SET search_path TO {}").format(sql.Identifier(schema)))
    tables = connection.execute(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = %s", [schema]
    )
    for (name,) in tables.fetchall():
        connection.execute(
            sql.SQL(
                """
                CREATE TABLE clones AS
                SELECT copied.*
                FROM generate_series({first}, {last}) AS clone, {table} AS raw,
                jsonb_populate_record(raw, jsonb_build_object('agreementNumber', clone)) AS copied;
                DROP TABLE {table};
                ALTER TABLE clones RENAME TO {table}
                """
            ).format(first=agreements[0], last=agreements[-1], table=sql.Identifier(name))
        )
