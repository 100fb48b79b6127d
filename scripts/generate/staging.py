"""Descriptions of dbt's sources and staging models, from the models' SQL and the streams."""

from __future__ import annotations

import functools
import json
import re
import typing as t

from scripts.generate import ROOT
from scripts.generate.output import GenerationError
from tap_economic.tap import TapEconomic

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from singer_sdk import Stream

_FOLDER = ROOT / "transform" / "models" / "staging"
_PREFIX = "stg_economic__"
# A column of a staging model: "parent" ->> 'child', with or without a cast, and its new name.
_COLUMN = re.compile(r"""^ {4}\(?"(\w+)"(?: ->> '(\w+)')?.* as (\w+),?$""", re.MULTILINE)
_TYPES = {
    "array": "jsonb[]",
    "boolean": "boolean",
    "integer": "bigint",
    "number": "numeric",
    "object": "jsonb",
    "string": "text",
}
_FORMATS = {"date": "date", "date-time": "timestamp"}
_SOURCE = """\
version: 2

sources:
  - name: economic
    description: What target-postgres loads from tap-economic, a table per stream.
    schema: "{{ var('economic_schema') or env_var('ECONOMIC_SCHEMA', 'economic') }}"
    tables:"""

Schema = dict[str, t.Any]


class _Model(t.NamedTuple):
    """A staging model: its stream, and for each column the property, its child and its name."""

    stream: str
    columns: list[tuple[str, str, str]]


@functools.cache
def _models() -> list[_Model]:
    files = sorted(_FOLDER.glob(f"{_PREFIX}*.sql"))
    return [
        _Model(file.stem.removeprefix(_PREFIX), _COLUMN.findall(file.read_text("utf-8")))
        for file in files
    ]


@functools.cache
def _streams() -> dict[str, Stream]:
    return TapEconomic(config={}, validate_config=False).streams


def _property(stream: str, name: str, child: str = "") -> Schema:
    try:
        found: Schema = _streams()[stream].schema["properties"][name]
        return found["properties"][child] if child else found
    except KeyError:
        message = f"{_PREFIX}{stream}.sql: the stream has no {f'{name}.{child}'.rstrip('.')}"
        raise GenerationError(message) from None


def _summary(stream: str) -> str:
    return _text(str(_streams()[stream].__doc__).splitlines()[0])


def _text(description: str) -> str:
    return json.dumps(description, ensure_ascii=False)


def sources() -> str:
    """Describe dbt's sources: the tables and columns that the models read."""
    return "\n".join(_source_lines()) + "\n"


def _source_lines() -> Iterator[str]:
    yield _SOURCE
    for stream, columns in _models():
        yield f"      - name: {stream}"
        yield f"        description: {_summary(stream)}"
        yield "        columns:"
        for name in dict.fromkeys(name for name, _, _ in columns):
            schema = _property(stream, name)
            yield f"          - name: {name}"
            yield f"            data_type: {_data_type(schema)}"
            yield "            quote: true"
            yield f"            description: {_text(schema['description'])}"


def _data_type(schema: Schema) -> str:
    types = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    (kind,) = (kind for kind in types if kind != "null")
    return _FORMATS.get(schema.get("format", ""), _TYPES[kind])


# The column that the macro `raw` adds to those of the stream.
_LOADED_SCHEMA = re.compile(r"^ {4}loaded_schema$", re.MULTILINE)


def models() -> str:
    """Describe the staging models, with a test of each key."""
    return "\n".join(_model_lines()) + "\n"


def _model_lines() -> Iterator[str]:
    yield "version: 2\n\nmodels:"
    for stream, columns in _models():
        names = {name: alias for name, child, alias in columns if not child}
        keys = [names[key] for key in _streams()[stream].primary_keys]
        yield f"  - name: {_PREFIX}{stream}"
        yield f"    description: {_summary(stream)}"
        yield "    data_tests:"
        yield f"      - is_key: {{name: {stream}_key, arguments: {{columns: [{', '.join(keys)}]}}}}"
        yield "    columns:"
        for name, child, alias in columns:
            yield f"      - name: {alias}"
            yield f"        description: {_text(_property(stream, name, child)['description'])}"
        if _LOADED_SCHEMA.search((_FOLDER / f"{_PREFIX}{stream}.sql").read_text("utf-8")):
            yield "      - name: loaded_schema"
            yield f"        description: {_text('The schema that the loader filled.')}"
