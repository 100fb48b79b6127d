"""What the README tells a newcomer to do: check, load by a pipe, load with Meltano, run by cron."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import typing as t

import pytest

from economic_sandbox.company import generate_company
from economic_sandbox.server import Sandbox
from tests.support.meltano import Project
from tests.support.pages import block, blocks
from tests.support.programs import TAP, program
from tests.support.sandboxes import settings

if t.TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.warehouse import Warehouse

# When the figures in the README were copied; the company is one of that day.
DAY = dt.date(2026, 11, 30)
URL = "postgresql+psycopg://user:password@localhost/warehouse"


@pytest.fixture(scope="module")
def documented() -> Iterator[Sandbox]:
    """What ``economic-sandbox`` served on that day."""
    with Sandbox(generate_company(1, 200, DAY)) as sandbox:
        yield sandbox


class Shell:
    """A folder with config.json, where the tap and the loader are on the path."""

    def __init__(self, folder: Path, tap: dict[str, str]) -> None:
        self.folder = folder
        folders = (TAP.parent, program("target-postgres").parent)
        path = os.pathsep.join(map(str, folders))
        self._environment = {**os.environ, "PATH": f"{path}{os.pathsep}{os.environ['PATH']}"}
        (folder / "config.json").write_text(json.dumps(tap), "utf-8")

    def run(self, commands: str) -> list[str]:
        """Run commands, and return the lines of what they wrote, without spaces at the end."""
        done = subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", commands],  # noqa: S607 - the shell's own
            cwd=self.folder,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stdout
        return [line.rstrip() for line in done.stdout.splitlines()]


@pytest.fixture
def shell(tmp_path: Path, documented: Sandbox) -> Shell:
    if os.name == "nt":
        pytest.skip("the commands are for a POSIX shell")
    return Shell(tmp_path, settings(documented))


def shown_in(output: list[str], expected: str) -> bool:
    """Return whether the output has these lines in this order; ``...`` stands for any."""
    rest = iter(output)
    return all(line in rest for line in expected.splitlines() if line != "...")


def test_the_check_before_the_first_run_shows_what_the_docs_show(shell: Shell) -> None:
    text = block("README.md", "console", "--test")
    assert block("docs/connect.md", "console", "--test") == text
    prompt, *shown = text.splitlines()
    output = shell.run(prompt.removeprefix("$ "))
    assert shown_in(output, "\n".join(shown)), output


def test_the_pipe_of_the_readme_loads_and_ends_with_the_report(
    shell: Shell, documented: Sandbox, warehouse: Warehouse
) -> None:
    commands = block("README.md", "sh", "| target-postgres")
    assert commands.count(URL) == 1
    commands = commands.replace(URL, warehouse.url).replace('"economic"', f'"{warehouse.schema}"')
    output = shell.run(commands)
    assert shown_in(output, block("README.md", "text", "agreement      read")), output
    entries = warehouse.tables()["booked_entries"]
    assert len(entries) == len(documented.company.ledger.entries)


def test_the_meltano_commands_of_the_readme_load(
    tmp_path: Path, documented: Sandbox, warehouse: Warehouse
) -> None:
    text = block("README.md", "sh", "meltano install")
    assert text in blocks("docs/meltano.md", "sh")
    installs, installed, *commands = text.splitlines()
    assert installs.startswith("pip install")
    assert installed == "meltano install"
    tap = settings(documented)
    project = Project(
        tmp_path,
        {
            "TAP_ECONOMIC_REST_URL": tap["rest_url"],
            "TAP_ECONOMIC_OPENAPI_URL": tap["openapi_url"],
            # Few streams, for the sake of time.
            "TAP_ECONOMIC__SELECT": '["booked_entries.*"]',
            "TARGET_POSTGRES_DEFAULT_TARGET_SCHEMA": warehouse.schema,
        },
    )
    for command in commands:
        name, *arguments = command.split()
        assert name == "meltano"
        if arguments[-1] == "demo":
            arguments[-1] = tap[arguments[-2]]
        project.meltano(*(warehouse.url if part == URL else part for part in arguments))
    entries = warehouse.tables()["booked_entries"]
    assert len(entries) == len(documented.company.ledger.entries)
