"""Encoding of records as RECORD messages, with the user's selection, stream maps and decimals.

The SDK walks through each record to deselect properties and to map it, which would take most of the
remaining time even if there is nothing to do. Where there is, its own loop would end the run on a
failure and quote the record's values, and it would not map records for batch files.
"""

from __future__ import annotations

import itertools
import traceback
import typing as t
from decimal import Decimal

import msgspec
from singer_sdk.mapper import CustomStreamMap, SameRecordTransform

from tap_economic.errors import MappingError
from tap_economic.sanitize import plain, trace_of
from tap_economic.singer import decimals
from tap_economic.singer.conforming import Conformer
from tap_economic.singer.writer import record_lines, verbatim_lines

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from singer_sdk import Stream
    from singer_sdk.helpers.types import Record
    from singer_sdk.singerlib import RecordMessage

    from tap_economic.client.listing import Decoding
    from tap_economic.records.rows import AnyRecord
    from tap_economic.replication.plan import Batch

    Encode: t.TypeAlias = "Callable[[Batch], Encoded]"


_decoder = msgspec.json.Decoder(float_hook=Decimal)


class Encoded(t.NamedTuple):
    """The encoded records of a batch.

    Attributes:
        lines: The RECORD messages, if they are to be written.
        records: The records, if the caller takes them.
        sent: How many records there are after stream maps.
    """

    lines: bytes
    records: Sequence[Record]
    sent: int


class RecordEncoder:
    """Encodes the records of a stream.

    Attributes:
        decoding: The fastest decoding that it can encode.
    """

    def __init__(self, stream: Stream, *, version: int | None) -> None:
        """Create an encoder.

        Args:
            stream: The stream, with its selection and stream maps.
            version: The version of the table, if rows may be removed.
        """
        self._stream = stream
        self._version = version
        self._texts_of: dict[str, decimals.Convert] = {}
        if stream.config["use_singer_decimal"]:
            self._texts_of = {
                stream_map.stream_alias: decimals.texts_of(stream_map.transformed_schema)
                for stream_map in stream.stream_maps
            }
        first, *more = stream.stream_maps
        is_passthrough = (
            not more
            and type(first) is SameRecordTransform
            and not first.flattening_enabled
            and all(stream.mask.values())
            and stream.ABORT_AT_RECORD_COUNT is None
            and stream.get_batch_config(stream.config) is None
        )
        self.decoding: Decoding = "untyped"
        if is_passthrough:
            self.decoding = "typed" if self._texts_of else "verbatim"

    def lines(self, batch: Batch) -> Encoded:
        """Encode the records of a batch as RECORD messages, one per line."""
        name, version = self._stream.name, self._version
        if batch.json:
            return Encoded(verbatim_lines(name, batch.json, version), (), len(batch.json))
        if self.decoding != "untyped":
            lines = record_lines(name, self._with_texts(batch.records), version)
            return Encoded(lines, (), len(batch.records))
        messages = self._messages(batch.records)
        lines = b"".join(
            record_lines(alias, [message.record for message in group], version)
            for alias, group in itertools.groupby(messages, lambda message: message.stream)
        )
        return Encoded(lines, (), len(messages))

    def mapped(self, batch: Batch) -> Encoded:
        """Return the mapped records of a batch, for a batch file."""
        mapped = [message.record for message in self._messages(batch.records)]
        return Encoded(b"", mapped, len(mapped))

    def unmapped(self, batch: Batch) -> Encoded:
        """Return the records of a batch unmapped, for the SDK's ``get_records``."""
        records = [_decoder.decode(record) for record in batch.json] or batch.records
        return Encoded(b"", t.cast("list[Record]", records), len(records))

    def _messages(self, records: Iterable[AnyRecord]) -> list[RecordMessage]:
        messages = messages_of(self._stream, records)
        if self._texts_of:
            for message in messages:
                message.record = self._texts_of[message.stream](message.record, "")
        return messages

    def _with_texts(self, records: list[AnyRecord]) -> Sequence[AnyRecord]:
        if not self._texts_of:
            return records
        texts_of = self._texts_of[self._stream.name]
        return [
            texts_of(record, "")
            for record in msgspec.to_builtins(records, builtin_types=(Decimal,))
        ]


def messages_of(stream: Stream, records: Iterable[AnyRecord]) -> list[RecordMessage]:
    """Return the RECORD messages of records, without deselected properties, and mapped.

    In a map, absent declared properties are null; if still null after it, they are removed again.

    Raises:
        MappingError: If the user's map cannot be applied to a record, or its result does not match
            the schema. The message omits that of the original exception, which quotes the record.
    """
    messages = _all_mapped(stream, records)
    conform = {
        one.stream_alias: Conformer(one)
        for one in stream.stream_maps
        if isinstance(one, CustomStreamMap)
    }
    for message in messages:
        if message.stream in conform:
            message.record = conform[message.stream](message.record)
    return messages


def _all_mapped(stream: Stream, records: Iterable[AnyRecord]) -> list[RecordMessage]:
    try:
        return [message for record in records for message in _mapped(stream, record)]
    except Exception as exc:  # noqa: BLE001 - an expression may raise anything
        failure = type(exc.__cause__ or exc).__name__
        where, expression = _mapping_in(exc)
        stream.logger.debug("The expression %s raised %s:\n%s", expression, failure, trace_of(exc))
        msg = (
            f"a stream map cannot be applied to a record of {stream.name}, {where} raises "
            f"{failure}: check the setting stream_maps, also for values that are null"
        )
    raise MappingError(msg)


def _mapping_in(exc: Exception) -> tuple[str, str]:
    """Return the part of a stream map that failed and its expression, from the traceback."""
    for frame, _ in traceback.walk_tb(exc.__traceback__):
        if frame.f_code is CustomStreamMap._eval.__code__:  # noqa: SLF001
            name = frame.f_locals["property_name"]
            where = f"the property {name}" if name else "__filter__"
            return plain(where), plain(frame.f_locals["expr"])
    return "which", "of no property"


def _mapped(stream: Stream, record: AnyRecord) -> Iterator[RecordMessage]:
    known = t.cast("Record", record)
    absent = {name: None for name in stream.schema["properties"] if name not in known}
    # Private, because its public caller is the loop that is replaced here.
    for message in stream._generate_record_messages({**known, **absent}):  # noqa: SLF001
        message.record = {
            name: value
            for name, value in message.record.items()
            if value is not None or name not in absent
        }
        yield message
