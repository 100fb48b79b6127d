"""Validation of catalog and state before a run, with messages that name the invalid member."""

from __future__ import annotations

import datetime as dt
import typing as t

import msgspec

from tap_economic.errors import SettingsError
from tap_economic.sanitize import plain

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from singer_sdk.singerlib import Catalog
    from singer_sdk.streams import Stream

# Catalogs


class _Metadata(msgspec.Struct):
    breadcrumb: list[str]
    metadata: dict[str, t.Any]


class _Schema(msgspec.Struct):
    properties: dict[str, dict[str, t.Any]] = {}


class _Entry(msgspec.Struct):
    tap_stream_id: str
    stream: str | None = None
    key_properties: list[str] | None = None
    replication_key: str | None = None
    replication_method: t.Literal["FULL_TABLE", "INCREMENTAL"] | None = None
    catalog_schema: _Schema = msgspec.field(name="schema", default_factory=_Schema)
    metadata: list[_Metadata] = []


class _Catalog(msgspec.Struct):
    streams: list[_Entry]


def checked_catalog(catalog: dict[str, t.Any] | None) -> dict[str, t.Any] | None:
    """Return a catalog after checking its form.

    Raises:
        SettingsError: If it is invalid.
    """
    try:
        msgspec.convert(catalog, _Catalog | None)
    except msgspec.ValidationError as exc:
        msg = f"The catalog cannot be used: {plain(exc)}. Run discovery again"
        raise SettingsError(msg) from None
    return catalog


def fill_keys(catalog: Catalog, streams: Iterable[type[t.Any]]) -> None:
    """Fill in the key properties of catalog entries without any."""
    keys = {stream.name: stream.primary_keys for stream in streams}
    for name, entry in catalog.items():
        if entry.key_properties is None and entry.metadata.root.table_key_properties is None:
            entry.key_properties = keys.get(name, ())


def check_selection(streams: Iterable[Stream]) -> None:
    """Check that at least one stream is selected.

    Raises:
        SettingsError: If no stream is selected.
    """
    if not any(stream.selected for stream in streams):
        msg = "The catalog selects none of the tap's streams"
        raise SettingsError(msg)


def check_batches(config: Mapping[str, t.Any], streams: Iterable[Stream]) -> None:
    """Check that each batch file has the records of one stream only.

    Raises:
        SettingsError: If a stream is mapped to several, for which the SDK would use one file.
    """
    for stream in streams:
        if config.get("batch_config") and stream.selected and len(stream.stream_maps) > 1:
            msg = (
                f"The settings stream_maps and batch_config cannot be combined: {stream.name} "
                "is mapped to several streams"
            )
            raise SettingsError(msg)


# State


class _Partition(msgspec.Struct):
    """The members of a bookmark that the tap uses; others are kept."""

    context: dict[str, int]
    replication_key: str | None = None
    rows_passed: t.Annotated[int, msgspec.Meta(ge=0)] = 0
    open_keys: list[int] = []
    remainders: list[str | bool] | None = None
    start_date: str = ""
    progress_markers: dict[str, t.Any] | None = None


class _IntegerPartition(_Partition):
    replication_key_value: t.Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)] | None = None


class _MomentPartition(_Partition):
    replication_key_value: str | None = None


def bookmarks_in(
    state: Mapping[str, t.Any], streams: Mapping[str, Stream]
) -> tuple[dict[str, t.Any], set[str]]:
    """Return the usable bookmarks of a state, and the names of all others.

    Raises:
        SettingsError: If a bookmark of the tap has an invalid member.
    """
    bookmarks = state.get("bookmarks", {})
    if not isinstance(bookmarks, dict):
        msg = "The state cannot be used: its member bookmarks must be an object"
        raise SettingsError(msg)
    usable = {
        name: bookmark
        for name, bookmark in bookmarks.items()
        if name in streams and _is_partitioned(bookmark)
    }
    for name, bookmark in usable.items():
        _check_bookmark(bookmark, streams[name])
    return usable, bookmarks.keys() - usable.keys()


def _is_partitioned(bookmark: object) -> bool:
    """Return whether a bookmark has the form that the tap writes."""
    return isinstance(bookmark, dict) and (not bookmark or "partitions" in bookmark)


def _check_bookmark(bookmark: Mapping[str, t.Any], stream: Stream) -> None:
    partitions = bookmark.get("partitions", [])
    if not isinstance(partitions, list):
        raise _unusable(stream, "partitions: it must be a list")
    for number, partition in enumerate(partitions):
        where = f"partitions[{number}]"
        try:
            known = msgspec.convert(partition, _form_of(partition, stream))
        except msgspec.ValidationError as exc:
            message, _, member = str(exc).partition(" - at `$")
            raise _unusable(stream, f"{where}{member.rstrip('`')}: {message}") from None
        if known.remainders is not None and len(known.remainders) != len(known.open_keys):
            raise _unusable(stream, f"{where}.remainders: it must be as long as open_keys")
        if any(step <= 0 for step in known.open_keys[1:]):
            raise _unusable(stream, f"{where}.open_keys: its numbers must be above 0")
        if isinstance(known, _MomentPartition) and not _is_moment(known.replication_key_value):
            raise _unusable(stream, f"{where}.replication_key_value: it must be a timestamp")


def _form_of(partition: object, stream: Stream) -> type[_Partition]:
    """Return the type of a bookmark, by its own replication key or else the stream's."""
    own_key = partition.get("replication_key") if isinstance(partition, dict) else None
    for key in (own_key, stream.replication_key):
        if isinstance(key, str) and key in stream.schema["properties"]:
            is_integer = "integer" in stream.schema["properties"][key]["type"]
            return _IntegerPartition if is_integer else _MomentPartition
    return _Partition


def _is_moment(value: str | None) -> bool:
    try:
        dt.date.fromisoformat((value or "2000-01-01")[:10])
    except ValueError:
        return False
    return True


def _unusable(stream: Stream, error: str) -> SettingsError:
    return SettingsError(
        f"The state cannot be used: bookmarks.{stream.name}.{plain(error)}. Correct it, or "
        "remove the stream's bookmark to read the stream from the beginning"
    )
