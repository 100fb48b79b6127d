"""The page in a terminal."""

from __future__ import annotations

import typing as t

from rich.table import Table as Grid
from rich.text import Text

from scripts.demo.page import Title

if t.TYPE_CHECKING:
    from rich.console import Console

    from scripts.demo.page import Kind, Part, Table

_STYLES: dict[Kind, str] = {"control": "dim", "right": "green", "wrong": "bold red"}


def show(console: Console, part: Part) -> None:
    """Print a part of the page."""
    if isinstance(part, Title):
        console.rule(Text(part.text, "bold"), align="left")
    elif isinstance(part, str):
        console.print(Text(part))
        console.print()
    else:
        _show_table(console, part)


def _show_table(console: Console, table: Table) -> None:
    """Print a table; a name that is too long is wrapped, not cut."""
    grid = Grid(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="underline")
    for column, heading in enumerate(table.columns):
        numeric = table.is_numeric(column)
        grid.add_column(
            heading, justify="right" if numeric else "left", no_wrap=numeric, overflow="fold"
        )
    for row in table.rows:
        cells = [Text(text, _STYLES.get(kind, "")) for text, kind in row.texts]
        grid.add_row(*cells, style="bold" if row.is_total else "")
    note = f"  Control: {table.note}." if table.note else ""
    console.print(Text.assemble((table.title, "bold"), (note, "dim")))
    console.print(grid)
    console.print()
