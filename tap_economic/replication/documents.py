"""Booked invoices with their lines, one request per invoice."""

from __future__ import annotations

import dataclasses
import typing as t

from typing_extensions import override

from tap_economic.replication.completeness import read_completely
from tap_economic.replication.open_items import OpenInvoices
from tap_economic.replication.plan import Batch

if t.TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from tap_economic.client.pages import Page
    from tap_economic.records.rows import Key
    from tap_economic.replication.full import Declared, Source
    from tap_economic.replication.per_parent import Parent
    from tap_economic.replication.plan import ReadPlan
    from tap_economic.replication.reader import Reader


@dataclasses.dataclass(frozen=True)
class Documents(OpenInvoices):
    """Reads new and changed invoices, one request per invoice.

    Attributes:
        parent: The stream that lists the invoices.
    """

    lookback: int = 50
    parent: Parent = dataclasses.field(kw_only=True)

    @property
    @override
    def needs(self) -> tuple[type[Declared], ...]:
        return (*super().needs, self.parent.stream)

    @property
    @override
    def path_keys(self) -> frozenset[str]:
        return frozenset({self.parent.in_record})

    @override
    def batches(
        self, source: Source, plan: ReadPlan, reader: Reader
    ) -> Generator[Batch, None, None]:
        yield from super().batches(source, plan, reader)
        self.parent.check_vanished(source, reader)
        # The API's count still includes them.
        reader.stats.add_counted(-len(reader.stats.vanished))

    @override
    def read_new(
        self, source: Source, plan: ReadPlan, reader: Reader
    ) -> Generator[Batch, None, None]:
        # All numbers first: an invoice booked while documents are fetched would change the count.
        invoices = source.related[self.parent.stream].listing
        own = reader.part()
        listed = read_completely(own, invoices, self.limit_of_new(invoices, plan))
        numbers = {self.parent.key_of(row) for batch in listed for row in batch.records}
        self.parent.copy_key_problems(own.stats, reader.stats)
        reader.stats.add_counted(own.stats.rows_counted)
        reader.stats.surplus += own.stats.surplus
        reader.stats.rows_expected = len(numbers)
        yield from self.parent.below(_ascending(numbers), source.listing, reader)

    @override
    def count_passed(self, source: Source, plan: ReadPlan, reader: Reader) -> int | None:
        if not source.listing.is_counted:
            return None
        invoices = source.related[self.parent.stream].listing
        return reader.count(invoices, self.up_to_bookmark(invoices, plan))

    @override
    def read_stale(
        self, keys: Sequence[Key], source: Source, reader: Reader
    ) -> Generator[Batch, None, None]:
        missing = set(keys)
        for batch in self.parent.below(keys, source.listing, reader):
            missing.difference_update(row[self.parent.in_record] for row in batch.records)
            yield batch
        gone = missing - self.parent.listed(missing, source, reader)
        reader.stats.vanished -= gone
        yield Batch([], gone=frozenset(gone))

    @override
    def first_page(self, source: Source, reader: Reader) -> Page | None:
        return self.parent.first_child(source, reader)


def _ascending(numbers: set[Key]) -> list[Key]:
    return sorted(t.cast("set[int]", numbers))
