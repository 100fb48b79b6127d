"""What the schemas of the streams are made from."""

from __future__ import annotations

import http.server
import threading
import typing as t

import pytest

from scripts.generate.output import GenerationError
from scripts.generate.schemas import vendor
from scripts.generate.schemas.corrections import Corrections
from scripts.generate.schemas.glossary import Glossary
from scripts.generate.schemas.vendor import Site, Stream
from scripts.generate.schemas.writer import Writer

if t.TYPE_CHECKING:
    from collections.abc import Iterator

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


@pytest.fixture
def vendor_site() -> Iterator[tuple[str, list[str]]]:
    """The vendor's host: its address, and the paths asked for."""
    bodies = {
        "/schema/units.get.schema.json": CLASSIC,
        "/thingsapi/openapi.json": SERVICE,
    }
    requested: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            requested.append(self.path)
            body = bodies.get(self.path)
            self.send_response(200 if body else 404)
            self.end_headers()
            self.wfile.write((body or "").encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", requested
        server.shutdown()
        thread.join()


def test_a_classic_schema_is_fetched_by_its_endpoint_and_loses_its_draft_03_ways(
    vendor_site: tuple[str, list[str]],
) -> None:
    address, requested = vendor_site
    site = Site(rest=f"{address}/schema")
    stream = Stream("units", None, "", "/units", ("agreementNumber", "code"))

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
    assert requested == ["/schema/units.get.schema.json", "/schema/supplier-groups.get.schema.json"]


def test_a_services_document_is_fetched_once_and_a_newer_version_is_pointed_out(
    vendor_site: tuple[str, list[str]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    address, requested = vendor_site
    site = Site(openapi=address)
    stream = Stream("lines", "thingsApi", "1.0.0", "/things/drafts/lines", ())

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
    assert requested == ["/thingsapi/openapi.json"]
    assert capsys.readouterr().err == "thingsApi: 2.0.0 is published, 1.0.0 pinned\n"


def test_a_date_that_nobody_has_decided_on_is_refused_by_name(
    vendor_site: tuple[str, list[str]],
) -> None:
    site = Site(rest=f"{vendor_site[0]}/schema")
    stream = Stream("units", None, "", "/units", ("agreementNumber", "code"))
    with pytest.raises(GenerationError, match=r"units\.at"):
        Corrections({"dates": {}, "correction": []}).record(site, stream)


def test_an_override_must_say_why() -> None:
    silent = {"streams": ["units"], "set": {"code": "integer"}}
    with pytest.raises(GenerationError, match="no why"):
        Corrections({"dates": {}, "correction": [silent]})


def test_an_override_that_changes_nothing_is_named(
    vendor_site: tuple[str, list[str]],
) -> None:
    corrections = Corrections(
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
    stream = Stream("units", None, "", "/units", ("agreementNumber", "code"))

    record = corrections.record(Site(rest=f"{vendor_site[0]}/schema"), stream)

    leaf = {"type": "string", "format": "date-time"}
    deep = {"type": "array", "items": {"type": "object", "properties": {"leaf": leaf}}}
    assert record["properties"]["way"]["properties"]["deep"] == deep
    assert record["properties"]["at"] == {"type": "string", "format": "date"}
    assert "kind" not in record["properties"]
    assert corrections.unused() == ["code (['unit?'])", "nowhere (['unit?'])"]


def test_the_most_particular_description_is_taken() -> None:
    glossary = Glossary(
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


def test_what_a_schema_lacks_is_named() -> None:
    glossary = Glossary(
        {
            "names": {"agreementNumber": "Number.", "kind": "Kind: 0 = none.", "way": "Way."},
            "parents": {},
            "streams": {},
        }
    )
    writer = Writer(glossary)
    stream = Stream("units", None, "", "/units", ("agreementNumber", "code"))
    kind = {"type": "integer", "values": [0, 1]}
    members = {"kind": kind, "way": {"type": "object"}, "name": {"type": "string"}}

    writer.schema(stream, {"type": "object", "properties": members})

    assert writer.problems == [
        "units: no property is published for key ['code']",
        "units: kind: the glossary does not name the values [1]",
        "units: way has no properties",
        "units: name is not in the glossary",
    ]
