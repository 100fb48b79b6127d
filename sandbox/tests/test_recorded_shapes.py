"""The records of the sandbox against what the vendor publishes of both APIs."""

from __future__ import annotations

import functools
import json
import re
import typing as t
from decimal import Decimal

import pytest

from economic_sandbox.company import Company, generate_company
from economic_sandbox.resources import RESOURCES
from sandbox_support.published import FACTS
from sandbox_support.records import rows_of

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from economic_sandbox.resources.resource import Resource

# Members that recorded bodies have and the published schemas lack.
RECORDED: dict[str, set[str]] = {
    "/accounts": {"departmentalDistribution"},  # in the collection's schema, not in the single's
    "/customers": {"attention.customer", "customerContact.customer"},
    "/products": {
        "invoices.self", "pricing", "productGroup.inventoryEnabled", "unit.products",
    },
    "/self": {"bankInformation.ibanNumber", "bankInformation.swiftCode"},
    "/suppliers": {"metaData"},
    "/units": {"products"},
    "/departmental-distributions": {"barred"},
    "/invoices/booked": {
        "lines.unit.products", "orderNumber", "recipient.mobilePhone",
        "recipient.vatZone.enabledForCustomer", "recipient.vatZone.enabledForSupplier",
        "recipient.vatZone.name", "references.customerContact.customer",
    },
    "/invoices/drafts": {
        "attachment", "layout", "lines.unit.products", "recipient.mobilePhone",
        "recipient.vatZone.enabledForCustomer", "recipient.vatZone.enabledForSupplier",
        "recipient.vatZone.name", "references.customerContact.customer",
    },
}  # fmt: skip
for _view in ("paid", "unpaid", "overdue", "not-due"):
    # These schemas lack two members that a recorded /invoices/paid has.
    RECORDED[f"/invoices/{_view}"] = {
        *RECORDED["/invoices/booked"], "exchangeRate", "grossAmountInBaseCurrency",
    }  # fmt: skip
for _kind in ("orders", "quotes"):
    for _status in ("drafts", "sent", "archived"):
        RECORDED[f"/{_kind}/{_status}"] = {
            *RECORDED["/invoices/drafts"], "lines", "lines.totalNetAmount", "templates",
        }  # fmt: skip

# Members that the schemas demand and the recordings leave out.
NOT_SENT = {
    "application.requiredRoles.self",
}

# Types that the schemas give wrongly: an entry's invoiceNumber is a number in the recordings.
OTHER_TYPE = {"invoiceNumber": "integer"}

# The supplier groups have no published schema: these are the members of a recorded body.
SUPPLIER_GROUP = {
    "properties": {
        "supplierGroupNumber": {"type": "integer"},
        "name": {"type": "string"},
        "account": {
            "type": "object",
            "properties": {
                "accountNumber": {"type": "integer"},
                "self": {"type": "string", "format": "uri", "required": True},
            },
        },
        "self": {"type": "string", "format": "uri", "required": True},
    }
}

PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "array": (list,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, Decimal),
    "object": (dict,),
    "string": (str,),
}


@functools.lru_cache
def company() -> Company:
    return generate_company()


@functools.lru_cache
def records(resource: Resource) -> list[dict[str, t.Any]]:
    rows = rows_of(resource, company())
    assert rows, f"{resource.path} is empty"
    return rows if isinstance(rows, list) else [rows]


def name(resource: Resource) -> str:
    return f"{resource.service or 'rest'} {resource.path}"


CLASSIC = [resource for resource in RESOURCES if resource.service is None]
OPENAPI = [resource for resource in RESOURCES if resource.service is not None]


def schema_of(resource: Resource) -> dict[str, t.Any]:
    """Read the published schema of a classic resource's records."""
    if resource.path == "/supplier-groups":
        return SUPPLIER_GROUP
    stem = resource.path.strip("/").replace("/", ".").replace("{", "").replace("}", "")
    text = (FACTS / "rest" / "schemas" / f"{stem}.get.schema.json").read_text(encoding="utf-8")
    schema: dict[str, t.Any] = json.loads(text)
    collection = schema["properties"].get("collection")
    return schema if collection is None else t.cast("dict[str, t.Any]", collection["items"])


def listing_path(resource: Resource) -> str:
    """Give the path that a single record is listed at: it has the listing's extra members."""
    return re.sub(r"/\{[^}]*\}$", "", resource.path)


def complaints(value: object, schema: dict[str, t.Any], at: str, extra: set[str]) -> Iterator[str]:
    """Hold a value against a draft-03 schema, corrected by what is known to be wrong in it."""
    kind = OTHER_TYPE.get(at, schema.get("type"))
    if kind is not None and not has_type(value, kind):
        yield f"{at}: {value!r} is no {kind}"
        return
    if isinstance(value, dict):
        yield from object_complaints(value, schema.get("properties", {}), at, extra)
    elif isinstance(value, list):
        for item in value:
            yield from complaints(item, schema.get("items", {}), at, extra)
    elif isinstance(value, str):
        yield from text_complaints(value, schema, at)
    elif "enum" in schema and value not in schema["enum"]:
        yield f"{at}: {value!r} is not in {schema['enum']}"


def has_type(value: object, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, PYTHON_TYPES[kind])


def object_complaints(
    value: dict[str, t.Any], published: dict[str, t.Any], at: str, extra: set[str]
) -> Iterator[str]:
    for member, content in value.items():
        path = f"{at}.{member}" if at else member
        if member in published:
            yield from complaints(content, published[member], path, extra)
        elif path not in extra:
            yield f"{path}: neither published nor recorded"
    for member, schema in published.items():
        path = f"{at}.{member}" if at else member
        demanded = schema.get("required") is True and member not in {"metaData", "pagination"}
        if demanded and member not in value and path not in NOT_SENT:
            yield f"{path}: missing"


def text_complaints(value: str, schema: dict[str, t.Any], at: str) -> Iterator[str]:
    if len(value) > schema.get("maxLength", len(value)):
        yield f"{at}: {value!r} is longer than {schema['maxLength']}"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{at}: {value!r} is not in {schema['enum']}"
    # Some published patterns have lost their backslashes.
    pattern = re.sub(r"(?<!\\)d\{", r"\\d{", schema.get("pattern", ""))
    if pattern and not re.fullmatch(pattern, value):
        yield f"{at}: {value!r} does not match {pattern}"
    if schema.get("format") == "uri" and not value.startswith("https://restapi.e-conomic.com/"):
        yield f"{at}: {value!r} is no link"


@pytest.mark.parametrize("resource", CLASSIC, ids=name)
def test_classic_records_have_the_published_shape(resource: Resource) -> None:
    schema = schema_of(resource)
    extra = RECORDED.get(listing_path(resource), set())
    found = {
        complaint
        for record in records(resource)
        for complaint in complaints(record, schema, "", extra)
    }
    assert found == set()


@functools.lru_cache
def models() -> dict[tuple[str, str], dict[str, t.Any]]:
    """Read the record models of the OpenAPI services by service and path."""
    inventory = json.loads((FACTS / "openapi" / "endpoints.json").read_text(encoding="utf-8"))
    return {
        (endpoint["api"], endpoint["path"]): published_models(endpoint["api"])[endpoint["model"]]
        for endpoint in inventory
        if endpoint["kind"] in {"collection", "single"}
    }


@functools.lru_cache
def published_models(service: str) -> dict[str, dict[str, t.Any]]:
    (file,) = (FACTS / "openapi" / "specs").glob(f"{service}-v*.json")
    every = json.loads(file.read_text(encoding="utf-8"))["components"]["schemas"]
    return {model: resolved(schema, every) for model, schema in every.items()}


def resolved(schema: dict[str, t.Any], every: dict[str, t.Any]) -> dict[str, t.Any]:
    """Replace references, alone or in ``allOf``, with what they refer to."""
    made = {name: value for name, value in schema.items() if name not in {"$ref", "allOf"}}
    for part in (schema, *schema.get("allOf", ())):
        if "$ref" in part:
            made |= resolved(every[part["$ref"].rpartition("/")[2]], every)
    for name, member in made.get("properties", {}).items():
        made["properties"] = {**made["properties"], name: resolved(member, every)}
    if "items" in made:
        made["items"] = resolved(made["items"], every)
    return made


@pytest.mark.parametrize("resource", OPENAPI, ids=name)
def test_openapi_records_have_the_shape_of_their_model(resource: Resource) -> None:
    assert resource.service is not None
    model = models()[resource.service, resource.path]
    found = {
        complaint
        for record in records(resource)
        for complaint in model_complaints(record, model["properties"])
    }
    assert found == set()
    for record in records(resource):
        assert set(model.get("required", ())) <= record.keys()


def model_complaints(record: dict[str, t.Any], model: dict[str, t.Any]) -> Iterator[str]:
    for member, value in record.items():
        if member not in model:
            yield f"{member}: not in the model"
            continue
        schema = model[member]
        if not has_type(value, schema["type"]):
            yield f"{member}: {value!r} is no {schema['type']}"
        elif isinstance(value, list):
            for item in value:
                yield from model_complaints(item, schema["items"].get("properties", {}))
        elif isinstance(value, str):
            yield from model_text_complaints(value, schema, member)
        elif "enum" in schema and value not in schema["enum"]:
            yield f"{member}: {value!r} is not in {schema['enum']}"


# Days come with a midnight and no zone; moments of change come in UTC.
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT(00:00:00|\d\d:\d\d:\d\dZ)")


def model_text_complaints(value: str, schema: dict[str, t.Any], member: str) -> Iterator[str]:
    if len(value) > schema.get("maxLength", len(value)):
        yield f"{member}: {value!r} is longer than {schema['maxLength']}"
    if schema.get("format") in {"date", "date-time"} and not MOMENT.fullmatch(value):
        yield f"{member}: {value!r} is no moment"


def test_a_shape_that_is_wrong_is_found() -> None:
    resource = next(resource for resource in CLASSIC if resource.path == "/accounts")
    record = dict(records(resource)[0])
    record["accountNumber"] = "1000"
    record["accountType"] = "other"
    record["colour"] = "red"
    del record["self"]
    found = set(complaints(record, schema_of(resource), "", set()))
    assert {complaint.split(":")[0] for complaint in found} == {
        "accountNumber", "accountType", "colour", "self",
    }  # fmt: skip
