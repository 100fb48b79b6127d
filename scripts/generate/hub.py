"""The definition of the tap for Meltano Hub, and the Hub's schema that it is checked by."""

from __future__ import annotations

import json
import subprocess
import sys
import typing as t

import yaml

from scripts.generate import HUB, ROOT
from scripts.generate.documents import meltano_setting

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

Json = dict[str, t.Any]

_SCHEMA = HUB / "plugin_definitions" / "extractors.schema.json"
# What a schema says to people only.
_PROSE = frozenset({"$id", "$schema", "title", "description", "examples"})
_FROM_PROJECT = ("executable", "label", "name", "namespace", "select", "settings_group_validation")
_MAINTENANCE = {
    "Development Status :: 3 - Alpha": "development",
    "Development Status :: 4 - Beta": "beta",
    "Development Status :: 5 - Production/Stable": "active",
}


def definition() -> str:
    """Return the definition, with sorted keys, as the Hub demands."""
    text = yaml.safe_dump(_definition(), allow_unicode=True, width=10_000)
    return t.cast("str", text)


def _definition() -> Json:
    about, extractor = _about(), _extractor()
    with (ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    urls = project["urls"]
    (status,) = (_MAINTENANCE[name] for name in project["classifiers"] if name in _MAINTENANCE)
    settings = about["settings"]["properties"]
    return {
        **{name: extractor[name] for name in _FROM_PROJECT},
        "capabilities": sorted(about["capabilities"]),
        "description": about["description"],
        "docs": urls["Documentation"],
        "domain_url": "https://www.e-conomic.com",
        "keywords": ["accounting", "api", "meltano_sdk"],
        "logo_url": "/assets/logos/extractors/economic.png",
        "maintenance_status": status,
        "pip_url": about["name"],
        "prereq": (
            "An app in a developer agreement at e-conomic, to which the company has granted access:"
            f" [how to get the two tokens]({urls['Documentation']}connect.html)."
        ),
        "quality": "unknown",  # the Hub rates it
        "repo": urls["Repository"],
        "settings": [meltano_setting(name, setting) for name, setting in settings.items()],
        "supported_python_versions": about["supported_python_versions"],
        "variant": urls["Repository"].split("/")[-2],
    }


def _about() -> Json:
    command = [sys.executable, "-m", "tap_economic", "--about", "--format=json"]
    return t.cast("Json", json.loads(subprocess.check_output(command, stderr=subprocess.DEVNULL)))


def _extractor() -> Json:
    project = yaml.safe_load((ROOT / "meltano.yml").read_text("utf-8"))
    return t.cast("Json", project["plugins"]["extractors"][0])


def schema() -> str:
    """Return the Hub's schema of an extractor in one file, without its prose."""
    return json.dumps(_facts(json.loads(_SCHEMA.read_text("utf-8"))), indent=2) + "\n"


def _facts(part: t.Any, *, in_properties: bool = False) -> t.Any:  # noqa: ANN401 - any JSON value
    if isinstance(part, list):
        return [_facts(item) for item in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        return _facts(json.loads((_SCHEMA.parent / part["$ref"]).resolve().read_text("utf-8")))
    return {
        name: _facts(value, in_properties=name == "properties" and not in_properties)
        for name, value in part.items()
        if in_properties or name not in _PROSE
    }
