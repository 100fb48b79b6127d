"""All streams together, through the loaders as real processes."""

from __future__ import annotations

import json
import re
import subprocess
import typing as t
from decimal import Decimal

import pytest
from psycopg import sql

from tap_economic.streams import STREAMS
from tests.support.programs import program
from tests.support.running import run_tap
from tests.support.sandboxes import read_streams
from tests.support.scripted import collection, items, with_self

if t.TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.running import Run
    from tests.support.sandboxes import Sandboxes
    from tests.support.scripted import Serve
    from tests.support.warehouse import Warehouse

NAMES = [stream.name for stream in STREAMS]
COLUMN_TYPES = {
    "date": "date",
    "date-time": "timestamp without time zone",
    "integer": "bigint",
    "number": "numeric",
    "boolean": "boolean",
    "object": "jsonb",
    "array": "ARRAY",
    "string": "text",
}


class Loaded(t.NamedTuple):
    """What two runs, the second from the state of the first, left behind."""

    warehouse: Warehouse
    runs: tuple[Run, Run]
    tables: tuple[dict[str, list[str]], dict[str, list[str]]]

    def values_like(self, pattern: str) -> set[str]:
        """The columns in which a value matches."""
        query = sql.SQL(
            "SELECT DISTINCT cell.name FROM {} AS r,"
            " jsonb_each_text(to_jsonb(r)) AS cell(name, content) WHERE cell.content ~ %s"
        )
        found = set()
        for table in self.tables[0]:
            name = sql.Identifier(self.warehouse.schema, table)
            columns = self.warehouse.connection.execute(query.format(name), [pattern])
            found |= {f"{table}.{column}" for (column,) in columns}
        return found

    def nullable_columns(self) -> set[str]:
        found = self.warehouse.connection.execute(
            "SELECT table_name || '.' || column_name FROM information_schema.columns"
            " WHERE table_schema = %s AND is_nullable = 'YES'",
            [self.warehouse.schema],
        )
        return {name for (name,) in found}


def load(run: Run, loader: str, folder: Path, config: dict[str, t.Any]) -> None:
    """Give a loader the messages of a run."""
    settings = folder / f"{loader}.json"
    settings.write_text(json.dumps(config), encoding="utf-8")
    done = subprocess.run(
        [program(loader), "--config", settings],
        input=b"".join(line.rstrip(b"\n") + b"\n" for line in run.lines),
        cwd=folder,
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr.decode()


@pytest.fixture(scope="module")
def loaded(
    sandboxes: Sandboxes,
    new_warehouse: Callable[[], Warehouse],
    tmp_path_factory: pytest.TempPathFactory,
) -> Loaded:
    folder = tmp_path_factory.mktemp("streams")
    warehouse = new_warehouse()
    first = read_streams(sandboxes.sandbox(), *NAMES).run
    load(first, "target-postgres", folder, warehouse.config)
    tables = warehouse.tables()
    second = read_streams(sandboxes.sandbox(), *NAMES, state=first.state).run
    load(second, "target-postgres", folder, warehouse.config)
    return Loaded(warehouse, (first, second), (tables, warehouse.tables()))


def test_every_record_of_every_stream_is_a_row_of_its_table(loaded: Loaded) -> None:
    first, _ = loaded.runs
    sent = {name: len(first.records(name)) for name in NAMES}
    assert {table: len(rows) for table, rows in loaded.tables[0].items()} == sent
    assert min(sent.values()) > 0


def test_a_second_run_reads_again_and_changes_no_row(loaded: Loaded) -> None:
    before, after = loaded.tables
    _, second = loaded.runs
    assert all(second.records(name) for name in NAMES)
    assert after == before


def test_every_property_has_a_column_of_its_type(loaded: Loaded) -> None:
    first, _ = loaded.runs
    expected = {
        f"{message['stream']}.{name}": COLUMN_TYPES[declared_type(member)]
        for message in first.messages
        if message["type"] == "SCHEMA"
        for name, member in message["schema"]["properties"].items()
    }
    assert loaded.warehouse.column_types() == expected


def declared_type(member: dict[str, t.Any]) -> str:
    kinds = member["type"] if isinstance(member["type"], list) else [member["type"]]
    (kind,) = (kind for kind in kinds if kind != "null")
    return str(member.get("format", kind))


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param(r"^\d{4}-\d\d-\d\d([T ]\d\d:\d\d:\d\d.*)?$", id="a day or an instant"),
        pytest.param(r"^-?\d+\.\d+$", id="an amount"),
    ],
)
def test_no_text_column_holds(loaded: Loaded, pattern: str) -> None:
    texts = [name for name, kind in loaded.warehouse.column_types().items() if kind == "text"]
    assert texts
    assert not loaded.values_like(pattern) & set(texts)


def test_the_codes_that_the_api_pads_are_not_padded(loaded: Loaded) -> None:
    padded = loaded.values_like(" $")
    assert "vat_accounts.vatCode" in loaded.warehouse.column_types()
    assert not [name for name in padded if re.search(r"(?i)vat(code|accountnumber)$", name)]


def test_no_column_is_a_float(loaded: Loaded) -> None:
    kinds = set(loaded.warehouse.column_types().values())
    assert kinds
    assert not kinds & {"real", "double precision"}


def test_the_keys_are_the_primary_key_and_are_never_null(loaded: Loaded) -> None:
    first, _ = loaded.runs
    keys = {m["stream"]: m["key_properties"] for m in first.messages if m["type"] == "SCHEMA"}
    assert loaded.warehouse.primary_keys() == keys
    columns = {f"{stream}.{key}" for stream, names in keys.items() for key in names}
    nullable = loaded.nullable_columns()
    assert nullable
    assert not columns & nullable


def test_the_same_messages_become_files_with_the_same_rows(loaded: Loaded, tmp_path: Path) -> None:
    first, _ = loaded.runs
    load(first, "target-jsonl", tmp_path, {"do_timestamp_file": False})
    written = {
        path.stem: len(path.read_text(encoding="utf-8").splitlines())
        for path in tmp_path.glob("*.jsonl")
    }
    assert written == {name: len(first.records(name)) for name in NAMES}


# What each property is published as: zip a text, customerGroupNumber an integer, and so on.
MISTYPED = {
    "customerNumber": "7",
    "name": "A\0nders\0en",
    "zip": 8000,
    "balance": "12.50",
    "barred": "true",
    "customerGroup": {"customerGroupNumber": "3", "self": 5},
    "lastUpdated": "2026-08-01T10:00:00Z",
}


def test_a_mistyped_value_is_converted_or_refused_by_name_and_the_loader_never_chokes_on_one(
    serve: Serve, new_warehouse: Callable[[], Warehouse], tmp_path: Path
) -> None:
    answers = {
        "/rest/customers": collection([MISTYPED]),
        "/rest/suppliers": collection([{"supplierNumber": "seven"}]),
        "/rest/invoices/drafts": collection(
            [{"draftInvoiceNumber": 1, "customer": {"customerNumber": "none"}}]
        ),
        "/openapi/bookedEntriesapi/v4.0.0/booked-entries": items(
            [{"entryNumber": 1.0, "text": 2026, "amount": "0.10", "date": "2026-08-01T00:00:00"}]
        ),
    }
    api = serve(with_self(lambda request: answers[request.path]))
    streams = ("customers", "suppliers", "invoices_drafts", "booked_entries")
    run = run_tap(api.url, *streams)
    assert run.exit_code == 1
    assert "'supplierNumber'" in run.results["suppliers"].reason
    assert "'customer.customerNumber'" in run.results["invoices_drafts"].reason

    warehouse = new_warehouse()
    load(run, "target-postgres", tmp_path, warehouse.config)

    tables = {
        name: [
            {k: v for k, v in json.loads(row, parse_float=Decimal).items() if v is not None}
            for row in rows
        ]
        for name, rows in warehouse.tables().items()
    }
    assert not tables.get("suppliers")
    assert not tables.get("invoices_drafts")
    assert tables["customers"] == [
        {
            "agreementNumber": 111111,
            "customerNumber": 7,
            "name": "Andersen",
            "zip": "8000",
            "balance": Decimal("12.50"),
            "barred": True,
            "customerGroup": {"customerGroupNumber": 3, "self": "5"},
            "lastUpdated": "2026-08-01T10:00:00",
        }
    ]
    (entry,) = tables["booked_entries"]
    expected = {"entryNumber": 1, "text": "2026", "amount": Decimal("0.10"), "date": "2026-08-01"}
    assert {name: entry[name] for name in expected} == expected
