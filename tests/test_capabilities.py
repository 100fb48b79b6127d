"""What the SDK offers on top of reading works as without the tap's own ways around it."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import typing as t
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pytest

from tap_economic.sandbox.server import Sandbox
from tap_economic.streams import STREAMS
from tests.running import run_tap
from tests.streams.books import catalog_of, settings

if t.TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.running import Run

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
CONCURRENCY = [1, 8]
side_by_side = pytest.mark.parametrize("concurrency", CONCURRENCY)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(page_size=100) as served:
        yield served


def read(sandbox: Sandbox, *names: str, **config: t.Any) -> Run:
    sandbox.clear()
    return run_tap(None, *(names or NAMES), page_size=100, **settings(sandbox), **config)


@pytest.fixture(scope="module")
def plain(sandbox: Sandbox) -> dict[str, list[dict[str, t.Any]]]:
    """The records as they go out unchanged."""
    run = read(sandbox)
    assert run.exit_code == 0
    records = {name: run.records(name) for name in NAMES}
    assert all(records.values())
    return records


@side_by_side
def test_batch_files_hold_the_same_records(
    sandbox: Sandbox,
    plain: dict[str, list[dict[str, t.Any]]],
    tmp_path: Path,
    concurrency: int,
) -> None:
    storage = {"root": tmp_path.as_uri()}
    batches = {"encoding": {"format": "jsonl", "compression": "gzip"}, "storage": storage}
    run = read(sandbox, batch_config=batches, concurrency=concurrency)
    assert run.exit_code == 0
    assert {message["type"] for message in run.messages} == {"SCHEMA", "BATCH", "STATE"}
    found: dict[str, list[dict[str, t.Any]]] = {}
    for message in run.messages:
        for url in message.get("manifest", ()):
            with gzip.open(url2pathname(urlsplit(url).path)) as file:
                found.setdefault(message["stream"], []).extend(map(json.loads, file))
    assert found == plain


@side_by_side
def test_a_stream_map_changes_the_records_it_names_and_no_others(
    sandbox: Sandbox, plain: dict[str, list[dict[str, t.Any]]], concurrency: int
) -> None:
    maps = {
        "customers": {"name": "name.upper()", "email": None, "number": "int(customerNumber)"},
        "vat_zones": {"__filter__": "vatZoneNumber > 1"},
        "accounts": {"__alias__": "chart_of_accounts"},
        "project_employees": None,
    }
    run = read(sandbox, stream_maps=maps, concurrency=concurrency)
    assert run.exit_code == 0
    assert run.records("customers") == [
        {**without(row, "email"), "name": row["name"].upper(), "number": row["customerNumber"]}
        for row in plain["customers"]
    ]
    assert run.records("vat_zones") == [
        row for row in plain["vat_zones"] if row["vatZoneNumber"] > 1
    ]
    assert run.records("chart_of_accounts") == plain["accounts"]
    assert not run.records("accounts")
    assert not run.records("project_employees")
    for name in ("booked_entries", "customer_setup", "invoices_booked_lines"):
        assert run.records(name) == plain[name]


def without(record: dict[str, t.Any], name: str) -> dict[str, t.Any]:
    return {key: value for key, value in record.items() if key != name}


@side_by_side
def test_flattening_spreads_objects_out_and_keeps_their_values(
    sandbox: Sandbox, plain: dict[str, list[dict[str, t.Any]]], concurrency: int
) -> None:
    flat = {"flattening_enabled": True, "flattening_max_depth": 1}
    run = read(sandbox, concurrency=concurrency, **flat)
    assert run.exit_code == 0
    for name in NAMES:
        expected = [spread(row) for row in plain[name]]
        found = [
            {key: json.loads(row[key]) if is_nested(wanted[key]) else row[key] for key in row}
            for row, wanted in zip(run.records(name), expected, strict=True)
        ]
        assert found == expected
    assert "customerGroup__customerGroupNumber" in run.records("customers")[0]


def spread(record: dict[str, t.Any]) -> dict[str, t.Any]:
    """Spread objects out by one level; what lies deeper is sent as JSON in a text."""
    flat: dict[str, t.Any] = {}
    for name, value in record.items():
        if isinstance(value, dict):
            flat.update({f"{name}__{key}": member for key, member in value.items()})
        else:
            flat[name] = value
    return flat


def is_nested(value: object) -> bool:
    return isinstance(value, (dict, list))


@side_by_side
def test_deselected_properties_are_left_out_and_nothing_else_changes(
    sandbox: Sandbox, plain: dict[str, list[dict[str, t.Any]]], concurrency: int
) -> None:
    dropped = {
        "booked_entries": "remainder",  # by which open items are told
        "customers": "name",
        "invoices_booked_document": "lines",
        "invoices_booked_lines": "quantity",
    }
    catalog = catalog_of(*NAMES)
    for entry in catalog["streams"]:
        for one in entry["metadata"]:
            if one["breadcrumb"] == ["properties", dropped.get(entry["tap_stream_id"])]:
                one["metadata"]["selected"] = False
    sandbox.clear()
    run = run_tap(
        None, catalog=catalog, page_size=100, concurrency=concurrency, **settings(sandbox)
    )
    assert run.exit_code == 0
    for name in NAMES:
        left_out = dropped.get(name, "")
        assert run.records(name) == [without(row, left_out) for row in plain[name]]


def test_bookmarks_move_alike_whether_or_not_properties_are_deselected(sandbox: Sandbox) -> None:
    names = ("booked_entries", "invoices_booked_lines")
    catalog = catalog_of(*names)
    for entry in catalog["streams"]:
        for one in entry["metadata"]:
            if one["breadcrumb"][-1:] in (["remainder"], ["quantity"]):
                one["metadata"]["selected"] = False
    options = {"page_size": 100, **settings(sandbox)}
    deselected = run_tap(None, catalog=catalog, **options)
    assert deselected.state == run_tap(None, *names, **options).state


@pytest.mark.parametrize("option", ["--discover", "--version", "--about", "--help"])
def test_what_only_describes_the_tap_needs_neither_settings_nor_network(
    option: str, tmp_path: Path
) -> None:
    code = (
        "import socket\n"
        "def refuse(*_, **__): raise SystemExit('it opened a socket')\n"
        "socket.socket.connect = socket.getaddrinfo = socket.create_connection = refuse\n"
        "from tap_economic.tap import TapEconomic\n"
        f"TapEconomic.cli([{option!r}])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={"PATH": "", "HOME": str(tmp_path)},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout
    if option == "--discover":
        offered = {entry["tap_stream_id"] for entry in json.loads(done.stdout)["streams"]}
        assert offered >= {stream.name for stream in STREAMS}
