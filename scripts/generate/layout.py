"""The layout of generated JSON: compact, but in lines that can be compared."""

from __future__ import annotations

import json
from decimal import Decimal

WIDTH = 120


def json_text(value: object) -> str:
    """Return JSON with a line for what fits into it, and a line a member for what does not."""
    return _text(value, 0) + "\n"


def _text(value: object, indent: int) -> str:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dict):
        parts = [f"{_text(name, 0)}: {_text(member, indent + 1)}" for name, member in value.items()]
        return _laid_out("{", parts, "}", indent)
    if isinstance(value, list):
        return _laid_out("[", [_text(item, indent + 1) for item in value], "]", indent)
    return json.dumps(value, ensure_ascii=False)


def _laid_out(opening: str, parts: list[str], closing: str, indent: int) -> str:
    line = opening + ", ".join(parts) + closing
    if "\n" not in line and len(line) + indent <= WIDTH:
        return line
    before = "\n" + " " * (indent + 1)
    return f"{opening}{before}{f',{before}'.join(parts)}\n{' ' * indent}{closing}"
