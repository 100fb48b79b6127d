"""The key ranges that the rest of a large listing is split into, after its first page."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tap_economic.client.pages import Page
from tap_economic.replication import key_ranges

KEYS = st.lists(st.integers(-(10**6), 10**6) | st.integers(-30, 30), min_size=2, max_size=60)


@settings(deadline=None)
@given(
    keys=KEYS,
    size=st.integers(1, 8),
    unique=st.booleans(),
    guess=st.integers(-9, 9),
    highest=st.none() | st.integers(-9, 9),
)
def test_any_rows_stand_in_exactly_one_range_and_the_ranges_ascend(
    keys: list[int], size: int, *, unique: bool, guess: int, highest: int | None
) -> None:
    rows = sorted(set(keys) if unique else keys)
    first = Page([{"key": key} for key in rows[:size]], size=len(rows[:size]))
    counted = max(0, len(rows) + guess)  # rows come and go between a count and its use
    top = None if highest is None else rows[-1] + highest  # and between asking and using it
    found = key_ranges.after(
        first, "key", counted, "barred$eq:false", unique=unique, highest=lambda: top
    )
    last = rows[:size][-1]
    behind = [key for key in rows if key > last or (key == last and not unique)]
    assert [key for expression in found for key in rows if holds(expression, key)] == behind
    assert all(expression.startswith("barred$eq:false$and:") for expression in found)


def test_each_range_of_keys_without_gaps_holds_one_whole_page() -> None:
    first = Page([{"key": n} for n in range(1, 11)], size=10)
    found = parts(first, 200)
    assert [sum(holds(one, n) for n in range(1, 201)) for one in found] == [10] * 19


def test_where_rows_share_a_key_a_range_leaves_room_on_its_page() -> None:
    keys = [n // 10 for n in range(10_000)]
    first = Page([{"key": key} for key in keys[:1000]], size=1000)
    found = key_ranges.after(first, "key", 10_000, None, unique=False, highest=lambda: None)
    held = [sum(holds(one, key) for key in keys) for one in found]
    assert all(800 < rows < 1000 for rows in held[1:-1])


def test_a_listing_that_goes_on_for_one_page_is_not_worth_ranges() -> None:
    first = Page([{"key": n} for n in range(1, 11)], size=10)
    assert parts(first, 20) == ["key$gt:10"]
    assert len(parts(first, 21)) == 2
    assert len(parts(first, 31)) == 3


@pytest.mark.parametrize("highest", [None, 4_000_000_000])
def test_no_range_begins_or_ends_beyond_what_the_keys_type_holds(highest: int | None) -> None:
    first = Page([{"key": n * 100_000_000} for n in range(1, 11)], size=10)
    bounds = bounds_of(parts(first, 1_000, highest))
    assert 1_900_000_000 < max(bounds) <= 2**31 - 1
    assert 1_000_000_000 in bounds


def test_a_page_just_below_the_highest_that_the_type_holds_has_one_range_after_it() -> None:
    first = Page([{"key": n} for n in range(2**31 - 19, 2**31 - 9)], size=10)
    assert parts(first, 50) == [f"key$gt:{2**31 - 10}"]


def test_no_range_begins_or_ends_beyond_the_highest_key() -> None:
    first = Page([{"key": n * 1000} for n in range(1, 11)], size=10)
    found = parts(first, 1_000, 11_000)
    assert max(bounds_of(found)) <= 11_000
    assert len(found) == 91  # the rest is dense, and still read side by side


@pytest.mark.parametrize("highest", [11_000, 25_000])
def test_the_keys_up_to_the_highest_are_divided_evenly(highest: int) -> None:
    first = Page([{"key": n * 1000} for n in range(1, 11)], size=10)
    bounds = [*sorted(set(bounds_of(parts(first, 1_000, highest)))), highest]
    *widths, rest = (end - begin for begin, end in itertools.pairwise(bounds))
    assert len(set(widths)) == 1
    assert rest <= widths[0]


def test_the_highest_key_is_asked_for_only_where_there_are_many_ranges() -> None:
    first = Page([{"key": n} for n in range(1, 11)], size=10)
    requested: list[int] = []

    def highest() -> int:
        requested.append(1)
        return 1_000

    key_ranges.after(first, "key", 100, None, unique=True, highest=highest)  # nine more pages
    assert requested == []
    key_ranges.after(first, "key", 110, None, unique=True, highest=highest)
    assert requested == [1]


def test_where_the_lowest_key_passes_for_the_highest_one_range_holds_the_rest() -> None:
    first = Page([{"key": n} for n in range(1, 11)], size=10)
    assert parts(first, 1_000, 1) == ["key$gt:10"]


def parts(first: Page, rows: int, highest: int | None = None) -> list[str]:
    return key_ranges.after(first, "key", rows, None, unique=True, highest=lambda: highest)


def bounds_of(expressions: list[str]) -> list[int]:
    return [int(value) for one in expressions for value in re.findall(r"\$\w+:(-?\d+)", one)]


def holds(expression: str, key: int) -> bool:
    """Tell whether a key passes a filter, as e-conomic reads it."""
    tests = {"gt": int.__gt__, "gte": int.__ge__, "lte": int.__le__}
    comparisons = re.findall(r"key\$(\w+):(-?\d+)", expression)
    return all(tests[operator](key, int(value)) for operator, value in comparisons)
