"""Load e-conomic into PostgreSQL, build its books, and hold them against their source.

    python -m scripts.demo           a generated company, from the sandbox; then time passes
    python -m scripts.demo --live    e-conomic's public demo agreement, shared by everyone
    python -m scripts.demo --html    writes the page to a file, too
    python -m scripts.demo --psql    opens the database of the last demo

All files are in `.demo`; no process is left running.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import subprocess
import sys
import typing as t

import psycopg
from rich.console import Console

from economic_sandbox.server import Sandbox
from scripts.demo import html, terminal
from scripts.demo.loading import ROOT, SCHEMAS, Pipeline
from scripts.demo.page import differing
from scripts.demo.story import story
from scripts.postgres import started

if t.TYPE_CHECKING:
    from pathlib import Path

    from scripts.demo.page import Part

_PATH = f"--search_path={','.join(SCHEMAS)}"
_SEED = 2
_WIDTH = 100


def show(sandbox: Sandbox | None, folder: Path, console: Console, *, as_html: bool) -> list[Part]:
    """Run the demo, and return the parts of its page.

    Args:
        sandbox: What to read; without it, e-conomic's public demo agreement.
        folder: Where all files are kept.
        console: Where the page is printed.
        as_html: Whether to write it to ``books.html`` in the folder, too.
    """
    folder.mkdir(exist_ok=True)
    (folder / ".gitignore").write_text("*\n", encoding="utf-8")
    parts: list[Part] = []
    with started(folder / "postgres") as server:
        uri = server.get_uri()
        with (
            psycopg.connect(uri, autocommit=True, options=_PATH) as connection,
            console.status("tap-economic | target-postgres, dbt build"),
        ):
            for part in story(Pipeline(folder, uri), connection, sandbox):
                terminal.show(console, part)
                parts.append(part)
    if as_html:
        path = folder / "books.html"
        path.write_text(html.document(parts), encoding="utf-8")
        console.print(f"The same as a page: {path}")
    return parts


def open_psql(folder: Path) -> int:
    """Run psql on the database of the last demo."""
    if not (folder / "postgres" / "PG_VERSION").exists():
        sys.exit("There is no database yet: run `make demo` first.")
    with started(folder / "postgres") as server:
        psql = server.bin_path / "psql"
        return subprocess.call([psql, server.get_uri()], env=os.environ | {"PGOPTIONS": _PATH})


def main() -> None:
    """Run the demo."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--live", action="store_true", help="read the public demo agreement")
    choice.add_argument("--psql", action="store_true", help="open the last demo's database")
    parser.add_argument("--html", action="store_true", help="also write .demo/books.html")
    arguments = parser.parse_args()
    folder = ROOT / ".demo"
    if arguments.psql:
        sys.exit(open_psql(folder))
    with contextlib.nullcontext() if arguments.live else Sandbox() as sandbox:
        if sandbox:
            sandbox.start_simulation(_SEED)
        console = Console(width=_WIDTH, highlight=False)
        parts = show(sandbox, folder, console, as_html=arguments.html)
    if wrong := differing(parts):
        sys.exit(f"The books do not tie; figures that differ: {len(wrong)}.")
    console.print("To query the database, which is kept in .demo: [bold]make psql[/bold]")


if __name__ == "__main__":
    main()
