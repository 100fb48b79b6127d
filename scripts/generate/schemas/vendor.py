"""The vendor's published schemas, converted to one simple form.

Classic REST publishes JSON Schema draft-03 files, one per endpoint; the services publish OpenAPI
documents. Both become nodes with `type`, `properties` or `items`, and if applicable `dated`
(published with any date format) and `values` (an integer's known values).
"""

from __future__ import annotations

import json
import re
import sys
import typing as t

import requests

from scripts.generate.output import GenerationError

if t.TYPE_CHECKING:
    from pathlib import Path

Json: t.TypeAlias = t.Any
Node: t.TypeAlias = dict[str, Json]

REST_SCHEMAS = "https://restapi.e-conomic.com/schema"
OPENAPI_SPECS = "https://apis.e-conomic.com"
TIMEOUT_SECONDS = 60
DATE_FORMATS = {"date", "date-time", "full-date"}


class Stream(t.NamedTuple):
    """A stream's name and endpoint; `service` is None for classic REST."""

    name: str
    service: str | None
    version: str
    path: str
    keys: tuple[str, ...]

    @property
    def family(self) -> str:
        """The folder of its schema."""
        return "openapi" if self.service else "rest"


class Source(t.Protocol):
    """A source of published schemas."""

    def classic(self, name: str) -> Node | None:
        """The schema of a classic endpoint; None if the vendor has none."""

    def spec(self, service: str, version: str) -> Node:
        """The OpenAPI document of a service."""


class Folder:
    """Published schemas in a folder."""

    def __init__(self, root: Path) -> None:
        """Read from `root`, which holds `rest/schemas` and `openapi/specs`."""
        self._root = root

    def classic(self, name: str) -> Node | None:
        """Read a classic schema."""
        file = self._root / "rest" / "schemas" / f"{name}.get.schema.json"
        return t.cast("Node", loads(file.read_text("utf-8"))) if file.exists() else None

    def spec(self, service: str, version: str) -> Node:
        """Read the document of a service in this version."""
        file = self._root / "openapi" / "specs" / f"{service}-v{version}.json"
        return t.cast("Node", loads(file.read_text("utf-8")))


class Site:
    """Published schemas on the vendor's site, which needs no tokens."""

    def __init__(self, rest: str = REST_SCHEMAS, openapi: str = OPENAPI_SPECS) -> None:
        """Fetch from these two base URLs, once per document."""
        self._rest = rest
        self._openapi = openapi
        self._specs: dict[str, Node] = {}

    def classic(self, name: str) -> Node | None:
        """Fetch a classic schema."""
        address = f"{self._rest}/{name}.get.schema.json"
        response = requests.get(address, timeout=TIMEOUT_SECONDS)
        if response.status_code == requests.codes.not_found:
            return None
        response.raise_for_status()
        return t.cast("Node", loads(response.text))

    def spec(self, service: str, version: str) -> Node:
        """Fetch the document of a service: only the newest version is published."""
        if service not in self._specs:
            address = f"{self._openapi}/{service.lower()}/openapi.json"
            response = requests.get(address, timeout=TIMEOUT_SECONDS)
            response.raise_for_status()
            self._specs[service] = loads(response.text)
            newest = self._specs[service]["info"]["version"]
            if newest != version:
                print(f"{service}: {newest} is published, {version} pinned", file=sys.stderr)
        return self._specs[service]


def published(source: Source, stream: Stream) -> Node | None:
    """The record in the published response of a stream's endpoint."""
    if stream.service is None:
        return classic_record(source, stream.path.strip("/").replace("/", "."))
    document = source.spec(stream.service, stream.version)
    return _service_record(document, stream.path)


def classic_record(source: Source, name: str) -> Node | None:
    """The record of a classic endpoint, named as the vendor names its schemas."""
    schema = source.classic(re.sub("[{}]", "", name))
    if schema is None:
        return None
    collection = schema["properties"].get("collection")
    return _simplified(collection["items"] if collection else schema)


def loads(text: str) -> Json:
    """Decode JSON; two of the classic schemas are published with trailing commas."""
    text = text.removeprefix("\ufeff")
    try:
        return json.loads(text)
    except ValueError:
        return json.loads(re.sub(r",(\s*[}\]])", r"\1", text))


def _simplified(schema: Node) -> Node:
    """A schema as a node; draft-03 without a type means a string."""
    properties = dict(schema.get("properties", {}))
    for choice in schema.get("oneOf", []):
        for name, value in choice["properties"].items():
            properties.setdefault(name, value)
    if isinstance(schema.get("self"), dict):  # slipped out of `properties` in product groups
        properties.setdefault("self", schema["self"])
    kind = schema.get("type", "object" if properties else "string")
    return _node(kind, schema, {name: _simplified(value) for name, value in properties.items()})


def _node(kind: str, schema: Node, properties: dict[str, Node]) -> Node:
    if kind == "object":
        return {"type": kind, "properties": properties}
    node: Node = {"type": kind}
    if kind == "array":
        node["items"] = _simplified(schema["items"])
    elif kind == "string" and schema.get("format") in DATE_FORMATS:
        node["dated"] = True
    elif kind == "integer" and "enum" in schema:
        node["values"] = [value for value in schema["enum"] if value is not None]
    return node


def _service_record(document: Node, path: str) -> Node:
    """The record of a service's listing: of `items`, of a plain array, or the object itself."""
    content = _endpoint(document, path)["responses"]["200"]["content"]
    schema = resolved(document, next(iter(content.values()))["schema"])
    listing = schema.get("properties", {}).get("items")
    if listing is not None and "cursor" in schema["properties"]:
        schema = listing
    return _simplified(schema["items"] if schema["type"] == "array" else schema)


def _endpoint(document: Node, path: str) -> Node:
    """The GET operation of a path, whose case varies."""
    paths = {known.lower(): methods for known, methods in document["paths"].items()}
    wanted = path.lower()
    if wanted not in paths:
        fitting = [known for known in paths if _fits(known, wanted)]
        if len(fitting) != 1:
            msg = f"{len(fitting)} published paths fit {path}"
            raise GenerationError(msg)
        wanted = fitting[0]
    return t.cast("Node", paths[wanted]["get"])


def _fits(known: str, wanted: str) -> bool:
    """Whether a path with placeholders matches this one: /orders/{status}/lines."""
    pattern = "".join(
        "[^/]+" if part.startswith("{") else re.escape(part)
        for part in re.split(r"(\{[^}]*\})", known)
    )
    return re.fullmatch(pattern, wanted) is not None


def resolved(document: Node, schema: Node) -> Node:
    """A schema with its references, compositions and `null` alternatives resolved."""
    result: Node = {}
    for name, value in schema.items():
        if name == "$ref":
            target = document["components"]["schemas"][value.rsplit("/", 1)[1]]
            result = {**resolved(document, target), **result}
        elif name in {"allOf", "anyOf", "oneOf"}:
            for choice in value:
                if choice.get("type") != "null":
                    result = {**resolved(document, choice), **result}
        elif name == "properties":
            result[name] = {key: resolved(document, member) for key, member in value.items()}
        elif name == "items":
            result[name] = resolved(document, value)
        elif name == "type" and isinstance(value, list):  # OpenAPI 3.1
            result[name] = next(kind for kind in value if kind != "null")
        else:
            result[name] = value
    return result
