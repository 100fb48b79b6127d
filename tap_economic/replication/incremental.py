"""Incremental replication: new rows, and rows up to the bookmark that changed.

Booked rows never change except for ``remainder``, which changes with payments and has no timestamp.
So a run reads the rows after the bookmark, and rereads those that were open or are open now. The
bookmark lags behind the highest key, because a manually chosen number must not hide regular ones
that come later.
"""

from __future__ import annotations

import dataclasses
import itertools
import typing as t

from typing_extensions import override

from tap_economic.client import filters
from tap_economic.replication.bookmark import Bookmark, open_items_of
from tap_economic.replication.completeness import read_completely
from tap_economic.replication.full import FullTable, Track
from tap_economic.replication.plan import Batch, ReadPlan, day_before

if t.TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Sequence

    from tap_economic.client.listing import Listing
    from tap_economic.records.rows import Key
    from tap_economic.replication.full import Source, State
    from tap_economic.replication.reader import Reader


@dataclasses.dataclass(frozen=True)
class Incremental(FullTable):
    """Reads the rows after the bookmark, in ascending order of their key.

    Attributes:
        start_property: The date property that start_date applies to, if the API can filter by one.
        lookback: How many of the last rows each run reads again.
    """

    keeps_bookmark = True

    start_property: str | None = None
    lookback: int = 1000

    # Hooks for subclasses

    def after_bookmark(self, listing: Listing, since: Key) -> str:
        """Return the filter for the rows after the bookmark."""
        return filters.compare(_key(listing), "gt" if listing.is_unique else "gte", since)

    def up_to_bookmark(self, listing: Listing, plan: ReadPlan) -> str:
        """Return the filter for the rows up to the bookmark."""
        operator = "lte" if listing.is_unique else "lt"
        return plan.narrowed(filters.compare(_key(listing), operator, plan.since))

    def open_amounts(self, batch: Batch) -> Iterable[object]:
        """Return the remaining amount of each open record, and None for the others."""
        return itertools.repeat(None, len(batch.records))  # no open items by default

    def reread_changed(
        self,
        source: Source,  # noqa: ARG002 - no rows change by default
        plan: ReadPlan,  # noqa: ARG002 - as above
        reader: Reader,  # noqa: ARG002 - as above
    ) -> Generator[Batch, None, None]:
        """Yield the rows up to the bookmark that may have changed since the last run.

        Sets ``stats.reread_reason`` if some of them may not be found.
        """
        yield from ()

    def read_new(
        self, source: Source, plan: ReadPlan, reader: Reader
    ) -> Generator[Batch, None, None]:
        """Return the rows after the bookmark, or all rows without one."""
        return read_completely(reader, source.listing, self.limit_of_new(source.listing, plan))

    def limit_of_new(self, listing: Listing, plan: ReadPlan) -> str | None:
        """Return the filter of ``read_new``."""
        if plan.since is None:
            return plan.limit
        return plan.narrowed(self.after_bookmark(listing, plan.since))

    def count_passed(self, source: Source, plan: ReadPlan, reader: Reader) -> int | None:
        """Request the row count up to the bookmark."""
        return reader.count(source.listing, self.up_to_bookmark(source.listing, plan))

    # A run

    @override
    def plan(self, source: Source, state: State) -> ReadPlan:
        """Return what to read; a full read starts over, but also keeps a bookmark."""
        start = source.start_date if self.start_property else ""
        limit = filters.compare(self.start_property or "", "gte", start) if start else None
        read_before = "rows_passed" in state
        since = state.get("replication_key_value")
        if source.is_full or state.get("start_date", "") != start:
            discards, since = since is not None, None
        else:
            discards = False
        state["replication_key"] = source.listing.ascending
        state["start_date"] = start
        if since is None:
            fresh = ReadPlan(limit, read_before=read_before, discards=discards)
            self._bookmark(source.listing, state).rewind(fresh)
            return fresh
        rows_passed = state.get("rows_passed", 0)
        return ReadPlan(limit, since, rows_passed, open_items_of(state), read_before=True)

    def _bookmark(self, listing: Listing, state: State) -> Bookmark:
        return Bookmark(state, lookback=self.lookback, unique=listing.is_unique)

    @override
    def batches(
        self, source: Source, plan: ReadPlan, reader: Reader
    ) -> Generator[Batch, None, None]:
        if plan.since is None:
            return self.read_new(source, plan, reader)
        return self._since(source, plan, reader)

    def _since(
        self, source: Source, plan: ReadPlan, reader: Reader
    ) -> Generator[Batch, None, None]:
        for batch in self.reread_changed(source, plan, reader):
            batch.is_reread = True
            if batch.gone:  # deleted, or a filter that does not find them
                reader.stats.reread_reason = (
                    f"{len(batch.gone)} rows that were open are not found by their key"
                )
            yield batch
        counted = self.count_passed(source, plan, reader)
        if counted is not None and counted != plan.rows_passed:
            reader.stats.reread_reason = (
                f"the API counts {counted} rows up to the bookmark, but {plan.rows_passed} were "
                "read so far"
            )
        if reader.stats.reread_reason:
            source.listing.logger.warning(
                "Stream %s: %s; all rows are read again.",
                source.listing.name,
                reader.stats.reread_reason,
            )
            plan = plan.from_the_beginning()
            yield Batch([], rewind=plan)
        yield from self.read_new(source, plan, reader)

    @override
    def track(self, source: Source, plan: ReadPlan, state: State) -> BookmarkTrack:
        bookmark = self._bookmark(source.listing, state)
        return BookmarkTrack(bookmark, plan, _key(source.listing), self.open_amounts)


class BookmarkTrack(Track):
    """Advances the bookmark as rows are written."""

    def __init__(
        self,
        bookmark: Bookmark,
        plan: ReadPlan,
        key: str,
        open_amounts: Callable[[Batch], Iterable[object]],
    ) -> None:
        """Start at the beginning of a plan.

        Args:
            bookmark: The bookmark.
            plan: What the run reads.
            key: The replication key.
            open_amounts: Returns the remaining amount of each open record of a batch.
        """
        super().__init__()
        self.rows_new = 0
        self.before = self.after = plan.since
        self.starts_with_state = plan.discards
        self._bookmark = bookmark
        self._plan = plan
        self._key = key
        self._open_amounts = open_amounts
        self._seen_before = bookmark.rows_seen
        self._read = 0
        self._rows: list[tuple[Key, t.Any]] = []

    @override
    def announce(self, batch: Batch) -> bool:
        is_due = False
        if batch.rewind or batch.read != self._read:
            self._plan, self._read = batch.rewind or self._plan, batch.read
            self._bookmark.rewind(self._plan)
            is_due = True
        if batch.resending and self._bookmark.announce(batch.resending):
            is_due = True
        # Before the SDK removes deselected properties from the records.
        keys = map(batch.getter(self._key), batch.records)
        self._rows = [*zip(keys, self._open_amounts(batch), strict=True), *batch.unsent.items()]
        return is_due

    @override
    def commit(self, batch: Batch) -> None:
        super().commit(batch)
        if batch.is_reread:
            self._bookmark.resend(self._rows, batch.gone)
        else:
            self._bookmark.pass_rows(self._rows)
            self.rows_new = self._bookmark.rows_seen - self._seen_before
        self.after = self._bookmark.value

    @override
    def settle(self) -> None:
        self._bookmark.settle()

    @override
    def save(self) -> None:
        self._bookmark.save()


@dataclasses.dataclass(frozen=True)
class Changelog(Incremental):
    """Reads a changelog in ascending order of its timestamps."""

    lookback: int = 50

    @override
    def after_bookmark(self, listing: Listing, since: Key) -> str:
        return filters.compare(_key(listing), "gte", day_before(str(since)))


def reread(reader: Reader, listing: Listing, filter_: str) -> Generator[Batch, None, None]:
    """Yield all rows of a listing up to the bookmark; they are not included in the row count."""
    own = reader.part()
    for batch in read_completely(own, listing, filter_):
        batch.read = 0
        yield batch
    own.stats.rows_counted = None
    reader.stats.merge(own.stats)


def by_keys(reader: Reader, listing: Listing, keys: Sequence[Key]) -> Generator[Batch, None, None]:
    """Yield the rows with the given keys, and finally the keys that no longer exist."""
    name = _key(listing)
    missing = set(keys)
    for expression in filters.one_of(name, keys):
        for batch in reread(reader, listing, expression):
            missing.difference_update(row[name] for row in batch.records)
            yield batch
    yield Batch([], gone=frozenset(missing))


def _key(listing: Listing) -> str:
    """Return the key that the rows are sorted by; every incremental listing has one."""
    return t.cast("str", listing.ascending)
