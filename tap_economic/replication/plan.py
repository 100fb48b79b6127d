"""Read plans, made before the first request, and the batches that result."""

from __future__ import annotations

import dataclasses
import datetime as dt
import typing as t
from operator import itemgetter

import msgspec

from tap_economic.client import filters

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from typing_extensions import Buffer

    from tap_economic.client.pages import Getter
    from tap_economic.records.rows import AnyRecord, Key


@dataclasses.dataclass(frozen=True)
class ReadPlan:
    """What to read of one stream for one agreement.

    Attributes:
        limit: The filter of every request, such as a start date.
        since: The bookmark from which new rows are read; None reads from the beginning.
        rows_passed: How many rows the tap itself has seen up to the bookmark.
        open_items: The remaining amounts of open items up to the bookmark, by key.
        start: The date from which updates are read; empty if not limited.
        read_before: Whether an earlier run has read the stream for this agreement.
        discards: Whether the bookmark of an earlier run is discarded.
        restarted_at: The bookmark of the plan that this one replaces, to read all rows again.
    """

    limit: str | None = None
    since: Key | None = None
    rows_passed: int = 0
    open_items: Mapping[Key, t.Any] = dataclasses.field(default_factory=dict)
    start: str = ""
    read_before: bool = False
    discards: bool = False
    restarted_at: Key | None = None

    def narrowed(self, expression: str) -> str:
        """Return the conjunction of the limit and another filter."""
        return filters.both(self.limit, expression)

    def from_the_beginning(self) -> ReadPlan:
        """Return the plan that reads all rows again."""
        return dataclasses.replace(self, since=None, rows_passed=0, restarted_at=self.since)


class Batch(msgspec.Struct):
    """Records to be written together, and their effect on the bookmark.

    Attributes:
        records: The records.
        getter: Factory of property getters, as in a page.
        json: The JSON of each record, as in a page.
        size: How many records the API sent for it.
        read: The number of the read; a listing may be read more than once.
        is_reread: Whether its rows were read before, and so never advance the bookmark.
        resending: Keys of rows that this batch or later ones send again.
        gone: Keys that were requested again and no longer exist.
        unsent: Keys of rows that the bookmark passes although they are not sent: True for those
            that must be read again, None for the others.
        rewind: The plan that replaces the current one from here.
    """

    records: list[AnyRecord]
    getter: Getter = itemgetter
    json: Sequence[Buffer] = ()
    size: int = 0
    read: int = 0
    is_reread: bool = False
    resending: frozenset[Key] = frozenset()
    gone: frozenset[Key] = frozenset()
    unsent: Mapping[Key, bool | None] = {}
    rewind: ReadPlan | None = None


def day_before(instant: str) -> str:
    """Return the day before a timestamp.

    Not every service documents whether its filters accept a time of day, and in which time zone; a
    day earlier is safe.
    """
    return (dt.date.fromisoformat(instant[:10]) - dt.timedelta(days=1)).isoformat()
