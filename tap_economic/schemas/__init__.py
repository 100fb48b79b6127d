"""The streams' schemas, a file each, by API family; ``python -m scripts.generate`` writes them."""

from __future__ import annotations

import typing as t
from pathlib import Path

import msgspec
from singer_sdk import SchemaDirectory
from typing_extensions import override


class Schemas(SchemaDirectory):
    """The schemas of one API family.

    Decoded by msgspec: a hundred of them by the SDK's way take a tenth of what ``--discover`` does
    beyond importing.
    """

    def __init__(self, family: str) -> None:
        """Take the family's folder.

        Args:
            family: ``rest`` or ``openapi``.
        """
        super().__init__(Path(__file__).with_name(family))

    @override
    def fetch_schema(self, key: str) -> dict[str, t.Any]:
        schema: dict[str, t.Any] = msgspec.json.decode((self.dir_path / f"{key}.json").read_bytes())
        return schema
