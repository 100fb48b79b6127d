"""A stream of either API, as the SDK sees it: its declaration, its schema, its state.

Which rows are read is the replication's matter, and how they are requested the listing's.
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

    from tap_economic.client.listing import Listing
    from tap_economic.client.paginators import EconomicPaginator


class Runner(t.Protocol):
    """The run that a stream is part of."""

    @property
    def agreement_numbers(self) -> Sequence[int]:
        """The agreements to read."""

    @property
    def session(self) -> requests.Session:
        """The only session that requests may leave through."""

    def records(
        self, stream: EconomicStream, contexts: Sequence[Context], *, write: bool
    ) -> Generator[Record, None, None]:
        """Read a stream; write its records and its state, or else yield the records mapped."""

    def raw_records(self, stream: EconomicStream, context: Context) -> Iterator[Record]:
        """Read a stream for one agreement, and yield its records as they are."""


class EconomicStream(RESTStream[Query], abc.ABC):
    """A stream of either API.

    Attributes:
        roles: The app's roles of which any one may read the stream; empty where any may.
        module: The agreement's module that the stream needs, if any.
        replication: Which rows a run reads.
        last_updated: Whether the rows can be filtered by ``lastUpdated``, so that a user may choose
            to read only those that changed.
        unique: Whether no two rows share the key in whose ascending order they come.
        copied_keys: Keys that the API nests: the name at the top, and the way to it.
        withheld: Properties that are never sent on.
        context_keys: Keys that stand outside of the records, besides those of the path.
        runner: The run that it is part of.
    """

    # Conforming takes 60 % of the SDK's time, and turns the text "false" into True. The tap's own
    # normaliser does it without loss.
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

    # What a family of the API says

    @classmethod
    @abc.abstractmethod
    def base_url_for(cls, config: Mapping[str, t.Any]) -> str:
        """Return what the path is appended to."""

    @classmethod
    @abc.abstractmethod
    def listing_for(
        cls, config: Mapping[str, t.Any], *, is_typed: bool = True, deletes: bool = False
    ) -> Listing:
        """Return the listing of the stream.

        Args:
            config: The settings.
            is_typed: Whether rows may be decoded straight into typed rows.
            deletes: Whether rows that a complete read lacks are removed at the target.
        """

    @classmethod
    @abc.abstractmethod
    def paginator(cls, query: Query) -> EconomicPaginator:
        """Return a paginator that starts with a query."""

    @classmethod
    def _common(cls, config: Mapping[str, t.Any]) -> dict[str, t.Any]:
        """Return what the listing of either family is made of."""
        schema = inspect.getattr_static(cls, "schema").schema_source.get_schema(cls.name)
        return {
            "name": cls.name,
            "path": cls.path,
            "url": cls.base_url_for(config) + cls.path,
            "new_paginator": cls.paginator,
            "schema": schema,
            "keys": t.cast("tuple[str, ...]", cls.primary_keys),
            "context_keys": cls.context_keys | cls.replication.path_keys,
            "copied_keys": cls.copied_keys,
            "withheld": cls.withheld,
            "is_unique": cls.unique,
            "is_counted": cls.name not in config["uncounted_streams"],
        }

    # How it is read

    @classmethod
    def source_for(cls, config: Mapping[str, t.Any]) -> Source:
        """Return what the stream is read from where others need it."""
        deletes = _may_delete(config) and not isinstance(cls.replication, Incremental)
        listing = cls.listing_for(config, deletes=deletes)
        return Source(listing, cls.replication, _related(cls.replication, config))

    @cached_property
    def source(self) -> Source:
        """What the stream is read from, settled before any thread reads."""
        chosen = (self.replication_method, self.replication_key)
        return Source(
            self.listing_for(
                self.config,
                is_typed=self.encoder.is_passthrough,
                deletes=self.version is not None,
            ),
            LastUpdated() if chosen == ("INCREMENTAL", LAST_UPDATED) else self.replication,
            _related(self.replication, self.config),
            is_full=self.replication_method == "FULL_TABLE",
            start_date=str(self.config.get("start_date") or "")[:10],
            open_items=self.config["open_items"],
        )

    @cached_property
    def encoder(self) -> RecordEncoder:
        """What makes RECORD messages of its records."""
        return RecordEncoder(self, version=self.version)

    @override
    def get_new_paginator(self) -> EconomicPaginator:
        listing = self.source.listing
        return listing.new_paginator(listing.first_query())

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
        """What reading the stream takes, in words."""
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
                "Discover the catalog anew.",
                own_key,
                self.name,
            )

    @override
    def _generate_schema_messages(self) -> Generator[SchemaMessage, None, None]:
        # Not in the catalog's schemas, from which the SDK drops the precision and the scale.
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
        if self.ABORT_AT_RECORD_COUNT is not None:  # the SDK counts them one by one
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
        # An agreement's last file before the next one begins: a STATE that must go out before rows
        # that are sent again may then tell of all agreements before.
        for partition in [context] if context else self.partitions:
            yield from super().get_batches(batch_config, partition)

    # Deletes: the SDK sends ACTIVATE_VERSION before the first record, and in whole seconds, when
    # nobody can know yet whether all rows will come.

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
        """Tell the target that all rows of other versions are gone."""
        if self.version is not None:
            self._write_activate_version_message(self.version)

    # State: the SDK would take the last record's key for the bookmark and a start date for the
    # start of an integer key, and raises where a record has no replication key at all.

    @property  # type: ignore[misc] # nobody sets it
    @override
    def state_partitioning_keys(self) -> Sequence[str] | None:
        # A stream that keeps no bookmark needs none for each agreement: state stays small.
        keeps_bookmark = self.is_sorted or self.replication_method != "FULL_TABLE"
        return None if keeps_bookmark else ()

    def finalize_state(self, context: Context | None) -> None:
        """Take the SDK's markers of progress out of the state of an agreement, or of the stream."""
        self._finalize_state(self.get_context_state(context) if context else self.stream_state)

    def write_state(self) -> None:
        """Write a STATE now."""
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
