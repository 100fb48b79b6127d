"""What the vendor publishes today, beside what the tap's schemas were made from."""

from __future__ import annotations

import copy
import re
import typing as t

import pytest

from contract.drift import differences, main
from contract.published import published
from scripts.generate.schemas.vendor import Site
from tap_economic.client.openapi import DEFAULT_VERSIONS
from tap_economic.singer.families import OpenAPIStream
from tap_economic.streams import STREAMS
from tests.support.scripted import Answer

if t.TYPE_CHECKING:
    from tests.support.scripted import Request, Serve

Json: t.TypeAlias = dict[str, t.Any]
Serving: t.TypeAlias = "t.Callable[[dict[str, Json]], Site]"

KIND = re.compile(r"(boolean|integer|number|string)( date)?(:( -?\d+)+)?")


def node(properties: dict[str, str]) -> Json:
    """Build a schema with these leaves."""
    root: Json = {"type": "object", "properties": {}}
    for path, text in properties.items():
        *above, last = path.split(".")
        at = root
        for name in above:
            at = at["properties"].setdefault(name, {"type": "object", "properties": {}})
        at["properties"][last] = leaf(text)
    return root


def leaf(text: str) -> Json:
    kind, _, values = text.partition(": ")
    dated = {"format": "date"} if kind.endswith(" date") else {}
    enum = {"enum": [int(value) for value in values.split()]} if values else {}
    return {"type": kind.split()[0], **dated, **enum}


def documents() -> dict[str, Json]:
    """Build what the vendor's site would serve if nothing had changed, by path."""
    facts = published()
    served: dict[str, Json] = {}
    for service, known in facts["services"].items():
        paths = {path: {"get": response({"type": "object"})} for path in known["paths"]}
        info = {"title": service, "version": known["version"]}
        served[f"/{service.lower()}/openapi.json"] = {"info": info, "paths": paths}
    for stream in STREAMS:
        record = node(facts["records"][stream.name])
        if issubclass(stream, OpenAPIStream):
            paths = served[f"/{stream.service.lower()}/openapi.json"]["paths"]
            paths[path_in(paths, stream.path)] = {"get": response(record)}
        elif record["properties"]:
            name = stream.path.strip("/").replace("/", ".").replace("{", "").replace("}", "")
            served[f"/schema/{name}.get.schema.json"] = record
    return served


def response(schema: Json) -> Json:
    return {"responses": {"200": {"content": {"application/json": {"schema": schema}}}}}


def path_in(paths: Json, wanted: str) -> str:
    """Find a path in a document, where a status is a placeholder."""
    for kind in ("orders", "quotes"):
        if wanted.startswith(f"/{kind}/"):
            return f"/{kind}/{{documentStatus}}/lines"
    return next(path for path in paths if path.lower() == wanted.lower())


@pytest.fixture
def site(serve: Serve) -> Serving:
    """Serve documents on a local port, in place of the vendor's site."""

    def served(documents: dict[str, Json]) -> Site:
        def answer(request: Request) -> Answer:
            found = request.path in documents
            return Answer(documents.get(request.path), status=200 if found else 404)

        url = serve(answer).url
        return Site(rest=f"{url}/schema", openapi=url)

    return served


def report(site: Site, capsys: pytest.CaptureFixture[str]) -> list[str]:
    assert main(site) == 0
    return capsys.readouterr().out.splitlines()


def test_what_is_as_it_was_is_no_news(site: Serving, capsys: pytest.CaptureFixture[str]) -> None:
    assert report(site(documents()), capsys) == ["Nothing differs."]


def test_a_new_version_with_a_new_endpoint_is_told(
    site: Serving, capsys: pytest.CaptureFixture[str]
) -> None:
    served = documents()
    document = served["/budgetsapi/openapi.json"]
    document["info"]["version"] = "3.0.0"
    document["paths"]["/budget-periods"] = {"get": response({"type": "object"})}
    document["paths"]["/budget-posts"] = {"post": {}}
    assert report(site(served), capsys) == [
        f"- budgetsapi: 3.0.0 is published, {DEFAULT_VERSIONS['budgetsapi']} is known",
        "- budgetsapi: /budget-periods is new",
    ]


def test_properties_that_are_new_gone_or_of_another_type_are_told(
    site: Serving, capsys: pytest.CaptureFixture[str]
) -> None:
    served = documents()
    entry = served["/bookedentriesapi/openapi.json"]["paths"]["/booked-entries"]["get"]
    schema = entry["responses"]["200"]["content"]["application/json"]["schema"]
    schema["properties"]["lastUpdated"] = leaf("string date")
    schema["properties"]["type"]["enum"].append(11)
    schema["properties"]["projectNumber"] = leaf("string")
    del served["/schema/customers.get.schema.json"]["properties"]["ean"]
    types = "integer: 0 1 2 3 4 5 6 7 8 9 10"
    assert report(site(served), capsys) == [
        "- booked_entries: lastUpdated is new (string date)",
        "- booked_entries: projectNumber is string, was integer",
        f"- booked_entries: type is {types} 11, was {types}",
        "- customers: ean is gone",
    ]


def test_an_endpoint_that_is_gone_is_told_with_its_properties(
    site: Serving, capsys: pytest.CaptureFixture[str]
) -> None:
    served = documents()
    del served["/webhooksapi/openapi.json"]["paths"]["/EventTypes"]
    assert report(site(served), capsys) == [
        "- webhooksapi: /EventTypes is gone",
        *(
            f"- webhook_event_types: {name} is gone"
            for name in sorted(published()["records"]["webhook_event_types"])
        ),
    ]


def test_a_document_that_cannot_be_read_is_an_error_of_one_line(
    site: Serving, capsys: pytest.CaptureFixture[str]
) -> None:
    served = documents()
    del served["/q2capi/openapi.json"]
    assert main(site(served)) == 1
    assert (
        capsys.readouterr()
        .err.splitlines()[-1]
        .startswith("The published documents cannot be read: 404")
    )


def test_only_names_types_and_numbers_are_kept() -> None:
    facts = published()
    assert {*facts} == {"services", "records"}
    for known in facts["services"].values():
        assert all(path.startswith("/") and " " not in path for path in known["paths"])
    kept = {text for record in facts["records"].values() for text in record.values()}
    assert all(KIND.fullmatch(text) for text in kept)


def test_a_difference_within_an_unchanged_version_is_told_too() -> None:
    changed = copy.deepcopy(published())
    changed["records"]["units"]["code"] = "string"
    assert list(differences(published(), changed)) == ["units: code is new (string)"]
