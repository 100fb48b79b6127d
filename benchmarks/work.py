"""What a benchmark is: programs, cases and goals."""

from __future__ import annotations

import dataclasses
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Figure: t.TypeAlias = t.Literal["seconds", "peak", "piped", "database_cpu", "requests"]

RUNS = 5


class Program(t.NamedTuple):
    """A measured program.

    Attributes:
        title: Its name in the documents.
        command: Its command line, or two with a pipe between them, with the placeholders of
            `command_line` and, for the folder of an environment's programs, its name in
            `environments.ENVIRONMENTS`.
        target: The settings of target-postgres, if the command uses it, except the database.
        before: What loads the rows that it works on, and is not measured.
    """

    title: str
    command: str
    target: Mapping[str, t.Any] | None = None
    before: Program | None = None

    @property
    def is_loading(self) -> bool:
        """Whether it loads into PostgreSQL; the output of other programs is counted."""
        return "{database}" in self.command or "{target}" in self.command


@dataclasses.dataclass(frozen=True)
class Case:
    """One program in one benchmark.

    Attributes:
        name: Its name in the results.
        program: The program.
        rows: How many rows it must read; None if unknown.
        invoices: How many booked invoices the server has.
        entries: How many booked entries the server has.
        agreements: How many agreements the server has, if more than one.
        copies: How many copies of a generated agreement are in the database before.
        booked: How many more invoices there are after a first run, which is not measured.
        paid: The number up to which open invoices are paid after that first run.
        delay: Seconds by which the server delays each response.
        streams: The streams that the tap reads; by default the default ones.
        concurrency: The tap's setting, if not the default.
        runs: How often it is run.
        exit_code: The expected exit code.
    """

    name: str
    program: Program
    rows: int | None = None
    invoices: int = 0
    entries: int = 0
    agreements: int = 0
    copies: int = 0
    booked: int = 0
    paid: int = 0
    delay: float = 0
    streams: tuple[str, ...] = ()
    concurrency: int | None = None
    runs: int = RUNS
    exit_code: int = 0

    @property
    def listing(self) -> str:
        """The listing to read, for programs with a choice."""
        return "entries" if self.entries else "invoices"

    @property
    def is_second(self) -> bool:
        """Whether it measures the run after a first one."""
        return bool(self.booked or self.paid)

    def scaled(self, scale: float) -> Case:
        """Return the same case with a scaled number of rows."""
        rows = None if self.rows is None else round(self.rows * scale)
        return dataclasses.replace(
            self,
            rows=rows,
            invoices=round(self.invoices * scale),
            entries=round(self.entries * scale),
            booked=round(self.booked * scale),
            paid=round(self.paid * scale),
            # The one with the revoked grant, the one without modules, and another.
            agreements=self.agreements and max(3, round(self.agreements * scale)),
            copies=self.copies and max(1, round(self.copies * scale)),
        )


@dataclasses.dataclass(frozen=True)
class Goal:
    """A goal of the tap: a figure of one case, or its ratio to that of another.

    Attributes:
        words: The goal, as shown in the documents.
        figure: The figure; the median of several runs.
        case: The case.
        over: The case to divide by, if any.
        at_most: The maximum value.
        at_least: The minimum value.
    """

    words: str
    figure: Figure
    case: str
    over: str | None = None
    at_most: float | None = None
    at_least: float | None = None


@dataclasses.dataclass(frozen=True)
class Work:
    """One benchmark.

    Attributes:
        name: Its name for ``ONLY=``.
        title: What the documents call it.
        about: A description.
        cases: The cases, which are interleaved.
        goals: The goals of the tap.
        figure: The figure that is plotted.
        grows: Whether its cases differ in size, so that the plot shows how cost grows.
    """

    name: str
    title: str
    about: str
    cases: Sequence[Case]
    goals: Sequence[Goal]
    figure: Figure = "seconds"
    grows: bool = False


def invoices(name: str, program: Program, size: int = 50_000, runs: int = RUNS) -> Case:
    """Return a case of booked invoices, without lines."""
    return Case(name, program, size, invoices=size, streams=("invoices_booked",), runs=runs)


def entries(name: str, program: Program, size: int) -> Case:
    """Return a case of booked entries."""
    return Case(name, program, size, entries=size, streams=("booked_entries",))
