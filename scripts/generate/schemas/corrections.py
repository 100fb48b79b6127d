"""Corrections of the vendor's schemas, from `overrides.toml`."""

from __future__ import annotations

import typing as t
from fnmatch import fnmatch

from scripts.generate.output import GenerationError

from .vendor import Node, Source, Stream, classic_record, published

LEAVES: dict[str, Node] = {
    "boolean": {"type": "boolean"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "string": {"type": "string"},
    "date": {"type": "string", "format": "date"},
    "date-time": {"type": "string", "format": "date-time"},
}


class Corrections:
    """The overrides, which record what they changed."""

    def __init__(self, overrides: dict[str, t.Any]) -> None:
        """Take the decoded overrides file."""
        self._dates: dict[str, dict[str, str]] = overrides["dates"]
        self._corrections: list[dict[str, t.Any]] = overrides["correction"]
        self._used: set[tuple[int | str, str]] = set()
        for entry in [*self._dates.values(), *self._corrections]:
            if not entry.get("why"):
                msg = f"no why on {entry}"
                raise GenerationError(msg)

    def record(self, source: Source, stream: Stream) -> Node:
        """The corrected record of a stream."""
        node = published(source, stream) or {"type": "object", "properties": {}}
        for index, correction in enumerate(self._corrections):
            if any(fnmatch(stream.name, pattern) for pattern in correction["streams"]):
                self._apply(index, correction, source, node)
        self._set_dates(node, stream.name)
        return node

    def unused(self) -> list[str]:
        """The overrides that had no effect on any stream."""
        wanted: list[tuple[int | str, str]] = [("dates", name) for name in self._dates]
        for index, correction in enumerate(self._corrections):
            wanted += [
                (index, path)
                for kind in ("set", "borrow", "drop")
                for path in correction.get(kind, ())
            ]
        return [
            f"{path} ({where if isinstance(where, str) else self._corrections[where]['streams']})"
            for where, path in wanted
            if (where, path) not in self._used
        ]

    def _apply(self, index: int, correction: dict[str, t.Any], source: Source, node: Node) -> None:
        for path in correction.get("drop", ()):
            parent, name = _parent(node, path)
            if parent.pop(name, None) is not None:
                self._used.add((index, path))
        for path, endpoint in correction.get("borrow", {}).items():
            lender = classic_record(source, endpoint)
            if lender is None:
                msg = f"nothing is published for {endpoint}"
                raise GenerationError(msg)
            parent, name = _parent(node, path)
            if name not in parent:
                parent[name] = lender["properties"][name]
                self._used.add((index, path))
        for path, kind in correction.get("set", {}).items():
            parent, name = _parent(node, path)
            if parent.get(name) != LEAVES[kind]:
                parent[name] = dict(LEAVES[kind])
                self._used.add((index, path))

    def _set_dates(self, node: Node, where: str) -> None:
        """Decide by name whether a published date is a date or a timestamp."""
        for name, member in node.get("properties", {}).items():
            self._set_dates(member, f"{where}.{name}")
            if member.pop("dated", False):
                if name not in self._dates:
                    msg = f"{where}.{name}: is it a day or an instant? Decide in [dates]"
                    raise GenerationError(msg)
                member["format"] = self._dates[name]["format"]
                self._used.add(("dates", name))
        if "items" in node:
            self._set_dates(node["items"], where)


def _parent(node: Node, path: str) -> tuple[dict[str, Node], str]:
    """The properties that contain the last name of a path; creates missing objects."""
    *steps, name = path.split(".")
    for step in steps:
        plain = step.removesuffix("[]")
        empty: Node = {"type": "object", "properties": {}}
        made = {"type": "array", "items": empty} if step.endswith("[]") else empty
        member = node["properties"].setdefault(plain, made)
        node = member["items"] if member["type"] == "array" else member
    return t.cast("dict[str, Node]", node["properties"]), name
