"""The names, types and numbers of the published schemas that the tap's schemas are made from.

`contract/drift.py` compares them with what the vendor publishes today.
"""

from __future__ import annotations

import json
import typing as t

from scripts.generate import API
from scripts.generate.output import GenerationError
from scripts.generate.schemas.vendor import Folder, published
from tap_economic.client.openapi import DEFAULT_VERSIONS
from tap_economic.streams import STREAMS

from .schemas import described

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from scripts.generate.schemas.vendor import Node, Source

Facts: t.TypeAlias = dict[str, t.Any]


def text() -> str:
    """Return the facts as JSON."""
    return json.dumps(facts(Folder(API)), indent=1) + "\n"


def facts(source: Source) -> Facts:
    """Return the services with versions and GET paths, and the records of all streams."""
    return {
        "services": {name: _service(source, name) for name in DEFAULT_VERSIONS},
        "records": {stream.name: record for stream, record in _records(source)},
    }


def _service(source: Source, name: str) -> Facts:
    document = source.spec(name, DEFAULT_VERSIONS[name])
    paths = [path for path, methods in document["paths"].items() if "get" in methods]
    return {"version": document["info"]["version"], "paths": sorted(paths)}


def _records(source: Source) -> Iterator[tuple[t.Any, dict[str, str]]]:
    """Yield the properties of each stream's records; none where nothing is published."""
    for stream in map(described, STREAMS):
        try:
            node = published(source, stream)
        except GenerationError:  # the endpoint is gone
            node = None
        yield stream, dict(_leaves(node)) if node else {}


def _leaves(node: Node, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield the dotted names of all leaves with their types, and the numbers of enums."""
    if node["type"] == "object":
        for name, content in node["properties"].items():
            yield from _leaves(content, f"{path}.{name}".lstrip("."))
    elif node["type"] == "array":
        yield from _leaves(node["items"], path)
    else:
        kind = f"{node['type']} date" if node.get("dated") else str(node["type"])
        values = " ".join(map(str, node.get("values", ())))
        yield path, f"{kind}: {values}" if values else kind
