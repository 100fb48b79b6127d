"""Write what the docs say of settings and streams, from the tap's own classes.

Each generated part stands between two marker lines, in README.md and in meltano.yml.

    python scripts/update_docs.py            writes the files
    python scripts/update_docs.py --check    writes nothing, exits 1 and names what is stale
"""

from __future__ import annotations

import argparse
import json
import sys
import typing as t
from pathlib import Path

from tap_economic.client.openapi import DEFAULT_VERSIONS
from tap_economic.singer.families import OpenAPIStream
from tap_economic.singer.families import RestStream
from tap_economic.tap import TapEconomic

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from singer_sdk import Stream

ROOT = Path(__file__).resolve().parent.parent
_COMMENTS = {".md": ("<!--", "-->"), ".yml": ("#", "")}

Schema = dict[str, t.Any]


def settings_table(schema: Schema) -> Iterator[str]:
    """Yield the README's table of settings."""
    yield "| setting | required | default | what it is |"
    yield "| --- | --- | --- | --- |"
    for name, setting in schema["properties"].items():
        required = "yes" if name in schema["required"] else ""
        yield _row(f"`{name}`", required, _shown(setting.get("default")), setting["description"])


def streams_table(streams: Iterable[Stream]) -> Iterator[str]:
    """Yield the README's table of streams."""
    yield "| stream | what it is | API | key | replication | selected by default |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for stream in streams:
        yield _row(
            f"`{stream.name}`",
            str(stream.__doc__).splitlines()[0],
            _endpoint(stream),
            ", ".join(f"`{key}`" for key in stream.primary_keys),
            stream.replication_method,
            "yes" if stream.selected_by_default else "no",
        )


def meltano_settings(schema: Schema) -> Iterator[str]:
    """Yield the settings of the extractor in meltano.yml."""
    yield "    settings:"
    for name, setting in schema["properties"].items():
        yield f"    - name: {name}"
        yield f"      kind: {_kind(setting)}"
        default = setting.get("default")
        if default is not None:
            yield f"      value: {json.dumps(default)}"
        yield f"      label: {json.dumps(setting['title'])}"
        yield f"      description: {json.dumps(setting['description'])}"
        if setting.get("secret"):
            yield "      sensitive: true"


def meltano_select(streams: Iterable[Stream]) -> Iterator[str]:
    """Yield the select rules of the extractor in meltano.yml."""
    yield "    select:"
    yield '    - "*.*"'
    for stream in streams:
        if not stream.selected_by_default:
            yield f'    - "!{stream.name}.*"'


def _kind(setting: Schema) -> str:
    """Return Meltano's word for a setting's type."""
    if setting.get("format") == "date-time":
        return "date_iso8601"
    kind = next(kind for kind in setting["type"] if kind != "null")
    return str({"number": "decimal"}.get(kind, kind))


def _endpoint(stream: Stream) -> str:
    if isinstance(stream, OpenAPIStream):
        return f"`{stream.service}/v{DEFAULT_VERSIONS[stream.service]}{stream.path}`"
    return f"`{stream.path}`" if isinstance(stream, RestStream) else "the tap itself"


def _shown(default: object) -> str:
    if default is None:
        return ""
    return f"`{default}`" if isinstance(default, str) else f"`{json.dumps(default)}`"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def replaced(text: str, name: str, lines: Iterable[str], comment: tuple[str, str]) -> str:
    """Return a text with the lines between the markers of one part replaced.

    Args:
        text: The whole text.
        name: The part's name, which stands in both of its markers.
        lines: What to put there.
        comment: How a comment begins and ends in that kind of file.

    Raises:
        SystemExit: If the text has no such markers.
    """
    begin, end = (
        f"{comment[0]} {word} {name} (make docs) {comment[1]}".rstrip() for word in ("begin", "end")
    )
    before, found_begin, rest = text.partition(begin)
    _, found_end, after = rest.partition(end)
    if not (found_begin and found_end):
        sys.exit(f"There must be the lines {begin!r} and {end!r}.")
    indent = before.rpartition("\n")[2]
    return "\n".join([before + begin, *lines, indent + end]) + after


def main() -> None:
    """Write the generated parts, or tell which are stale."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, tell what is stale")
    check = parser.parse_args().check

    tap = TapEconomic(config={}, validate_config=False)
    schema = TapEconomic.config_jsonschema
    TapEconomic.append_builtin_config(schema)
    streams = tap.streams.values()

    readme, meltano = ROOT / "README.md", ROOT / "meltano.yml"
    texts = {path: path.read_text(encoding="utf-8") for path in (readme, meltano)}
    fresh = dict(texts)
    for path, name, lines in (
        (readme, "settings", settings_table(schema)),
        (readme, "streams", streams_table(streams)),
        (meltano, "settings", meltano_settings(schema)),
        (meltano, "select", meltano_select(streams)),
    ):
        fresh[path] = replaced(fresh[path], name, lines, _COMMENTS[path.suffix])

    stale = [path for path, text in texts.items() if fresh[path] != text]
    if check and stale:
        sys.exit(f"Stale: {', '.join(path.name for path in stale)}. Run `make docs`.")
    for path in stale:
        path.write_text(fresh[path], encoding="utf-8")
        print(f"Wrote {path.name}.")


if __name__ == "__main__":
    main()
