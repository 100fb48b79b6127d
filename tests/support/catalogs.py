"""Catalogs as users make them from the one that the tap offers."""

from __future__ import annotations

import copy
import functools
import typing as t

from tap_economic.tap import TapEconomic

Catalog: t.TypeAlias = dict[str, t.Any]
Entry: t.TypeAlias = dict[str, t.Any]

# Of both families, typed and normalised, full and incremental, with and without decimals, one
# object and many, and one whose parents are read by another stream.
NAMES = (
    "accounts",
    "booked_entries",
    "customer_setup",
    "customers",
    "invoices_booked_document",
    "invoices_booked_lines",
    "project_employees",
    "vat_zones",
)


@functools.cache
def discovered() -> Catalog:
    """Return the catalog that the tap offers."""
    return t.cast("Catalog", TapEconomic(config={}, validate_config=False).catalog_dict)


def selecting(*streams: str, method: str | None = None, updated: bool = False) -> Catalog:
    """Return a catalog of these streams alone, all selected.

    Args:
        streams: Their names.
        method: The replication method, if not each stream's own.
        updated: Whether to read by lastUpdated what can be.
    """
    entries = [
        copy.deepcopy(entry)
        for entry in discovered()["streams"]
        if entry["tap_stream_id"] in streams
    ]
    for entry in entries:
        metadata = metadata_of(entry)
        metadata["selected"] = True
        if method is not None:
            entry["replication_method"] = method
        if updated and metadata.get("valid-replication-keys") == ["lastUpdated"]:
            entry.update(replication_method="INCREMENTAL", replication_key="lastUpdated")
    return {"streams": entries}


def entry_of(catalog: Catalog, stream: str) -> Entry:
    """Return what a catalog says of a stream."""
    (entry,) = (entry for entry in catalog["streams"] if entry["tap_stream_id"] == stream)
    return t.cast("Entry", entry)


def metadata_of(entry: Entry) -> dict[str, t.Any]:
    """Return the metadata of a stream, not of its properties."""
    (root,) = (one["metadata"] for one in entry["metadata"] if not one["breadcrumb"])
    return t.cast("dict[str, t.Any]", root)
