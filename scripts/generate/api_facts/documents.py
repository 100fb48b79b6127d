"""Published schemas and OpenAPI documents, without descriptions and examples."""

from __future__ import annotations

import re
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from scripts.generate.schemas.vendor import Node

_FACTS = {"$ref", "enum", "format", "maxLength", "pattern", "required", "type", "x-enum-names"}
# `self` has slipped out of `properties` in the schemas of products and their groups.
_SCHEMA = {"items", "self"}
_SCHEMAS = {"allOf", "anyOf", "oneOf"}

# The only model whose enum was observed to be filtered by name, August 2026. Its members' names
# stand in a description only.
_NAMED_ENUMS = {"BookedEntry": "type"}


def classic_schema(schema: Node) -> Node:
    """Return a draft-03 schema with its facts only."""
    return _facts(schema)


def service_document(document: Node) -> Node:
    """Return an OpenAPI document with its version, its GET requests and their models."""
    paths = {
        path: {"get": {"responses": {"200": _response(methods["get"])}}}
        for path, methods in document["paths"].items()
        if "get" in methods
    }
    published = document["components"]["schemas"]
    models: Node = {}
    _collect(paths, published, models)
    for name, property_ in _NAMED_ENUMS.items():
        if name in models:
            _name_members(published[name], models[name], property_)
    return {
        "info": {"version": document["info"]["version"]},
        "paths": paths,
        "components": {"schemas": models},
    }


def _facts(schema: Node) -> Node:
    facts: Node = {}
    for name, value in schema.items():
        if name in _FACTS:
            facts[name] = value
        elif name == "properties":
            facts[name] = {key: _facts(member) for key, member in value.items()}
        elif name in _SCHEMA:
            facts[name] = _facts(value)
        elif name in _SCHEMAS:
            facts[name] = [_facts(choice) for choice in value]
    return facts


def _response(operation: Node) -> Node:
    content = operation["responses"]["200"]["content"]
    return {
        "content": {kind: {"schema": _facts(media["schema"])} for kind, media in content.items()}
    }


def _collect(value: object, published: Node, models: Node) -> None:
    """Add the models that a schema refers to, directly or not."""
    for name in _references(value):
        if name not in models:
            models[name] = _facts(published[name])
            _collect(models[name], published, models)


def _references(value: object) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _references(item)
    elif isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"].rsplit("/", 1)[1]
        for member in value.values():
            yield from _references(member)


def _name_members(published: Node, model: Node, name: str) -> None:
    """Give an enum the names of its members."""
    property_ = published["properties"].get(name, {})
    named = re.findall(r"- (\d+): ([\w ]+\w)", property_.get("description", ""))
    if named:
        model["properties"][name]["x-enum-names"] = dict(named)
