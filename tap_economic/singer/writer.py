"""The Singer message writer: many messages a write, a STATE never late.

One thread writes. Records leave a page at a time, because a call per record costs more than
encoding it.
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
    """Return a RECORD message for each record of a page, a line each.

    Args:
        stream: The stream's name.
        records: The records.
        version: The version of the table, where rows may be removed.

    Raises:
        MistypedValueError: If a number is none: a text such as ``"NaN"`` passes for a decimal, and
            so does ``1E+400``, which no target can read.
    """
    now = utc_now()
    lines = _encoder.encode_lines([_RecordLine(stream, record, version, now) for record in records])
    if any(mark in lines for mark in (b"NaN", b"Infinity", b"E+")):
        try:
            _checker.decode_lines(lines)
        except msgspec.DecodeError:
            msg = (
                "a property that should be a number holds a text such as 'NaN', or is far too large"
            )
            raise MistypedValueError(msg) from None
    return lines


class BufferedWriter(MsgSpecWriter):
    """Gathers messages, and writes them out when they are many, at each STATE and at the end."""

    def __init__(self) -> None:
        """Start with nothing gathered."""
        self._gathered = bytearray()
        self.state_bytes = 0
        """How long the last STATE was."""

    @override
    def write_message(self, message: Message) -> None:
        line = _encoder.encode(message.to_dict()) + b"\n"
        is_state = isinstance(message, StateMessage)
        if is_state:
            self.state_bytes = len(line)
        self._gathered += line
        self._write_out(at_once=is_state)

    def write_lines(self, lines: bytes) -> None:
        """Write messages that are encoded already."""
        if len(lines) < _FULL:
            self._gathered += lines
            self._write_out()
        else:
            self.flush()
            self._write(lines)

    def flush(self) -> None:
        """Write out what is gathered."""
        self._write_out(at_once=True)

    def _write_out(self, *, at_once: bool = False) -> None:
        if at_once or len(self._gathered) >= _FULL:
            whole_lines, self._gathered = self._gathered, bytearray()
            self._write(whole_lines)

    def _write(self, whole_lines: bytes | bytearray) -> None:
        if sys.stdout is None:  # as Python has it where it was closed before the start
            msg = "stdout is closed"
            raise OutputClosed(msg)
        rest = memoryview(whole_lines)
        try:
            while rest:  # an unbuffered stdout (PYTHONUNBUFFERED) stops midway at a signal
                rest = rest[sys.stdout.buffer.write(rest) :]
            sys.stdout.buffer.flush()
        # As they are, the SDK would call them errors of the stream, and click end without a word.
        except BrokenPipeError:
            msg = "the target stopped reading before the tap was done"
            raise OutputClosed(msg) from None
        except OSError as exc:
            msg = f"the output cannot be written: {exc.strerror}"
            raise OutputClosed(msg) from None


def write_text(text: str) -> None:
    """Write a text to stdout; not by print, or click ends without a word where nobody reads it."""
    writer = BufferedWriter()
    writer.write_lines(text.encode())
    writer.flush()
