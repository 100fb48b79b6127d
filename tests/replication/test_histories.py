"""Random histories: whatever happens, and wherever a run ends, the target comes to hold the truth.

``make test`` runs a sample, the same each time; ``make torture`` as many histories as the
environment variable TORTURE says, other ones each time.
"""

from __future__ import annotations

import dataclasses
import functools
import logging
import operator
import os
import time
import typing as t

import hypothesis
import pytest
from hypothesis import strategies as st

from economic_sandbox.company import generate_company
from economic_sandbox.company.operations import matching
from economic_sandbox.server import Sandbox
from tap_economic.stats import ReadStats
from tap_economic.tap import TapEconomic
from tests.support.interrupting import KILLED, hurried, run, run_process
from tests.support.sandboxes import settings
from tests.support.target import Target, rows_of

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from economic_sandbox.company.model.ledger import Match
    from tests.support.interrupting import Ended
    from tests.support.target import Row, Table

    Config: t.TypeAlias = dict[str, t.Any]
    State: t.TypeAlias = dict[str, t.Any] | None
    Read: t.TypeAlias = t.Callable[[Config, State, int | None, str | None], Ended]

# The streams that are read incrementally, and where their rows are.
ENDPOINTS = {
    "booked_entries": ("bookedEntriesapi", "/booked-entries"),
    "attached_documents": ("documentsapi", "/AttachedDocuments"),
    "dimension_data_booked_entries_changelog": (
        "dimensionsapi",
        "/dimension-data/booked-entries/changelog",
    ),
    "invoices_booked": (None, "/invoices/booked"),
    "invoices_booked_lines": ("q2capi", "/invoices/booked/lines"),
    "invoices_booked_document": (None, "/invoices/booked/{bookedInvoiceNumber}"),
}
STREAMS = tuple(ENDPOINTS)

TORTURE = int(os.environ.get("TORTURE", "0"))
SAMPLE = 10
PROCESSES = 1
# A process takes a second to start: one in ten of the histories of a long run is made of them.
EXAMPLES = TORTURE - TORTURE // 10 if TORTURE else SAMPLE
PROCESS_EXAMPLES = TORTURE // 10 if TORTURE else PROCESSES

profile = hypothesis.settings(
    database=None,
    deadline=None,
    derandomize=not TORTURE,
    print_blob=True,
    suppress_health_check=list(hypothesis.HealthCheck),
)


@dataclasses.dataclass(frozen=True)
class Chapter:
    """What happens between two runs, and how the run after it goes.

    Attributes:
        events: How many things happen before the run.
        unrest: In how many of a hundred cases something happens before a request of the run.
        lasts: After how many messages the run is interrupted; None lets it end.
        confirmed: Whether the target loses what was written after the last STATE.
        start_date: The setting.
        method: The replication method of all streams, if not each one's own.
        relapses: How many matches are undone before the run, and made again after it.
    """

    events: int
    unrest: int
    lasts: int | None
    confirmed: bool
    start_date: str | None
    method: str | None = None
    relapses: int = 0


@dataclasses.dataclass(frozen=True)
class History:
    """A company, and what happens to it from run to run."""

    seed: int
    invoices: int
    lookback: int
    page_size: int
    concurrency: int
    chapters: list[Chapter]


@dataclasses.dataclass
class Figures:
    """What a session has tried."""

    histories: int = 0
    runs: int = 0
    interrupted: int = 0
    killed: int = 0
    disturbed: int = 0
    full_table: int = 0
    events: int = 0
    relapses: int = 0
    comparisons: int = 0
    rows: int = 0

    def __str__(self) -> str:
        return ", ".join(f"{name} {value:,}" for name, value in dataclasses.asdict(self).items())


chapters = st.builds(
    Chapter,
    events=st.integers(0, 12),
    unrest=st.sampled_from([0, 0, 3, 30]),
    lasts=st.none() | st.integers(0, 500),
    confirmed=st.booleans(),
    start_date=st.sampled_from([None, None, None, None, "2024-01-01", "2026-06-15"]),
    method=st.sampled_from([None, None, None, "FULL_TABLE"]),
    relapses=st.sampled_from([0, 0, 1, 3]),
)
QUIET = Chapter(events=0, unrest=0, lasts=None, confirmed=False, start_date=None)
# What is undone before a run that ends early, or reads all, and made again before the next one.
relapses = st.builds(
    lambda lasts, method, undone: [
        QUIET,
        dataclasses.replace(QUIET, lasts=lasts, method=method, relapses=undone),
        QUIET,
    ],
    lasts=st.none() | st.integers(1, 250),
    method=st.sampled_from([None, "FULL_TABLE"]),
    undone=st.sampled_from([1, 10, 30]),
)
histories = st.builds(
    History,
    seed=st.integers(1, 1_000_000),
    invoices=st.sampled_from([1, 3, 8, 20]),
    lookback=st.sampled_from([0, 1, 2, 3, 10, 50, 1000]),
    page_size=st.sampled_from([3, 20, 100, 1000]),
    concurrency=st.sampled_from([1, 2, 8]),
    chapters=st.one_of(
        st.lists(chapters, min_size=2, max_size=6),
        st.builds(operator.add, st.lists(chapters, max_size=2), relapses),
    ),
)


KILLED_OFTEN = History(
    seed=7,
    invoices=20,
    lookback=3,
    page_size=20,
    concurrency=8,
    chapters=[
        Chapter(events, unrest=0, lasts=lasts, confirmed=confirmed, start_date=None)
        for events, lasts, confirmed in [(0, 40, False), (2, 700, True), (9, 150, True)]
    ],
)


class World:
    """A sandbox, what a target has read of it, and whether that is the truth."""

    def __init__(self, sandbox: Sandbox, history: History, figures: Figures) -> None:
        self.sandbox = sandbox
        self.history = history
        self.figures = figures
        self.target = Target()
        self.log: list[str] = []
        self._undone: list[Match] = []
        sandbox.replace_company(generate_company(seed=history.seed, invoices=history.invoices))
        sandbox.start_simulation(history.seed)

    def config(self, start_date: str | None, **more: t.Any) -> dict[str, t.Any]:
        config: dict[str, t.Any] = {**settings(self.sandbox), **more}
        return config if start_date is None else {**config, "start_date": start_date}

    def read(self, read: Read, chapter: Chapter) -> Ended:
        """Read as a chapter says."""
        history = self.history
        config = self.config(
            chapter.start_date, page_size=history.page_size, concurrency=history.concurrency
        )
        self.figures.full_table += chapter.method == "FULL_TABLE"
        return read(config, self.target.state, chapter.lasts, chapter.method)

    def live(self, chapter: Chapter, number: int) -> None:
        """Let things happen, between requests too where there is unrest."""
        self.log += [self.sandbox.simulation.step() for _ in range(chapter.events)]
        self.figures.events += chapter.events
        self._relapse(chapter.relapses)
        self.sandbox.clear()
        if chapter.unrest:
            self.sandbox.change_between_pages(chance=chapter.unrest, seed=number)
            self.figures.disturbed += 1

    def _relapse(self, number: int) -> None:
        """Make again what was undone before the last run, and undo as many matches anew."""
        company = self.sandbox.company
        for match in self._undone:
            lines = match.from_entry, match.to_entry
            if min(abs(company.ledger.remainder(line)) for line in lines) >= match.amount:
                matching.settle(company, *lines, match.amount, company.today)
        self._undone = company.ledger.matches[:number]
        for match in self._undone:
            matching.undo(company, match, company.today)
        self.log += [f"undone: {match}" for match in self._undone]
        self.figures.relapses += len(self._undone)
        company.revision += 1

    def take(self, ended: Ended, chapter: Chapter) -> None:
        """Load what a run wrote, or what survives of it, and look at how it ended."""
        self.sandbox.clear()
        self.figures.runs += 1
        was_interrupted = ended.code == KILLED
        self.figures.interrupted += was_interrupted
        self.log.append(f"run: {ended.code}")
        if was_interrupted and chapter.confirmed:
            self.target.load_confirmed(ended.lines)
        else:
            self.target.load(ended.lines)
        if not was_interrupted and not chapter.unrest:
            assert ended.code == 0, (ended.shortfalls, self.log)

    def check(self, start_date: str | None, *, older_rows: bool) -> None:
        """Compare the target with a fresh read and with the truth, row for row.

        Args:
            start_date: From when on rows were asked for.
            older_rows: Whether rows from before it may be there.
        """
        fresh = run(self.config(start_date, concurrency=1), STREAMS, None)
        assert fresh.code == 0, fresh.shortfalls
        truth = {} if start_date else self.truth()
        for stream, expected in rows_of(fresh.lines).items():
            held = self.target.tables[stream]
            _assert_same(stream, held, expected, self.log, more=older_rows)
            if truth:
                _assert_same(stream, expected, truth[stream], self.log, more=False)
            self.figures.rows += len(expected)
        self.figures.comparisons += 1

    def truth(self) -> dict[str, Table]:
        """What the endpoints hold, as records of the tap."""
        return {stream: self._truth_of(stream) for stream in STREAMS}

    def _truth_of(self, name: str) -> Table:
        service, path = ENDPOINTS[name]
        if "{" in path:
            found = [
                row
                for rows in self.sandbox.oracle.rows_by_parent(service, path).values()
                for row in rows
            ]
        else:
            found = self.sandbox.oracle.rows(service, path)
        stream: t.Any = _tap().streams[name]
        agreement = {"agreementNumber": self.sandbox.company.agreement_number}
        normalise = stream.source.listing._normaliser
        records = [normalise(dict(row), agreement, ReadStats()) for row in found]
        return {tuple(row[key] for key in stream.primary_keys): row for row in records}


@functools.cache
def _tap() -> TapEconomic:
    return TapEconomic(config={}, validate_config=False)


def _assert_same(stream: str, held: Table, expected: Table, log: list[str], *, more: bool) -> None:
    missing = expected.keys() - held.keys()
    extra = set() if more else held.keys() - expected.keys()
    different = {
        key: _difference(held[key], row)
        for key, row in expected.items()
        if key in held and held[key] != row
    }
    assert not missing, f"{stream} lacks {sorted(missing)[:5]} after {log}"
    assert not extra, f"{stream} has {sorted(extra)[:5]} too many after {log}"
    assert not different, f"{stream}: {different} after {log}"


def _difference(held: Row, expected: Row) -> dict[str, tuple[object, object]]:
    return {
        name: (held.get(name), expected.get(name))
        for name in held.keys() | expected.keys()
        if held.get(name) != expected.get(name)
    }


def tell(world: World, read: Read) -> None:
    """Live through a history; after each run that nothing disturbed, and at the end, compare."""
    world.figures.histories += 1
    start_dates = {chapter.start_date for chapter in world.history.chapters}
    quiet = dataclasses.replace(
        world.history.chapters[-1], events=0, unrest=0, lasts=None, method=None, relapses=0
    )
    for number, chapter in enumerate([*world.history.chapters, quiet]):
        world.live(chapter, number)
        ended = world.read(read, chapter)
        world.take(ended, chapter)
        if ended.code != KILLED and not chapter.unrest:
            world.check(chapter.start_date, older_rows=len(start_dates) > 1)


@pytest.fixture(scope="module")
def figures(pytestconfig: pytest.Config) -> Iterator[Figures]:
    """Count what is tried, and say so at the end."""
    started = time.monotonic()
    figures = Figures()
    yield figures
    seconds = time.monotonic() - started
    pytestconfig.get_terminal_writer().line(f"\nhistories: {figures}, seconds {seconds:,.0f}")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(generate_company(seed=1, invoices=1), page_size=50) as sandbox:
        yield sandbox


@pytest.fixture
def _quiet() -> Iterator[None]:
    """Keep the log of hundreds of runs out of memory."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.usefixtures("_quiet")
@hypothesis.settings(profile, max_examples=EXAMPLES)
@hypothesis.given(history=histories)
def test_after_any_history_a_target_holds_what_a_full_read_holds(
    sandbox: Sandbox, figures: Figures, history: History
) -> None:
    world = World(sandbox, history, figures)

    def read(config: Config, state: State, lasts: int | None, method: str | None) -> Ended:
        return run(config, STREAMS, state, lasts=lasts, method=method)

    with hurried(history.lookback):
        tell(world, read)


@pytest.mark.usefixtures("_quiet")
@hypothesis.settings(profile, max_examples=PROCESS_EXAMPLES)
@hypothesis.given(history=histories)
@hypothesis.example(history=KILLED_OFTEN)
def test_so_it_does_when_processes_are_killed(
    sandbox: Sandbox, figures: Figures, history: History, tmp_path_factory: pytest.TempPathFactory
) -> None:
    world = World(sandbox, history, figures)
    folder = tmp_path_factory.mktemp("killed")

    def read(config: Config, state: State, lasts: int | None, method: str | None) -> Ended:
        ended = run_process(
            folder, config, STREAMS, state, lookback=history.lookback, lasts=lasts, method=method
        )
        figures.killed += ended.code == KILLED
        return ended

    tell(world, read)
