"""Text that comes from outside, made fit to be told.

An answer, a setting, a catalog or a library's exception may hold a token, a line break or what
turns a terminal's text around. Such a text passes here before it is logged, raised or recorded.
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

_LOOKED_AT = 10_000
# "demo" opens e-conomic's public demo agreement: it is no secret, but a word.
_SHORTEST_TOKEN = 6
_ESCAPE_SEQUENCE = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")
_HIDDEN = "(token)"
_ENCODED = re.compile(r"%(?:25)*([0-9a-f]{2})", re.IGNORECASE)

_tokens: set[str] = set()


def hide(tokens: Iterable[str]) -> None:
    """Let no text tell these tokens from now on."""
    bare = ("".join(token.split()) for token in tokens)
    _tokens.update(token for token in bare if len(token) >= _SHORTEST_TOKEN)


def without_tokens(text: str) -> str:
    """Return a text without tokens, also where they are broken, percent-encoded or in capitals."""
    decoded = _ENCODED.sub(lambda match: chr(int(match[1], 16)), text)
    bare = "".join(decoded.split()).lower()
    for token in sorted(_tokens, key=len, reverse=True):
        if token.lower() in bare:
            text = _pattern(token).sub(_HIDDEN, text)
    return text


@functools.cache
def _pattern(token: str) -> re.Pattern[str]:
    signs = (f"(?:{re.escape(sign)}|%(?:25)*{ord(sign):02x})" for sign in token)
    return re.compile(r"\s*".join(signs), re.IGNORECASE)


def plain(text: object, longest: int = 300) -> str:
    """Return a text as one line of printable characters, without tokens and of bounded length."""
    signs = _ESCAPE_SEQUENCE.sub("", str(text)[:_LOOKED_AT])
    printable = "".join(sign if sign.isprintable() else " " for sign in signs)
    line = " ".join(without_tokens(printable).split())
    return line if len(line) <= longest else f"{line[:longest]} ..."


def names(texts: Iterable[object]) -> str:
    """Return names from outside as a list in a sentence, in order."""
    return plain(", ".join(sorted(plain(text, 100) for text in texts)), 1000)


def trace_of(exc: BaseException) -> str:
    """Return where an exception was raised, and why, without what any of them quotes."""
    return "".join(_traces(exc))


def _traces(exc: BaseException) -> Iterator[str]:
    cause = exc.__cause__ or (None if exc.__suppress_context__ else exc.__context__)
    if cause is not None:
        yield from _traces(cause)
        yield "\nwhich led to:\n"
    yield from traceback.format_tb(exc.__traceback__)
    yield f"{type(exc).__module__}.{type(exc).__qualname__}\n"


class TokenFilter(logging.Filter):
    """Strips tokens from whatever is logged, also by a library."""

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        hidden = without_tokens(message)
        if hidden != message:
            record.msg, record.args = hidden, ()
        return True
