"""What the vendor has published: the facts in ``published.json``, which ``make docs`` generates.

They are the names, types and numbers of the schemas that the tap's own schemas were made from.
"""

from __future__ import annotations

import functools
import json
import typing as t
from pathlib import Path

FILE = Path(__file__).with_name("published.json")

Published: t.TypeAlias = dict[str, t.Any]


@functools.cache
def published() -> Published:
    """Return the facts."""
    return t.cast("Published", json.loads(FILE.read_text("utf-8")))


def enum_values(stream: str) -> dict[str, list[int]]:
    """Return the published numbers of a stream's enums, by dotted property."""
    properties = published()["records"].get(stream, {})
    return {
        name: [int(value) for value in text.split(": ", 1)[1].split()]
        for name, text in properties.items()
        if ": " in text
    }
