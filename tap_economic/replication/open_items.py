"""Incremental replication of entries and invoices that rereads open items."""

from __future__ import annotations

import dataclasses
import typing as t
from decimal import Decimal
from operator import attrgetter

from msgspec import UNSET
from typing_extensions import override

from tap_economic.client import filters
from tap_economic.replication.incremental import Incremental, by_keys, reread
from tap_economic.replication.plan import Batch

if t.TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Sequence

    from tap_economic.client.listing import Listing
    from tap_economic.records.rows import Key
    from tap_economic.replication.full import Declared, Source
    from tap_economic.replication.plan import ReadPlan
    from tap_economic.replication.reader import Reader

_PARTIES = ("customerNumber", "supplierNumber")


@dataclasses.dataclass(frozen=True)
class OpenEntries(Incremental):
    """Reads entries; the API can filter open ones by their remainder."""

    @override
    def open_amounts(self, batch: Batch) -> list[object]:
        # A finance line keeps its remainder forever; only a customer's or supplier's line can be
        # matched.
        return [
            True if remainder and (customer or supplier) else None
            for remainder, customer, supplier in _values(batch, "remainder", *_PARTIES)
        ]

    @override
    def reread_changed(
        self, source: Source, plan: ReadPlan, reader: Reader
    ) -> Generator[Batch, None, None]:
        if not source.open_items:
            return
        listing = source.listing
        is_open = f"remainder$ne:0$and:({filters.is_set(_PARTIES)})"
        filter_ = filters.both(self.up_to_bookmark(listing, plan), is_open)
        closed = set(plan.open_items)
        for batch in reread(reader, listing, filter_):
            batch.resending = frozenset(row[listing.ascending or ""] for row in batch.records)
            closed -= batch.resending
            yield batch
        yield from by_keys(reader, listing, sorted(closed))


@dataclasses.dataclass(frozen=True)
class OpenInvoices(Incremental):
    """Reads invoices; another listing has the open ones, as there is no filter by remainder.

    It is not documented whether that listing includes overpaid invoices and credit notes. So each
    invoice must be counted as either paid or unpaid, and one with a remainder must be listed;
    otherwise all invoices are read again.

    Attributes:
        unpaid: The stream of open invoices.
        paid: The stream of the others.
    """

    amounts = frozenset({"remainder", "remainderInBaseCurrency"})

    _: dataclasses.KW_ONLY
    unpaid: type[Declared]
    paid: type[Declared]

    @property
    @override
    def needs(self) -> tuple[type[Declared], ...]:
        return (self.unpaid, self.paid)

    @override
    def open_amounts(self, batch: Batch) -> list[object]:
        return [
            _remaining(remainder, base)
            for remainder, base in _values(batch, "remainder", "remainderInBaseCurrency")
        ]

    @override
    def reread_changed(
        self, source: Source, plan: ReadPlan, reader: Reader
    ) -> Generator[Batch, None, None]:
        if not source.open_items:
            return
        # The rows of the other listing lack properties, so they only show which ones to request.
        key = t.cast("str", source.listing.ascending)
        unpaid = source.related[self.unpaid].listing
        before = plan.open_items
        now: dict[Key, object] = {}
        for batch in reread(reader, unpaid, self.up_to_bookmark(source.listing, plan)):
            keys = map(batch.getter(key), batch.records)
            now.update(zip(keys, self.open_amounts(batch), strict=True))
        stale = sorted(n for n in before.keys() | now.keys() if before.get(n) != now.get(n))
        yield Batch([], resending=frozenset(stale))
        for batch in self.read_stale(stale, source, reader):
            if any(row.get("remainder") and row[key] not in now for row in batch.records):
                reader.stats.reread_reason = f"{unpaid.path} omits invoices with a remainder"
            yield batch
        if not self._all_are_listed(source, plan, len(now), reader):
            reader.stats.reread_reason = (
                f"the invoices counted by {unpaid.path} and "
                f"{source.related[self.paid].listing.path} do not add up to all"
            )

    def read_stale(
        self, keys: Sequence[Key], source: Source, reader: Reader
    ) -> Generator[Batch, None, None]:
        """Return the rows with the given keys, and finally the keys that no longer exist."""
        return by_keys(reader, source.listing, keys)

    def _all_are_listed(self, source: Source, plan: ReadPlan, unpaid: int, reader: Reader) -> bool:
        """Return whether the API's counts of paid and unpaid invoices add up to all.

        Args:
            source: The invoices.
            plan: What the run reads.
            unpaid: How many invoices up to the bookmark are listed as unpaid.
            reader: Requests the counts.
        """

        def count(kind: type[Declared]) -> int | None:
            listing: Listing = source.related[kind].listing
            return reader.count(listing, self.up_to_bookmark(source.listing, plan))

        paid = count(self.paid) if source.listing.is_counted else None
        if paid is None or paid + unpaid == plan.rows_passed:
            return True
        # A payment may have come in between, or an invoice with a manually chosen number.
        paid, still_unpaid = count(self.paid), count(self.unpaid)
        return (
            paid is None
            or still_unpaid is None
            or (paid + still_unpaid == self.count_passed(source, plan, reader))
        )


def _values(batch: Batch, *names: str) -> Iterable[tuple[t.Any, ...]]:
    """Return properties of each record; absent ones are falsy."""
    if batch.getter is attrgetter:
        return map(batch.getter(*names), batch.records)
    return (tuple(map(record.get, names)) for record in batch.records)


def _remaining(remainder: t.Any, base: t.Any) -> str | None:  # noqa: ANN401 - amounts, or left out
    """Return the remaining amount of an invoice as a string, in both currencies if they differ."""
    if not remainder and not base:
        return None
    amounts = [remainder] if base in {None, UNSET, remainder} else [remainder, base]
    return " ".join(map(_plain, amounts))


def _plain(amount: Decimal | int | None) -> str:
    """Return an amount as a string: target-postgres cannot write a state with decimal numbers."""
    return f"{Decimal(amount or 0).normalize():f}"
