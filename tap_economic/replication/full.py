"""Reading all rows of a listing, each time."""

from __future__ import annotations

import dataclasses
import typing as t

from tap_economic.replication.completeness import read_completely
from tap_economic.replication.plan import Batch, ReadPlan

if t.TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from tap_economic.client.listing import Listing
    from tap_economic.client.pages import Page
    from tap_economic.replication.reader import Reader

State: t.TypeAlias = "dict[str, t.Any]"
"""The bookmark of one agreement in one stream, as the SDK keeps it."""


class Declared(t.Protocol):
    """A stream's class, as far as other streams read it too."""

    name: str

    @classmethod
    def source_for(cls, config: Mapping[str, t.Any]) -> Source:
        """Return what the stream is read from, whatever a user chose of it."""


@dataclasses.dataclass(frozen=True)
class Source:
    """What a stream is read from, and the choices of its user.

    Attributes:
        listing: The stream's own listing.
        replication: Which of its rows are read.
        related: The sources of the other streams that it needs.
        is_full: Whether all rows are read, whatever the bookmark.
        start_date: The day of the setting start_date; empty without it.
        open_items: Whether open items are read again.
    """

    listing: Listing
    replication: FullTable
    related: Mapping[type[Declared], Source]
    is_full: bool = True
    start_date: str = ""
    open_items: bool = True


class Track:
    """Follows what is written of a stream for one agreement, and moves no bookmark.

    Attributes:
        rows: How many rows were written.
        rows_new: How many of them no run had read before; None where that is not known.
        before: Where the bookmark stood at the start.
        after: Where it stands.
    """

    def __init__(self) -> None:
        """Start with nothing written."""
        self.rows = 0
        self.rows_new: int | None = None
        self.before: object = None
        self.after: object = None

    def starts_with_state(self) -> bool:
        """Tell whether a STATE must go out before the first row."""
        return False

    def announce(self, batch: Batch) -> bool:  # noqa: ARG002 - for those with a bookmark
        """Take in what is about to be written.

        Returns:
            Whether a STATE must go out before its rows.
        """
        return False

    def commit(self, batch: Batch) -> None:
        """Take in that the announced batch was written."""
        self.rows += len(batch.records)

    def settle(self) -> None:
        """Take in that all batches were written, and that none is missing."""

    def save(self) -> None:
        """Bring what is written to state only now and then up to date."""


@dataclasses.dataclass(frozen=True)
class FullTable:
    """Reads all rows each time. Other replications are kinds of it.

    A replication is declared with its options and knows no stream: a source is handed to it.

    Attributes:
        keeps_bookmark: Whether the state of an agreement holds anything.
    """

    keeps_bookmark: t.ClassVar[bool] = False

    @property
    def needs(self) -> tuple[type[Declared], ...]:
        """The streams that it reads besides the stream itself."""
        return ()

    @property
    def path_keys(self) -> frozenset[str]:
        """The properties of a record that come from the path of its request."""
        return frozenset()

    def plan(self, source: Source, state: State) -> ReadPlan:  # noqa: ARG002 - for those with a bookmark
        """Settle what to read for an agreement, from its state."""
        return ReadPlan()

    def batches(
        self, source: Source, plan: ReadPlan, reader: Reader
    ) -> Generator[Batch, None, None]:
        """Yield what is to be written, until it is complete."""
        return read_completely(reader, source.listing, plan.limit)

    def track(self, source: Source, plan: ReadPlan, state: State) -> Track:  # noqa: ARG002
        """Return what follows the batches of a plan, and keeps the bookmark in the state."""
        return Track()

    def first_page(self, source: Source, reader: Reader) -> Page | None:
        """Request the smallest first page; None where nothing can be requested."""
        listing = source.listing
        return reader.client.page(listing, listing.smallest(listing.first_query()), reader.stats)

    def preview(self, source: Source, reader: Reader) -> int | None:
        """Request as little as shows whether the stream can be read.

        Returns:
            How many rows there are; None where nothing tells.
        """
        page = self.first_page(source, reader)
        if page is None:
            return None
        if page.count is None and page.successor:
            return reader.count(source.listing, None)
        return page.size if page.count is None else page.count
