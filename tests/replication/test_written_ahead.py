"""Rows that change and change back, around a run that ends where no STATE knows of them.

Each story is told once for every message after which the second run may be killed. What the target
has taken in by then stays, and the next run begins from the last STATE.
"""

from __future__ import annotations

import copy
import typing as t

import pytest

from tests.support.books import Served, serving
from tests.support.interrupting import KILLED, hurried, run
from tests.support.sandboxes import settings
from tests.support.target import Target, rows_of

if t.TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.interrupting import Ended
    from tests.support.target import Table

    Happening: t.TypeAlias = Callable[[Served], None]

every = pytest.mark.parametrize(
    "stream", ["booked_entries", "invoices_booked", "invoices_booked_document"]
)
NUMBERS = (1, 2, 3, 5, 6, 7, 8, 9)  # 4 is chosen by hand, later


def pay(number: int, remainder: float) -> Happening:
    def happen(served: Served) -> None:
        served.books.pay(number, remainder)

    return happen


def book_late(served: Served) -> None:
    """Book under a number that the bookmark has passed, so that all rows are read again."""
    served.books.book_entry(4)
    served.books.book_invoice(4)


def nothing(_: Served) -> None:
    pass


class Step(t.NamedTuple):
    """What happens, and the run after it.

    Attributes:
        happen: What happens before the run.
        method: The replication method, if not the stream's own.
        start_date: The setting.
    """

    happen: Happening
    method: str | None = None
    start_date: str | None = None


class Story:
    """Books before and after the second run, and a target that has loaded the first."""

    def __init__(self, served: Served, stream: str, first: Step, files: Path | None) -> None:
        self.served = served
        self.stream = stream
        self.config: dict[str, t.Any] = {**settings(served.sandbox), "page_size": 3}
        if files is not None:
            self.config["batch_config"] = {
                "encoding": {"format": "jsonl", "compression": "gzip"},
                "storage": {"root": files.as_uri()},
                "batch_size": 2,
            }
        for number in NUMBERS:
            remainder = 100 if number == 2 else 0
            served.books.book_entry(number, remainder)
            served.books.book_invoice(number, remainder)
        self.loaded = Target()
        self.loaded.load(self.read(first, None).lines)
        self.books = copy.copy(served.books.entries), copy.copy(served.books.invoices)

    def read(self, step: Step, state: t.Any, lasts: int | None = None) -> Ended:
        step.happen(self.served)
        config = {**self.config, **({"start_date": step.start_date} if step.start_date else {})}
        return run(config, (self.stream,), state, lasts=lasts, method=step.method)

    def tell(self, killed: Step, last: Step, lasts: int) -> tuple[bool, Table]:
        """Tell the rest of the story.

        Returns:
            Whether the second run was killed before its end, and what the target then holds.
        """
        self.served.books.entries, self.served.books.invoices = map(copy.copy, self.books)
        target = copy.deepcopy(self.loaded)
        ended = self.read(killed, target.state, lasts)
        target.load(ended.lines)
        final = self.read(last, target.state)
        assert final.code == 0
        target.load(final.lines)
        return ended.code == KILLED, target.tables[self.stream]


def tell_often(
    stream: str, first: Step, killed: Step, last: Step, *, files: Path | None = None
) -> None:
    """Tell a story with the second run killed after every message, and not at all."""
    with serving() as served, hurried(lookback=2, state_interval=3600):
        story = Story(served, stream, first, files)
        lasts, was_killed = 0, True
        story.tell(killed, last, lasts)
        truth = rows_of(story.read(Step(nothing), None).lines)[stream]
        while was_killed:
            was_killed, table = story.tell(killed, last, lasts)
            assert _remainders(table) == _remainders(truth), f"killed after {lasts} messages"
            lasts += 1
    assert lasts > 3, "the second run was never killed among its rows"


def _remainders(table: Table) -> dict[tuple[t.Any, ...], object]:
    return {key: row["remainder"] for key, row in table.items()}


@every
def test_an_item_opened_and_closed_again_around_a_killed_run_is_closed(stream: str) -> None:
    tell_often(stream, Step(nothing), Step(pay(3, 70)), Step(pay(3, 0)))


@every
def test_a_part_paid_and_paid_back_around_a_killed_run_is_open_as_before(stream: str) -> None:
    tell_often(stream, Step(nothing), Step(pay(2, 40)), Step(pay(2, 100)))


@every
def test_an_item_closed_and_opened_again_around_a_killed_run_is_open(stream: str) -> None:
    tell_often(stream, Step(nothing), Step(pay(2, 0)), Step(pay(2, 100)))


@every
def test_a_late_row_that_makes_all_be_read_again_hides_no_change(stream: str) -> None:
    def late_and_open(served: Served) -> None:
        book_late(served)
        served.books.pay(3, 70)

    tell_often(stream, Step(nothing), Step(late_and_open), Step(pay(3, 0)))


@pytest.mark.parametrize("stream", ["booked_entries", "invoices_booked"])
def test_it_is_so_with_batch_files_too(stream: str, tmp_path: Path) -> None:
    def late_and_closed(served: Served) -> None:
        book_late(served)
        served.books.pay(2, 0)

    tell_often(stream, Step(nothing), Step(pay(3, 70)), Step(pay(3, 0)), files=tmp_path)
    tell_often(stream, Step(nothing), Step(late_and_closed), Step(pay(2, 100)), files=tmp_path)


@every
def test_a_full_table_run_between_two_incremental_ones_hides_no_change(stream: str) -> None:
    full = Step(pay(3, 70), method="FULL_TABLE")
    tell_often(stream, Step(nothing), full, Step(pay(3, 0)))


@every
def test_a_start_date_moved_away_and_back_hides_no_change(stream: str) -> None:
    limited = Step(nothing, start_date="2026-01-01")
    back = Step(pay(3, 0), start_date="2026-01-01")
    tell_often(stream, limited, Step(pay(3, 70)), back)
