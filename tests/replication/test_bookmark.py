"""Where a bookmark comes to stand, and what it remembers."""

from __future__ import annotations

import json
import typing as t

import pytest

from tap_economic.replication.bookmark import Bookmark
from tap_economic.replication.plan import ReadPlan

if t.TYPE_CHECKING:
    from collections.abc import Iterable

    from tap_economic.records.rows import Key

State: t.TypeAlias = dict[str, t.Any]


def fresh(*, lookback: int = 0, unique: bool = True) -> tuple[Bookmark, State]:
    state: State = {}
    bookmark = Bookmark(state, lookback=lookback, unique=unique)
    bookmark.rewind(ReadPlan())
    return bookmark, state


def closed(*keys: Key) -> list[tuple[Key, None]]:
    return [(key, None) for key in keys]


def stands(state: State) -> tuple[object, object]:
    return state.get("replication_key_value"), state["rows_passed"]


def kept(state: State) -> State:
    """Return a state as it comes back from where it is kept."""
    return t.cast("State", json.loads(json.dumps(state)))


def items_after(
    bookmark: Bookmark, state: State, rows: Iterable[tuple[Key, t.Any]] = ()
) -> dict[Key, t.Any]:
    """Return the open items of the bookmark that comes back from the state, after more rows."""
    bookmark.save()
    later = Bookmark(kept(state), lookback=0, unique=True)
    later.pass_rows(rows)
    return later.open_items


class TestLookback:
    def test_it_stands_on_the_last_key_that_leaves_the_lookback_before_it(self) -> None:
        bookmark, state = fresh(lookback=3)
        bookmark.pass_rows(closed(1, 2, 5, 7, 9))
        assert stands(state) == (2, 2)

    def test_it_does_not_move_while_there_are_no_more_rows_than_the_lookback(self) -> None:
        bookmark, state = fresh(lookback=3)
        bookmark.pass_rows(closed(1, 2, 5))
        assert stands(state) == (None, 0)

    @pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
    def test_it_stands_in_the_same_place_whatever_the_pages(self, size: int) -> None:
        bookmark, state = fresh(lookback=10)
        keys = list(range(1, 98))
        for start in range(0, len(keys), size):
            bookmark.pass_rows(closed(*keys[start : start + size]))
        assert stands(state) == (87, 87)

    def test_a_number_chosen_by_hand_stays_before_it_however_many_rows_follow(self) -> None:
        bookmark, state = fresh(lookback=3)
        bookmark.pass_rows(closed(1, 2, 3, 4, 9_999_999))
        before = kept(state)
        assert stands(before) == (2, 2)
        bookmark = Bookmark(before, lookback=3, unique=True)
        bookmark.pass_rows(closed(3, 4, 5, 6, 9_999_999))
        assert stands(before) == (4, 4)


class TestRepeatedKeys:
    def test_it_never_stands_within_the_rows_of_one_key(self) -> None:
        bookmark, state = fresh(lookback=2, unique=False)
        bookmark.pass_rows(closed(1, 1, 2, 2, 2, 3))
        assert stands(state) == (2, 2)  # two rows lookback, and one of the two is of 2
        bookmark.pass_rows(closed(3, 3))
        assert stands(state) == (3, 5)
        bookmark.pass_rows(closed(3, 3, 3))
        assert stands(state) == (3, 5)  # the rows of 3 are not passed: more of them may come

    def test_rows_of_one_key_alone_are_never_passed(self) -> None:
        bookmark, state = fresh(lookback=2, unique=False)
        bookmark.pass_rows(closed(*[1] * 50))
        assert stands(state) == (None, 0)

    def test_rows_before_the_bookmark_that_come_again_are_not_counted_twice(self) -> None:
        state: State = {"replication_key_value": "2026-01-02T08", "rows_passed": 7}
        bookmark = Bookmark(state, lookback=1, unique=False)
        bookmark.pass_rows(closed("2026-01-01T09", "2026-01-02T08", "2026-01-03T08"))
        assert stands(state) == ("2026-01-03T08", 8)


class TestOpenItems:
    def test_a_row_is_remembered_when_the_bookmark_passes_it_and_not_before(self) -> None:
        bookmark, state = fresh(lookback=1)
        bookmark.pass_rows([(1, "10"), (2, None), (3, "30")])
        assert items_after(bookmark, state) == {1: "10"}
        bookmark.pass_rows(closed(4))
        assert items_after(bookmark, state) == {1: "10", 3: "30"}

    def test_what_was_settled_or_has_gone_is_forgotten(self) -> None:
        bookmark, state = fresh()
        bookmark.pass_rows([(n, f"{n}0") for n in (1, 2, 3, 4)])
        bookmark.resend([(1, None), (2, "5")], gone=[4])
        bookmark.settle()
        assert items_after(bookmark, state) == {2: "5", 3: "30"}

    def test_what_is_open_again_is_remembered_though_the_bookmark_is_beyond(self) -> None:
        bookmark, state = fresh()
        bookmark.pass_rows(closed(1, 2, 3))
        bookmark.resend([(2, "7")], gone=())
        bookmark.settle()
        assert items_after(bookmark, state) == {2: "7"}
        assert stands(state) == (3, 3)

    def test_where_only_being_open_matters_no_amounts_are_kept(self) -> None:
        bookmark, state = fresh()
        bookmark.pass_rows([(1001, True), (1005, True), (1006, None)])
        assert items_after(bookmark, state) == {1001: True, 1005: True}
        assert state["open_keys"] == [1001, 4]
        assert "remainders" not in state

    def test_new_items_join_those_of_earlier_runs(self) -> None:
        bookmark, state = fresh()
        bookmark.pass_rows([(3, "30"), (8, "80")])
        assert items_after(bookmark, state, [(9, "90")]) == {3: "30", 8: "80", 9: "90"}

    def test_what_is_about_to_be_sent_again_is_open_until_all_is_known_of_it(self) -> None:
        bookmark, state = fresh()
        bookmark.pass_rows([(1, "10"), (2, None), (3, "30")])
        assert bookmark.announce([1, 2])
        bookmark.resend([(1, None), (2, "7")], gone=())
        assert items_after(bookmark, state) == {1: True, 2: True, 3: "30"}
        bookmark.settle()
        assert items_after(bookmark, state) == {2: "7", 3: "30"}

    def test_what_is_announced_already_needs_no_other_state(self) -> None:
        bookmark, _ = fresh()
        bookmark.pass_rows([(1, True), (2, True)])
        assert not bookmark.announce([1, 2])


class TestRewind:
    def test_to_the_beginning_forgets_everything(self) -> None:
        bookmark, state = fresh()
        bookmark.pass_rows([(1, "10"), (2, "20")])
        bookmark.rewind(ReadPlan())
        assert stands(state) == (None, 0)
        assert items_after(bookmark, state) == {}

    def test_to_an_earlier_bookmark_keeps_the_open_items_up_to_there(self) -> None:
        bookmark, state = fresh()
        bookmark.pass_rows([(1, "10"), (2, "20"), (3, "30")])
        bookmark.rewind(ReadPlan(since=2, rows_passed=2))
        assert stands(state) == (2, 2)
        assert items_after(bookmark, state) == {1: "10", 2: "20"}

    def test_rows_of_the_read_that_is_given_up_do_not_count(self) -> None:
        bookmark, state = fresh(lookback=3)
        bookmark.pass_rows(closed(1, 2))
        bookmark.rewind(ReadPlan())
        bookmark.pass_rows(closed(1, 2))
        assert stands(state) == (None, 0)


class TestRowsSeen:
    def test_the_rows_after_the_bookmark_are_counted_too_and_each_of_them_once(self) -> None:
        bookmark, state = fresh(lookback=2)
        bookmark.pass_rows(closed(1, 2, 3, 4, 5))
        assert bookmark.rows_seen == 5
        later = Bookmark(kept(state), lookback=2, unique=True)
        later.pass_rows(closed(4))
        assert later.rows_seen == 5
        later.pass_rows(closed(5, 6))
        assert later.rows_seen == 6

    def test_only_a_read_to_the_end_shows_that_rows_are_gone(self) -> None:
        bookmark, _ = fresh(lookback=2)
        bookmark.pass_rows(closed(1, 2, 3, 4, 5))
        bookmark.rewind(ReadPlan())
        bookmark.pass_rows(closed(1, 3, 5))
        assert bookmark.rows_seen == 5
        bookmark.settle()
        assert bookmark.rows_seen == 3
