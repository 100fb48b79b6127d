"""The PostgreSQL server of the tests."""

from __future__ import annotations

import subprocess
import sys
import typing as t

import psycopg

from scripts.postgres import temporary_server

if t.TYPE_CHECKING:
    from pathlib import Path


def test_it_goes_on_while_another_run_of_pytest_starts(tmp_path: Path) -> None:
    other = tmp_path / "test_other.py"
    other.write_text("def test_it(tmp_path): pass\n", encoding="utf-8")
    with temporary_server() as server:
        command = [sys.executable, "-m", "pytest", f"--rootdir={tmp_path}", str(other)]
        subprocess.run(command, cwd=tmp_path, check=True, stdout=subprocess.DEVNULL)
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute("CHECKPOINT")  # opens files anew
            assert connection.execute("SELECT 1").fetchall() == [(1,)]
