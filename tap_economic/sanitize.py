"""Sanitising external text before it is logged, raised or recorded.

A response, a setting, a catalog or a library's exception may contain a token, a line break or
characters that change the text direction of a terminal.
"""

from __future__ import annotations

import functools
import logging
import re
import traceback
import typing as t

from typing_extensions import override

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MAX_SCANNED = 10_000
# "demo", the token of e-conomic's public demo agreement, is not a secret but a common word.
_MIN_TOKEN_LENGTH = 6
_ESCAPE_SEQUENCE = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")
_HIDDEN = "(token)"
_ENCODED = re.compile(r"%(?:25)*([0-9a-f]{2})", re.IGNORECASE)

_tokens: set[str] = set()


def register_tokens(tokens: Iterable[str]) -> None:
    """Register tokens that are redacted from all texts from now on."""
    bare = ("".join(token.split()) for token in tokens)
    _tokens.update(token for token in bare if len(token) >= _MIN_TOKEN_LENGTH)


def without_tokens(text: str) -> str:
    """Redact tokens in a text, even if broken across lines, percent-encoded or in another case."""
    decoded = _ENCODED.sub(lambda match: chr(int(match[1], 16)), text)
    bare = "".join(decoded.split()).lower()
    for token in sorted(_tokens, key=len, reverse=True):
        if token.lower() in bare:
            text = _pattern(token).sub(_HIDDEN, text)
    return text


@functools.cache
def _pattern(token: str) -> re.Pattern[str]:
    characters = (f"(?:{re.escape(char)}|%(?:25)*{ord(char):02x})" for char in token)
    return re.compile(r"\s*".join(characters), re.IGNORECASE)


def plain(text: object, longest: int = 300) -> str:
    """Return a text as one line of printable characters, without tokens and of bounded length."""
    characters = _ESCAPE_SEQUENCE.sub("", str(text)[:_MAX_SCANNED])
    printable = "".join(char if char.isprintable() else " " for char in characters)
    line = " ".join(without_tokens(printable).split())
    return line if len(line) <= longest else f"{line[:longest]} ..."


def names(texts: Iterable[object]) -> str:
    """Return external names as a sorted, comma-separated list."""
    return plain(", ".join(sorted(plain(text, 100) for text in texts)), 1000)


def trace_of(exc: BaseException) -> str:
    """Return the traceback of an exception and its causes, without their messages."""
    return "".join(_traces(exc))


def _traces(exc: BaseException) -> Iterator[str]:
    cause = exc.__cause__ or (None if exc.__suppress_context__ else exc.__context__)
    if cause is not None:
        yield from _traces(cause)
        yield "\nwhich led to:\n"
    yield from traceback.format_tb(exc.__traceback__)
    yield f"{type(exc).__module__}.{type(exc).__qualname__}\n"


class TokenFilter(logging.Filter):
    """Redacts tokens in all log records, including those of libraries."""

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        hidden = without_tokens(message)
        if hidden != message:
            record.msg, record.args = hidden, ()
        return True
