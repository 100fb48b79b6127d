"""docs/streams: an index of all streams, and a page per domain, from the tap's classes."""

from __future__ import annotations

import sys
import typing as t

from scripts.generate.documents import row, tap
from tap_economic.client.openapi import DEFAULT_VERSIONS
from tap_economic.replication.per_parent import Parent
from tap_economic.singer.families import OpenAPIStream
from tap_economic.singer.stream import EconomicStream

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from singer_sdk import Stream

Schema = dict[str, t.Any]

_INDEX = """\
# Streams

Each stream becomes one table. Every record has `agreementNumber`, the agreement that it belongs to,
which is the first part of every key, so that several companies can share a table. Names are those
of e-conomic's APIs. All properties except the keys may be null.

A page per domain documents the endpoint, key, replication and every property of its streams. Before
you sum over several streams, read [Tables](../tables.md)."""

_LEGEND = """\

The facts of a stream:

- **Endpoint**: of the classic REST API, or of the named OpenAPI service in its default version,
  which the setting `api_versions` overrides.
- **Replication**: FULL_TABLE reads all rows in each run; INCREMENTAL reads new rows, and those that
  may have changed. A stream can be read by another offered key if the catalog selects it; see
  [Replication](../replication.md).
- **Selected by default**: whether a run without a catalog reads the stream. Views of others, and
  what costs a call per row, are not.
- **Role**: the app roles that may read the stream.
- **Module**: the module that the company's agreement needs. Without the role or the module, the
  stream is skipped with a warning."""


def pages() -> dict[str, str]:
    """Return the index and the page of each domain, by file name."""
    domains: dict[str, list[Stream]] = {}
    for stream in tap().streams.values():
        domains.setdefault(type(stream).__module__, []).append(stream)
    pages = {"README.md": _text(_index(domains))}
    for module, streams in domains.items():
        pages[_page(module)] = _text(_domain(module, streams))
    return pages


def _text(lines: Iterator[str]) -> str:
    return "\n".join(lines) + "\n"


def _index(domains: dict[str, list[Stream]]) -> Iterator[str]:
    yield _INDEX
    for module, streams in domains.items():
        yield f"\n## [{_domain_of(module).capitalize()}]({_page(module)})\n"
        yield from _summary(module)
        yield "| stream | records | replication | default |"
        yield "| --- | --- | --- | --- |"
        for stream in streams:
            yield row(
                f"[{stream.name}]({_page(module)}#{stream.name})",
                _records(stream),
                stream.replication_method,
                _yes(stream.selected_by_default),
            )
    yield _LEGEND


def _domain(module: str, streams: list[Stream]) -> Iterator[str]:
    # Not just the domain, which may also be the name, and so the anchor, of a stream.
    yield f"# Streams: {_domain_of(module)}\n"
    yield from _summary(module)
    yield "[All streams](README.md)"
    for stream in streams:
        yield from _stream(stream)


def _page(module: str) -> str:
    return f"{_domain_of(module)}.md"


def _domain_of(module: str) -> str:
    return module.rpartition(".")[2]


def _summary(module: str) -> Iterator[str]:
    yield str(sys.modules[module].__doc__).splitlines()[0]
    yield ""


def _records(stream: Stream) -> str:
    return str(stream.__doc__).splitlines()[0]


def _stream(stream: Stream) -> Iterator[str]:
    yield f"\n## {stream.name}\n"
    yield _records(stream)
    yield ""
    yield "| | |"
    yield "| --- | --- |"
    for label, text in _facts(stream):
        yield row(label, text)
    yield ""
    yield "| property | type | description |"
    yield "| --- | --- | --- |"
    for name, member in _properties(stream.schema):
        yield row(f"`{name}`", _type(member), member["description"])


def _facts(stream: Stream) -> Iterator[tuple[str, str]]:
    yield "Endpoint", _endpoint(stream)
    yield "Key", ", ".join(f"`{key}`" for key in stream.primary_keys or ())
    yield "Replication", _replication(stream)
    yield "Selected by default", _yes(stream.selected_by_default)
    if isinstance(stream, EconomicStream):
        yield "Role", " or ".join(stream.roles) or "any"
        yield "Module", stream.module or "none"


def _yes(holds: bool) -> str:  # noqa: FBT001 - the value that is shown
    return "yes" if holds else "no"


def _endpoint(stream: Stream) -> str:
    if not isinstance(stream, EconomicStream):
        return "none (made by the tap)"
    endpoint = f"`{stream.path}`"
    if isinstance(stream, OpenAPIStream):
        endpoint += f" of `{stream.service}` {DEFAULT_VERSIONS[stream.service]}"
    parent = getattr(stream.replication, "parent", None)
    if isinstance(parent, Parent):
        page = "" if _same_page(stream, parent) else _page(parent.stream.__module__)
        endpoint += f", once per row of [{parent.stream.name}]({page}#{parent.stream.name})"
    return endpoint


def _same_page(stream: Stream, parent: Parent) -> bool:
    return type(stream).__module__ == parent.stream.__module__


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
