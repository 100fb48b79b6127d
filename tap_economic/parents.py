"""Resources that are asked for once per row of another stream."""

from __future__ import annotations

import re
import typing as t
from urllib.parse import quote

from typing_extensions import override

from tap_economic.client import EconomicStream
from tap_economic.errors import NotFoundError
from tap_economic.records import Findings

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from singer_sdk.helpers.types import Context

    from tap_economic.pagination import Page

_PLACEHOLDER = re.compile(r"{(\w+)}")

# How classic REST spells a key in a path (the vendor's documentation, "Self links"): an accounting
# year ``2023/2024`` is ``2023_6_2024``.
_CODES = {character: f"_{number}_" for number, character in enumerate("<>*%:&/\\_ ?.#+")}


class PerParentStream(EconomicStream):
    """Walks the rows of its parent in its own request loop; stands before the family's class.

    The SDK's parent and child streams would keep a bookmark and send a SCHEMA per parent.

    Attributes:
        parent: The stream whose rows it walks.
        path_keys: The parent's key property for each placeholder of the path; the property is
            put on every record.
    """

    parent: t.ClassVar[type[EconomicStream]]
    path_keys: t.ClassVar[dict[str, str]]

    @override
    def get_url(self, context: Context | None) -> str:
        def key(match: re.Match[str]) -> str:
            return self_link(str((context or {})[self.path_keys[match[1]]]))

        return self.url_base + _PLACEHOLDER.sub(key, self.path)

    @override
    def pages(self, context: Context, findings: Findings) -> Iterator[Page]:
        for page in self.parent(self._tap).pages(context, Findings()):
            for row in page.records:
                keys = {name: row[name] for name in self.path_keys.values()}
                try:
                    yield from super().pages({**context, **keys}, findings)
                except NotFoundError:
                    self.logger.info("A parent of stream %s vanished while it was read.", self.name)


def self_link(key: str) -> str:
    """Return a key as it is spelled in a path."""
    return quote("".join(_CODES.get(character, character) for character in key), safe="")
