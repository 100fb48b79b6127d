"""The base class of all streams, as the SDK sees them: declaration, schema and state.

The stream's replication decides which rows are read, and its listing how they are requested.
"""

from __future__ import annotations

import abc
import inspect
import typing as t
from functools import cached_property

from singer_sdk import RESTStream
from singer_sdk.helpers.conform import TypeConformanceLevel
from typing_extensions import override

from tap_economic.client.http import AGREEMENT
from tap_economic.client.pages import Query
from tap_economic.replication.full import FullTable, Source
from tap_economic.replication.incremental import Incremental
from tap_economic.replication.last_updated import LAST_UPDATED, LastUpdated
from tap_economic.singer import decimals
from tap_economic.singer.encoder import RecordEncoder

if t.TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping, Sequence

    import requests
    from singer_sdk.helpers._batch import BaseBatchFileEncoding, BatchConfig
    from singer_sdk.helpers.types import Context, Record
    from singer_sdk.singerlib import Catalog, MetadataMapping, SchemaMessage
    from singer_sdk.singerlib.catalog import StreamMetadata

    from tap_economic.client.listing import Decoding, Listing
    from tap_economic.client.paginators import EconomicPaginator
    from tap_economic.file_store import FileStore


class Runner(t.Protocol):
    """The run that a stream is part of."""

    @property
    def agreement_numbers(self) -> Sequence[int]:
        """The agreements to read."""

    @property
    def session(self) -> requests.Session:
        """The only session that requests may leave through."""

    @property
    def file_store(self) -> FileStore:
        """Where files are written."""

    def records(
        self, stream: EconomicStream, contexts: Sequence[Context], *, write: bool
    ) -> Generator[Record, None, None]:
        """Read a stream; write its records and state, or yield its mapped records."""

    def raw_records(self, stream: EconomicStream, context: Context) -> Iterator[Record]:
        """Read a stream for one agreement, and yield its records unmapped."""


class EconomicStream(RESTStream[Query], abc.ABC):
    """A stream of either API.

    Attributes:
        roles: The app roles that may read the stream; empty if any role may.
        module: The module that the agreement needs, if any.
        replication: Which rows a run reads.
        last_updated: Whether the rows can be filtered by ``lastUpdated``, so that users can choose
            to read only changed rows.
        unique: Whether the key that the rows are sorted by is unique.
        copied_keys: Keys that the API nests: the top-level name, and the path of the value.
        withheld: Properties that are never sent on.
        context_keys: Keys that are not in the records, besides those of the path.
        runner: The run that the stream is part of.
    """

    # Type conforming takes 60 % of the SDK's time, and turns the string "false" into True. The
    # tap's own normaliser is lossless.
    TYPE_CONFORMANCE_LEVEL = TypeConformanceLevel.NONE

    roles: t.ClassVar[tuple[str, ...]] = ()
    module: t.ClassVar[str | None] = None
    replication: t.ClassVar[FullTable] = FullTable()
    last_updated: t.ClassVar[bool] = False
    unique: t.ClassVar[bool] = True
    copied_keys: t.ClassVar[dict[str, tuple[str, ...]]] = {}
    withheld: t.ClassVar[tuple[str, ...]] = ()
    context_keys: t.ClassVar[frozenset[str]] = frozenset({AGREEMENT})

    name: str
    path: str
    runner: Runner

    # Defined by each API

    @classmethod
    @abc.abstractmethod
    def base_url_for(cls, config: Mapping[str, t.Any]) -> str:
        """Return the URL that the path is appended to."""

    @classmethod
    @abc.abstractmethod
    def listing_for(
        cls, config: Mapping[str, t.Any], *, decoding: Decoding = "typed", deletes: bool = False
    ) -> Listing:
        """Return the listing of the stream.

        Args:
            config: The settings.
            decoding: The fastest decoding that the use of the records allows.
            deletes: Whether the target removes rows that a complete read lacks.
        """

    @classmethod
    @abc.abstractmethod
    @override
    def get_new_paginator(cls, query: Query | None = None) -> EconomicPaginator:
        """Return a paginator that starts with a query; every listing of the stream uses it."""

    @classmethod
    def _common(cls, config: Mapping[str, t.Any]) -> dict[str, t.Any]:
        """Return the arguments that the listings of both APIs share."""
        schema = inspect.getattr_static(cls, "schema").schema_source.get_schema(cls.name)
        return {
            "name": cls.name,
            "path": cls.path,
            "url": cls.base_url_for(config) + cls.path,
            "new_paginator": cls.get_new_paginator,
            "schema": schema,
            "keys": t.cast("tuple[str, ...]", cls.primary_keys),
            "context_keys": cls.context_keys | cls.replication.path_keys,
            "copied_keys": cls.copied_keys,
            "withheld": cls.withheld,
            "amounts": cls.replication.amounts,
            "is_unique": cls.unique,
            "is_counted": cls.name not in config["uncounted_streams"],
        }

    # The source

    @classmethod
    def source_for(cls, config: Mapping[str, t.Any]) -> Source:
        """Return the source of the stream for use by other streams."""
        deletes = _may_delete(config) and not isinstance(cls.replication, Incremental)
        listing = cls.listing_for(config, deletes=deletes)
        return Source(listing, cls.replication, _related(cls.replication, config))

    @cached_property
    def source(self) -> Source:
        """The source of the stream, created before any thread uses it."""
        chosen = (self.replication_method, self.replication_key)
        return Source(
            self.listing_for(
                self.config,
                decoding=self.encoder.decoding,
                deletes=self.version is not None,
            ),
            LastUpdated() if chosen == ("INCREMENTAL", LAST_UPDATED) else self.replication,
            _related(self.replication, self.config),
            is_full=self.replication_method == "FULL_TABLE",
            start_date=str(self.config.get("start_date") or "")[:10],
            open_items=self.config["open_items"],
            file_store=self.runner.file_store if self.replication.writes_files else None,
        )

    @cached_property
    def encoder(self) -> RecordEncoder:
        """The encoder of its records."""
        return RecordEncoder(self, version=self.version)

    @property
    @override
    def requests_session(self) -> requests.Session:
        # The SDK's own methods that send a request, which the tap does not use, are guarded too.
        return self.runner.session

    @property
    @override
    def url_base(self) -> str:
        return self.base_url_for(self.config)

    @property
    def needs(self) -> str:
        """The role and module that the stream needs, for messages."""
        needs = []
        if self.roles:
            needs.append(f"an app with the role {' or '.join(self.roles)}")
        if self.module:
            needs.append(f"the module {self.module} in the agreement")
        return f"the stream needs {' and '.join(needs)}" if needs else "the app's role forbids it"

    # The catalog

    @property
    @override
    def is_sorted(self) -> bool:
        return isinstance(self.replication, Incremental)

    @property
    @override
    def partitions(self) -> list[dict[str, t.Any]]:
        return [{AGREEMENT: number} for number in self.runner.agreement_numbers]

    @property
    @override
    def metadata(self) -> MetadataMapping:
        mapping = super().metadata
        if self.last_updated and not self._has_catalog:
            t.cast("StreamMetadata", mapping[()]).valid_replication_keys = [LAST_UPDATED]
        return mapping

    _has_catalog = False

    @override
    def apply_catalog(self, catalog: Catalog) -> None:
        own_key = self.replication_key
        super().apply_catalog(catalog)
        self._has_catalog = True
        usable = {own_key, LAST_UPDATED if self.last_updated else None}
        if self.replication_key not in usable or (
            self.replication_method == "INCREMENTAL" and not self.replication_key
        ):
            self.logger.warning(
                "Stream %s cannot be read incrementally by %s: it is read in full.",
                self.name,
                self.replication_key,
            )
            self.replication_key = None
            self.forced_replication_method = "FULL_TABLE"
        elif own_key and not self.replication_key and self.name in catalog:
            self.logger.warning(
                "The catalog has lost the replication key %s of stream %s: it is read in full. "
                "Run discovery again.",
                own_key,
                self.name,
            )

    @override
    def _generate_schema_messages(self) -> Generator[SchemaMessage, None, None]:
        # Not in the catalog's schemas, from which the SDK drops precision and scale.
        for message in super()._generate_schema_messages():
            message.schema = decimals.declared(
                message.schema, as_text=self.config["use_singer_decimal"]
            )
            yield message

    # Records

    @override
    def _sync_records(
        self, context: Context | None = None, *, write_messages: bool = True
    ) -> Generator[Record, t.Any, t.Any]:
        if self.ABORT_AT_RECORD_COUNT is not None:  # the SDK must count the records itself
            self._stream_version = self.version
            return super()._sync_records(context, write_messages=write_messages)
        contexts = [context] if context else self.partitions
        return self.runner.records(self, contexts, write=write_messages)

    @override
    def get_records(self, context: Context | None) -> Iterator[Record]:
        return self.runner.raw_records(self, t.cast("Context", context))

    @override
    def get_batches(
        self, batch_config: BatchConfig, context: Context | None = None
    ) -> Iterator[tuple[BaseBatchFileEncoding, list[str]]]:
        # One agreement at a time, so that its last file is written before the next one begins: a
        # STATE that precedes rows sent again may then cover all earlier agreements.
        for partition in [context] if context else self.partitions:
            yield from super().get_batches(batch_config, partition)

    # Deletes: the SDK sends ACTIVATE_VERSION before the first record, when it is not yet known
    # whether the read will be complete, and with a version in whole seconds.

    @property
    @override
    def emit_activate_version_messages(self) -> bool:
        return False

    @property
    def version(self) -> int | None:
        """The version of the table that this run writes (milliseconds), if rows may be removed."""
        full = self.replication_method == "FULL_TABLE"
        return self._initialized_at if full and _may_delete(self.config) else None

    def activate_version(self) -> None:
        """Send ACTIVATE_VERSION, upon which the target removes the rows of other versions."""
        if self.version is not None:
            self._write_activate_version_message(self.version)

    # State: the SDK would use the last record's key as the bookmark and a start date as the first
    # value of an integer key, and raises for a record without a replication key.

    @property  # type: ignore[misc] # never set
    @override
    def state_partitioning_keys(self) -> Sequence[str] | None:
        # A stream without a bookmark needs no state per agreement, which keeps state small.
        keeps_bookmark = self.is_sorted or self.replication_method != "FULL_TABLE"
        return None if keeps_bookmark else ()

    def finalize_state(self, context: Context | None) -> None:
        """Remove the SDK's progress markers from the state of an agreement, or of the stream."""
        self._finalize_state(self.get_context_state(context) if context else self.stream_state)

    def write_state(self) -> None:
        """Write a STATE message."""
        self.state_manager.is_flushed = False
        self._write_state_message()

    @override
    def _increment_stream_state(
        self, latest_record: Record, *, context: Context | None = None
    ) -> None:
        pass

    @override
    def _write_starting_replication_value(self, context: Context | None) -> None:
        pass

    @override
    def get_replication_key_signpost(self, context: Context | None = None) -> None:
        return None


def _may_delete(config: Mapping[str, t.Any]) -> bool:
    return bool(config["emit_activate_version_messages"]) and "batch_config" not in config


def _related(replication: FullTable, config: Mapping[str, t.Any]) -> dict[t.Any, Source]:
    return {stream: stream.source_for(config) for stream in replication.needs}
