"""What the SDK offers on top of reading works as without the tap's own ways around it."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import typing as t

import pytest

from economic_sandbox.server import Sandbox
from tap_economic.errors import SettingsError
from tap_economic.streams import STREAMS
from tests.support.batches import batch_config, batched
from tests.support.catalogs import NAMES, selecting
from tests.support.running import run_tap
from tests.support.sandboxes import settings
from tests.support.scripted import Answer, collection, with_self

if t.TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.running import Run
    from tests.support.scripted import Request, Serve

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
    run = read(sandbox, batch_config=batch_config(tmp_path), concurrency=concurrency)
    assert run.exit_code == 0
    assert {message["type"] for message in run.messages} == {"SCHEMA", "BATCH", "STATE"}
    assert batched(run) == plain


@side_by_side
def test_batch_files_hold_what_is_selected_and_mapped(
    sandbox: Sandbox, tmp_path: Path, concurrency: int
) -> None:
    names = ("customers", "vat_zones", "booked_entries", "sync_audit")
    catalog = selecting(*names)
    for entry in catalog["streams"]:
        for one in entry["metadata"]:
            if one["breadcrumb"][-1:] in (["email"], ["remainder"], ["callCost"]):
                one["metadata"]["selected"] = False
    options: dict[str, t.Any] = {
        "catalog": catalog,
        "concurrency": concurrency,
        "stream_maps": {
            "customers": {"name": "md5(name)"},
            "vat_zones": {"__filter__": "vatZoneNumber > 1", "__alias__": "zones"},
            "sync_audit": {"runId": "'one'", "startedAt": None, "endedAt": None},
        },
        **settings(sandbox),
    }
    sandbox.clear()
    lines = run_tap(None, **options)
    batches = run_tap(None, batch_config=batch_config(tmp_path), **options)
    assert lines.exit_code == batches.exit_code == 0
    found = batched(batches)
    assert found == {name: lines.records(name) for name in found}
    assert found.keys() == {"customers", "zones", "booked_entries", "sync_audit"}
    assert all(len(row["name"]) == 32 and "email" not in row for row in found["customers"])
    assert batches.state == lines.state


def test_a_stream_that_is_mapped_to_several_is_refused_with_batch_files(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    maps = {"people": {"__source__": "customers"}}
    with pytest.raises(SettingsError, match="customers is mapped to several streams"):
        read(sandbox, "customers", stream_maps=maps, batch_config=batch_config(tmp_path))
    assert sandbox.requests == []
    run = read(sandbox, "customers", stream_maps=maps)
    assert run.records("people") == run.records("customers") != []


PRIVATE = "Jens Hansen"


@pytest.mark.parametrize("expression", ["int(name)", "md5(barred)", "name.nothing", "1 / len('')"])
@pytest.mark.parametrize("in_files", [False, True], ids=["RECORD", "BATCH"])
@side_by_side
# Three of its arguments are what the cases differ in.
def test_a_map_that_cannot_be_applied_fails_its_stream_alone_and_quotes_nothing(  # noqa: PLR0913
    serve: Serve,
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
    expression: str,
    concurrency: int,
    *,
    in_files: bool,
) -> None:
    def answer(request: Request) -> Answer:
        if request.path == "/rest/journals":
            return collection([{"journalNumber": 1, "name": PRIVATE}])
        if request.path == "/rest/customers":
            return collection([{"customerNumber": 1, "name": PRIVATE}])
        return Answer({"message": "Not found"}, 404)

    caplog.set_level(logging.DEBUG)
    run = run_tap(
        serve(with_self(answer)).url,
        *("journals", "customers", "sync_audit"),
        concurrency=concurrency,
        stream_maps={"journals": {"name": expression, "__filter__": "name"}},
        **({"batch_config": batch_config(tmp_path)} if in_files else {}),
    )
    assert run.exit_code == 1
    statuses = {name: result.status.value for name, result in run.results.items()}
    assert statuses == {"journals": "failed", "customers": "complete"}
    reason = "a stream map cannot be applied to a record of journals"
    assert run.results["journals"].reason.startswith(reason)
    assert reason in caplog.text
    assert PRIVATE not in caplog.text
    audit = (batched(run) if in_files else {"sync_audit": run.records("sync_audit")})["sync_audit"]
    assert [row["status"] for row in audit if row["stream"] == "journals"] == ["failed"]


@pytest.mark.parametrize("in_files", [False, True], ids=["RECORD", "BATCH"])
def test_no_bookmark_passes_a_record_to_which_a_map_cannot_be_applied(
    serve: Serve, tmp_path: Path, *, in_files: bool
) -> None:
    rows = [
        {"customerNumber": number, "name": name, "lastUpdated": f"2026-08-0{number}T00:00:00Z"}
        for number, name in ((1, "7"), (2, PRIVATE), (3, "8"))
    ]
    api = serve(with_self(lambda _: collection(rows)))
    options: dict[str, t.Any] = {"batch_config": batch_config(tmp_path)} if in_files else {}
    maps = {"customers": {"number": "int(name)"}}
    catalog = selecting("customers", updated=True)
    run = run_tap(api.url, catalog=catalog, stream_maps=maps, **options)
    assert run.exit_code == 1
    (partition,) = run.state["bookmarks"]["customers"]["partitions"]
    assert "replication_key_value" not in partition
    assert "progress_markers" not in partition


def test_a_map_of_the_audit_that_cannot_be_applied_fails_nothing_else(sandbox: Sandbox) -> None:
    maps = {"sync_audit": {"reason": "int(status)"}}
    run = read(sandbox, "vat_zones", "sync_audit", stream_maps=maps)
    assert run.exit_code == 1
    assert run.results["vat_zones"].status.value == "complete"
    assert run.results["sync_audit"].reason.startswith("a stream map cannot be applied")


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("md5(email)", None),
        ("sha256(self)", None),
        ("md5(email) if email else None", None),
        ("record['email'] or name", "A"),
        ("name if _['email'] is None else email", "A"),
    ],
)
@pytest.mark.parametrize("in_files", [False, True], ids=["RECORD", "BATCH"])
def test_a_map_sees_null_where_a_property_is_absent(
    serve: Serve, tmp_path: Path, expression: str, expected: str | None, *, in_files: bool
) -> None:
    rows = [{"customerNumber": 1, "name": "A"}, {"customerNumber": 2, "name": "B", "email": None}]
    api = serve(with_self(lambda _: collection(rows)))
    run = run_tap(
        api.url,
        "customers",
        stream_maps={"customers": {"email": expression}},
        **({"batch_config": batch_config(tmp_path)} if in_files else {}),
    )
    assert run.exit_code == 0
    found = batched(run)["customers"] if in_files else run.records("customers")
    assert [record.get("email") for record in found] == [expected, expected and "B"]


def test_a_map_hashes_what_is_there(serve: Serve) -> None:
    rows = [{"customerNumber": 1, "name": "a", "email": "a"}]
    api = serve(with_self(lambda _: collection(rows)))
    maps = {"customers": {"email": "md5(email)", "name": "sha256(name)"}}
    (record,) = run_tap(api.url, "customers", stream_maps=maps).records("customers")
    # The digests of "a" in RFC 1321 and as FIPS 180-4 gives it.
    assert record["email"] == "0cc175b9c0f1b6a831c399e269772661"
    assert record["name"] == "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"


def test_what_a_map_leaves_alone_stays_absent_also_in_a_second_stream(serve: Serve) -> None:
    rows = [{"customerNumber": 1, "name": "A", "city": None}]
    api = serve(with_self(lambda _: collection(rows)))
    maps = {"customers": {"zip": "zip"}, "people": {"__source__": "customers", "mail": "email"}}
    run = run_tap(api.url, "customers", stream_maps=maps)
    expected = {"agreementNumber": 111111, "customerNumber": 1, "name": "A", "city": None}
    (customer,) = run.records("customers")
    (person,) = run.records("people")
    assert customer == {**expected, "barred": False}
    assert person == {**expected, "barred": False, "mail": None}


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
    catalog = selecting(*NAMES)
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
    catalog = selecting(*names)
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
