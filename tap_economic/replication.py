"""Reading only what is new, and what changed behind the bookmark.

Booked rows never change but for ``remainder``, which follows payments and is not dated. So a run
reads the rows beyond the bookmark, and again those that were open or are open now. The bookmark
trails the highest key, because a number chosen by hand must not hide the normal ones after it.
"""

from __future__ import annotations

import collections
import itertools
import typing as t
from decimal import Decimal

from typing_extensions import override

from tap_economic import filters
from tap_economic.client import EconomicStream
from tap_economic.completeness import read_completely
from tap_economic.pagination import Page
from tap_economic.parents import PerParentStream
from tap_economic.question import Question, day_before, order_of
from tap_economic.typed import column

if t.TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence

    from singer_sdk.helpers.types import Context

    from tap_economic.pagination import AnyRecord
    from tap_economic.question import Key
    from tap_economic.report import Findings, Outcome


class Bookmark:
    """The bookmark of one agreement in one stream, kept in the SDK's state.

    Members of the state: ``replication_key_value``, the key up to which rows are not read again;
    ``rows_passed``, how many rows the tap has seen up to there; ``open_keys``, which of them were
    open, each as the difference from the one before, so that state stays small; ``remainders``,
    what remained of each as a text, where that matters; ``start_date``, the setting that limited
    them.
    """

    def __init__(self, state: dict[str, t.Any], *, trail: int, unique: bool) -> None:
        """Wrap a writable state.

        Args:
            state: The state of the agreement.
            trail: How many of the last rows the bookmark leaves before it.
            unique: Whether no two rows share a key; otherwise the bookmark never comes to stand
                within the rows of one key.
        """
        self.open_items: dict[Key, t.Any] = _items_of(state)
        self._state = state
        self._trail = trail
        self._unique = unique
        self._window: collections.deque[tuple[Key, t.Any]] = collections.deque()

    def rewind(self, question: Question) -> None:
        """Go back to where a question begins; the open items up to there stay."""
        self._window.clear()
        if question.since is None:
            self._state.pop("replication_key_value", None)
            self.open_items.clear()
        else:
            self._state["replication_key_value"] = question.since
            since = t.cast("int", question.since)
            for key in [key for key in self.open_items if t.cast("int", key) > since]:
                del self.open_items[key]
        self._state["rows_passed"] = question.passed
        self._keep_items()

    def pass_rows(self, rows: Iterable[tuple[Key, t.Any]]) -> None:
        """Take new rows in: their keys, ascending, and what remains of each that is open."""
        since = self._state.get("replication_key_value")
        if since is not None:
            rows = itertools.dropwhile(lambda row: order_of(row[0]) < order_of(since), rows)
        self._window.extend(rows)
        self._pass(self._passable())

    def _passable(self) -> int:
        """Return how many rows of the window the bookmark may pass: whole keys alone."""
        window = self._window
        number = len(window) - max(self._trail, not self._unique)
        while not self._unique and number > 0 and window[number - 1][0] == window[number][0]:
            number -= 1
        return number

    def _pass(self, number: int) -> None:
        passed = [self._window.popleft() for _ in range(number)]
        if not passed:
            return
        self._state["rows_passed"] += number
        self._state["replication_key_value"] = (passed[-1] if self._unique else self._window[0])[0]
        if is_open := {key: left for key, left in passed if left is not None}:
            self.open_items.update(is_open)
            self._keep_items()

    def read_again(self, rows: Iterable[tuple[Key, t.Any]], gone: Iterable[Key]) -> None:
        """Note what remains of rows up to the bookmark, and which of them are no longer there."""
        for key, left in rows:
            if left is None:
                self.open_items.pop(key, None)
            else:
                self.open_items[key] = left
        for key in gone:
            self.open_items.pop(key, None)
        self._keep_items()

    def _keep_items(self) -> None:
        keys = sorted(t.cast("dict[int, t.Any]", self.open_items))
        self._state["open_keys"] = [key - last for last, key in zip([0, *keys], keys, strict=False)]
        remainders = [self.open_items[key] for key in keys]
        if any(left is not True for left in remainders):
            self._state["remainders"] = remainders
        else:
            self._state.pop("remainders", None)


def _items_of(state: Mapping[str, t.Any]) -> dict[Key, t.Any]:
    """Return the open items of a state, by key, with what remains or True."""
    keys = itertools.accumulate(state.get("open_keys", ()))
    remainders = state.get("remainders") or itertools.repeat(True)  # noqa: FBT003 - an endless list
    return dict(zip(keys, remainders, strict=False))


class IncrementalStream(EconomicStream):
    """A stream whose rows come with ascending keys; stands before the family's class.

    Attributes:
        replication_key: The ascending property.
        trail: How many of the last rows are read again each time.
        start_property: The date that start_date limits, if the API filters by one.
    """

    replication_key: str
    is_sorted = True

    trail: t.ClassVar[int] = 1000
    start_property: t.ClassVar[str | None] = None

    @property
    @override
    def ascending(self) -> str | None:
        return type(self).replication_key

    @property
    @override
    def keeps_bookmark(self) -> bool:
        return self.replication_method == "INCREMENTAL"

    # What a kind of stream says

    def after(self, since: Key) -> str:
        """Return the filter for the rows beyond the bookmark."""
        return filters.compare(self.ascending or "", "gt" if self.unique else "gte", since)

    def up_to(self, since: Key) -> str:
        """Return the filter for the rows up to the bookmark."""
        return filters.compare(self.ascending or "", "lte" if self.unique else "lt", since)

    def left(self, record: AnyRecord) -> object:  # noqa: ARG002 - no items are open here
        """Return what remains of a record that is open, or None."""
        return None

    def changed(self, question: Question, findings: Findings) -> Generator[Page, None, None]:  # noqa: ARG002
        """Yield the rows up to the bookmark that may have changed since the last run."""
        yield from ()

    def beyond(self, question: Question, findings: Findings) -> Generator[Page, None, None]:
        """Yield the rows beyond the bookmark, all of them where there is none."""
        limit = question.limit
        if question.since is not None:
            limit = question.narrowed(self.after(question.since))
        yield from read_completely(self, question, self.first_query(limit), findings)

    def named(
        self, keys: Sequence[Key], question: Question, findings: Findings
    ) -> Generator[Page, None, None]:
        """Yield the rows with the given keys, and which of them are no longer there."""
        name = t.cast("str", self.ascending)
        missing = set(keys)
        for expression in filters.one_of(name, keys):
            query = self.first_query(expression)
            for page in self.listing(question.context, query, findings):
                missing.difference_update(row[name] for row in page.records)
                yield page
        yield Page([], gone=frozenset(missing))

    def count_passed(self, question: Question, findings: Findings) -> int | None:
        """Ask how many rows there are up to the bookmark."""
        expression = question.narrowed(self.up_to(t.cast("Key", question.since)))
        return self.count(question, self.first_query(expression), findings)

    # How a run goes

    @override
    def question(self, context: Context) -> Question:
        start = str(self.config.get("start_date") or "")[:10] if self.start_property else ""
        limit = filters.compare(self.start_property or "", "gte", start) if start else None
        fresh = Question(context, limit)
        if not self.keeps_bookmark:
            return fresh
        state = self.get_context_state(context)
        if state.get("start_date", "") != start:
            state.pop("replication_key_value", None)
        state["replication_key"] = self.replication_key
        state["start_date"] = start
        since = state.get("replication_key_value")
        if since is None:
            Bookmark(state, trail=self.trail, unique=self.unique).rewind(fresh)
            return fresh
        passed = state.get("rows_passed", 0)
        return Question(context, limit, since, passed, _items_of(state))

    @override
    def pages(self, question: Question, findings: Findings) -> Generator[Page, None, None]:
        if question.since is None:
            yield from self.beyond(question, findings)
            return
        for page in self.changed(question, findings):
            page.again = True
            yield page
        counted = self.count_passed(question, findings)
        if counted is not None and counted != question.passed:
            self.logger.warning(
                "Stream %s: the API has %s rows up to the bookmark, and %s were read so far; "
                "all rows are read again.",
                self.name,
                counted,
                question.passed,
            )
            question = question.from_the_beginning()
            yield Page([], rewind=question)
        yield from self.beyond(question, findings)

    @override
    def account(
        self, pages: Iterator[Page], question: Question, outcome: Outcome
    ) -> Iterator[Page]:
        if not self.keeps_bookmark:
            yield from super().account(pages, question, outcome)
            return
        state = self.get_context_state(question.context)
        bookmark = Bookmark(state, trail=self.trail, unique=self.unique)
        outcome.bookmark_before = outcome.bookmark_after = question.since
        read = 0
        for page in pages:
            question = page.rewind or question
            if page.rewind or page.read != read:
                bookmark.rewind(question)
                read = page.read
            # Before the SDK takes deselected properties out of the records.
            keys = column(page.records, t.cast("str", self.ascending))
            rows = list(zip(keys, map(self.left, page.records), strict=True))
            yield page
            outcome.rows += len(rows)
            if page.again:
                outcome.rows_again += len(rows)
                bookmark.read_again(rows, page.gone)
            else:
                bookmark.pass_rows(rows)
            outcome.bookmark_after = state.get("replication_key_value")


class TimestampedStream(IncrementalStream):
    """A log of changes, ascending by the instant of the change."""

    trail = 50
    unique = False

    @override
    def after(self, since: Key) -> str:
        return filters.compare(self.ascending or "", "gte", day_before(str(since)))


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
        for page in self.one_by_one(question.context, query, findings):
            closed.difference_update(row[key] for row in page.records)
            yield page
        yield from self.named(sorted(closed), question, findings)


class OpenInvoicesStream(IncrementalStream):
    """Invoices, whose open ones another listing names: they cannot be filtered by remainder.

    Attributes:
        unpaid: The stream of the open ones.
    """

    unpaid: t.ClassVar[type[EconomicStream]]

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
        query = unpaid.first_query(question.narrowed(self.up_to(t.cast("Key", question.since))))
        before = question.open_items
        now: dict[Key, object] = {}
        for page in unpaid.one_by_one(question.context, query, findings):
            now.update((row[key], self.left(row)) for row in page.records)
        stale = sorted(n for n in before.keys() | now.keys() if before.get(n) != now.get(n))
        yield from self.named(stale, question, findings)


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
        findings.expect(len(numbers))
        yield from self.below(Page([{key: n} for n in sorted(numbers)]), question, findings)

    @override
    def count_passed(self, question: Question, findings: Findings) -> int | None:
        parent = self.parent(self._tap)
        expression = question.narrowed(self.up_to(t.cast("Key", question.since)))
        return parent.count(question, parent.first_query(expression), findings)

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
