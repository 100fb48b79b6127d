"""The STATE that is written before rows are sent again, and only then."""

from __future__ import annotations

import itertools
import typing as t

import pytest

from tests.support.interrupting import hurried

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.books import Served

STREAM = "booked_entries"


@pytest.fixture(autouse=True)
def _seldom_otherwise() -> Iterator[None]:
    with hurried(lookback=2, state_interval=3600):
        yield


def book(served: Served, *numbers: int, remainder: float = 0) -> None:
    for number in numbers:
        served.books.book_entry(number, remainder)


def read(served: Served, **config: t.Any) -> list[dict[str, t.Any]]:
    """Return the bookmark in each STATE that a run writes between its schema and first record."""
    messages = iter(served.read(STREAM, **config).messages)
    next(message for message in messages if message["type"] == "SCHEMA")
    ahead = itertools.takewhile(lambda message: message["type"] != "RECORD", messages)
    states = [message["value"] for message in ahead if message["type"] == "STATE"]
    return [state["bookmarks"][STREAM]["partitions"][0] for state in states]


def test_a_first_run_writes_none(served: Served) -> None:
    book(served, 1, 2, 3, 4, 5)
    assert read(served) == []


def test_rows_that_are_known_to_be_open_need_none(served: Served) -> None:
    book(served, 1, remainder=100)
    book(served, 2, 3, 4, 5)
    read(served)
    assert read(served) == []


def test_a_row_that_is_open_again_is_marked_as_open(served: Served) -> None:
    book(served, 1, 2, 3, 4, 5)
    read(served)
    served.books.pay(1, remainder=100)
    (ahead,) = read(served)
    assert ahead["open_keys"] == [1]
    assert ahead["replication_key_value"] == 3


def test_before_all_rows_are_read_again_the_bookmark_is_given_up(served: Served) -> None:
    book(served, 11, 12, 13, 14, 15)
    read(served)
    book(served, 5)
    ahead = read(served)[-1]
    assert "replication_key_value" not in ahead
    assert ahead["rows_passed"] == 0


def test_so_it_is_where_the_start_date_moves(served: Served) -> None:
    book(served, 1, 2, 3, 4, 5)
    read(served)
    (ahead,) = read(served, start_date="2020-01-01")
    assert "replication_key_value" not in ahead
