"""The definition for Meltano Hub, by the Hub's own schema."""

from __future__ import annotations

import json
import typing as t

import jsonschema
import pytest
import yaml

from tests.support.programs import ROOT

TEXT = (ROOT / "hub" / "tap-economic.yml").read_text("utf-8")
DEFINITION: dict[str, t.Any] = yaml.safe_load(TEXT)
SCHEMA = json.loads((ROOT / "tests" / "support" / "hub.schema.json").read_text("utf-8"))


def errors(definition: dict[str, t.Any]) -> list[str]:
    return [error.message for error in jsonschema.Draft7Validator(SCHEMA).iter_errors(definition)]


def test_the_definition_is_valid_by_the_hub_s_schema() -> None:
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    assert errors(DEFINITION) == []


@pytest.mark.parametrize(
    "change",
    [
        {"quality": "excellent"},
        {"maintenance_status": "alive"},
        {"capabilities": ["read"]},
        {"colour": "green"},
        {"settings": [{"name": "page_size", "kind": "number"}]},
        {"settings": [{"kind": "integer"}]},
        {"supported_python_versions": ["3"]},
    ],
)
def test_the_schema_refuses_what_the_hub_would(change: dict[str, t.Any]) -> None:
    assert errors({**DEFINITION, **change})


def test_the_keys_are_sorted() -> None:
    for part in (DEFINITION, *DEFINITION["settings"]):
        assert list(part) == sorted(part)


def test_whoever_finds_it_learns_which_settings_are_secret() -> None:
    secret = {setting["name"] for setting in DEFINITION["settings"] if setting.get("sensitive")}
    assert secret == {"app_secret_token", "agreement_grant_token", "agreements"}
