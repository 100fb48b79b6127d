"""Resources that are requested once per row of another stream."""

from __future__ import annotations

import dataclasses
import functools
import typing as t
from urllib.parse import quote

from typing_extensions import override

from tap_economic.errors import IncompleteError, NotFoundError
from tap_economic.replication.completeness import read_completely
from tap_economic.replication.full import FullTable
from tap_economic.replication.plan import ReadPlan

if t.TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from collections.abc import Set as AbstractSet

    from tap_economic.client.listing import Listing
    from tap_economic.client.pages import Page
    from tap_economic.records.rows import Key
    from tap_economic.replication.full import Declared, Source
    from tap_economic.replication.plan import Batch
    from tap_economic.replication.reader import Reader
    from tap_economic.stats import ReadStats

_PARENTS = 5
"""How many parents one task reads, so that several tasks can run in parallel."""

# How classic REST escapes a key in a path (the vendor's documentation, "Self links"): an accounting
# year ``2023/2024`` is ``2023_6_2024``.
_CODES = {character: f"_{number}_" for number, character in enumerate("<>*%:&/\\_ ?.#+")}


@dataclasses.dataclass(frozen=True)
class Parent:
    """A parent stream, and the key that links its rows to the child's path.

    The SDK's parent and child streams would keep a bookmark and send a SCHEMA per parent row.

    Attributes:
        stream: The parent stream.
        placeholder: The key's placeholder in the path.
        in_parent: The key's name in the parent's records.
        in_record: The key's top-level name in the child's records.
    """

    stream: type[Declared]
    placeholder: str
    in_parent: str
    in_record: str

    def key_of(self, row: t.Any) -> Key:  # noqa: ANN401 - a record
        """Return the key of a parent row."""
        return t.cast("Key", row[self.in_parent])

    def child(self, listing: Listing, key: Key) -> Listing:
        """Return the child listing of one parent row."""
        url = listing.url.replace(f"{{{self.placeholder}}}", self_link(str(key)))
        return listing.at(url, **{self.in_record: key})

    def batches(self, source: Source, reader: Reader) -> Generator[Batch, None, None]:
        """Return all rows of the parent stream."""
        parent = source.related[self.stream]
        return parent.replication.batches(parent, ReadPlan(), reader)

    def first_child(self, source: Source, reader: Reader) -> Page | None:
        """Request the smallest page below the first parent; None where there is no parent."""
        parent = source.related[self.stream]
        parents = parent.replication.first_page(parent, reader)
        if parents is None or not parents.records:
            return None
        listing = self.child(source.listing, self.key_of(parents.records[0]))
        return reader.client.page(listing, listing.smallest(listing.first_query()), reader.stats)

    def below(
        self, keys: Sequence[Key], listing: Listing, reader: Reader
    ) -> Generator[Batch, None, None]:
        """Return the child rows of parent rows, in the order of the keys."""
        return reader.in_order(
            functools.partial(self._below_some, keys[start : start + _PARENTS], listing)
            for start in range(0, len(keys), _PARENTS)
        )

    def _below_some(
        self, keys: Sequence[Key], listing: Listing, reader: Reader
    ) -> Generator[Batch, None, None]:
        for key in keys:
            batches = read_completely(reader, self.child(listing, key))
            try:
                first = next(batches)
            except NotFoundError:  # it seems to have vanished between list and detail
                reader.stats.vanished.add(key)
                continue
            yield first
            yield from batches

    def copy_key_problems(self, parents: ReadStats, stats: ReadStats) -> None:
        """Copy findings on parents with missing or shared keys, whose child rows are missing."""
        for own, theirs in (
            (stats.keyless, parents.keyless),
            (stats.repeated, parents.repeated),
        ):
            own.update({f"{self.stream.name}.{name}": n for name, n in theirs.items()})

    def listed(self, keys: AbstractSet[Key], source: Source, reader: Reader) -> AbstractSet[Key]:
        """Return those of the keys that are in the parent's listing now."""
        if not keys:
            return keys
        batches = self.batches(source, reader.part())
        return {self.key_of(row) for batch in batches for row in batch.records} & keys

    def check_vanished(self, source: Source, reader: Reader) -> None:
        """Check that parents whose child rows responded with 404 are no longer listed.

        Raises:
            IncompleteError: If one still is.
        """
        lost = self.listed(reader.stats.vanished, source, reader)
        if lost:
            msg = (
                f"{len(lost)} rows of {self.stream.name} are still listed, but e-conomic responded "
                "with 404 for their child rows; run again, and ask e-conomic if this persists"
            )
            raise IncompleteError(msg)


@dataclasses.dataclass(frozen=True)
class PerParent(FullTable):
    """Full-table replication of a child resource: one listing per row of the parent.

    Attributes:
        parent: The parent.
    """

    parent: Parent

    @property
    @override
    def needs(self) -> tuple[type[Declared], ...]:
        return (self.parent.stream,)

    @property
    @override
    def path_keys(self) -> frozenset[str]:
        return frozenset({self.parent.in_record})

    @override
    def batches(
        self, source: Source, plan: ReadPlan, reader: Reader
    ) -> Generator[Batch, None, None]:
        parents = reader.part()
        for batch in self.parent.batches(source, parents):
            keys = [self.parent.key_of(row) for row in batch.records]
            yield from self.parent.below(keys, source.listing, reader)
        self.parent.copy_key_problems(parents.stats, reader.stats)
        self.parent.check_vanished(source, reader)

    @override
    def first_page(self, source: Source, reader: Reader) -> Page | None:
        return self.parent.first_child(source, reader)


def self_link(key: str) -> str:
    """Return a key as it is escaped in a path."""
    return quote("".join(_CODES.get(character, character) for character in key), safe="")
