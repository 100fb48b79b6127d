"""What the vendor has published: the names, types and numbers of the documents in `api_facts`.

The tap's own schemas are made from them.
"""

from __future__ import annotations

import functools
import typing as t

from scripts.generate import FACTS
from scripts.generate.output import GenerationError
from scripts.generate.schemas import described
from scripts.generate.schemas.vendor import Folder
from scripts.generate.schemas.vendor import published as published_record
from tap_economic.client.openapi import DEFAULT_VERSIONS
from tap_economic.streams import STREAMS

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from scripts.generate.schemas.vendor import Node, Source

Published: t.TypeAlias = dict[str, t.Any]


@functools.cache
def published() -> Published:
    """Return what the tap's schemas were made from."""
    return facts(Folder(FACTS))


def facts(source: Source) -> Published:
    """Return the services with versions and GET paths, and the records of all streams.

    Args:
        source: The documents.

    Returns:
        ``services`` and ``records``; of a record, the types of its properties by dotted name, with
        the numbers of enums. A record is empty where nothing is published.
    """
    return {
        "services": {name: _service(source, name) for name in DEFAULT_VERSIONS},
        "records": {stream.name: record for stream, record in _records(source)},
    }


def enum_values(stream: str) -> dict[str, list[int]]:
    """Return the published numbers of a stream's enums, by dotted property."""
    properties = published()["records"].get(stream, {})
    return {
        name: [int(value) for value in text.split(": ", 1)[1].split()]
        for name, text in properties.items()
        if ": " in text
    }


def _service(source: Source, name: str) -> Published:
    document = source.spec(name, DEFAULT_VERSIONS[name])
    paths = [path for path, methods in document["paths"].items() if "get" in methods]
    return {"version": document["info"]["version"], "paths": sorted(paths)}


def _records(source: Source) -> Iterator[tuple[t.Any, dict[str, str]]]:
    for stream in map(described, STREAMS):
        try:
            node = published_record(source, stream)
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
