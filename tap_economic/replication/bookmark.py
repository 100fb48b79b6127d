"""The bookmark of one agreement in one stream: its position, and the open items up to there."""

from __future__ import annotations

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
    in total, including those after the bookmark; ``open_keys``, the keys of open items up to the
    bookmark, delta-encoded to keep state small; ``remainders``, the remaining amount of each as a
    string, where it matters; ``start_date``, the setting that limited the rows.

    Rows up to the bookmark that are sent again are marked as open in the state before they are
    written, and their new remainders are stored when the stream ends: if the run is killed in
    between, the next one reads them again.
    """

    def __init__(self, state: dict[str, t.Any], *, lookback: int, unique: bool) -> None:
        """Wrap a writable state.

        Args:
            state: The state of the agreement.
            lookback: How many of the last rows the bookmark stays behind.
            unique: Whether keys are unique; otherwise the bookmark never splits the rows of a key.
        """
        self.open_items: dict[Key, t.Any] = open_items_of(state)
        self._state = state
        self._lookback = lookback
        self._unique = unique
        self._window: list[tuple[Key, t.Any]] = []
        self._resent: dict[Key, t.Any] = {}

    def rewind(self, plan: ReadPlan) -> None:
        """Move back to the start of a plan, keeping the open items up to there."""
        self._window.clear()
        if plan.since is None:
            self._state.pop("replication_key_value", None)
            self.open_items.clear()
            self._resent.clear()
        else:
            self._state["replication_key_value"] = plan.since
            since = t.cast("int", plan.since)
            for key in [key for key in self.open_items if t.cast("int", key) > since]:
                del self.open_items[key]
        self._state["rows_passed"] = plan.rows_passed

    def pass_rows(self, rows: Iterable[tuple[Key, t.Any]]) -> None:
        """Add new rows: their ascending keys, and the remaining amount of each that is open."""
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
        """How many rows the tap has seen in total."""
        return t.cast("int", self._state.get("rows_seen", 0))

    @property
    def _rows_so_far(self) -> int:
        return t.cast("int", self._state["rows_passed"]) + len(self._window)

    def _passable(self) -> int:
        """Return how many rows of the window the bookmark may pass, without splitting a key."""
        window = self._window
        number = len(window) - max(self._lookback, not self._unique)
        while not self._unique and number > 0 and window[number - 1][0] == window[number][0]:
            number -= 1
        return number

    def _pass(self, number: int) -> None:
        if number <= 0:
            return
        passed = self._window[:number]
        del self._window[:number]
        self._state["rows_passed"] += number
        self._state["replication_key_value"] = (passed[-1] if self._unique else self._window[0])[0]
        self.open_items.update({key: amount for key, amount in passed if amount is not None})

    def announce(self, keys: Iterable[Key]) -> bool:
        """Mark rows that are about to be sent again as open, with any remainder.

        Returns:
            Whether that changed the state.
        """
        changed = [key for key in keys if self.open_items.get(key) is not True]
        self.open_items.update(dict.fromkeys(changed, True))
        return bool(changed)

    def resend(self, rows: Iterable[tuple[Key, t.Any]], gone: Iterable[Key]) -> None:
        """Record the remaining amounts of reread rows, and the keys of those that are gone."""
        self._resent.update(rows)
        self._resent.update(dict.fromkeys(gone))

    def settle(self) -> None:
        """Store the final row count, and the remaining amounts of reread rows."""
        for key, amount in self._resent.items():
            if amount is None:
                self.open_items.pop(key, None)
            else:
                self.open_items[key] = amount
        self._state["rows_seen"] = self._rows_so_far  # may decrease after deletes

    def save(self) -> None:
        """Write the open items to the state."""
        keys = sorted(t.cast("dict[int, t.Any]", self.open_items))
        self._state["open_keys"] = [key - last for last, key in zip([0, *keys], keys, strict=False)]
        remainders = [self.open_items[key] for key in keys]
        if any(amount is not True for amount in remainders):
            self._state["remainders"] = remainders
        else:
            self._state.pop("remainders", None)


def open_items_of(state: Mapping[str, t.Any]) -> dict[Key, t.Any]:
    """Return the open items of a state: the remaining amount, or True, by key."""
    keys = itertools.accumulate(state.get("open_keys", ()))
    remainders = state.get("remainders") or itertools.repeat(True)  # noqa: FBT003 - an endless list
    return dict(zip(keys, remainders, strict=False))
