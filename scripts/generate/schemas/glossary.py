"""Descriptions of properties, from `glossary.toml`."""

from __future__ import annotations

import typing as t
from fnmatch import fnmatch

if t.TYPE_CHECKING:
    from collections.abc import Iterator


class Glossary:
    """Descriptions by name, unless the stream or the parent object has a more specific one.

    The most specific one applies: `streams` (by a pattern of stream names, then by the path of the
    property), `parents` (by the name of the object or array that holds it), `names`.
    """

    def __init__(self, glossary: dict[str, dict[str, t.Any]]) -> None:
        """Take the decoded glossary file."""
        self._glossary = glossary
        self._used: set[tuple[str, str, str]] = set()

    def describe(self, stream: str, path: tuple[str, ...]) -> str | None:
        """The description of the property at `path`; None if the glossary has none."""
        for section, key, name in self._places(stream, path):
            table = self._glossary[section][key] if key else self._glossary[section]
            if name in table:
                self._used.add((section, key, name))
                return str(table[name])
        return None

    def unused(self) -> list[str]:
        """The unused entries."""
        entries = {("names", "", name) for name in self._glossary["names"]}
        for section in ("streams", "parents"):
            for key, table in self._glossary[section].items():
                entries |= {(section, key, name) for name in table}
        return [".".join(filter(None, entry)) for entry in sorted(entries - self._used)]

    def _places(self, stream: str, path: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
        for pattern in self._glossary["streams"]:
            if fnmatch(stream, pattern):
                yield "streams", pattern, ".".join(path)
        if len(path) > 1 and path[-2] in self._glossary["parents"]:
            yield "parents", path[-2], path[-1]
        yield "names", "", path[-1]
