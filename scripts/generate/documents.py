"""Documentation of settings and streams, and catalog snapshots, from the tap's classes."""

from __future__ import annotations

import functools
import itertools
import json
import sys
import typing as t

from tap_economic.client.openapi import DEFAULT_VERSIONS
from tap_economic.replication.per_parent import Parent
from tap_economic.singer.families import OpenAPIStream
from tap_economic.singer.stream import EconomicStream
from tap_economic.tap import TapEconomic

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from singer_sdk import Stream

Schema = dict[str, t.Any]

_INTRODUCTION = """\
# Streams

Each stream becomes one table. Every record has `agreementNumber`, the agreement that it belongs to,
which is the first part of every key. Names are those of e-conomic's APIs; PostgreSQL requires
double quotes for them. All properties except the keys may be null.

- **Endpoint**: of the classic REST API, or of the named OpenAPI service in its default version,
  which the setting `api_versions` overrides.
- **Replication**: FULL_TABLE reads all rows in each run; INCREMENTAL reads new rows, and those that
  may have changed. A stream can be read by another offered key if the catalog selects it.
- **Role**: the app roles that may read the stream.
- **Module**: the module that the company's agreement needs. Without the role or the module, the
  stream is skipped with a warning.
"""


@functools.cache
def _tap() -> TapEconomic:
    TapEconomic.append_builtin_config(TapEconomic.config_jsonschema)
    return TapEconomic(config={}, validate_config=False)


def _settings() -> dict[str, Schema]:
    properties: dict[str, Schema] = _tap().config_jsonschema["properties"]
    return properties


def snapshots() -> dict[str, str]:
    """Return a snapshot of each stream's catalog entry, so that changes show up in a diff."""
    return {
        f"{entry['tap_stream_id']}.json": json.dumps(entry, indent=2, ensure_ascii=False) + "\n"
        for entry in _tap().catalog_dict["streams"]
    }


def streams() -> str:
    """Return docs/streams.md: the endpoint, key and properties of each stream."""
    domains: dict[str, list[Stream]] = {}
    for stream in _tap().streams.values():
        domains.setdefault(type(stream).__module__, []).append(stream)
    lines = [_INTRODUCTION, *itertools.starmap(_contents, domains.items())]
    for domain in domains.items():
        lines += _domain(*domain)
    return "\n".join(lines) + "\n"


def settings_table() -> Iterator[str]:
    """Yield the README's table of settings."""
    yield "| setting | required | default | description |"
    yield "| --- | --- | --- | --- |"
    for name, setting in _settings().items():
        required = "yes" if name in _tap().config_jsonschema["required"] else ""
        yield _row(f"`{name}`", required, _shown(setting.get("default")), setting["description"])


def streams_table() -> Iterator[str]:
    """Yield the README's table of streams."""
    yield "| stream | description | API | key | replication | selected by default |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for stream in _tap().streams.values():
        yield _row(
            f"`{stream.name}`",
            str(stream.__doc__).splitlines()[0],
            _short_endpoint(stream),
            ", ".join(f"`{key}`" for key in stream.primary_keys),
            stream.replication_method,
            "yes" if stream.selected_by_default else "no",
        )


def meltano_settings() -> Iterator[str]:
    """Yield the settings of the extractor in meltano.yml."""
    yield "    settings:"
    for name, setting in _settings().items():
        yield f"    - name: {name}"
        yield f"      kind: {_kind(setting)}"
        default = setting.get("default")
        if default is not None:
            yield f"      value: {json.dumps(default)}"
        yield f"      label: {json.dumps(setting['title'])}"
        yield f"      description: {json.dumps(setting['description'])}"
        if setting.get("secret"):
            yield "      sensitive: true"


def meltano_select() -> Iterator[str]:
    """Yield the select rules of the extractor in meltano.yml."""
    yield "    select:"
    yield '    - "*.*"'
    for stream in _tap().streams.values():
        if not stream.selected_by_default:
            yield f'    - "!{stream.name}.*"'


def _kind(setting: Schema) -> str:
    """Return Meltano's name of a setting's type."""
    if setting.get("format") == "date-time":
        return "date_iso8601"
    kind = next(kind for kind in setting["type"] if kind != "null")
    return str({"number": "decimal"}.get(kind, kind))


def _short_endpoint(stream: Stream) -> str:
    if isinstance(stream, OpenAPIStream):
        return f"`{stream.service}/v{DEFAULT_VERSIONS[stream.service]}{stream.path}`"
    return f"`{stream.path}`" if isinstance(stream, EconomicStream) else "none (made by the tap)"


def _shown(default: object) -> str:
    if default is None:
        return ""
    return f"`{default}`" if isinstance(default, str) else f"`{json.dumps(default)}`"


def _contents(module: str, streams: Iterable[Stream]) -> str:
    title = _title(module)
    links = ", ".join(f"[{stream.name}](#{stream.name})" for stream in streams)
    return f"- [{title}](#{title.lower().replace(' ', '-')}): {links}"


def _domain(module: str, streams: Iterable[Stream]) -> Iterator[str]:
    yield f"\n## {_title(module)}\n"
    yield str(sys.modules[module].__doc__).splitlines()[0]
    for stream in streams:
        yield from _stream(stream)


def _title(module: str) -> str:
    # Not just the domain, which may also be the name, and so the anchor, of a stream.
    return f"{module.rpartition('.')[2].capitalize()} streams"


def _stream(stream: Stream) -> Iterator[str]:
    yield f"\n### {stream.name}\n"
    yield str(stream.__doc__).splitlines()[0]
    yield ""
    yield "| | |"
    yield "| --- | --- |"
    for label, text in _facts(stream):
        yield _row(label, text)
    yield ""
    yield "| property | type | description |"
    yield "| --- | --- | --- |"
    for name, member in _properties(stream.schema):
        yield _row(f"`{name}`", _type(member), member["description"])


def _facts(stream: Stream) -> Iterator[tuple[str, str]]:
    yield "Endpoint", _endpoint(stream)
    yield "Key", ", ".join(f"`{key}`" for key in stream.primary_keys or ())
    yield "Replication", _replication(stream)
    yield "Selected by default", "yes" if stream.selected_by_default else "no"
    if isinstance(stream, EconomicStream):
        yield "Role", " or ".join(stream.roles) or "any"
        yield "Module", stream.module or "none"


def _endpoint(stream: Stream) -> str:
    if not isinstance(stream, EconomicStream):
        return "none (made by the tap)"
    endpoint = f"`{stream.path}`"
    if isinstance(stream, OpenAPIStream):
        endpoint += f" of `{stream.service}` {DEFAULT_VERSIONS[stream.service]}"
    parent = getattr(stream.replication, "parent", None)
    if isinstance(parent, Parent):
        endpoint += f", once per row of [{parent.stream.name}](#{parent.stream.name})"
    return endpoint


def _replication(stream: Stream) -> str:
    text = stream.replication_method
    if stream.replication_key:
        text += f" by `{stream.replication_key}`"
    root = stream.metadata.root
    offered = [
        f"`{key}`"
        for key in getattr(root, "valid_replication_keys", None) or ()
        if key != stream.replication_key
    ]
    return f"{text}; INCREMENTAL by {', '.join(offered)} on request" if offered else text


def _properties(schema: Schema, prefix: str = "") -> Iterator[tuple[str, Schema]]:
    """Yield every property by its path, including nested ones."""
    for name, member in schema["properties"].items():
        yield prefix + name, member
        if "properties" in member:
            yield from _properties(member, f"{prefix}{name}.")
        elif "properties" in member.get("items", {}):
            yield from _properties(member["items"], f"{prefix}{name}[].")


def _type(member: Schema) -> str:
    kinds = [member["type"]] if isinstance(member["type"], str) else member["type"]
    return str(member.get("format", next(kind for kind in kinds if kind != "null")))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
