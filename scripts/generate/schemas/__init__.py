"""The JSON schema of every stream: the vendor's, with our corrections and descriptions.

The published schemas are those in `contract/api_facts`. `overrides.toml` corrects them, and
`glossary.toml` describes every property.
"""

from __future__ import annotations

import json
import sys
import typing as t
from pathlib import Path

from scripts.generate import FACTS
from scripts.generate.output import GenerationError
from tap_economic.client.openapi import DEFAULT_VERSIONS
from tap_economic.singer.families import OpenAPIStream
from tap_economic.streams import STREAMS

from .corrections import Corrections
from .glossary import Glossary
from .vendor import Folder, Stream
from .writer import Writer

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from tap_economic.singer.stream import EconomicStream


def texts() -> dict[str, str]:
    """Return the text of each schema file, by its path below the folder of schemas.

    Raises:
        GenerationError: If the published schemas, overrides and glossary are inconsistent.
    """
    source = Folder(FACTS)
    corrections, glossary = Corrections(_read("overrides")), Glossary(_read("glossary"))
    writer = Writer(glossary)
    files = {}
    for stream in map(described, STREAMS):
        schema = writer.schema(stream, corrections.record(source, stream))
        text = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        files[f"{stream.family}/{stream.name}.json"] = text
    problems = writer.problems
    problems += [f"overrides.toml: {entry} changes nothing" for entry in corrections.unused()]
    problems += [f"glossary.toml: {entry} describes nothing" for entry in glossary.unused()]
    if problems:
        raise GenerationError("\n".join(problems))
    return files


def described(stream: type[EconomicStream]) -> Stream:
    """Return what identifies a stream's endpoint in the published schemas."""
    keys = tuple(t.cast("Sequence[str]", stream.primary_keys))
    if issubclass(stream, OpenAPIStream):
        version = DEFAULT_VERSIONS[stream.service]
        return Stream(stream.name, stream.service, version, stream.path, keys)
    return Stream(stream.name, None, "", stream.path, keys)


def _read(name: str) -> dict[str, t.Any]:
    return tomllib.loads(Path(__file__).with_name(f"{name}.toml").read_text("utf-8"))
