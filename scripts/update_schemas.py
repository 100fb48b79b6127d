"""Write the JSON schema of every stream, from what the vendor publishes.

The published schemas are read from the folder that the environment names as `API_FACTS`, where
there is one, else from the vendor's own addresses. `schemas/overrides.toml` sets right what they
have wrong, and `schemas/glossary.toml` describes every property.

    python scripts/update_schemas.py            writes the files
    python scripts/update_schemas.py --check    writes nothing, exits 1 and names what is stale
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import typing as t
from pathlib import Path

import requests
from schemas.corrections import Corrections
from schemas.glossary import Glossary
from schemas.vendor import Folder, Node, SchemaError, Site, Stream

from tap_economic.client.openapi import DEFAULT_VERSIONS
from tap_economic.singer.families import OpenAPIStream
from tap_economic.streams import STREAMS

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from tap_economic.singer.stream import EconomicStream

ROOT = Path(__file__).resolve().parent.parent
API = Path(os.environ.get("API_FACTS", ROOT.parent / "shared" / "api"))
DATA = Path(__file__).resolve().parent / "schemas"


def catalogue() -> list[Stream]:
    """The streams to write schemas for."""
    return [_described(stream) for stream in STREAMS]


def _described(stream: type[EconomicStream]) -> Stream:
    keys = tuple(t.cast("Sequence[str]", stream.primary_keys))
    if issubclass(stream, OpenAPIStream):
        version = DEFAULT_VERSIONS[stream.service]
        return Stream(stream.name, stream.service, version, stream.path, keys)
    return Stream(stream.name, None, "", stream.path, keys)


class Writer:
    """Turns records into schemas, and keeps what went wrong until the end."""

    def __init__(self, glossary: Glossary) -> None:
        """Describe with this glossary."""
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


def generate() -> dict[str, str]:
    """Every schema file's text, by its path below the folder of schemas."""
    source = Folder(API) if API.is_dir() else Site()
    corrections = Corrections(tomllib.loads((DATA / "overrides.toml").read_text("utf-8")))
    glossary = Glossary(tomllib.loads((DATA / "glossary.toml").read_text("utf-8")))
    writer = Writer(glossary)
    files = {}
    for stream in catalogue():
        schema = writer.schema(stream, corrections.record(source, stream))
        text = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        files[f"{stream.family}/{stream.name}.json"] = text
    problems = writer.problems
    problems += [f"overrides.toml: {entry} changes nothing" for entry in corrections.unused()]
    problems += [f"glossary.toml: {entry} describes nothing" for entry in glossary.unused()]
    if problems:
        raise SchemaError("\n".join(problems))
    return files


def stale(files: dict[str, str], folder: Path) -> list[str]:
    """The files that differ from what they should hold, are missing, or have no stream."""
    there = {file.relative_to(folder).as_posix(): file for file in folder.glob("*/*.json")}
    outdated = [
        name
        for name, text in files.items()
        if name not in there or there[name].read_text("utf-8") != text
    ]
    return sorted([*outdated, *(name for name in there if name not in files)])


def write(files: dict[str, str], folder: Path) -> None:
    """Bring the folder to hold exactly these files."""
    for name in stale(files, folder):
        file = folder / name
        if name not in files:
            file.unlink()
            continue
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(files[name], "utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or check the files; the exit status says whether all is well."""
    parser = argparse.ArgumentParser(description="Write the JSON schema of every stream.")
    parser.add_argument("--check", action="store_true", help="name stale files, write nothing")
    parser.add_argument("--out", type=Path, default=ROOT / "tap_economic" / "schemas")
    options = parser.parse_args(arguments)
    if options.check and not API.is_dir():  # the vendor's site has the newest version of each
        print(f"Skipped: {API} does not exist.")
        return 0
    try:
        files = generate()
    except (SchemaError, requests.RequestException) as error:
        print(error, file=sys.stderr)
        return 1
    if options.check:
        names = stale(files, options.out)
        for name in names:
            print(f"stale: {name}", file=sys.stderr)
        return 1 if names else 0
    write(files, options.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
