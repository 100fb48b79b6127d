"""An SDK tap without streams: the startup time of the SDK itself.

python empty_tap.py --discover|--version
"""

from __future__ import annotations

import typing as t

from singer_sdk import Tap
from typing_extensions import override

if t.TYPE_CHECKING:
    from singer_sdk import Stream


class EmptyTap(Tap):
    """The tap."""

    name = "tap-empty"
    config_jsonschema: t.ClassVar[dict[str, t.Any]] = {"properties": {}}

    @override
    def discover_streams(self) -> list[Stream]:
        return []


if __name__ == "__main__":
    EmptyTap.cli()
