"""With use_singer_decimal, numbers leave as texts that no loader makes a float of."""

from __future__ import annotations

import json
import typing as t
from decimal import Decimal

import jsonschema
import pytest

from economic_sandbox.server import Sandbox
from tap_economic.tap import TapEconomic
from tests.support.batches import batch_config, batched
from tests.support.catalogs import NAMES, selecting
from tests.support.running import run_tap
from tests.support.sandboxes import settings
from tests.support.scripted import Answer, collection, with_self

if t.TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.running import Run
    from tests.support.scripted import Serve

DECIMAL = {
    "type": ["string", "null"],
    "format": "x-singer.decimal",
    "precision": 38,
    "scale": 9,
}
BODY = (
    b'{"collection": [{"customerNumber": 1, "name": "1.50", "balance": 0.10, "dueAmount": 5,'
    b' "creditLimit": 100.000000, "favourite": 1.5}], "pagination": {"results": 1}}'
)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(page_size=100) as served:
        yield served


def schemas_of(run: Run) -> dict[str, dict[str, t.Any]]:
    return {
        message["stream"]: message["schema"]
        for message in run.messages
        if message["type"] == "SCHEMA"
    }


def types_in(schema: dict[str, t.Any]) -> set[str]:
    """The types that a schema declares, at any depth."""
    inner = [*schema.get("properties", {}).values(), schema.get("items", {})]
    own = schema.get("type", [])
    return set([own] if isinstance(own, str) else own).union(*map(types_in, filter(None, inner)))


def without_description(schema: dict[str, t.Any]) -> dict[str, t.Any]:
    return {key: value for key, value in schema.items() if key != "description"}


def test_numbers_leave_as_the_texts_that_the_api_sent(serve: Serve) -> None:
    api = serve(with_self(lambda _: Answer(BODY)))
    run = run_tap(api.url, "customers", use_singer_decimal=True)
    assert run.exit_code == 0
    (record,) = run.records("customers")
    assert record["balance"] == "0.10"
    assert record["dueAmount"] == "5"
    assert record["creditLimit"] == "100.000000"
    assert record["name"] == "1.50"
    assert record["customerNumber"] == 1
    properties = schemas_of(run)["customers"]["properties"]
    assert without_description(properties["balance"]) == DECIMAL
    assert properties["customerNumber"]["type"] == "integer"


def test_without_the_setting_they_leave_as_numbers(serve: Serve) -> None:
    api = serve(with_self(lambda _: Answer(BODY)))
    run = run_tap(api.url, "customers")
    assert any(b'"balance":0.10' in line for line in run.lines)
    assert "x-singer.decimal" not in json.dumps(schemas_of(run))


@pytest.mark.parametrize("number", ["0.00000000", "1e3", "-0.10", "99999999999999999.123456789"])
def test_a_text_is_written_without_an_exponent(serve: Serve, number: str) -> None:
    body = BODY.replace(b"0.10", number.encode())
    api = serve(with_self(lambda _: Answer(body)))
    (record,) = run_tap(api.url, "customers", use_singer_decimal=True).records("customers")
    assert record["balance"] == ("1000" if number == "1e3" else number)


@pytest.mark.parametrize(
    "number", ["0.1234567891", "1" + "0" * 29, "1e400", "0.30000000000000004", '"NaN"']
)
@pytest.mark.parametrize("maps", [{}, {"customers": {"name": "name"}}])
def test_a_number_that_a_column_would_round_fails_its_stream_by_name(
    serve: Serve, number: str, maps: dict[str, t.Any]
) -> None:
    body = BODY.replace(b"0.10", number.encode())
    api = serve(with_self(lambda _: Answer(body)))
    run = run_tap(api.url, "customers", use_singer_decimal=True, stream_maps=maps)
    assert run.exit_code == 1
    assert run.records("customers") == []
    assert "'balance'" in run.results["customers"].reason


def test_a_nested_number_is_named_by_its_way(serve: Serve) -> None:
    rows = [{"productNumber": "A", "inventory": {"available": 0.12345678901}}]
    api = serve(with_self(lambda _: collection(rows)))
    run = run_tap(api.url, "products", use_singer_decimal=True)
    assert "'inventory.available'" in run.results["products"].reason


WAYS: dict[str, dict[str, t.Any]] = {
    "unchanged": {},
    "mapped": {"stream_maps": {"booked_entries": {"amount": "amount"}}},
    "flattened": {"flattening_enabled": True, "flattening_max_depth": 2},
    "side by side": {"concurrency": 8},
}


@pytest.fixture(scope="module", params=WAYS, ids=str)
def both(sandbox: Sandbox, request: pytest.FixtureRequest) -> tuple[Run, Run]:
    """The same books with numbers and with texts."""
    options = {**settings(sandbox), **WAYS[request.param]}
    numbers = run_tap(None, *NAMES, page_size=100, **options)
    texts = run_tap(None, *NAMES, page_size=100, use_singer_decimal=True, **options)
    assert numbers.exit_code == texts.exit_code == 0
    return numbers, texts


def test_every_record_fits_its_schema_in_which_there_are_no_numbers(both: tuple[Run, Run]) -> None:
    schemas = schemas_of(both[1])
    for name in NAMES:
        assert "number" not in types_in(schemas[name])
        validator = jsonschema.Draft7Validator(schemas[name])
        for record in both[1].records(name):
            validator.validate(record)
    assert '"precision": 38, "scale": 9' in json.dumps(schemas)


def test_the_records_are_the_same_but_for_that_and_so_are_the_states(
    both: tuple[Run, Run],
) -> None:
    numbers, texts = both
    for name in NAMES:
        expected = [plain(record) for record in numbers.records(name)]
        assert [plain(record) for record in texts.records(name)] == expected
    assert texts.state == numbers.state


def plain(value: t.Any) -> t.Any:
    """Return a value with its numbers, and texts that are numbers, as decimals."""
    if isinstance(value, dict):
        return {name: plain(member) for name, member in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, (float, int)) and not isinstance(value, bool):
        return Decimal(str(value)).normalize()
    try:
        return Decimal(value).normalize()
    except (ArithmeticError, TypeError, ValueError):
        return value


def test_batch_files_hold_the_texts_too(sandbox: Sandbox, tmp_path: Path) -> None:
    options = {"page_size": 100, "use_singer_decimal": True, **settings(sandbox)}
    lines = run_tap(None, *NAMES, **options)
    files = run_tap(None, *NAMES, batch_config=batch_config(tmp_path), **options)
    assert batched(files) == {name: lines.records(name) for name in NAMES}


@pytest.mark.parametrize("discovered", [False, True])
@pytest.mark.parametrize("wanted", [False, True])
def test_the_setting_decides_whatever_the_catalog_was_discovered_with(
    serve: Serve, *, discovered: bool, wanted: bool
) -> None:
    catalog = selecting("customers")
    if discovered:
        (entry,) = (e for e in catalog["streams"] if e["tap_stream_id"] == "customers")
        entry["schema"]["properties"]["balance"] = dict(DECIMAL)
    api = serve(with_self(lambda _: Answer(BODY)))
    run = run_tap(api.url, catalog=catalog, use_singer_decimal=wanted)
    balance = schemas_of(run)["customers"]["properties"]["balance"]
    expected = DECIMAL if wanted else {"type": ["number", "null"]}
    assert without_description(balance) == expected
    assert [record["balance"] for record in run.records("customers")] == ["0.10" if wanted else 0.1]


@pytest.mark.parametrize("wanted", [False, True])
def test_discovery_declares_what_will_be_sent(*, wanted: bool) -> None:
    tap = TapEconomic(config={"use_singer_decimal": wanted}, validate_config=False)
    (schema,) = (
        entry["schema"]
        for entry in json.loads(tap.catalog_json_text)["streams"]
        if entry["tap_stream_id"] == "invoices_booked"
    )
    assert (without_description(schema["properties"]["grossAmount"]) == DECIMAL) is wanted
    assert ("number" in types_in(schema)) is not wanted
