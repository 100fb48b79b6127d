"""Which columns the loaders of Snowflake and BigQuery make, by their own code alone."""

from __future__ import annotations

import json
import subprocess
import sys
import typing as t

import pytest

from tap_economic.streams import STREAMS
from tap_economic.tap import TapEconomic
from tests.support.catalogs import selecting
from tests.support.programs import program

SNOWFLAKE = """
from snowflake.sqlalchemy.snowdialect import dialect
from target_snowflake.connector import SnowflakeConnector

to_sql = SnowflakeConnector({}).jsonschema_to_sql
column = lambda schema: to_sql.to_sql_type(schema).compile(dialect=dialect())
"""
BIGQUERY = """
from target_bigquery.core import bigquery_type

column = lambda schema: bigquery_type(schema["type"], schema.get("format"))
"""
MAP = """
import json, sys
print(json.dumps({name: column(schema) for name, schema in json.load(sys.stdin).items()}))
"""


def columns(loader: str, code: str, schemas: dict[str, t.Any]) -> dict[str, str]:
    """Return the type of the column that a loader makes of each schema."""
    python = program(loader).with_name("python")
    output = subprocess.check_output(
        [python, "-W", "ignore", "-c", code + MAP], input=json.dumps(schemas).encode()
    )
    return t.cast("dict[str, str]", json.loads(output))


def numbers(*, as_text: bool) -> dict[str, t.Any]:
    """The declared numbers at the top of all streams, as SCHEMA messages declare them."""
    catalog = selecting(*(stream.name for stream in STREAMS))
    config = {"use_singer_decimal": as_text}
    tap = TapEconomic(config=config, catalog=catalog, validate_config=False)
    return {
        f"{entry['stream']}.{name}": message.schema["properties"][name]
        for entry in catalog["streams"]
        for message in tap.streams[entry["stream"]]._generate_schema_messages()
        for name, member in entry["schema"]["properties"].items()
        if "number" in member["type"]
    }


@pytest.mark.parametrize(("as_text", "column"), [(False, "FLOAT"), (True, "DECIMAL(38, 9)")])
def test_snowflake_has_floats_for_numbers_and_decimals_with_the_setting(
    column: str, *, as_text: bool
) -> None:
    found = columns("target-snowflake", SNOWFLAKE, numbers(as_text=as_text))
    assert len(found) > 200
    assert set(found.values()) == {column}


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="the loader needs Python 3.11 or older")
@pytest.mark.parametrize(("as_text", "column"), [(False, "float"), (True, "string")])
def test_bigquery_has_floats_for_numbers_and_texts_with_the_setting(
    column: str, *, as_text: bool
) -> None:
    found = columns("target-bigquery", BIGQUERY, numbers(as_text=as_text))
    assert len(found) > 200
    assert set(found.values()) == {column}
