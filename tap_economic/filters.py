"""Filter expressions, the same in both APIs: ``property$operator:value``.

Operators, escapes and ``$null:`` as in the vendor's documentation, "Filtering"; a bracket stays
as it is, because the documented ``$[`` is parsed but finds nothing.
"""

from __future__ import annotations

import re

_SPECIAL = re.compile(r"[$()*,]")


def escape(text: str) -> str:
    """Return the text with the characters escaped that mean something in a filter."""
    return _SPECIAL.sub(r"$\g<0>", text)


def gt(name: str, value: int) -> str:
    """Return the filter for values above ``value``."""
    return f"{name}$gt:{value}"


def both(one: str | None, other: str) -> str:
    """Return the filter that holds where both hold; the first may be missing."""
    return f"({one})$and:{other}" if one else other
