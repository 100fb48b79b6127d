"""The sandbox's facts about both APIs, from the published schemas and the endpoint inventory.

The inventory lists, by endpoint, the properties that can be filtered and sorted by, where the
server differs from its own schemas, and the role and module that the endpoint needs.
"""

from __future__ import annotations

import json
import re
import typing as t

from scripts.generate import FACTS
from scripts.generate.layout import json_text
from scripts.generate.schemas.vendor import Folder, resolved

Json: t.TypeAlias = dict[str, t.Any]

ROLES = {"Bookkeeping", "ProjectEmployee", "Sales", "SuperUser"}

# Recorded with the value false, on any object. According to the documentation false booleans are
# omitted, and all others were in every recording.
SENT_WHEN_FALSE = [
    "blockDirectEntries",
    "eInvoicingDisabledByDefault",
    "enabledForCustomer",
    "enabledForSupplier",
    "inventoryEnabled",
]
# `barred` is omitted when false on customers, suppliers and departments, but sent on these.
BARRED_SENT_WHEN_FALSE = re.compile(r"^/departmental-distributions|/products(/\{productNumber\})?$")

# Server errors observed in August 2026, by the operators that cause them ("null" is $eq:$null:).
CLASSIC_CRASHES = {"/products": {"barred": ["ne", "null"]}}
OPENAPI_CRASHES = {"assetGroupNumber": ["*"], "isDepartmentMandatory": ["eq", "ne"]}
OPENAPI_SORT_CRASHES = ["assetGroupNumber"]

# Paged listings that are not below the path of their cursor listing.
PAGED_ELSEWHERE = {"/productspaged/paged": "/products"}

_PUBLISHED = Folder(FACTS)


def text() -> str:
    """Return the facts as JSON."""
    return json_text({"rest": rest_facts(), "openapi": openapi_facts()})


def _inventory(family: str) -> list[Json]:
    content = (FACTS / family / "endpoints.json").read_text("utf-8")
    return t.cast("list[Json]", json.loads(content))


def rest_facts() -> Json:
    """The classic REST API: the names that are sent when false, and the endpoints."""
    return {
        "sent_when_false": SENT_WHEN_FALSE,
        "endpoints": {
            endpoint["path"]: classic_endpoint(endpoint) for endpoint in _inventory("rest")
        },
    }


def classic_endpoint(endpoint: Json) -> Json:
    """The facts about one classic endpoint, without empty ones."""
    path = endpoint["path"]
    live = endpoint["accepted_live_but_not_in_schema"]
    crashes = {name: ["*"] for name in endpoint["filterable_in_schema_but_500"]}
    crashes |= CLASSIC_CRASHES.get(path, {})
    filterable = dict.fromkeys([*endpoint["filterable"], *crashes, *live["filter"]])
    types = classic_types(endpoint["schema"])
    facts = {
        "filterable": {name: types.get(name, "string") for name in filterable},
        "sortable": list(dict.fromkeys([*endpoint["sortable"], *live["sort"]])),
        "default_sort": endpoint["default_sort"],
        "crashes": crashes,
        "sent_when_false": ["barred"] if BARRED_SENT_WHEN_FALSE.search(path) else [],
        "roles": classic_roles(endpoint["module_or_role"]),
    }
    return {name: value for name, value in facts.items() if value}


def classic_roles(needs: dict[str, list[str]]) -> list[str]:
    """The roles that may read an endpoint; empty if any role may."""
    refused = needs.get("refused")
    return sorted(ROLES - {*refused}) if refused else needs.get("roles", [])


def classic_types(schema: str | None) -> dict[str, str]:
    """The types of a listing's properties by their dotted names."""
    document = _PUBLISHED.classic(schema.removesuffix(".get.schema.json")) if schema else None
    listing = document["properties"].get("collection", {}) if document else {}
    return dict(walk(listing.get("items", {}).get("properties", {})))


def walk(properties: Json, prefix: str = "") -> t.Iterator[tuple[str, str]]:
    """Every nested property with its type."""
    for name, schema in properties.items():
        yield prefix + name, kind(name, schema)
        yield from walk(schema.get("properties", {}), f"{prefix}{name}.")


def kind(name: str, schema: Json) -> str:
    """One type of: enum, date, date-time, string, boolean, integer, number."""
    published = schema.get("format")
    if "enum" in schema:
        return "enum"
    if published == "full-date" and name != "lastUpdated":  # a day only as it is published
        return "date"
    if published in {"date", "date-time", "full-date"}:
        return "date-time"
    return str(schema.get("type", "string"))


def openapi_facts() -> Json:
    """The OpenAPI services, by lower-case name, and their endpoints."""
    services: Json = {}
    for endpoint in _inventory("openapi"):
        service = services.setdefault(endpoint["api"].lower(), {})
        service[endpoint["path"]] = openapi_endpoint(endpoint)
    return {
        name: {path: shorten(path, service) for path in service}
        for name, service in services.items()
    }


def shorten(path: str, service: Json) -> Json:
    """An endpoint without the facts of the listing that it pages or counts."""
    facts = service[path]
    shared = service.get(facts["of"], {}) if facts["of"] != path else {}
    own = {name: value for name, value in facts.items() if shared.get(name) != value}
    return own | {"of": facts["of"]}


def openapi_endpoint(endpoint: Json) -> Json:
    """The facts about one OpenAPI endpoint, without empty ones."""
    broken = endpoint.get("filter_broken", {})
    crashes = {name: OPENAPI_CRASHES.get(name, ["*"]) for name in broken}
    schemas = openapi_schemas(endpoint)
    facts = {
        "shape": shape(endpoint),
        "of": listing_of(endpoint["path"]),
        "keys": endpoint["primary_key"],
        "filterable": {
            name: {"type": kind(name, schemas.get(name, {})), "operators": " ".join(operators)}
            | enum_members(schemas.get(name, {}))
            for name, operators in endpoint["filterable"].items()
        },
        "sortable": endpoint["sortable"],
        "crashes": crashes,
        "sort_crashes": [name for name in OPENAPI_SORT_CRASHES if name in endpoint["sortable"]],
        "roles": endpoint["module_or_role"]["roles"],
        "module": endpoint["module_or_role"]["module"],
    }
    return {name: value for name, value in facts.items() if value}


def shape(endpoint: Json) -> str:
    """One of: cursor, paged, count, array, single, binary."""
    is_listing = endpoint["kind"] == "collection"
    published = str(endpoint["pagination"] if is_listing else endpoint["kind"])
    return {"compound-cursor": "cursor", "none": "array"}.get(published, published)


def listing_of(path: str) -> str:
    """The path of the listing that an endpoint pages or counts."""
    return PAGED_ELSEWHERE.get(path) or re.sub(r"/(paged|count)$", "", path)


def openapi_schemas(endpoint: Json) -> Json:
    """The properties of an endpoint's model."""
    document = _PUBLISHED.spec(endpoint["api"], endpoint["version"])
    model = document["components"]["schemas"].get(endpoint["model"], {})
    return t.cast("Json", resolved(document, model).get("properties", {}))


def enum_members(schema: Json) -> Json:
    """The numbers of an enum and its lower-case names; a filter accepts both."""
    if "enum" not in schema:
        return {}
    members = {str(number): number for number in schema["enum"]}
    for number, name in schema.get("x-enum-names", {}).items():
        members[name.replace(" ", "").lower()] = int(number)
    return {"members": members}
