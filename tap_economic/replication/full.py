"""Full-table replication: reading all rows of a listing in each run."""

from __future__ import annotations

import dataclasses
import typing as t

from tap_economic.replication.completeness import read_completely
from tap_economic.replication.plan import Batch, ReadPlan

if t.TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from tap_economic.client.listing import Listing
    from tap_economic.client.pages import Page
    from tap_economic.file_store import FileStore
    from tap_economic.replication.reader import Reader

State: t.TypeAlias = "dict[str, t.Any]"
"""The bookmark of one agreement in one stream, as the SDK keeps it."""


class Declared(t.Protocol):
    """A stream's class, as other streams use it."""

    name: str

    @classmethod
    def source_for(cls, config: Mapping[str, t.Any]) -> Source:
        """Return the source of the stream, independent of its catalog entry."""


@dataclasses.dataclass(frozen=True)
class Source:
    """A stream's listing, its replication, and the options that the user chose.

    Attributes:
        listing: The stream's own listing.
        replication: Which of its rows are read.
        related: The sources of the other streams that it needs.
        is_full: Whether all rows are read, regardless of the bookmark.
        start_date: The date of the setting start_date; empty without it.
        open_items: Whether open items are read again.
        file_store: Where files are written, if the replication writes any.
    """

    listing: Listing
    replication: FullTable
    related: Mapping[type[Declared], Source]
    is_full: bool = True
    start_date: str = ""
    open_items: bool = True
    file_store: FileStore | None = None


class Track:
    """Tracks the written rows of a stream for one agreement; this base keeps no bookmark.

    Attributes:
        rows: How many rows were written.
        rows_new: How many of them no earlier run had read; None if unknown.
        before: The bookmark at the start.
        after: The current bookmark.
        starts_with_state: Whether a STATE must be written before the first row.
    """

    def __init__(self) -> None:
        """Start with no rows written."""
        self.rows = 0
        self.rows_new: int | None = None
        self.before: object = None
        self.after: object = None
        self.starts_with_state = False

    def announce(self, batch: Batch) -> bool:  # noqa: ARG002 - used with a bookmark
        """Prepare for a batch that is about to be written.

        Returns:
            Whether a STATE must be written before its rows.
        """
        return False

    def commit(self, batch: Batch) -> None:
        """Record that the announced batch was written."""
        self.rows += len(batch.records)

    def settle(self) -> None:
        """Record that all batches were written and the stream is complete."""

    def save(self) -> None:
        """Write deferred changes to the state."""


@dataclasses.dataclass(frozen=True)
class FullTable:
    """Full-table replication, and the base of all replications.

    A replication holds only options; the source is passed to its methods.

    Attributes:
        keeps_bookmark: Whether it keeps a bookmark in state.
        writes_files: Whether it writes files to the file store.
        amounts: The numbers of a record that it computes with, and so must be exact.
    """

    keeps_bookmark: t.ClassVar[bool] = False
    writes_files: t.ClassVar[bool] = False
    amounts: t.ClassVar[frozenset[str]] = frozenset()

    @property
    def needs(self) -> tuple[type[Declared], ...]:
        """The other streams that it reads."""
        return ()

    @property
    def path_keys(self) -> frozenset[str]:
        """The properties of a record that come from the path of its request."""
        return frozenset()

    def plan(self, source: Source, state: State) -> ReadPlan:  # noqa: ARG002 - used with a bookmark
        """Return what to read for an agreement, according to its state."""
        return ReadPlan()

    def batches(
        self, source: Source, plan: ReadPlan, reader: Reader
    ) -> Generator[Batch, None, None]:
        """Yield the batches to write, until the stream is complete."""
        return read_completely(reader, source.listing, plan.limit)

    def track(self, source: Source, plan: ReadPlan, state: State) -> Track:  # noqa: ARG002 - as plan
        """Return the track for a plan, which keeps the bookmark in the state."""
        return Track()

    def first_page(self, source: Source, reader: Reader) -> Page | None:
        """Request the smallest first page; return None if nothing can be requested."""
        listing = source.listing
        return reader.client.page(listing, listing.smallest(listing.first_query()), reader.stats)

    def preview(self, source: Source, reader: Reader) -> int | None:
        """Check with minimal requests whether the stream can be read.

        Returns:
            The row count; None if unknown.
        """
        page = self.first_page(source, reader)
        if page is None or self.path_keys:  # the row counts of other parents are unknown
            return None
        if page.count is None and page.successor:
            return reader.count(source.listing, None)
        return page.size if page.count is None else page.count
