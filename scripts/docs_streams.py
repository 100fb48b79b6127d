"""Write docs/streams.md: every stream with where it comes from and what its records hold.

python scripts/docs_streams.py            writes the file
python scripts/docs_streams.py --check    writes nothing, exits 1 if the file is stale
"""

from __future__ import annotations

import argparse
import itertools
import sys
import typing as t
from pathlib import Path

from tap_economic.singer.stream import EconomicStream
from tap_economic.client.openapi import DEFAULT_VERSIONS
from tap_economic.singer.families import OpenAPIStream
from tap_economic.replication.per_parent import Parent
from tap_economic.tap import TapEconomic

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from singer_sdk import Stream

FILE = Path(__file__).resolve().parent.parent / "docs" / "streams.md"

Schema = dict[str, t.Any]

_INTRODUCTION = """\
# Streams

A stream is a table in the warehouse. Every record carries `agreementNumber`, which says whose books
it is from and is the first part of every key. Names are those of e-conomic's APIs; in PostgreSQL
they want double quotes. All properties but the keys may be null.

- **Endpoint**: without a service it is of the classic REST API, else of that OpenAPI service, in
  the version that the tap asks for unless the setting `api_versions` says otherwise.
- **Replication**: FULL_TABLE reads all rows in each run; INCREMENTAL reads new rows, and those that
  may have changed. A stream that offers another key is read by it where the catalog says so.
- **Role**: an app with any one of these roles may read the stream.
- **Module**: what the company's agreement must have. Without it, or the
  role, the stream is skipped, and a warning says why.
"""


def render() -> str:
    """Return the text of docs/streams.md."""
    tap = TapEconomic(config={}, validate_config=False)
    domains: dict[str, list[Stream]] = {}
    for stream in tap.streams.values():
        domains.setdefault(type(stream).__module__, []).append(stream)
    lines = [
        _INTRODUCTION,
        *itertools.chain.from_iterable(itertools.starmap(_contents, domains.items())),
        *itertools.chain.from_iterable(itertools.starmap(_domain, domains.items())),
    ]
    return "\n".join(lines) + "\n"


def _contents(module: str, streams: Iterable[Stream]) -> Iterator[str]:
    title = _title(module)
    links = ", ".join(f"[{stream.name}](#{stream.name})" for stream in streams)
    yield f"- [{title}](#{title.lower().replace(' ', '-')}): {links}"


def _domain(module: str, streams: Iterable[Stream]) -> Iterator[str]:
    yield f"\n## {_title(module)}\n"
    yield str(sys.modules[module].__doc__).splitlines()[0]
    for stream in streams:
        yield from _stream(stream)


def _title(module: str) -> str:
    # Not the bare domain: a stream has that name too, and so its anchor.
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
    yield "| property | type | what it is |"
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
        return "none: the tap itself"
    endpoint = f"`{stream.path}`"
    if isinstance(stream, OpenAPIStream):
        endpoint += f" of `{stream.service}` {DEFAULT_VERSIONS[stream.service]}"
    parent = getattr(stream.replication, "parent", None)
    if isinstance(parent, Parent):
        endpoint += f", once for each row of [{parent.stream.name}](#{parent.stream.name})"
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
    """Yield every property down to the leaf, by its path."""
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


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or check the file; the exit status says whether all is well."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, tell if it is stale")
    check = parser.parse_args(arguments).check
    text = render()
    is_stale = not FILE.exists() or FILE.read_text("utf-8") != text
    if check and is_stale:
        print(f"stale: {FILE.name}", file=sys.stderr)
        return 1
    if is_stale:
        FILE.parent.mkdir(exist_ok=True)
        FILE.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
