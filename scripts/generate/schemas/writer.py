"""Records as the JSON schemas of streams."""

from __future__ import annotations

import re
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from .glossary import Glossary
    from .vendor import Node, Stream


class Writer:
    """Converts records to schemas, and collects errors."""

    def __init__(self, glossary: Glossary) -> None:
        """Create a writer with a glossary."""
        self._glossary = glossary
        self.problems: list[str] = []

    def schema(self, stream: Stream, record: Node) -> Node:
        """The schema of a stream: keys first and never null, everything else nullable."""
        properties = {"agreementNumber": {"type": "integer"}, **record["properties"]}
        missing = [key for key in stream.keys if key not in properties]
        if missing:
            self.problems.append(f"{stream.name}: no property is published for key {missing}")
        ordered = {key: properties.pop(key) for key in stream.keys if key in properties}
        return {
            "type": "object",
            "properties": self._properties(stream, (), {**ordered, **properties}, stream.keys),
            "required": list(stream.keys),
        }

    def _properties(
        self,
        stream: Stream,
        path: tuple[str, ...],
        properties: dict[str, Node],
        keys: Sequence[str] = (),
    ) -> dict[str, Node]:
        return {
            name: self._property(stream, (*path, name), node, nullable=name not in keys)
            for name, node in properties.items()
        }

    def _property(
        self, stream: Stream, path: tuple[str, ...], node: Node, *, nullable: bool
    ) -> Node:
        rendered: Node = {"type": [node["type"], "null"] if nullable else node["type"]}
        if "format" in node:
            rendered["format"] = node["format"]
        rendered["description"] = self._description(stream, path, node)
        if node["type"] == "object":
            rendered["properties"] = self._inner(stream, path, node)
        elif node["type"] == "array":
            inner = self._inner(stream, path, node["items"])
            rendered["items"] = {"type": "object", "properties": inner}
        return rendered

    def _inner(self, stream: Stream, path: tuple[str, ...], node: Node) -> dict[str, Node]:
        if not node.get("properties"):
            self.problems.append(f"{stream.name}: {'.'.join(path)} has no properties")
        return self._properties(stream, path, node.get("properties", {}))

    def _description(self, stream: Stream, path: tuple[str, ...], node: Node) -> str:
        text = self._glossary.describe(stream.name, path)
        where = f"{stream.name}: {'.'.join(path)}"
        if text is None:
            self.problems.append(f"{where} is not in the glossary")
            return ""
        named = set(re.findall(r"(-?\d+) = ", text))
        unnamed = [value for value in node.get("values", ()) if str(value) not in named]
        if unnamed:
            self.problems.append(f"{where}: the glossary does not name the values {unnamed}")
        return text
