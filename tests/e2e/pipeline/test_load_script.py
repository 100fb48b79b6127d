"""What the docs tell to copy: the script that loads by a pipe, and the query that watches it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import typing as t

import pytest
from psycopg import sql

from tests.support.catalogs import selecting
from tests.support.pages import cron_commands
from tests.support.programs import ROOT, TAP, program

if t.TYPE_CHECKING:
    from pathlib import Path

    from economic_sandbox.server import Sandbox
    from tests.support.warehouse import Warehouse

PIPE = (ROOT / "docs" / "pipe.md").read_text(encoding="utf-8")
COMPLETENESS = (ROOT / "docs" / "completeness.md").read_text(encoding="utf-8")
KILLED = 128 + 9


class Pipe:
    """A folder in which the script of docs/pipe.md has what it calls."""

    def __init__(self, folder: Path, tap: dict[str, str], target: dict[str, t.Any]) -> None:
        self.folder = folder
        # Few streams, for the sake of time.
        (script,) = re.findall(
            r"^cat > load\.sh <<'BASH'\n(.*?)^BASH\n", PIPE, re.MULTILINE | re.DOTALL
        )
        (folder / "load.sh").write_text(script, encoding="utf-8")
        catalog = selecting("booked_entries", "customers", "suppliers", "sync_audit")
        for name, content in (("config", tap), ("target", target), ("catalog", catalog)):
            (folder / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
        self.let("tap", f'exec "{TAP}" "$@" --catalog catalog.json')
        self.let("target", f'exec "{program("target-postgres")}" "$@"')

    def let(self, which: str, command: str) -> None:
        """Let the tap or the target be a shell command."""
        name = {"tap": "tap-economic", "target": "target-postgres"}[which]
        path = self.folder / which / "bin" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{command}\n", encoding="utf-8")
        path.chmod(0o755)

    def load(self) -> int:
        """Run the script, and return its exit code."""
        done = subprocess.run(
            ["bash", "load.sh"],  # noqa: S607 - the shell's own, as for whoever copies it
            cwd=self.folder,
            check=False,
            capture_output=True,
            timeout=120,
        )
        return done.returncode

    @property
    def state(self) -> str:
        return (self.folder / "state.json").read_text(encoding="utf-8")


@pytest.fixture
def pipe(tmp_path: Path, tap_config: dict[str, str], warehouse: Warehouse) -> Pipe:
    if os.name == "nt":
        pytest.skip("the script is for a POSIX shell")
    return Pipe(tmp_path, tap_config, warehouse.config)


def test_the_script_loads_everything_and_then_from_where_it_stood(
    pipe: Pipe, sandbox: Sandbox, warehouse: Warehouse
) -> None:
    assert pipe.load() == 0
    first, stood = warehouse.tables(), json.loads(pipe.state)
    assert len(first["booked_entries"]) == len(sandbox.company.ledger.entries)
    sandbox.clear()
    assert pipe.load() == 0
    (since,) = {
        partition["replication_key_value"]
        for partition in stood["bookmarks"]["booked_entries"]["partitions"]
    }
    requested = [dict(request.query).get("filter", "") for request in sandbox.requests]
    assert f"entryNumber$gt:{since}" in requested
    second = warehouse.tables()
    assert len(second.pop("sync_audit")) == 2 * len(first.pop("sync_audit"))
    assert second == first


@pytest.mark.parametrize(
    ("page", "code", "told"), [("README.md", 1, b""), ("docs/schedules.md", 0, b"broken\n")]
)
def test_what_the_docs_give_to_cron_loads_and_tells_of_a_failure(
    pipe: Pipe, page: str, code: int, told: bytes
) -> None:
    (command,) = (one for one in cron_commands(page) if "load.sh" in one)
    command = command.replace("/srv/economic", str(pipe.folder))

    def ended() -> subprocess.CompletedProcess[bytes]:
        # As cron does; of what it writes, cron makes a mail.
        return subprocess.run(["sh", "-c", command], capture_output=True, check=False)  # noqa: S607

    loaded = ended()
    assert (loaded.returncode, loaded.stdout) == (0, b"")
    assert json.loads(pipe.state)["bookmarks"]["booked_entries"]["partitions"]
    assert "complete" in (pipe.folder / "load.log").read_text("utf-8")
    pipe.let("tap", "echo broken >&2; exit 1")
    failed = ended()
    assert failed.returncode == code
    assert told in failed.stdout


def test_a_loader_that_is_killed_leaves_the_state_where_it_was(pipe: Pipe) -> None:
    assert pipe.load() == 0
    before = pipe.state
    pipe.let("target", """echo '{"bookmarks": {}}'; cat > /dev/null; kill -KILL $$""")
    assert pipe.load() == KILLED
    assert pipe.state == before
    pipe.let("target", "kill -KILL $$")
    assert pipe.load() != 0
    assert pipe.state == before


def test_a_tap_that_cannot_read_everything_keeps_what_was_loaded_and_the_script_fails(
    pipe: Pipe, sandbox: Sandbox
) -> None:
    sandbox.faults.add("not_found", "/rest/customers", lasts="always")
    try:
        assert pipe.load() == 1
    finally:
        sandbox.faults.clear()
    assert json.loads(pipe.state)["bookmarks"]["booked_entries"]["partitions"]


def test_a_tap_that_reads_nothing_leaves_the_state_where_it_was(pipe: Pipe) -> None:
    assert pipe.load() == 0
    before = pipe.state
    pipe.let("tap", "exit 1")
    assert pipe.load() == 1
    assert pipe.state == before


def test_the_query_finds_what_ended_badly_and_what_no_run_has_read(
    pipe: Pipe, warehouse: Warehouse
) -> None:
    queries = re.findall(r"```sql\n(.*?)```", COMPLETENESS, re.DOTALL)
    (query,) = (one for one in queries if "is_old" in one)
    query = query.replace("economic.sync_audit", f"{warehouse.schema}.sync_audit")
    assert pipe.load() == 0

    def found() -> set[tuple[str, str]]:
        return {(row[1], row[2]) for row in warehouse.connection.execute(query).fetchall()}

    def change(what: str, where: str) -> None:
        statement = sql.SQL(f"UPDATE {{}} SET {what} WHERE {where}")
        warehouse.connection.execute(
            statement.format(sql.Identifier(warehouse.schema, "sync_audit"))
        )

    assert found() == set()
    change("status = 'failed', reason = 'e-conomic responded with 400'", "stream = 'customers'")
    assert found() == {("customers", "failed")}
    change("status = 'skipped'", "stream = 'customers'")
    change('"startedAt" = "startedAt" - interval \'2 days\'', "stream = 'suppliers'")
    assert found() == {("suppliers", "complete")}
    # A later run that did read it is what counts.
    assert pipe.load() == 0
    assert found() == set()
