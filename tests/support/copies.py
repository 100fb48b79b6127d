"""Copies of decoded JSON."""

from __future__ import annotations

import typing as t


def copied(json: t.Any) -> t.Any:
    """Copy a value and all that it holds, in a fraction of the time of ``copy.deepcopy``."""
    if isinstance(json, dict):
        return {name: copied(member) for name, member in json.items()}
    return [copied(item) for item in json] if isinstance(json, list) else json
