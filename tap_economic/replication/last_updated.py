"""Incremental replication by ``lastUpdated``, for streams whose catalog entry selects it.

The bookmark is the latest update that a complete run has seen, capped at the run's own start,
because a row dated in the future would hide later updates. Each run reads from the day before it.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import typing as t

from typing_extensions import override

from tap_economic.client import filters
from tap_economic.errors import RequestRejectedError, RetriesExhaustedError
from tap_economic.records.rows import order_of
from tap_economic.replication.completeness import read_completely
from tap_economic.replication.full import FullTable, Track
from tap_economic.replication.plan import ReadPlan, day_before

if t.TYPE_CHECKING:
    from collections.abc import Generator

    from tap_economic.client.listing import Listing
    from tap_economic.replication.full import Source, State
    from tap_economic.replication.plan import Batch
    from tap_economic.replication.reader import Reader

LAST_UPDATED = "lastUpdated"
"""The property that changes when a row is edited, but not when a balance or stock changes."""
_MAX_COUNTS = 2
"""How often the counts are requested before a difference is accepted: rows may change meanwhile."""


@dataclasses.dataclass(frozen=True)
class LastUpdated(FullTable):
    """Reads the rows updated since the bookmark, and those without a timestamp."""

    keeps_bookmark = True

    @override
    def plan(self, source: Source, state: State) -> ReadPlan:
        """Return what to read: from the bookmark, or from start_date if that is now earlier."""
        start = source.start_date
        bookmark, covered = state.get("replication_key_value"), state.get("start_date")
        since = None
        if bookmark is not None and covered is not None and start >= covered:
            since = min(bookmark, _now(), key=order_of)
        return ReadPlan(since=since, start=start, read_before=bookmark is not None)

    @override
    def batches(
        self, source: Source, plan: ReadPlan, reader: Reader
    ) -> Generator[Batch, None, None]:
        """Yield the updated rows.

        The number of skipped rows must equal the API's count of rows updated earlier. If it does
        not, or the API rejects the filter, all rows are read.
        """
        listing, since = source.listing, plan.since or plan.start
        if not since:
            yield from read_completely(reader, listing)
            return
        day = listing.start_of(day_before(str(since)))
        updated = filters.either(
            filters.compare(LAST_UPDATED, "gte", day), filters.compare(LAST_UPDATED, "eq", "$null:")
        )
        batches = read_completely(reader, listing, updated)
        try:
            first = next(batches)
        except (RequestRejectedError, RetriesExhaustedError):
            reason = "e-conomic rejects the filter for updated rows"
        else:
            yield first
            yield from batches
            before = filters.compare(LAST_UPDATED, "lt", day)
            if _add_up(reader, listing, (updated, before)):
                return
            reason = "the rows updated before and since do not add up to all rows"
        listing.logger.warning("Stream %s: %s; all rows are read.", listing.name, reason)
        reader.stats.rows_counted = None
        yield from read_completely(reader, listing)

    @override
    def track(self, source: Source, plan: ReadPlan, state: State) -> Track:
        return _LatestTrack(plan, state)


def _add_up(reader: Reader, listing: Listing, parts: tuple[str, ...]) -> bool:
    """Return whether the counts of a listing's parts add up to its total, or there is no count."""
    for _ in range(_MAX_COUNTS):
        total = reader.count(listing, None)
        if total is None or total == sum(reader.count(listing, part) or 0 for part in parts):
            return True
    return False


class _LatestTrack(Track):
    """Advances the bookmark to the latest update once all rows are written."""

    def __init__(self, plan: ReadPlan, state: State) -> None:
        super().__init__()
        self._begun = _now()
        self._plan = plan
        self._state = state
        self._latest = self.before = self.after = state.get("replication_key_value")

    @override
    def announce(self, batch: Batch) -> bool:
        # Before the SDK removes deselected properties from the records.
        times = (row.get(LAST_UPDATED) for row in batch.records)
        self._latest = max(filter(None, (self._latest, *times)), key=order_of, default=None)
        return False

    @override
    def settle(self) -> None:
        state, start = self._state, self._plan.start
        state["replication_key"] = LAST_UPDATED
        state["start_date"] = min(start, state.get("start_date", start))
        if self._latest is not None:
            self.after = state["replication_key_value"] = min(
                self._latest, self._begun, key=order_of
            )


def _now() -> str:
    return f"{dt.datetime.now(dt.timezone.utc):%Y-%m-%dT%H:%M:%SZ}"
