"""Measure `dbt build` on a million entries.

    python -m benchmarks.dbt_build [--agreements 72] [--invoices 1490] [--threads 2]

A company is loaded from the sandbox, and copied within PostgreSQL.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path

import psycopg

from economic_sandbox.company import generate_company
from economic_sandbox.server import Sandbox
from scripts.postgres import started
from tests.support.dbt import Books, clone, load
from tests.support.warehouse import Warehouse

_FIRST = 1_000_000


def main() -> None:
    """Load, copy, build, and print the time of each model and of the whole build."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--agreements", type=int, default=72)
    parser.add_argument("--invoices", type=int, default=1490, help="of each agreement")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as name,
        started(Path(name) / "postgres") as server,
        psycopg.connect(server.get_uri(), autocommit=True) as connection,
    ):
        warehouse = Warehouse(connection, server.get_uri(), "economic")
        company = generate_company(invoices=options.invoices)
        with Sandbox(company) as sandbox:
            load(Path(name), sandbox, warehouse, sandbox.agreement_grant_token)
        clone(warehouse, range(_FIRST, _FIRST + options.agreements))
        entries = options.agreements * len(company.ledger.entries)
        books = Books(warehouse, Path(name))
        began = time.monotonic()
        statuses = books.dbt("build", "--threads", str(options.threads))
        seconds = time.monotonic() - began
        _show(books)
    print(f"{entries:,} entries of {options.agreements} agreements: dbt build {seconds:.1f} s")
    print(f"All models built and tests passed: {set(statuses.values()) == {'success', 'pass'}}")


def _show(books: Books) -> None:
    """Print the seconds of each table, the slowest first."""
    text = (books.folder / "target" / "run_results.json").read_text("utf-8")
    results = json.loads(text)["results"]
    for result in sorted(results, key=lambda one: -one["execution_time"]):
        kind, _, name = result["unique_id"].split(".")[:3]
        if kind != "model" or not name.startswith("stg_"):
            print(f"{result['execution_time']:6.2f} s  {kind} {name}")


if __name__ == "__main__":
    main()
