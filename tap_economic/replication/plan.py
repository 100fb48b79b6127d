"""What a run reads of a stream, settled before the first request, and what comes of it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import typing as t
from operator import itemgetter

import msgspec

from tap_economic.client import filters

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from tap_economic.client.pages import Getter
    from tap_economic.records.rows import AnyRecord, Key


@dataclasses.dataclass(frozen=True)
class ReadPlan:
    """What to read of one stream for one agreement.

    Attributes:
        limit: The filter that every request carries, such as a start date.
        since: The bookmark from which new rows are read; None reads from the beginning.
        rows_passed: How many rows the tap itself has seen up to the bookmark.
        open_items: The open items up to the bookmark, by key, with what remained.
        start: The day from which on updates are read; empty where that has no limit.
        read_before: Whether an earlier run has read the stream for this agreement.
        discards: Whether the bookmark of an earlier run is given up.
    """

    limit: str | None = None
    since: Key | None = None
    rows_passed: int = 0
    open_items: Mapping[Key, t.Any] = dataclasses.field(default_factory=dict)
    start: str = ""
    read_before: bool = False
    discards: bool = False

    def narrowed(self, expression: str) -> str:
        """Return the filter that holds where the limit and another one do."""
        return filters.both(self.limit, expression)

    def from_the_beginning(self) -> ReadPlan:
        """Return the plan that reads all rows again."""
        return dataclasses.replace(self, since=None, rows_passed=0)


class Batch(msgspec.Struct):
    """Records to be written together, and what they mean for the bookmark.

    Attributes:
        records: The records.
        getter: As of a page: what gets a property of each record.
        size: How many records the API sent for it.
        read: Which read of the listing it belongs to; a listing may be read again.
        is_reread: Whether its rows were read before, and so never move a bookmark.
        ahead: Keys of rows that are about to be sent again, with this batch or later ones.
        gone: Keys that were requested again and are no longer there.
        rewind: The plan that begins from here, in place of the one before.
    """

    records: list[AnyRecord]
    getter: Getter = itemgetter
    size: int = 0
    read: int = 0
    is_reread: bool = False
    ahead: frozenset[Key] = frozenset()
    gone: frozenset[Key] = frozenset()
    rewind: ReadPlan | None = None


def day_before(instant: str) -> str:
    """Return the day before an instant.

    Whether a filter takes a time of day, and in which zone, is not known for every service; a day
    before it is safe.
    """
    return (dt.date.fromisoformat(instant[:10]) - dt.timedelta(days=1)).isoformat()
