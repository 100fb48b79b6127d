"""The pipeline: PostgreSQL in a folder, ``tap-economic | target-postgres``, and dbt."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import typing as t
from pathlib import Path

from psycopg import sql

from scripts.dbt_project import environment, results, results_file
from scripts.loader_settings import loader_settings

if t.TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping

    import psycopg

ROOT = Path(__file__).resolve().parents[2]
RAW = "economic"
BOOKS = "books"
SCHEMAS = (BOOKS, f"{BOOKS}_staging", RAW)
"""All schemas of the demo, the search path of what reads them."""
_SCRIPTS = "Scripts" if sys.platform == "win32" else "bin"

Contents = dict[str, dict[str, str]]
"""The rows of every table as texts, by table and key."""


class Loaded(t.NamedTuple):
    """A run of ``tap-economic | target-postgres``.

    Attributes:
        seconds: How long it took.
        state: The state to start the next one from.
    """

    seconds: float
    state: Mapping[str, t.Any]


class Built(t.NamedTuple):
    """A run of ``dbt build``.

    Attributes:
        seconds: How long it took.
        models: How many models and seeds it built.
        tests: How many tests passed.
        warnings: How many warned.
    """

    seconds: float
    models: int
    tests: int
    warnings: int


class Pipeline:
    """Loads tables into a database, and builds the books from them."""

    def __init__(self, folder: Path, uri: str) -> None:
        """Load nothing yet.

        Args:
            folder: Where the programs' settings, states and logs are kept.
            uri: The database.
        """
        self._folder = folder
        self._uri = uri

    def load(self, tap: Mapping[str, t.Any], state: Mapping[str, t.Any] | None = None) -> Loaded:
        """Run ``tap-economic | target-postgres``.

        Args:
            tap: The settings of the tap.
            state: The state of the run before; without it, everything is read.

        Raises:
            SystemExit: If either of the two failed.
        """
        target = {
            **loader_settings(),
            "sqlalchemy_url": self._uri.replace("postgresql:", "postgresql+psycopg:", 1),
            "default_target_schema": RAW,
        }
        read: list[str | Path] = [
            Path(sys.executable).parent / "tap-economic",
            "--config",
            self._file("tap", tap),
        ]
        if state:
            read += ["--state", self._file("state", state)]
        write: list[str | Path] = [
            ROOT / ".venv-target-postgres" / _SCRIPTS / "target-postgres",
            "--config",
            self._file("target", target),
        ]
        began = time.monotonic()
        with (
            (self._folder / "tap.log").open("wb") as tap_log,
            (self._folder / "target.log").open("wb") as target_log,
            subprocess.Popen(read, stdout=subprocess.PIPE, stderr=tap_log) as reader,
            subprocess.Popen(
                write, stdin=reader.stdout, stdout=subprocess.PIPE, stderr=target_log
            ) as loader,
        ):
            if reader.stdout:
                reader.stdout.close()  # so that the tap gets a broken pipe when the loader dies
            states, _ = loader.communicate()
        # A failing loader also ends the tap, so its message comes first.
        for program, name in ((loader, "target"), (reader, "tap")):
            if program.returncode:
                log = self._folder / f"{name}.log"
                last = log.read_text(encoding="utf-8", errors="replace").strip().rpartition("\n")[2]
                sys.exit(f"{last}\nFull log: {log}")
        return Loaded(time.monotonic() - began, json.loads(states.splitlines()[-1]))

    def build(self, as_of: datetime.date) -> Built:
        """Run ``dbt build``: the models of ``transform``, and the tests that they tie.

        Args:
            as_of: The day of the ageing.

        Raises:
            SystemExit: If a model or a test failed.
        """
        folder = self._folder / "dbt"
        dbt = ROOT / ".venv-dbt" / _SCRIPTS / "dbt"
        found = results_file(folder)
        found.unlink(missing_ok=True)
        variables = json.dumps({"as_of": str(as_of)})
        began = time.monotonic()
        ended = subprocess.run(
            [dbt, "--quiet", "build", "--fail-fast", "--vars", variables],
            env=environment(self._uri, folder, raw=RAW, books=BOOKS),
            check=False,
            capture_output=True,
            encoding="utf-8",
        )
        if not found.exists():
            sys.exit(f"{ended.stdout}{ended.stderr}")
        nodes = results(folder)
        if wrong := [node.name for node in nodes if node.status in {"error", "fail"}]:
            log = folder / "logs" / "dbt.log"
            sys.exit(f"dbt build failed: {', '.join(wrong)}\nFull log: {log}")
        statuses = [node.status for node in nodes]
        return Built(
            time.monotonic() - began,
            statuses.count("success"),
            statuses.count("pass"),
            statuses.count("warn"),
        )

    def _file(self, name: str, content: Mapping[str, t.Any]) -> Path:
        path = self._folder / f"{name}.json"
        path.write_text(json.dumps(content), encoding="utf-8")
        return path


def contents(connection: psycopg.Connection) -> Contents:
    """Return all rows, without the columns of the loader's own, and those that are gone."""
    query = sql.SQL(
        """
        SELECT jsonb_build_array({key})::text, (to_jsonb(one) - ARRAY(
            SELECT name FROM jsonb_object_keys(to_jsonb(one)) AS name WHERE name ~ '^_sdc_'
        ))::text
        FROM {table} AS one WHERE _sdc_deleted_at IS NULL
        """
    )
    return {
        table: dict(
            connection.execute(
                query.format(
                    key=sql.SQL(", ").join(map(sql.Identifier, key)),
                    table=sql.Identifier(RAW, table),
                )
            ).fetchall()
        )
        for table, key in _loaded_tables(connection)
    }


class Read(t.NamedTuple):
    """The rows that the last run read, as sync_audit counts them.

    Attributes:
        new: Rows of incremental streams that no run had read before.
        again: Rows of incremental streams that may have changed since.
        full: Rows of the streams that are read in full.
    """

    new: int
    again: int
    full: int


def last_read(connection: psycopg.Connection) -> Read:
    """Count the rows of the last run."""
    query = """
        SELECT
            coalesce(sum("rowsNew"), 0)::bigint,
            coalesce(sum("rowsReread"), 0)::bigint,
            coalesce(sum("rowsRead") FILTER (WHERE "rowsNew" IS NULL), 0)::bigint
        FROM sync_audit
        GROUP BY "runId" ORDER BY max("endedAt") DESC LIMIT 1
    """
    (counts,) = connection.execute(query).fetchall()
    return Read(*counts)


def _loaded_tables(connection: psycopg.Connection) -> list[tuple[str, list[str]]]:
    """Return the loaded tables, each with the columns of its key, without the record of runs."""
    return connection.execute(
        """
        SELECT table_name, array_agg(column_name::text ORDER BY ordinal_position)
        FROM information_schema.table_constraints
        JOIN information_schema.key_column_usage
            USING (constraint_schema, constraint_name, table_name)
        WHERE constraint_schema = %s AND constraint_type = 'PRIMARY KEY'
            AND table_name <> 'sync_audit'
        GROUP BY 1 ORDER BY 1
        """,
        [RAW],
    ).fetchall()
