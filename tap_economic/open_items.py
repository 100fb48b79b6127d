"""Entries and invoices on which something may be open, and how their open ones are found."""

from __future__ import annotations

import typing as t
from decimal import Decimal

from typing_extensions import override

from tap_economic import filters
from tap_economic.completeness import read_completely
from tap_economic.pagination import Page
from tap_economic.parents import PerParentStream
from tap_economic.replication import IncrementalStream, read_again

if t.TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from tap_economic.client import EconomicStream
    from tap_economic.pagination import AnyRecord
    from tap_economic.question import Key, Question
    from tap_economic.report import Findings


class OpenEntriesStream(IncrementalStream):
    """Entries, whose open ones the API finds by their remainder."""

    _parties = ("customerNumber", "supplierNumber")

    @override
    def left(self, record: AnyRecord) -> object:
        # A finance line carries its remainder for ever; only a party's line can be matched.
        if not record.get("remainder"):
            return None
        return True if any(record.get(name) for name in self._parties) else None

    @override
    def changed(self, question: Question, findings: Findings) -> Generator[Page, None, None]:
        if not self.config["open_items"]:
            return
        key = t.cast("str", self.ascending)
        up_to = question.narrowed(self.up_to(t.cast("Key", question.since)))
        is_open = f"remainder$ne:0$and:({filters.is_set(self._parties)})"
        closed = set(question.open_items)
        query = self.first_query(filters.both(up_to, is_open))
        for page in read_again(self, question, query, findings):
            page.ahead = frozenset(row[key] for row in page.records)
            closed -= page.ahead
            yield page
        yield from self.named(sorted(closed), question, findings)


class OpenInvoicesStream(IncrementalStream):
    """Invoices, whose open ones another listing names: they cannot be filtered by remainder.

    Whether that listing holds invoices that were paid too much, or credit notes, is not known. So
    each invoice must be counted as paid or as unpaid, and one on which something remains must be
    listed; otherwise all are read again.

    Attributes:
        unpaid: The stream of the open ones.
        paid: The stream of the others.
    """

    unpaid: t.ClassVar[type[EconomicStream]]
    paid: t.ClassVar[type[EconomicStream]]

    @override
    def left(self, record: AnyRecord) -> object:
        remainder, base = record.get("remainder"), record.get("remainderInBaseCurrency")
        if not remainder and not base:
            return None
        amounts = [remainder] if base in {None, remainder} else [remainder, base]
        return " ".join(map(_plain, amounts))

    @override
    def changed(self, question: Question, findings: Findings) -> Generator[Page, None, None]:
        if not self.config["open_items"]:
            return
        # The rows of the other listing lack properties, so they only tell which ones to ask for.
        key = t.cast("str", self.ascending)
        unpaid = self.unpaid(self._tap)
        query = unpaid.first_query(self._passed(question))
        before = question.open_items
        now: dict[Key, object] = {}
        for page in read_again(unpaid, question, query, findings):
            now.update((row[key], self.left(row)) for row in page.records)
        stale = sorted(n for n in before.keys() | now.keys() if before.get(n) != now.get(n))
        yield Page([], ahead=frozenset(stale))
        for page in self.named(stale, question, findings):
            if any(row.get("remainder") and row[key] not in now for row in page.records):
                findings.doubt = f"{unpaid.path} leaves out invoices on which something remains"
            yield page
        if not self._all_are_listed(question, len(now), findings):
            findings.doubt = (
                f"the invoices counted by {unpaid.path} and {self.paid.path} do not add up to all"
            )

    def _passed(self, question: Question) -> str:
        """Return the filter for the rows up to the bookmark."""
        return question.narrowed(self.up_to(t.cast("Key", question.since)))

    def _all_are_listed(self, question: Question, unpaid: int, findings: Findings) -> bool:
        """Tell whether each invoice up to the bookmark is paid or unpaid, as the API counts them.

        Args:
            question: What the run asks.
            unpaid: How many are listed as unpaid.
            findings: Where to count the calls.
        """

        def count(kind: type[EconomicStream]) -> int | None:
            stream = kind(self._tap)
            return stream.count(question, stream.first_query(self._passed(question)), findings)

        paid = count(self.paid) if self.is_counted else None
        if paid is None or paid + unpaid == question.passed:
            return True
        # A payment may have come between the two, or an invoice under a number chosen by hand.
        paid, still_unpaid = count(self.paid), count(self.unpaid)
        return (
            paid is None
            or still_unpaid is None
            or (paid + still_unpaid == self.count_passed(question, findings))
        )


class DocumentsStream(OpenInvoicesStream, PerParentStream):
    """Invoices with their lines, fetched one by one."""

    trail = 50

    @override
    def pages(self, question: Question, findings: Findings) -> Generator[Page, None, None]:
        yield from super().pages(question, findings)
        self.check_vanished(question, findings)
        findings.count(-len(findings.vanished))  # the API counted them while they were there

    @override
    def beyond(self, question: Question, findings: Findings) -> Generator[Page, None, None]:
        parent = self.parent(self._tap)
        limit = question.limit
        if question.since is not None:
            limit = question.narrowed(self.after(question.since))
        # All numbers first: an invoice booked while documents are fetched would move the count.
        key = self.parent_key.in_parent
        own = findings.of_part()
        listed = read_completely(parent, question, parent.first_query(limit), own)
        numbers = {row[key] for page in listed for row in page.records}
        self.note_lacking(own, findings)
        findings.count(own.rows_counted)
        findings.surplus += own.surplus
        findings.expect(len(numbers))
        yield from self.below(Page([{key: n} for n in sorted(numbers)]), question, findings)

    @override
    def count_passed(self, question: Question, findings: Findings) -> int | None:
        if not self.is_counted:
            return None
        parent = self.parent(self._tap)
        return parent.count(question, parent.first_query(self._passed(question)), findings)

    @override
    def named(
        self, keys: Sequence[Key], question: Question, findings: Findings
    ) -> Generator[Page, None, None]:
        name, own_name = self.parent_key.in_parent, self.parent_key.in_record
        missing = set(keys)
        invoices = Page([{name: key} for key in keys])
        for page in self.below(invoices, question, findings):
            missing.difference_update(row[own_name] for row in page.records)
            yield page
        gone = missing - self.listed(missing, question, findings)
        findings.vanished -= gone
        yield Page([], gone=frozenset(gone))


def _plain(amount: Decimal | int | None) -> str:
    """Return an amount as a text: target-postgres cannot write a state with decimal numbers."""
    return f"{Decimal(amount or 0).normalize():f}"
