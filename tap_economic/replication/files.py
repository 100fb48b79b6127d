"""Files that belong to the rows of another stream: each is written once, then described by a row.

A row is sent only after its file is in the store, and a file that is there is not requested again:
so a run that was killed goes on with the next file. A file that e-conomic does not deliver is kept
in the bookmark as an open item, which each run requests again, and until then the stream is
incomplete.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import hashlib
import typing as t

from typing_extensions import override

from tap_economic.errors import IncompleteError, NotFoundError
from tap_economic.replication.completeness import read_completely
from tap_economic.replication.file_copies import Copier, Document
from tap_economic.replication.incremental import BookmarkTrack, Incremental, by_keys
from tap_economic.replication.plan import Batch
from tap_economic.sanitize import names

if t.TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from tap_economic.client.pages import Page
    from tap_economic.records.rows import AnyRecord, Key
    from tap_economic.replication.full import Declared, Source, State
    from tap_economic.replication.per_parent import Parent
    from tap_economic.replication.plan import ReadPlan
    from tap_economic.replication.reader import Reader

_FILES = 5
"""How many files one task copies, so that several tasks can run in parallel."""


@dataclasses.dataclass(frozen=True)
class Files(Incremental):
    """Writes the PDF of each new row of a parent stream to the file store.

    Attributes:
        parent: The stream whose rows have the files.
        identified_by: Properties of the parent's rows that change when a file is replaced.
    """

    writes_files = True

    lookback: int = 50
    _: dataclasses.KW_ONLY
    parent: Parent
    identified_by: tuple[str, ...] = ()

    @property
    @override
    def needs(self) -> tuple[type[Declared], ...]:
        return (self.parent.stream,)

    @property
    @override
    def path_keys(self) -> frozenset[str]:
        return frozenset({self.parent.in_record})

    @override
    def plan(self, source: Source, state: State) -> ReadPlan:
        # The bookmark says which files are in a store; of another store it says nothing.
        url = source.file_store.url if source.file_store else ""
        has_moved = state.get("documents_url", url) != url
        is_full = source.is_full or has_moved
        plan = super().plan(dataclasses.replace(source, is_full=is_full), state)
        state["documents_url"] = url
        return plan

    @override
    def batches(
        self, source: Source, plan: ReadPlan, reader: Reader
    ) -> Generator[Batch, None, None]:
        yield from super().batches(source, plan, reader)
        if vanished := len(reader.stats.vanished):  # the API's count still includes them
            reader.stats.add_counted(reader.stats.rows_counted and -vanished)

    @override
    def read_new(
        self, source: Source, plan: ReadPlan, reader: Reader
    ) -> Generator[Batch, None, None]:
        # All rows first: one that is added while files are copied would change the count.
        parents = source.related[self.parent.stream].listing
        own = reader.part()
        listed = read_completely(own, parents, self.limit_of_new(parents, plan))
        documents = {row.key: row for batch in listed for row in self._documents(batch.records)}
        self.parent.copy_key_problems(own.stats, reader.stats)
        reader.stats.add_counted(own.stats.rows_counted)
        reader.stats.surplus += own.stats.surplus
        reader.stats.rows_expected = len(documents)
        copier = Copier(self.parent, source, sent_up_to=plan.restarted_at)
        yield from _copied(sorted(documents.values()), copier, reader)

    @override
    def count_passed(self, source: Source, plan: ReadPlan, reader: Reader) -> int | None:
        if not source.listing.is_counted:
            return None
        parents = source.related[self.parent.stream].listing
        return reader.count(parents, self.up_to_bookmark(parents, plan))

    @override
    def reread_changed(
        self, source: Source, plan: ReadPlan, reader: Reader
    ) -> Generator[Batch, None, None]:
        # Files that earlier runs could not read, and so waited for.
        parents = source.related[self.parent.stream].listing
        copier = Copier(self.parent, source, waits=False)
        for batch in by_keys(reader, parents, sorted(plan.open_items)):
            yield Batch([], gone=batch.gone)
            yield from _copied([*self._documents(batch.records)], copier, reader)

    @override
    def first_page(self, source: Source, reader: Reader) -> Page | None:
        parents = source.related[self.parent.stream]
        page = parents.replication.first_page(parents, reader)
        if page and page.records:
            key = self.parent.key_of(page.records[0])
            with contextlib.suppress(NotFoundError):  # not every row needs to have a file
                reader.client.pdf(self.parent.child(source.listing, key), reader.stats)
        return page

    @override
    def track(self, source: Source, plan: ReadPlan, state: State) -> FilesTrack:
        bookmark = self._bookmark(source.listing, state)
        return FilesTrack(bookmark, plan, self.parent.in_record, self.open_amounts)

    def _documents(self, rows: Iterable[AnyRecord]) -> Iterator[Document]:
        for row in rows:
            key = t.cast("int", self.parent.key_of(row))
            values = [row.get(name) for name in self.identified_by]
            yield Document(key, f"{key}{_fingerprint(values)}.pdf")


class FilesTrack(BookmarkTrack):
    """Advances the bookmark as rows of files are written, also past files that are missing."""

    _MAX_NAMED = 10

    def __init__(self, *args: t.Any) -> None:  # noqa: ANN401 - as BookmarkTrack
        """Start at the beginning of a plan, with the arguments of ``BookmarkTrack``."""
        super().__init__(*args)
        self._missing: set[Key] = set()

    @override
    def commit(self, batch: Batch) -> None:
        super().commit(batch)
        self._missing.update(key for key, is_open in batch.unsent.items() if is_open)
        self.rows_new = min(self.rows_new or 0, self.rows)

    @override
    def settle(self) -> None:
        """Store the result.

        Raises:
            IncompleteError: If files are missing.
        """
        super().settle()
        if self._missing:
            named = names(sorted(self._missing, key=int)[: self._MAX_NAMED])
            msg = (
                f"{len(self._missing)} files could not be read from e-conomic, for the reasons "
                f"that the warnings name: those of {named}; each run tries again"
            )
            raise IncompleteError(msg)


def _copied(
    documents: list[Document], copier: Copier, reader: Reader
) -> Generator[Batch, None, None]:
    """Return the rows of the files, in the order of the documents."""
    return reader.in_order(
        functools.partial(copier.batches, documents[start : start + _FILES])
        for start in range(0, len(documents), _FILES)
    )


def _fingerprint(values: list[object]) -> str:
    """Return a suffix of a file name that changes with the values; empty without any."""
    text = "\n".join(map(str, values))
    return f"-{hashlib.sha256(text.encode()).hexdigest()[:8]}" if values else ""
