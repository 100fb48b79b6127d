"""The benchmarks, the programs that they compare, and the goals of the tap."""

from __future__ import annotations

import dataclasses
import typing as t

from benchmarks.books import LINES_PER_INVOICE

if t.TYPE_CHECKING:
    from collections.abc import Sequence

Figure: t.TypeAlias = t.Literal["seconds", "peak", "requests"]

RUNS = 5


class Program(t.NamedTuple):
    """A measured program.

    Attributes:
        title: Its name in the documents.
        environment: The environment that it runs in.
        command: Its command line, with the placeholders ``{listing}``, ``{rows}`` and those of
            `runs.Place`.
    """

    title: str
    environment: str
    command: str


_PEERS = "{programs}/python {peers}/"
_TAP = "{programs}/tap-economic"
TAP = Program("tap-economic", "tap", f"{_TAP} --config {{config}} --catalog {{catalog}}")
ONE_READER = TAP._replace(title="tap-economic, concurrency 1")
LOOP = Program("bare loop", "tap", f"{_PEERS}bare_loop.py {{config}} {{listing}}")
SERVER = Program("the server alone", "tap", f"{_PEERS}discard.py {{config}} {{listing}} {{rows}}")
PLAIN = Program("plain SDK tap", "tap", f"{_PEERS}plain_tap.py --config {{config}}")
DLT = Program("dlt, extract and normalize", "dlt", f"{_PEERS}dlt_rest_api.py {{config}} {{folder}}")
_AIRBYTE = f"{_PEERS}airbyte_source.py {{config}} {{folder}} "
AIRBYTE = Program("Airbyte source-visma-economic", "airbyte", f"{_AIRBYTE}invoices_booked")
AIRBYTE_DOCUMENTS = AIRBYTE._replace(command=f"{_AIRBYTE}invoices_booked_document")


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
    delay: float = 0
    streams: tuple[str, ...] = ()
    concurrency: int | None = None
    runs: int = RUNS
    exit_code: int = 0

    @property
    def listing(self) -> str:
        """The listing to read, for programs with a choice."""
        return "entries" if self.entries else "invoices"

    def scaled(self, scale: float) -> Case:
        """Return the same case with a scaled number of rows."""
        rows = None if self.rows is None else round(self.rows * scale)
        return dataclasses.replace(
            self,
            rows=rows,
            invoices=round(self.invoices * scale),
            entries=round(self.entries * scale),
            # The one with the revoked grant, the one without modules, and another.
            agreements=self.agreements and max(3, round(self.agreements * scale)),
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


def _invoices(name: str, program: Program, runs: int = RUNS) -> Case:
    size = 50_000
    return Case(name, program, size, invoices=size, streams=("invoices_booked",), runs=runs)


def _entries(name: str, program: Program, size: int) -> Case:
    return Case(name, program, size, entries=size, streams=("booked_entries",))


def _small(name: str, program: Program, concurrency: int | None = None) -> Case:
    return Case(name, program, delay=0.15, concurrency=concurrency)


def _delayed(name: str, program: Program, concurrency: int | None = None) -> Case:
    case = _entries(name, program, 200_000)
    return dataclasses.replace(case, delay=0.2, concurrency=concurrency)


def _command(name: str, title: str, command: str) -> Case:
    return Case(name, Program(title, "tap", command), runs=11)


_EMPTY = f"{_PEERS}empty_tap.py"

_ALL = (
    Work(
        "invoices",
        "50,000 booked invoices of 1.7 KB, no delay",
        "Classic REST, 1,000 rows per page. The last row is a client that discards the bytes.",
        [
            _invoices("tap", TAP),
            _invoices("loop", LOOP),
            _invoices("plain", PLAIN),
            _invoices("dlt", DLT),
            _invoices("airbyte", AIRBYTE, runs=3),
            _invoices("server", SERVER),
        ],
        [
            Goal("at most 1.8 times the bare loop", "seconds", "tap", "loop", at_most=1.8),
            Goal("at least 12 times as fast as Airbyte", "seconds", "airbyte", "tap", at_least=12),
            Goal(
                "at least 3 times as fast as a plain SDK tap", "seconds", "plain", "tap", at_least=3
            ),
            Goal("at least 3 times as fast as dlt", "seconds", "dlt", "tap", at_least=3),
        ],
    ),
    Work(
        "entries",
        "1,000,000 booked entries, no delay",
        "The OpenAPI service, 1,000 rows per page, and how cost grows with the number of rows.",
        [
            _entries("tap-10000", TAP, 10_000),
            _entries("loop-10000", LOOP, 10_000),
            _entries("tap-100000", TAP, 100_000),
            _entries("loop-100000", LOOP, 100_000),
            _entries("tap-1000000", TAP, 1_000_000),
            _entries("loop-1000000", LOOP, 1_000_000),
            _entries("server", SERVER, 1_000_000),
        ],
        [
            Goal(
                "at most 2.5 times the bare loop",
                "seconds",
                "tap-1000000",
                "loop-1000000",
                at_most=2.5,
            ),
            Goal("peak memory under 150 MB", "peak", "tap-1000000", at_most=150e6),
            Goal(
                "peak memory at most 10 % above that of 100,000",
                "peak",
                "tap-1000000",
                "tap-100000",
                at_most=1.1,
            ),
        ],
        grows=True,
    ),
    Work(
        "small",
        "every default stream of a small agreement, 150 ms a request",
        "The sandbox's generated company, with some 200 booked invoices.",
        [_small("tap", TAP), _small("tap-1", ONE_READER, concurrency=1)],
        [Goal("at most a fifth of `concurrency` 1", "seconds", "tap", "tap-1", at_most=0.2)],
    ),
    Work(
        "delayed",
        "200,000 booked entries in 200 pages, 200 ms a request",
        "One listing of the OpenAPI service, which a single reader requests page by page.",
        [_delayed("tap", TAP), _delayed("tap-1", ONE_READER, concurrency=1)],
        [
            Goal(
                "at least 5 times as fast as `concurrency` 1", "seconds", "tap-1", "tap", at_least=5
            )
        ],
    ),
    Work(
        "lines",
        "50,000 booked invoices with their lines",
        "The tap reads two listings, Airbyte's source requests one invoice after another.",
        [
            Case(
                "tap",
                TAP,
                50_000 * (1 + LINES_PER_INVOICE),
                invoices=50_000,
                streams=("invoices_booked", "invoices_booked_lines"),
                runs=1,
            ),
            _invoices("airbyte", AIRBYTE_DOCUMENTS, runs=1),
        ],
        [
            Goal(
                "at most a two-hundredth of Airbyte's requests",
                "requests",
                "tap",
                "airbyte",
                at_most=1 / 200,
            )
        ],
        figure="requests",
    ),
    Work(
        "fleet",
        "200 agreements in one run, 50 ms a request",
        "Every default stream of 200 generated companies, served by the sandbox. Each has about "
        "100 unpaid invoices and 105 open entries. One has revoked its grant, so that the tap "
        "exits with 1, and one has no modules. The run counts only if every stream of all others "
        "is complete.",
        [Case("tap", TAP, agreements=200, delay=0.05, runs=1, exit_code=1)],
        [],
    ),
    Work(
        "commands",
        "`--discover`, `--version`",
        "Compared with an SDK tap without streams.",
        [
            _command("tap-discover", "tap-economic --discover", f"{_TAP} --discover"),
            _command("empty-discover", "empty SDK tap --discover", f"{_EMPTY} --discover"),
            _command("tap-version", "tap-economic --version", f"{_TAP} --version"),
            _command("empty-version", "empty SDK tap --version", f"{_EMPTY} --version"),
        ],
        [
            Goal(
                "`--discover`: at most 1.2 times an empty SDK tap",
                "seconds",
                "tap-discover",
                "empty-discover",
                at_most=1.2,
            ),
            Goal(
                "`--version`: at most 1.2 times an empty SDK tap",
                "seconds",
                "tap-version",
                "empty-version",
                at_most=1.2,
            ),
        ],
    ),
)
WORK = {work.name: work for work in _ALL}
