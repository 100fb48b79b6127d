"""What the tap offers, against what it is known to have offered: a file for each stream.

Where a difference is meant, ``make docs`` writes the files again.
"""

from __future__ import annotations

import json
import subprocess
import typing as t
from pathlib import Path

import pytest

from tap_economic.streams import STREAMS
from tests.support.inventory import listings
from tests.support.programs import TAP

FOLDER = Path(__file__).resolve().parents[1] / "snapshots"

Catalog: t.TypeAlias = dict[str, dict[str, t.Any]]


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """The entries that a user is given, by their streams."""
    output = subprocess.run([TAP, "--discover"], capture_output=True, check=True).stdout
    return {entry["tap_stream_id"]: entry for entry in json.loads(output)["streams"]}


@pytest.mark.parametrize("name", sorted(file.stem for file in FOLDER.iterdir()))
def test_a_stream_is_offered_as_its_snapshot_says(catalog: Catalog, name: str) -> None:
    assert catalog[name] == json.loads((FOLDER / f"{name}.json").read_text("utf-8"))


def test_there_is_a_snapshot_of_every_stream_that_is_offered_and_no_other(catalog: Catalog) -> None:
    assert {file.stem for file in FOLDER.iterdir()} == set(catalog)


@pytest.mark.parametrize("name", [stream.name for stream in STREAMS])
def test_a_stream_is_read_incrementally_by_what_the_catalogue_says(
    catalog: Catalog, name: str
) -> None:
    listing = listings()[name]
    (root,) = (one["metadata"] for one in catalog[name]["metadata"] if not one["breadcrumb"])
    method = "INCREMENTAL" if listing.replication_key else "FULL_TABLE"
    assert catalog[name]["replication_method"] == method
    assert catalog[name].get("replication_key") == listing.replication_key
    usable = [key for key in (listing.replication_key, listing.key_on_request) if key]
    assert root.get("valid-replication-keys", []) == usable
