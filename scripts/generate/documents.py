"""The table of settings, the parts of meltano.yml and catalog snapshots, from the tap's classes."""

from __future__ import annotations

import functools
import json
import typing as t

from tap_economic.tap import TapEconomic

if t.TYPE_CHECKING:
    from collections.abc import Iterator

Schema = dict[str, t.Any]


@functools.cache
def tap() -> TapEconomic:
    """Return the tap, with the settings that the SDK adds."""
    TapEconomic.append_builtin_config(TapEconomic.config_jsonschema)
    return TapEconomic(config={}, validate_config=False)


def _settings() -> dict[str, Schema]:
    properties: dict[str, Schema] = tap().config_jsonschema["properties"]
    return properties


def snapshots() -> dict[str, str]:
    """Return a snapshot of each stream's catalog entry, so that changes show up in a diff."""
    return {
        f"{entry['tap_stream_id']}.json": json.dumps(entry, indent=2, ensure_ascii=False) + "\n"
        for entry in tap().catalog_dict["streams"]
    }


def settings_table() -> Iterator[str]:
    """Yield the table of docs/settings.md."""
    yield "| setting | required | default | description |"
    yield "| --- | --- | --- | --- |"
    for name, setting in _settings().items():
        required = "yes" if name in tap().config_jsonschema["required"] else ""
        yield row(f"`{name}`", required, _shown(setting.get("default")), setting["description"])


def meltano_setting(name: str, setting: Schema) -> Schema:
    """Return what Meltano has to know of a setting."""
    facts = {
        "name": name,
        "kind": _kind(setting),
        "value": setting.get("default"),
        "label": setting["title"],
        "description": setting["description"],
        "sensitive": setting.get("secret"),
    }
    return {key: value for key, value in facts.items() if value is not None}


def meltano_settings() -> Iterator[str]:
    """Yield the settings of the extractor in meltano.yml."""
    yield "    settings:"
    for name, setting in _settings().items():
        start = "    - "
        for key, value in meltano_setting(name, setting).items():
            is_plain = key in {"name", "kind"}
            yield f"{start}{key}: {value if is_plain else json.dumps(value)}"
            start = "      "


def meltano_select() -> Iterator[str]:
    """Yield the select rules of the extractor in meltano.yml."""
    yield "    select:"
    for rule in _select():
        yield f"    - {json.dumps(rule)}"


def meltano_select_command() -> Iterator[str]:
    """Yield the command that sets them in another project."""
    yield "```sh"
    yield f"meltano config set tap-economic _select '{json.dumps([*_select()])}'"
    yield "```"


def _select() -> Iterator[str]:
    yield "*.*"
    for stream in tap().streams.values():
        if not stream.selected_by_default:
            yield f"!{stream.name}.*"


def _kind(setting: Schema) -> str:
    """Return Meltano's name of a setting's type."""
    if setting.get("format") == "date-time":
        return "date_iso8601"
    kind = next(kind for kind in setting["type"] if kind != "null")
    return str({"number": "decimal"}.get(kind, kind))


def _shown(default: object) -> str:
    if default is None:
        return ""
    return f"`{default}`" if isinstance(default, str) else f"`{json.dumps(default)}`"


def row(*cells: str) -> str:
    """Return a row of a Markdown table."""
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
