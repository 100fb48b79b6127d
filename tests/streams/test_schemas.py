"""The schema files: what a warehouse makes its columns from."""

from __future__ import annotations

import json
import re
import typing as t
from pathlib import Path

import jsonschema
import pytest

from sandbox_support.published import FACTS
from tap_economic.streams import STREAMS
from tests.support.schemas import closed, formats

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.schemas import Schema

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "tap_economic" / "schemas"
SAMPLES = FACTS / "rest" / "samples"

SCHEMAS: dict[str, Schema] = {
    file.stem: json.loads(file.read_text("utf-8")) for file in sorted(FOLDER.glob("*/*.json"))
}

every_schema = pytest.mark.parametrize("name", sorted(SCHEMAS))

# Stem of a recording: the streams whose record it is.
BOOKED_LISTINGS = (
    "invoices_booked",
    "invoices_paid",
    "invoices_unpaid",
    "invoices_overdue",
    "invoices_not_due",
)
RECORDED = {
    "accounting-years": ("accounting_years",),
    "accounts": ("accounts",),
    "customer-groups": ("customer_groups",),
    "customers": ("customers",),
    "departmental-distributions": ("departmental_distributions",),
    "departmental-distributions.departments": ("departmental_distributions",),
    "departments": ("departments",),
    "invoices.booked": ("invoices_booked_document",),
    "invoices.drafts": ("invoices_drafts",),
    "journals": ("journals",),
    "layouts": ("layouts",),
    "orders.archived": ("orders_archived",),
    "orders.drafts": ("orders_drafts", "orders_sent"),
    "payment-terms": ("payment_terms",),
    "payment-types": ("payment_types",),
    "product-groups": ("product_groups",),
    "products": ("products",),
    "self": ("agreement",),
    "supplier-groups": ("supplier_groups",),
    "vat-types": ("vat_types",),
    "vat-zones": ("vat_zones",),
}
NO_RECORD_OF_A_STREAM = {
    "customers.contacts": "the stream reads the OpenAPI service",
    "empty-collection.departmental-distributions.distributions": "no records",
    "error-400-filter": "an error",
    "error-401.2015": "an error",
    "error-404.2015-errorCode": "an error",
    "journals.vouchers.post-response.customerPayments": "an answer to POST, of no stream",
    "pagination.customers.first-page.records-removed": "no records",
    "pagination.customers.last-page.records-removed": "no records",
    "pagination.customers.middle-page.records-removed": "no records",
    "products.pricing.currency-specific-sales-prices": "the stream reads the OpenAPI service",
}


def properties(schema: Schema, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Schema]]:
    """Every property down to the leaf, by its path."""
    for name, member in schema["properties"].items():
        yield ".".join((*path, name)), member
        inner = member.get("items", member)
        if "properties" in inner:
            yield from properties(inner, (*path, name))


def kinds(member: Schema) -> set[str]:
    return {member["type"]} if isinstance(member["type"], str) else set(member["type"])


def recordings() -> Iterator[tuple[str, Path]]:
    """Each recording, by what was asked for."""
    for file in sorted(SAMPLES.glob("*.json")):
        yield re.sub(r"\.(collection|single\b.*)$", "", file.stem), file


def test_there_is_a_schema_for_each_stream_and_no_other() -> None:
    assert SCHEMAS.keys() == {stream.name for stream in STREAMS}


@every_schema
def test_a_schema_is_valid_json_schema_of_a_small_vocabulary(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[name])
    assert set(SCHEMAS[name]) == {"type", "properties", "required"}
    for path, member in properties(SCHEMAS[name]):
        assert set(member) <= {"type", "format", "description", "properties", "items"}, path
        assert member.get("format") in {None, "date", "date-time"}, path
        assert kinds(member) - {"null"} <= {
            "array",
            "boolean",
            "integer",
            "number",
            "object",
            "string",
        }, path


@every_schema
def test_the_keys_come_first_and_are_never_null_and_all_else_may_be(name: str) -> None:
    schema = SCHEMAS[name]
    keys = schema["required"]
    assert keys[0] == "agreementNumber"
    assert list(schema["properties"])[: len(keys)] == keys
    for path, member in properties(schema):
        if path in keys:
            assert kinds(member) in ({"integer"}, {"string"}), path
        else:
            assert len(kinds(member)) == 2, path
            assert "null" in kinds(member), path


@every_schema
def test_objects_and_arrays_are_typed_to_the_leaf(name: str) -> None:
    for path, member in properties(SCHEMAS[name]):
        if "object" in kinds(member):
            assert member["properties"], path
        elif "array" in kinds(member):
            assert member["items"]["type"] == "object", path
            assert member["items"]["properties"], path
        else:
            assert not {"properties", "items"} & set(member), path


@every_schema
def test_every_property_is_described_in_a_short_plain_sentence(name: str) -> None:
    for path, member in properties(SCHEMAS[name]):
        text = member["description"]
        assert re.fullmatch(r"[A-Z].{3,298}\.", text), f"{path}: {text!r}"
        assert not re.search(r"[<>]|https?:|TODO|  ", text), f"{path}: {text!r}"


AMOUNT = re.compile(
    r"(?!is[A-Z])\w*?("
    r"[aA]mount|AmountDKK|amountDefaultCurrency|InBaseCurrency|[bB]alance|[rR]emainder"
    r"|[pP]rice(After|Before|BaseCurrency)?|[rR]ate|[pP]ercent(age)?|Pct|[fF]actor|markup"
    r"|[qQ]uantity\d?|inStock|available|orderedByCustomers|orderedFromSuppliers|minimumStock"
    r"|Weight|Volume|distance|mileage|numberOfHours|creditLimit|creditMaximum|invoicedTotal)"
)


@every_schema
def test_an_amount_is_a_number(name: str) -> None:
    for path, member in properties(SCHEMAS[name]):
        if AMOUNT.fullmatch(path.rsplit(".", 1)[-1]) and "object" not in kinds(member):
            assert kinds(member) == {"number", "null"}, path


@every_schema
def test_a_day_is_a_date_and_an_instant_a_date_time(name: str) -> None:
    for path, member in properties(SCHEMAS[name]):
        leaf = path.rsplit(".", 1)[-1]
        if leaf in {"lastUpdated", "inventoryLastUpdated", "timestamp", "lastDisabledDate"}:
            assert member.get("format") == "date-time", path
        elif re.search(r"(^d|D)ate($|From$|To$)", leaf):
            matched_at = name.startswith("booked_entries") and leaf == "creationDate"
            assert member.get("format") == ("date-time" if matched_at else "date"), path
        elif member.get("format"):
            assert path == "application.created", path


@every_schema
def test_a_flag_is_a_boolean_and_a_number_of_something_no_amount(name: str) -> None:
    for path, member in properties(SCHEMAS[name]):
        leaf = path.rsplit(".", 1)[-1]
        if re.match(r"(is|can|receive|include|enabledFor)[A-Z]", leaf) or leaf == "barred":
            assert "boolean" in kinds(member), path
        if re.search(r"(Number|Id|Count)$", leaf):
            assert kinds(member) & {"integer", "string"}, path


def test_no_webhook_header_is_ever_read() -> None:
    assert "customHeaders" not in SCHEMAS["webhooks"]["properties"]


def test_the_entry_types_are_named() -> None:
    text = SCHEMAS["booked_entries"]["properties"]["type"]["description"]
    assert [number for number in range(11) if not re.search(rf"\b{number} = [a-z]", text)] == []


def test_what_newer_versions_of_the_ledger_added_is_declared() -> None:
    added = {"supplierPayment", "costTypeNumber"}
    assert added <= set(SCHEMAS["booked_entries"]["properties"])
    added = {
        "effectiveMatchDate",
        "creationDate",
        "matchedAmount",
        "matchedAmountInBaseCurrency",
    }
    for name in ("booked_entries", "booked_entries_matched_pairs"):
        assert added <= set(SCHEMAS[name]["properties"])


def test_every_recording_is_either_of_a_stream_or_known_not_to_be() -> None:
    stems = {stem for stem, _ in recordings()}
    assert stems == set(RECORDED) | set(NO_RECORD_OF_A_STREAM)


@pytest.mark.parametrize(
    ("file", "name"),
    [
        pytest.param(file, name, id=f"{file.name}-{name}")
        for stem, file in recordings()
        for name in RECORDED.get(stem, ())
    ],
)
def test_a_recorded_body_is_valid_and_holds_nothing_undeclared(file: Path, name: str) -> None:
    validator = jsonschema.Draft202012Validator(closed(SCHEMAS[name]), format_checker=formats)
    for record in records(file):
        validator.validate({"agreementNumber": 1, **record})


@pytest.mark.parametrize("name", BOOKED_LISTINGS)
def test_a_recorded_invoice_without_its_lines_is_valid_in_every_listing(name: str) -> None:
    validator = jsonschema.Draft202012Validator(closed(SCHEMAS[name]), format_checker=formats)
    for file in SAMPLES.glob("invoices.booked.single.*.json"):
        for record in records(file):
            del record["lines"]
            validator.validate({"agreementNumber": 1, **record})


def records(file: Path) -> list[dict[str, t.Any]]:
    body = json.loads(file.read_text("utf-8"))
    found = body["collection"] if ".collection" in file.name else [body]
    assert found
    return t.cast("list[dict[str, t.Any]]", found)
