"""What the demo shows, before it is known where: tables whose figures are held against others."""

from __future__ import annotations

import typing as t
from decimal import Decimal

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

NOTHING = Decimal("0.00")


class Figure(t.NamedTuple):
    """A figure of the books, and what it must equal.

    Attributes:
        name: What it is; empty if it is not compared when time has passed.
        amount: The figure.
        controls: The same from elsewhere, that to show first; none if nothing is known.
    """

    name: str
    amount: Decimal
    controls: tuple[Decimal, ...]

    @property
    def difference(self) -> Decimal | None:
        """The largest difference to a control."""
        return max((self.amount - one for one in self.controls), key=abs, default=None)


def figure(name: str, amount: Decimal, *controls: Decimal | None) -> Figure:
    """Return a figure with those of its controls that are known."""
    return Figure(name, amount, tuple(one for one in controls if one is not None))


Cell: t.TypeAlias = "str | int | Decimal | Figure | None"
"""A figure is shown in three cells: its amount, its control and the difference."""

Kind: t.TypeAlias = t.Literal["text", "number", "control", "right", "wrong"]


class Row(t.NamedTuple):
    """A row of a table.

    Attributes:
        cells: Its cells; the first names the row.
        is_total: Whether it adds up others.
    """

    cells: Sequence[Cell]
    is_total: bool = False

    @property
    def texts(self) -> list[tuple[str, Kind]]:
        """What is shown in each column, and its kind."""
        return [shown for cell in self.cells for shown in _shown(cell)]


class Bar(t.NamedTuple):
    """A bar of a plot: its place, the group that gives its colour, and its length."""

    name: str
    group: str
    amount: Decimal


class Table(t.NamedTuple):
    """A table.

    Attributes:
        title: What it shows.
        columns: The headings, of which a figure has three.
        rows: Its rows.
        note: What the control of a figure is.
        bars: What to plot of it.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[Row]
    note: str = ""
    bars: Sequence[Bar] = ()

    @property
    def figures(self) -> list[Figure]:
        """All figures of the table."""
        return [cell for row in self.rows for cell in row.cells if isinstance(cell, Figure)]

    def is_numeric(self, column: int) -> bool:
        """Return whether a column has numbers."""
        return any(row.texts[column][1] != "text" for row in self.rows)


def amount(number: Decimal) -> str:
    """Return the text of an amount; there is no negative zero."""
    return f"{number + NOTHING:,.2f}"


def _shown(cell: Cell) -> Iterator[tuple[str, Kind]]:
    if isinstance(cell, Figure):
        yield amount(cell.amount), "number"
        yield (amount(cell.controls[0]) if cell.controls else ""), "control"
        difference = cell.difference
        yield "" if difference is None else amount(difference), "wrong" if difference else "right"
    elif isinstance(cell, Decimal):
        yield amount(cell), "number"
    elif isinstance(cell, int):
        yield f"{cell:,}", "number"
    elif cell is None:
        yield "", "number"
    else:
        yield cell, "text"


class Title(t.NamedTuple):
    """The title of the page."""

    text: str


Part: t.TypeAlias = "Title | str | Table"
"""A part of the page: its title, a paragraph or a table."""


def differing(parts: Iterable[Part]) -> list[Figure]:
    """Return the figures that differ from a control."""
    tables = (part for part in parts if isinstance(part, Table))
    return [figure for table in tables for figure in table.figures if figure.difference]
