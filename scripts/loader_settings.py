"""The loaders' settings in meltano.yml, for pipelines without Meltano."""

from __future__ import annotations

import typing as t
from pathlib import Path

import yaml

_PROJECT = Path(__file__).resolve().parent.parent / "meltano.yml"


def loader_settings(name: str = "target-postgres") -> dict[str, t.Any]:
    """Return the settings to which meltano.yml gives a value.

    Args:
        name: The loader.
    """
    project = yaml.safe_load(_PROJECT.read_text(encoding="utf-8"))
    (loader,) = (one for one in project["plugins"]["loaders"] if one["name"] == name)
    return {one["name"]: one["value"] for one in loader["settings"] if "value" in one}
