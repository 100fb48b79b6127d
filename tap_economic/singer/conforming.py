"""Records after the user's stream maps, conformed to the schema that the SDK derives for them.

An expression may return a value of another type than its schema declares, which a loader that does
not check each record would fail on, or store wrongly.
"""

from __future__ import annotations

import typing as t
from decimal import Decimal

import msgspec
from singer_sdk.contrib.msgspec import enc_hook

from tap_economic.errors import MappingError, MistypedValueError
from tap_economic.records.normaliser import Normaliser, storable
from tap_economic.stats import ReadStats

if t.TYPE_CHECKING:
    from singer_sdk.helpers.types import Record
    from singer_sdk.mapper import StreamMap


class Conformer:
    """Conforms the records of one stream map."""

    def __init__(self, stream_map: StreamMap) -> None:
        """Build the normaliser of the mapped schema.

        Args:
            stream_map: The stream map, or the SDK's map that changes nothing but may flatten.
        """
        self._keys = tuple(stream_map.transformed_key_properties or ())
        schema = stream_map.transformed_schema
        self._normalise = Normaliser(schema, keys=self._keys, copied_keys={}, false_when_absent=())
        self._texts = {
            name for name, member in schema["properties"].items() if "string" in member["type"]
        }

    def __call__(self, record: Record) -> Record:
        """Return the record with values that match the schema.

        Raises:
            MappingError: If a value cannot be converted without loss, or a key is null.
        """
        stats = ReadStats()
        builtins = msgspec.to_builtins(record, builtin_types=(Decimal,), enc_hook=enc_hook)
        plain = {name: self._plain(name, value) for name, value in builtins.items()}
        try:
            conformed = self._normalise(storable(plain, stats), {}, stats)
        except MistypedValueError as exc:
            msg = f"after the stream map, {exc}: convert it in the setting stream_maps"
            raise MappingError(msg) from None
        if conformed is None:
            msg = f"after the stream map, a key is null: {', '.join(stats.keyless)}"
            raise MappingError(msg)
        return conformed

    def _plain(self, name: str, value: object) -> object:
        if isinstance(value, bool) and name in self._texts:
            return "true" if value else "false"
        # Only an expression makes floats; the shortest text that is read as the same float is what
        # the encoder would write.
        return Decimal(repr(value)) if isinstance(value, float) else value
