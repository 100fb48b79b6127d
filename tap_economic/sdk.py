"""Where the tap steps around the SDK, and why.

All of it is here, so that a new release of the SDK is held against one file;
tests/test_sdk.py notices when a name that is used here changes.
"""

from __future__ import annotations

import abc
import itertools
import logging
import traceback
import typing as t
from decimal import Decimal
from pathlib import Path

import msgspec
import singer_sdk
from singer_sdk import RESTStream, Stream
from singer_sdk.helpers.conform import TypeConformanceLevel
from singer_sdk.mapper import CustomStreamMap, SameRecordTransform
from singer_sdk.metrics import get_metrics_logger
from typing_extensions import override

from tap_economic import decimals
from tap_economic.errors import MappingError
from tap_economic.outside import plain, trace_of
from tap_economic.pagination import Page, Query
from tap_economic.sharing import made_once
from tap_economic.writer import record_lines

if t.TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Sequence

    from singer_sdk.helpers._batch import BaseBatchFileEncoding, BatchConfig
    from singer_sdk.helpers.types import Context, Record
    from singer_sdk.mapper import PluginMapper
    from singer_sdk.singerlib import RecordMessage, SchemaMessage

    from tap_economic.pagination import AnyRecord
    from tap_economic.tap import TapEconomic


# At DEBUG it tells what a filter makes of each record, which may be a part of it.
logging.getLogger("singer_sdk.mapper").setLevel(logging.INFO)

_SDK = str(Path(singer_sdk.__file__).parent)


def keep_details_for_debug() -> None:
    """Leave out what the SDK logs at INFO of each step, stream and request, unless at DEBUG.

    Metrics stay where a configuration of logging (``SINGER_SDK_LOG_CONFIG``) names their logger.
    """
    root, metrics = logging.getLogger(), get_metrics_logger()
    if root.isEnabledFor(logging.DEBUG):
        return
    wants_metrics = bool(metrics.level or metrics.handlers)

    def is_asked_for(record: logging.LogRecord) -> bool:
        is_detail = record.levelno == logging.INFO and record.pathname.startswith(_SDK)
        return not is_detail or (wants_metrics and record.name == metrics.name)

    for handler in root.handlers:
        handler.addFilter(is_asked_for)


def messages_of(stream: Stream, records: Iterable[AnyRecord]) -> list[RecordMessage]:
    """Return the RECORD messages of records: without what is deselected, and mapped.

    A map sees every declared property, null where it is absent; what is still null after it is
    absent again.

    Raises:
        MappingError: If the user's map cannot be applied to one. What an expression raises is left
            out, for it quotes the record.
    """
    try:
        return [message for record in records for message in _mapped(stream, record)]
    except Exception as exc:  # noqa: BLE001 - whatever an expression raises
        failure = type(exc.__cause__ or exc).__name__
        where, expression = _mapping_in(exc)
        stream.logger.debug("The expression %s raised %s:\n%s", expression, failure, trace_of(exc))
        msg = (
            f"a stream map cannot be applied to a record of {stream.name}, {where} raises "
            f"{failure}: check the setting stream_maps, also for values that are null"
        )
    raise MappingError(msg)


def _mapping_in(exc: Exception) -> tuple[str, str]:
    """Return which part of a stream map failed, and its expression, from where it was raised."""
    for frame, _ in traceback.walk_tb(exc.__traceback__):
        if frame.f_code is CustomStreamMap._eval.__code__:  # noqa: SLF001
            name = frame.f_locals["property_name"]
            where = f"the property {name}" if name else "__filter__"
            return plain(where), plain(frame.f_locals["expr"])
    return "which", "of no property"


def _mapped(stream: Stream, record: AnyRecord) -> Iterator[RecordMessage]:
    known = t.cast("Record", record)
    absent = {name: None for name in stream.schema["properties"] if name not in known}
    # Private, as all that is stepped around here.
    for message in stream._generate_record_messages({**known, **absent}):  # noqa: SLF001
        message.record = {
            name: value
            for name, value in message.record.items()
            if value is not None or name not in absent
        }
        yield message


def let_hashes_take_null(mapper: PluginMapper) -> None:
    """Let ``md5`` and ``sha256`` in stream maps return null for null, as SQL's do."""
    for stream_map in itertools.chain.from_iterable(mapper.stream_maps.values()):
        if isinstance(stream_map, CustomStreamMap):
            functions = stream_map.expr_evaluator.functions
            for name in ("md5", "sha256"):
                functions[name] = _null_for_null(functions[name])


def _null_for_null(digest: Callable[[str], str]) -> Callable[[str | None], str | None]:
    return lambda text: None if text is None else digest(text)


class SdkStream(RESTStream[Query], abc.ABC):
    """A REST stream of the SDK that sends its records a page at a time."""

    # Conforming takes 60 % of the SDK's time, and turns the text "false" into True. The tap's own
    # normaliser does it without loss.
    TYPE_CONFORMANCE_LEVEL = TypeConformanceLevel.NONE

    _tap: TapEconomic

    @abc.abstractmethod
    def read(self, context: Context, encode: Callable[[Page], None] | None) -> Iterator[Page]:
        """Read the stream for one agreement, page by page.

        Args:
            context: The agreement.
            encode: Makes a page's messages, and notes how many there are.
        """

    def save_state(self) -> None:
        """Bring what is written to state only now and then up to date."""

    # Records: the SDK walks through each record to look for deselected properties and to map it,
    # which takes most of the time that is left, also where there is nothing of the kind. Where
    # there is, it does so outside of the reading, where a failure ends the run and is quoted with
    # the record's values; and not at all for batch files.

    @override
    def _sync_records(
        self, context: Context | None = None, *, write_messages: bool = True
    ) -> Generator[Record, t.Any, t.Any]:
        if self.ABORT_AT_RECORD_COUNT is not None:  # the SDK counts them one by one
            self._stream_version = self.version
            yield from super()._sync_records(context, write_messages=write_messages)
            return
        mapped: list[Record] = []  # what goes into a batch file

        def keep(page: Page) -> None:
            mapped[:] = [message.record for message in self._messages(page.records)]
            page.sent = len(mapped)

        encode = keep if not write_messages else self._encode
        with self.get_record_counter() as counter, self.get_sync_timer() as timer:
            for partition in [context] if context else self.partitions or []:
                counter.with_context(partition)
                timer.with_context(partition)
                for page in self.read(partition, encode):
                    self._tap.message_writer.write_lines(page.lines)
                    yield from mapped
                    counter.increment(len(page.records))
                    self.state_manager.is_flushed = False
                    if page.saves or (write_messages and self._tap.state_is_due()):
                        self._write_state_message()
                self._finalize_state(self.get_context_state(partition))
        self._finalize_state(self.stream_state)
        if write_messages:
            self._write_state_message()

    def _encode(self, page: Page) -> None:
        if self.goes_out_unchanged:
            page.lines = record_lines(self.name, self._with_texts(page.records), self.version)
            return
        messages = self._messages(page.records)
        page.sent = len(messages)
        page.lines = b"".join(
            record_lines(name, [message.record for message in group], self.version)
            for name, group in itertools.groupby(messages, lambda message: message.stream)
        )

    def _messages(self, records: Iterable[AnyRecord]) -> list[RecordMessage]:
        messages = messages_of(self, records)
        if self._numbers_are_texts:
            for message in messages:
                message.record = self._texts_of[message.stream](message.record, "")
        return messages

    def _with_texts(self, records: list[AnyRecord]) -> Sequence[AnyRecord]:
        if not self._numbers_are_texts:
            return records
        texts_of = self._texts_of[self.name]
        plain = msgspec.to_builtins(records, builtin_types=(Decimal,))
        return [texts_of(record, "") for record in plain]

    @property
    def _numbers_are_texts(self) -> bool:
        return t.cast("bool", self.config["use_singer_decimal"])

    @made_once
    def _texts_of(self) -> dict[str, decimals.Convert]:
        return {
            stream_map.stream_alias: decimals.texts_of(stream_map.transformed_schema)
            for stream_map in self.stream_maps
        }

    @override
    def _generate_schema_messages(self) -> Generator[SchemaMessage, None, None]:
        # Not in the catalog's schemas, from which the SDK drops the precision and the scale.
        for message in super()._generate_schema_messages():
            message.schema = decimals.declared(message.schema, as_text=self._numbers_are_texts)
            yield message

    @override
    def get_batches(
        self, batch_config: BatchConfig, context: Context | None = None
    ) -> Iterator[tuple[BaseBatchFileEncoding, list[str]]]:
        # An agreement's last file before the next one begins: a STATE that must go out before rows
        # that are sent again may then tell of all agreements before.
        for partition in [context] if context else self.partitions or []:
            yield from super().get_batches(batch_config, partition)

    @property
    def goes_out_unchanged(self) -> bool:
        """Tell whether a record is sent just as the normaliser returns it."""
        if self.name not in self._tap.mapper.stream_maps:
            return True  # not in the catalog: it is read for the keys that other streams need
        (first, *more) = self.stream_maps
        return (
            not more
            and type(first) is SameRecordTransform
            and not first.flattening_enabled
            and all(self.mask.values())
            and self.ABORT_AT_RECORD_COUNT is None
            and self.get_batch_config(self.config) is None
        )

    # Deletes: the SDK sends ACTIVATE_VERSION before the first record, and in whole seconds, when
    # nobody can know yet whether all rows will come.

    @property
    @override
    def emit_activate_version_messages(self) -> bool:
        return False

    @property
    def version(self) -> int | None:
        """The version of the table that this run writes (milliseconds), if rows may be removed."""
        wanted = self.config["emit_activate_version_messages"] and "batch_config" not in self.config
        full = self.replication_method == "FULL_TABLE"
        return self._initialized_at if wanted and full else None

    def activate_version(self) -> None:
        """Tell the target that all rows of other versions are gone."""
        if self.version is not None:
            self._write_activate_version_message(self.version)

    # State: the SDK would take the last record's key for the bookmark and a start date for the
    # start of an integer key, and raises where a record has no replication key at all.

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

    @override
    def _write_state_message(self) -> None:
        self.save_state()
        super()._write_state_message()


class OwnStream(Stream, abc.ABC):
    """A stream of the tap's own records, which are all there at once."""

    _tap: TapEconomic

    @abc.abstractmethod
    def note_failure(self, record: Record, reason: str) -> None:
        """Note that the records could not be sent.

        Args:
            record: The first of them.
            reason: Why, in a sentence.
        """

    # As with the other streams: a map that fails ends this stream alone, and batch files hold what
    # is mapped.

    @override
    def _sync_records(
        self, context: Context | None = None, *, write_messages: bool = True
    ) -> Generator[Record, t.Any, t.Any]:
        records = [*t.cast("Iterator[Record]", self.get_records(context))]
        try:
            messages = messages_of(self, records)
        except MappingError as exc:
            self.note_failure(records[0], str(exc))
            self.logger.error("Stream %s failed: %s.", self.name, exc)  # noqa: TRY400 - a sentence
            return
        for message in messages:
            if write_messages:
                self._tap.write_message(message)
            else:
                yield message.record
