"""The streams' schemas, a file each, by API family; ``python -m scripts.generate`` writes them.

Rows that describe files are the tap's own: their schema is here.
"""

from __future__ import annotations

import typing as t
from pathlib import Path

import msgspec
from singer_sdk import SchemaDirectory, SchemaSource
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


class FileSchema(SchemaSource):
    """The schema of rows that describe files."""

    def __init__(self, key: str, description: str) -> None:
        """Take what differs between streams.

        Args:
            key: The key property beside the agreement number.
            description: Its description.
        """
        super().__init__()
        self._key = {key: {"type": "integer", "description": description}}

    @override
    def fetch_schema(self, key: str) -> dict[str, t.Any]:
        keys = {
            "agreementNumber": {
                "type": "integer",
                "description": "Number of the e-conomic agreement that the record belongs to.",
            },
            **self._key,
        }
        return {
            "type": "object",
            "properties": {
                **keys,
                "fileName": _text("Name of the file."),
                "contentType": _text("Media type of the file: application/pdf."),
                "size": {"type": ["integer", "null"], "description": "Size in bytes."},
                "sha256": _text("SHA-256 hash of the content, in hexadecimal digits."),
                "location": _text("URL of the file, below documents_url."),
            },
            "required": [*keys],
        }


def _text(description: str) -> dict[str, t.Any]:
    return {"type": ["string", "null"], "description": description}
