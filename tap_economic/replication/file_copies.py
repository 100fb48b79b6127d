"""Copying files from e-conomic into the file store, and the rows that describe them."""

from __future__ import annotations

import hashlib
import threading
import typing as t

from tap_economic.client import filters, pdf
from tap_economic.client.http import AGREEMENT
from tap_economic.errors import (
    NotFoundError,
    RequestRejectedError,
    RetriesExhaustedError,
    user_message,
)
from tap_economic.replication.plan import Batch

if t.TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from tap_economic.file_store import FileStore
    from tap_economic.records.rows import Key
    from tap_economic.replication.full import Source
    from tap_economic.replication.per_parent import Parent
    from tap_economic.replication.reader import Reader

_MAX_FAILURES = 20
"""After how many failed files the stream fails: the cause is then not a single file."""
_MAX_WAITS = 20
"""After how many files that are not found no other one is waited for, which takes 30 seconds."""


class Document(t.NamedTuple):
    """A file to copy.

    Attributes:
        key: The key of its row.
        file_name: The name of the file.
    """

    key: int
    file_name: str


class Copier:
    """Copies files of a stream, in several threads."""

    def __init__(
        self,
        parent: Parent,
        source: Source,
        *,
        sent_up_to: Key | None = None,
        waits: bool = True,
    ) -> None:
        """Create a copier.

        Args:
            parent: The stream whose rows have the files.
            source: The stream of the files.
            sent_up_to: The key up to which earlier runs have sent the rows of existing files.
            waits: Whether to wait for files that are listed, but not found.
        """
        self._parent = parent
        self._source = source
        self._store = t.cast("FileStore", source.file_store)
        self._sent_up_to = t.cast("int | None", sent_up_to)
        self._waits = waits
        self._failures = 0
        self._missing = 0
        self._lock = threading.Lock()

    def batches(
        self, documents: Sequence[Document], reader: Reader
    ) -> Generator[Batch, None, None]:
        """Yield the row of each file once it is in the store.

        Raises:
            FileStoreError: If the store cannot be used.
            FatalAPIError: If too many files cannot be read, or the agreement cannot.
        """
        for document in documents:
            yield self._batch(document, reader)

    def _batch(self, document: Document, reader: Reader) -> Batch:
        key = document.key
        number = t.cast("int", reader.client.agreement.number)
        path = f"{number}/{self._source.listing.name}/{document.file_name}"
        if self._sent_up_to is not None and key <= self._sent_up_to and self._store.has(path):
            return Batch([], unsent={key: None})
        content = self._store.read(path)
        if content is None or not pdf.is_pdf(content):
            try:
                content = self._request(key, reader)
            except (NotFoundError, RequestRejectedError, RetriesExhaustedError) as exc:
                self._note_failure(key, exc)
                return Batch([], unsent={key: True})
            if content is None:
                if self._waits:  # else it is not counted
                    reader.stats.vanished.add(key)
                return Batch([], gone=frozenset({key}))
            self._store.write(path, content)
        row = {
            AGREEMENT: number,
            self._parent.in_record: key,
            "fileName": document.file_name,
            "contentType": pdf.MEDIA_TYPE,
            "size": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
            "location": self._store.location(path),
        }
        return Batch([row])

    def _request(self, key: int, reader: Reader) -> bytes | None:
        """Return a file from e-conomic; None if its row has vanished since it was listed."""
        listing = self._parent.child(self._source.listing, key)
        try:
            return reader.client.pdf(listing, reader.stats)
        except NotFoundError:
            if not self._is_listed(key, reader):
                return None
            if not self._waits or self._missing >= _MAX_WAITS:
                raise
        try:
            return reader.client.pdf(listing, reader.stats, retry_not_found=True)
        except RetriesExhaustedError as exc:
            raise NotFoundError(str(exc)) from exc

    def _is_listed(self, key: int, reader: Reader) -> bool:
        parents = self._source.related[self._parent.stream].listing
        query = parents.first_query(filters.compare(self._parent.in_parent, "eq", key))
        return bool(reader.client.page(parents, query, reader.part().stats).records)

    def _note_failure(self, key: int, exc: Exception) -> None:
        """Log that a file is missing; raise the failure again if there are too many."""
        with self._lock:
            if isinstance(exc, NotFoundError):
                self._missing += 1
            else:
                self._failures += 1
            are_too_many = self._failures > _MAX_FAILURES
        if are_too_many and not isinstance(exc, NotFoundError):
            raise exc
        listing = self._source.listing
        listing.logger.warning(
            "Stream %s: the file of %s %s is missing: %s.",
            listing.name,
            self._parent.in_record,
            key,
            user_message(exc),
        )
