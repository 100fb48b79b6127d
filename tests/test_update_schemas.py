"""The script that writes the schema files."""

from __future__ import annotations

import http.server
import importlib
import subprocess
import sys
import threading
import typing as t
from pathlib import Path

import pytest

from tests.published import needs_api

if t.TYPE_CHECKING:
    import types
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = ROOT / "scripts"

CLASSIC = """{"properties": {"collection": {"type": "array", "items": {"type": "object",
    "properties": {"code": {"type": "string", "maxLength": 3, "required": true},
                   "kind": {"enum": ["a", "b"]},
                   "at": {"type": "string", "format": "full-date"},
                   "way": {"type": "object", "properties": {"self": {"type": "string"}},
                           "oneOf": [{"properties": {"iban": {"type": "string"}}}]},}}}}}"""
SERVICE = """{"openapi": "3.1.1", "info": {"title": "Things", "version": "2.0.0"},
 "paths": {"/Things/{status}/lines": {"get": {"responses": {"200": {"content": {
    "application/json": {"schema": {"$ref": "#/components/schemas/Page"}}}}}}}},
 "components": {"schemas": {
    "Page": {"type": "object", "properties": {"cursor": {"type": ["string", "null"]},
             "items": {"type": ["array", "null"],
                       "items": {"$ref": "#/components/schemas/Line"}}}},
    "Kind": {"type": "integer", "enum": [0, 1]},
    "Line": {"type": "object", "properties": {
             "number": {"type": "integer", "format": "int32"},
             "price": {"type": ["null", "number"], "format": "double"},
             "kind": {"oneOf": [{"type": "null"}, {"$ref": "#/components/schemas/Kind"}]},
             "other": {"allOf": [{"$ref": "#/components/schemas/Kind"}]}}}}}}"""


def run_script(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPTS / "update_schemas.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> types.ModuleType:
    monkeypatch.syspath_prepend(str(SCRIPTS))
    return importlib.import_module("update_schemas")


@pytest.fixture
def vendor(script: types.ModuleType) -> types.ModuleType:
    return sys.modules[script.Site.__module__]


@pytest.fixture
def vendor_site() -> Iterator[tuple[str, list[str]]]:
    """The vendor's host: its address, and the paths asked for."""
    bodies = {
        "/schema/units.get.schema.json": CLASSIC,
        "/thingsapi/openapi.json": SERVICE,
    }
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            body = bodies.get(self.path)
            self.send_response(200 if body else 404)
            self.end_headers()
            self.wfile.write((body or "").encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()
        thread.join()


@needs_api
def test_the_files_are_what_the_script_makes_of_the_published_schemas() -> None:
    result = run_script("--check")
    assert (result.returncode, result.stderr) == (0, "")


@needs_api
def test_a_check_names_what_is_stale_and_leaves_it(tmp_path: Path) -> None:
    assert run_script("--out", str(tmp_path)).returncode == 0
    changed, missing = tmp_path / "rest" / "units.json", tmp_path / "openapi" / "projects.json"
    foreign = tmp_path / "rest" / "no_stream.json"
    changed.write_text("{}", "utf-8")
    missing.unlink()
    foreign.write_text("{}", "utf-8")

    result = run_script("--check", "--out", str(tmp_path))

    assert result.returncode == 1
    assert result.stderr.splitlines() == [
        "stale: openapi/projects.json",
        "stale: rest/no_stream.json",
        "stale: rest/units.json",
    ]
    assert changed.read_text("utf-8") == "{}"
    assert not missing.exists()


@needs_api
def test_a_second_run_changes_nothing_and_the_first_removes_what_has_no_stream(
    tmp_path: Path,
) -> None:
    foreign = tmp_path / "rest" / "no_stream.json"
    foreign.parent.mkdir()
    foreign.write_text("{}", "utf-8")
    assert run_script("--out", str(tmp_path)).returncode == 0
    first = {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in tmp_path.glob("*/*")}
    assert foreign not in first
    assert len(first) == 103

    assert run_script("--out", str(tmp_path)).returncode == 0

    second = {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in tmp_path.glob("*/*")}
    assert second == first


def test_a_classic_schema_is_fetched_by_its_endpoint_and_loses_its_draft_03_ways(
    vendor: types.ModuleType,
    vendor_site: tuple[str, list[str]],
) -> None:
    address, asked = vendor_site
    site = vendor.Site(rest=f"{address}/schema")
    stream = vendor.Stream("units", None, "", "/units", ("agreementNumber", "code"))

    assert vendor.published(site, stream) == {
        "type": "object",
        "properties": {
            "code": {"type": "string"},
            "kind": {"type": "string"},
            "at": {"type": "string", "dated": True},
            "way": {
                "type": "object",
                "properties": {"self": {"type": "string"}, "iban": {"type": "string"}},
            },
        },
    }
    assert vendor.published(site, stream._replace(path="/supplier-groups")) is None
    assert asked == ["/schema/units.get.schema.json", "/schema/supplier-groups.get.schema.json"]


def test_a_services_document_is_fetched_once_and_a_newer_version_is_pointed_out(
    vendor: types.ModuleType,
    vendor_site: tuple[str, list[str]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    address, asked = vendor_site
    site = vendor.Site(openapi=address)
    stream = vendor.Stream("lines", "thingsApi", "1.0.0", "/things/drafts/lines", ())

    first, second = vendor.published(site, stream), vendor.published(site, stream)

    assert first == second
    assert first == {
        "type": "object",
        "properties": {
            "number": {"type": "integer"},
            "price": {"type": "number"},
            "kind": {"type": "integer", "values": [0, 1]},
            "other": {"type": "integer", "values": [0, 1]},
        },
    }
    assert asked == ["/thingsapi/openapi.json"]
    assert capsys.readouterr().err == "thingsApi: 2.0.0 is published, 1.0.0 pinned\n"


def test_a_date_that_nobody_has_decided_on_is_refused_by_name(
    script: types.ModuleType,
    vendor_site: tuple[str, list[str]],
) -> None:
    site = script.Site(rest=f"{vendor_site[0]}/schema")
    stream = script.Stream("units", None, "", "/units", ("agreementNumber", "code"))
    with pytest.raises(script.SchemaError, match=r"units\.at"):
        script.Corrections({"dates": {}, "correction": []}).record(site, stream)


def test_an_override_must_say_why(script: types.ModuleType) -> None:
    silent = {"streams": ["units"], "set": {"code": "integer"}}
    with pytest.raises(script.SchemaError, match="no why"):
        script.Corrections({"dates": {}, "correction": [silent]})


def test_an_override_that_changes_nothing_is_named(
    script: types.ModuleType,
    vendor_site: tuple[str, list[str]],
) -> None:
    corrections = script.Corrections(
        {
            "dates": {"at": {"format": "date", "why": "it says so"}},
            "correction": [
                {
                    "streams": ["unit?"],
                    "why": "as recorded",
                    "set": {"code": "string", "way.deep[].leaf": "date-time"},
                    "drop": ["kind", "nowhere"],
                }
            ],
        }
    )
    stream = script.Stream("units", None, "", "/units", ("agreementNumber", "code"))

    record = corrections.record(script.Site(rest=f"{vendor_site[0]}/schema"), stream)

    leaf = {"type": "string", "format": "date-time"}
    deep = {"type": "array", "items": {"type": "object", "properties": {"leaf": leaf}}}
    assert record["properties"]["way"]["properties"]["deep"] == deep
    assert record["properties"]["at"] == {"type": "string", "format": "date"}
    assert "kind" not in record["properties"]
    assert corrections.unused() == ["code (['unit?'])", "nowhere (['unit?'])"]


def test_the_most_particular_description_is_taken(script: types.ModuleType) -> None:
    glossary = script.Glossary(
        {
            "names": {"name": "any", "unheard": "of"},
            "parents": {"unit": {"name": "of a unit"}},
            "streams": {"*_lines": {"name": "of a line", "unit.name": "of a line's unit"}},
        }
    )
    assert glossary.describe("units", ("name",)) == "any"
    assert glossary.describe("products", ("unit", "name")) == "of a unit"
    assert glossary.describe("orders_lines", ("name",)) == "of a line"
    assert glossary.describe("orders_lines", ("unit", "name")) == "of a line's unit"
    assert glossary.describe("units", ("unknown",)) is None
    assert glossary.unused() == ["names.unheard"]


def test_what_a_schema_lacks_is_named(script: types.ModuleType) -> None:
    glossary = script.Glossary(
        {
            "names": {"agreementNumber": "Number.", "kind": "Kind: 0 = none.", "way": "Way."},
            "parents": {},
            "streams": {},
        }
    )
    writer = script.Writer(glossary)
    stream = script.Stream("units", None, "", "/units", ("agreementNumber", "code"))
    kind = {"type": "integer", "values": [0, 1]}
    members = {"kind": kind, "way": {"type": "object"}, "name": {"type": "string"}}

    writer.schema(stream, {"type": "object", "properties": members})

    assert writer.problems == [
        "units: no property is published for key ['code']",
        "units: kind: the glossary does not name the values [1]",
        "units: way has no properties",
        "units: name is not in the glossary",
    ]
