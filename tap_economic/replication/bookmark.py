"""The bookmark of one agreement in one stream: up to where, and what was open there."""

from __future__ import annotations

import collections
import itertools
import typing as t

from tap_economic.records.rows import order_of

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tap_economic.records.rows import Key
    from tap_economic.replication.plan import ReadPlan


class Bookmark:
    """The bookmark of one agreement in one stream, kept in the SDK's state.

    Members of the state: ``replication_key_value``, the key up to which rows are not read again;
    ``rows_passed``, how many rows the tap has seen up to there; ``rows_seen``, how many it has seen
    at all, those beyond the bookmark too; ``open_keys``, which of them were
    open, each as the difference from the one before, so that state stays small; ``remainders``,
    what remained of each as a text, where that matters; ``start_date``, the setting that limited
    them.

    Where rows up to the bookmark are sent again, their keys are open in the state before the rows
    go out, and what has become of them is noted when the stream ends: a run that is killed in
    between leaves them for the next one to read.
    """

    def __init__(self, state: dict[str, t.Any], *, lookback: int, unique: bool) -> None:
        """Wrap a writable state.

        Args:
            state: The state of the agreement.
            lookback: How many of the last rows the bookmark leaves before it.
            unique: Whether no two rows share a key; otherwise the bookmark never comes to stand
                within the rows of one key.
        """
        self.open_items: dict[Key, t.Any] = open_items_of(state)
        self._state = state
        self._lookback = lookback
        self._unique = unique
        self._window: collections.deque[tuple[Key, t.Any]] = collections.deque()
        self._sent_again: dict[Key, t.Any] = {}

    def rewind(self, plan: ReadPlan) -> None:
        """Go back to where a plan begins; the open items up to there stay."""
        self._window.clear()
        if plan.since is None:
            self._state.pop("replication_key_value", None)
            self.open_items.clear()
            self._sent_again.clear()
        else:
            self._state["replication_key_value"] = plan.since
            since = t.cast("int", plan.since)
            for key in [key for key in self.open_items if t.cast("int", key) > since]:
                del self.open_items[key]
        self._state["rows_passed"] = plan.rows_passed

    def pass_rows(self, rows: Iterable[tuple[Key, t.Any]]) -> None:
        """Take new rows in: their keys, ascending, and what remains of each that is open."""
        since = self._state.get("replication_key_value")
        if since is not None:
            rows = itertools.dropwhile(lambda row: order_of(row[0]) < order_of(since), rows)
        self._window.extend(rows)
        self._pass(self._passable())
        self._state["rows_seen"] = max(self.rows_seen, self._rows_so_far)

    @property
    def value(self) -> Key | None:
        """The key up to which rows are not read again."""
        return t.cast("Key | None", self._state.get("replication_key_value"))

    @property
    def rows_seen(self) -> int:
        """How many rows were ever seen."""
        return t.cast("int", self._state.get("rows_seen", 0))

    @property
    def _rows_so_far(self) -> int:
        return t.cast("int", self._state["rows_passed"]) + len(self._window)

    def _passable(self) -> int:
        """Return how many rows of the window the bookmark may pass: whole keys alone."""
        window = self._window
        number = len(window) - max(self._lookback, not self._unique)
        while not self._unique and number > 0 and window[number - 1][0] == window[number][0]:
            number -= 1
        return number

    def _pass(self, number: int) -> None:
        passed = [self._window.popleft() for _ in range(number)]
        if not passed:
            return
        self._state["rows_passed"] += number
        self._state["replication_key_value"] = (passed[-1] if self._unique else self._window[0])[0]
        if is_open := {key: left for key, left in passed if left is not None}:
            self.open_items.update(is_open)

    def announce(self, keys: Iterable[Key]) -> bool:
        """Hold the keys of rows that are about to be sent again as open, whatever remains.

        Returns:
            Whether the state did not hold all of them so.
        """
        news = [key for key in keys if self.open_items.get(key) is not True]
        self.open_items.update(dict.fromkeys(news, True))
        return bool(news)

    def send_again(self, rows: Iterable[tuple[Key, t.Any]], gone: Iterable[Key]) -> None:
        """Note what remains of rows up to the bookmark, and which of them are no longer there."""
        self._sent_again.update(rows)
        self._sent_again.update(dict.fromkeys(gone))

    def settle(self) -> None:
        """Note, at the end, how many rows there are, and what remains of those sent again."""
        for key, left in self._sent_again.items():
            if left is None:
                self.open_items.pop(key, None)
            else:
                self.open_items[key] = left
        self._state["rows_seen"] = self._rows_so_far  # fewer than ever, where some were deleted

    def save(self) -> None:
        """Write the open items into the state."""
        keys = sorted(t.cast("dict[int, t.Any]", self.open_items))
        self._state["open_keys"] = [key - last for last, key in zip([0, *keys], keys, strict=False)]
        remainders = [self.open_items[key] for key in keys]
        if any(left is not True for left in remainders):
            self._state["remainders"] = remainders
        else:
            self._state.pop("remainders", None)


def open_items_of(state: Mapping[str, t.Any]) -> dict[Key, t.Any]:
    """Return the open items of a state, by key, with what remains or True."""
    keys = itertools.accumulate(state.get("open_keys", ()))
    remainders = state.get("remainders") or itertools.repeat(True)  # noqa: FBT003 - an endless list
    return dict(zip(keys, remainders, strict=False))
