"""The Singer message writer: buffers messages, and flushes at each STATE.

Used by one thread only. Records are encoded a page at a time, because a call per record would cost
more than encoding it.
"""

from __future__ import annotations

import sys
import typing as t

import msgspec
from singer_sdk.contrib.msgspec import MsgSpecWriter, enc_hook
from singer_sdk.helpers._util import utc_now
from singer_sdk.singerlib.messages import StateMessage
from typing_extensions import override

from tap_economic.errors import MistypedValueError, OutputClosed

if t.TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from singer_sdk.singerlib.encoding.simple import Message
    from typing_extensions import Buffer

    from tap_economic.records.rows import AnyRecord

_FULL = 1 << 16
_checker = msgspec.json.Decoder()
_encoder = msgspec.json.Encoder(enc_hook=enc_hook, decimal_format="number")


class _RecordLine(msgspec.Struct, tag_field="type", tag="RECORD", omit_defaults=True):
    """A RECORD message, with its members in the SDK's order."""

    stream: str
    record: t.Any
    version: int | None = None
    time_extracted: dt.datetime | None = None


def record_lines(stream: str, records: Sequence[AnyRecord], version: int | None) -> bytes:
    """Return a RECORD message for each record of a page, one per line.

    Args:
        stream: The stream's name.
        records: The records.
        version: The version of the table, if rows may be removed.

    Raises:
        MistypedValueError: If a number is invalid: strings such as ``"NaN"`` decode to a decimal,
            and so does ``1E+400``, which no target can read.
    """
    now = utc_now()
    lines = _encoder.encode_lines([_RecordLine(stream, record, version, now) for record in records])
    if any(mark in lines for mark in (b"NaN", b"Infinity", b"E+")):
        try:
            _checker.decode_lines(lines)
        except msgspec.DecodeError:
            msg = "a number property has a value such as 'NaN', or is far too large"
            raise MistypedValueError(msg) from None
    return lines


def verbatim_lines(stream: str, records: Sequence[Buffer], version: int | None) -> bytes:
    """Return a RECORD message for each record of a page, one per line.

    Args:
        stream: The stream's name.
        records: The JSON of each record.
        version: The version of the table, if rows may be removed.
    """
    line = _RecordLine(stream, msgspec.Raw(b"\0"), version, utc_now())
    before, after = _encoder.encode(line).split(b"\0")
    after += b"\n"
    return b"".join((before, (after + before).join(records), after))


class BufferedWriter(MsgSpecWriter):
    """Buffers messages; writes them when the buffer is full, at each STATE and at the end."""

    def __init__(self) -> None:
        """Start with an empty buffer."""
        self._buffer = bytearray()
        self.state_bytes = 0
        """The size of the last STATE."""

    @override
    def write_message(self, message: Message) -> None:
        line = _encoder.encode(message.to_dict()) + b"\n"
        is_state = isinstance(message, StateMessage)
        if is_state:
            self.state_bytes = len(line)
        self._buffer += line
        self._write_out(at_once=is_state)

    def write_lines(self, lines: bytes) -> None:
        """Write encoded messages."""
        if len(lines) < _FULL:
            self._buffer += lines
            self._write_out()
        else:
            self.flush()
            self._write(lines)

    def flush(self) -> None:
        """Write out the buffer."""
        self._write_out(at_once=True)

    def _write_out(self, *, at_once: bool = False) -> None:
        if at_once or len(self._buffer) >= _FULL:
            whole_lines, self._buffer = self._buffer, bytearray()
            self._write(whole_lines)

    def _write(self, whole_lines: bytes | bytearray) -> None:
        if sys.stdout is None:  # closed before Python started
            msg = "stdout is closed"
            raise OutputClosed(msg)
        rest = memoryview(whole_lines)
        try:
            while rest:  # with PYTHONUNBUFFERED, a signal may cause a partial write
                rest = rest[sys.stdout.buffer.write(rest) :]
            sys.stdout.buffer.flush()
        # Otherwise the SDK would treat them as stream errors, and click would exit silently.
        except BrokenPipeError:
            msg = "the target stopped reading before the tap was done"
            raise OutputClosed(msg) from None
        except OSError as exc:
            msg = f"the output cannot be written: {exc.strerror}"
            raise OutputClosed(msg) from None


def write_text(text: str) -> None:
    """Write a text to stdout; with print, click would exit silently on a broken pipe."""
    writer = BufferedWriter()
    writer.write_lines(text.encode())
    writer.flush()
