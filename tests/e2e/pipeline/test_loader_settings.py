"""The loader's settings without Meltano."""

from __future__ import annotations

import json
import typing as t
from decimal import Decimal

import pytest

from scripts.loader_settings import loader_settings
from tap_economic.streams import STREAMS
from tests.support import secrets
from tests.support.catalogs import selecting
from tests.support.meltano import Project
from tests.support.programs import pipe
from tests.support.scripted import collection, customers_answer

if t.TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.scripted import Serve
    from tests.support.warehouse import Warehouse


def test_the_settings_of_the_loader_are_those_that_meltano_gives_it(tmp_path: Path) -> None:
    project = Project(tmp_path, {})
    given = json.loads(project.meltano("config", "print", "target-postgres"))
    assert loader_settings() == {name: value for name, value in given.items() if value is not None}


def comparable(row: str) -> str:
    """Return a row without trailing zeros: INSERT may add some to the numbers of a batch."""

    def lean(number: str) -> str:
        return f"{Decimal(number).normalize():f}"

    return json.dumps(json.loads(row, parse_float=lean, parse_int=lean), sort_keys=True)


def test_the_loader_stores_with_them_what_it_stores_with_all_its_checks(
    tap_config: dict[str, str], new_warehouse: Callable[[], Warehouse], tmp_path: Path
) -> None:
    checks = {"use_copy": False, "validate_records": True, "sanitize_null_text_characters": True}
    stored, types = [], []
    for changed in ({}, checks):
        warehouse = new_warehouse()
        target = {**warehouse.config, **changed}
        catalog = selecting(*(stream.name for stream in STREAMS))
        pipe(tmp_path, tap_config, "target-postgres", target, catalog=catalog)
        tables = warehouse.tables()
        stored.append({name: sorted(map(comparable, rows)) for name, rows in tables.items()})
        types.append(warehouse.column_types())
    for name, rows in stored[0].items():
        assert rows == stored[1][name], name
    assert types[0] == types[1]
    assert len(stored[0]) > 100


ODD = {"name": "A\0B", "email": "\0", "attention": {"customerContactNumber": 7, "self": "x\0y"}}


@pytest.mark.parametrize(
    "config",
    [
        {},
        {"stream_maps": {"customers": {"name": "name", "again": "'a\\0b'"}}},
        {"flattening_enabled": True, "flattening_max_depth": 2},
        {"use_singer_decimal": True},
    ],
    ids=["plain", "mapped", "flattened", "decimals"],
)
def test_nothing_that_postgresql_rejects_reaches_it(
    serve: Serve, warehouse: Warehouse, tmp_path: Path, config: dict[str, t.Any]
) -> None:
    rows = [{"customerNumber": 1, **ODD}, {"customerNumber": "2", "balance": "1.50", "zip": 6200}]
    api = serve(customers_answer([collection(rows)]))
    pipe(
        tmp_path,
        {
            "app_secret_token": secrets.APP,
            "agreement_grant_token": secrets.GRANT,
            "rest_url": f"{api.url}/rest",
            "openapi_url": f"{api.url}/openapi",
            **config,
        },
        "target-postgres",
        warehouse.config,
        catalog=selecting("customers"),
    )
    rows = [json.loads(row) for row in warehouse.tables()["customers"]]
    customers = {row["customerNumber"]: row for row in rows}
    assert customers.keys() == {1, 2}
    assert customers[1]["name"] == "AB"
    assert (customers[2]["balance"], customers[2]["zip"]) == (1.5, "6200")
