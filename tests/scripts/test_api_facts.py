"""The mirror of the documents and recordings, in which only facts are kept."""

from __future__ import annotations

import json
import typing as t
from decimal import Decimal

import pytest

from scripts.generate import FACTS
from scripts.generate.api_facts import texts
from scripts.generate.api_facts.documents import classic_schema, service_document
from scripts.generate.api_facts.inventory import catalogue_row, classic_endpoint, service_endpoint
from scripts.generate.api_facts.recordings import decoded, masked
from scripts.generate.layout import json_text
from scripts.generate.output import GenerationError

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    Json: t.TypeAlias = t.Any

# The short texts of errors, by which the contract knows them.
ERROR_TEXTS = {"errors", "message", "messages", "title"}
# Those of masked text are x or X.
LETTERS = {*"abcdefghijklmnopqrstuvw"}


def strings(value: Json) -> Iterator[str]:
    """Yield all texts but those of errors."""
    if isinstance(value, dict):
        for name in value.keys() - ERROR_TEXTS:
            yield from strings(value[name])
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)
    elif isinstance(value, str):
        yield value


def test_mirroring_the_mirror_changes_nothing() -> None:
    there = {
        file.relative_to(FACTS).as_posix(): file.read_text("utf-8")
        for file in FACTS.rglob("*")
        if file.is_file()
    }
    assert texts(FACTS) == there


def test_no_sentence_of_others_is_in_it() -> None:
    read = [json.loads(file.read_text("utf-8")) for file in FACTS.rglob("*.json")]
    assert len(read) > 150
    for text in strings(read):
        assert sum(bool(LETTERS & {*word}) for word in text.split()) < 4, text


def test_it_is_small() -> None:
    assert sum(file.stat().st_size for file in FACTS.rglob("*") if file.is_file()) < 1_000_000


def test_a_classic_schema_keeps_types_and_limits_and_properties_of_any_name() -> None:
    member = {"type": "string", "maxLength": 3, "title": "A title.", "description": "A name."}
    schema = {
        "$schema": "draft-03",
        "description": "All of it.",
        "properties": {"description": member | {"required": True}, "title": {"oneOf": [member]}},
        "self": {"type": "string", "description": "It slipped out of the properties."},
    }
    kept = {"type": "string", "maxLength": 3}
    assert classic_schema(schema) == {
        "properties": {"description": kept | {"required": True}, "title": {"oneOf": [kept]}},
        "self": {"type": "string"},
    }


def test_a_service_keeps_its_get_requests_and_the_models_that_they_lead_to() -> None:
    def answers(model: str) -> Json:
        schema = {"$ref": f"#/components/schemas/{model}", "description": "Rows."}
        content = {"application/json": {"schema": schema, "example": {"name": "Patrick"}}}
        return {"summary": "Reads.", "responses": {"200": {"content": content}, "401": {}}}

    schemas = {
        "Page": {"type": "array", "items": {"$ref": "#/components/schemas/BookedEntry"}},
        "BookedEntry": {
            "properties": {"type": {"description": "One of:\n- 0: All\n- 1: One Kind"}}
        },
        "Sent": {"type": "object"},
    }
    document = {
        "openapi": "3.0.1",
        "info": {"title": "Things", "version": "2.0.0", "description": "A changelog."},
        "paths": {
            "/things": {"get": answers("Page"), "post": answers("Sent")},
            "/sent": {"put": {}},
        },
        "components": {"schemas": schemas},
    }
    schema = {"$ref": "#/components/schemas/Page"}
    content = {"content": {"application/json": {"schema": schema}}}
    facts = service_document(document)
    assert facts == {
        "info": {"version": "2.0.0"},
        "paths": {"/things": {"get": {"responses": {"200": content}}}},
        "components": {
            "schemas": {
                "Page": schemas["Page"],
                "BookedEntry": {
                    "properties": {"type": {"x-enum-names": {"0": "All", "1": "One Kind"}}}
                },
            }
        },
    }
    assert service_document(facts) == facts


def test_a_recording_keeps_the_form_of_private_values_and_all_others() -> None:
    body = """{"name": "Jørgen Ærø A/S  ", "phone": "+45 12 34 56 78", "currency": "DKK",
               "vatCode": "I25  ", "self": "https://restapi.e-conomic.com/customers/7",
               "customerNumber": 7, "balance": -205, "amount": -1250.70, "remainder": 0.00,
               "barred": false, "date": "2026-08-01", "note": "seen in May",
               "lines": [{"description": "Fish & chips", "quantity": 3.0}]}"""
    form = masked(decoded(body))
    assert form == {
        "name": "Xøxxxx Æxø X/X  ",
        "phone": "+99 99 99 99 99",
        "currency": "DKK",
        "vatCode": "I25  ",
        "self": "https://restapi.e-conomic.com/customers/7",
        "customerNumber": 7,
        "balance": -101,
        "amount": Decimal("-1110.10"),
        "remainder": Decimal("0.00"),
        "barred": False,
        "date": "2026-08-01",
        "lines": [{"description": "Xxxx & xxxxx", "quantity": Decimal("1.0")}],
    }
    assert '"amount": -1110.10' in json_text(form)
    assert masked(decoded(json_text(form))) == form


def endpoint(needs: Json) -> Json:
    inventory = json.loads((FACTS / "rest" / "endpoints.json").read_text("utf-8"))
    return inventory[0] | {"module_or_role": needs, "notes": "A note."}


@pytest.mark.parametrize(
    ("words", "facts"),
    [
        (None, {}),
        (
            "app role SuperUser, Bookkeeping or Sales",
            {"roles": ["Bookkeeping", "Sales", "SuperUser"]},
        ),
        ("not readable with the Bookkeeping role (a guide)", {"refused": ["Bookkeeping"]}),
    ],
)
def test_the_roles_of_an_endpoint_are_read_from_the_words_of_the_inventory(
    words: str | None, facts: Json
) -> None:
    reduced = classic_endpoint(endpoint(words))
    assert reduced["module_or_role"] == facts
    assert "notes" not in reduced


def test_words_on_roles_that_nobody_has_decided_on_are_refused() -> None:
    with pytest.raises(GenerationError, match="only on Sundays"):
        classic_endpoint(endpoint("only on Sundays"))


@pytest.mark.parametrize(
    ("words", "module"),
    [
        ("Project module (403, live)", "Project"),
        ("Accruals module: unconfirmed", None),
        ("Sales access (no Project module needed)", None),
        (None, None),
    ],
)
def test_a_module_is_named_only_where_an_endpoint_is_refused_without_it(
    words: str | None, module: str | None
) -> None:
    inventory = json.loads((FACTS / "openapi" / "endpoints.json").read_text("utf-8"))
    needs = {"roles": ["SuperUser"], "module": words}
    broken = {"filter_broken": {"*": "500 on every filter"}, "note": "A note."}
    reduced = service_endpoint(inventory[0] | {"module_or_role": needs} | broken)
    assert reduced["module_or_role"] == {"roles": ["SuperUser"], "module": module}
    assert reduced["filter_broken"] == ["*"]
    assert "note" not in reduced


def test_a_stream_of_the_catalogue_has_no_note() -> None:
    assert catalogue_row({"stream": "units", "note": "A note."}) == {"stream": "units"}


def test_what_fits_into_a_line_is_one() -> None:
    numbers = list(range(40))
    assert json_text({"a": {"b": [1, 2]}, "long": numbers}) == (
        '{\n "a": {"b": [1, 2]},\n "long": [\n  ' + ",\n  ".join(map(str, numbers)) + "\n ]\n}\n"
    )
