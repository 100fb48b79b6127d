"""The select presets of meltano.yml: extractors for one purpose each."""

from __future__ import annotations

import fnmatch
import functools
import itertools
import json
import re
import typing as t
from concurrent.futures import ThreadPoolExecutor

import pytest

from scripts.dbt_project import STREAMS
from tests.support.catalogs import discovered
from tests.support.meltano import Project
from tests.support.programs import ROOT
from tests.support.sandboxes import settings

if t.TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.sandboxes import Sandboxes
    from tests.support.warehouse import Warehouse

EVERY = {entry["tap_stream_id"] for entry in discovered()["streams"]}


def presets() -> dict[str, list[str]]:
    """The patterns of each extractor that inherits from the tap."""
    text = (ROOT / "meltano.yml").read_text(encoding="utf-8")
    block = re.compile(
        r"^  - name: (\S+)\n    inherit_from: tap-economic\n(.*?)(?=^\n|\Z)",
        re.MULTILINE | re.DOTALL,
    )
    pattern = re.compile(r'^    - "(.+)"$', re.MULTILINE)
    return {name: pattern.findall(content) for name, content in block.findall(text)}


PRESETS = presets()
HALVES = ["tap-economic--half-ledger", "tap-economic--half-sales"]


def selected(preset: str) -> set[str]:
    patterns = [pattern.removesuffix(".*") for pattern in PRESETS[preset]]
    return {name for name in EVERY if any(fnmatch.fnmatch(name, one) for one in patterns)}


@pytest.mark.parametrize("preset", PRESETS)
def test_every_pattern_selects_a_stream_whole(preset: str) -> None:
    for pattern in PRESETS[preset]:
        assert pattern.endswith(".*")
        assert fnmatch.filter(EVERY, pattern.removesuffix(".*")), pattern


@pytest.mark.parametrize(
    ("purpose", "needed"),
    [
        ("ledger", "accounts booked_entries accounting_year_totals account_total_intervals"),
        ("ledger", "accounting_years accounting_periods budget_figures dimension_values"),
        ("receivables-payables", "customers suppliers booked_entries payment_terms"),
        ("receivables-payables", "booked_entries_matched_pairs invoices_booked"),
        ("sales", "customers products invoices_booked invoices_booked_lines subscriptions"),
        ("sales", "orders_drafts orders_drafts_lines quotes_archived quotes_archived_lines"),
    ],
)
def test_a_preset_selects_what_its_purpose_needs(purpose: str, needed: str) -> None:
    chosen = selected(f"tap-economic--{purpose}")
    assert set(needed.split()) < chosen
    assert chosen < EVERY


def test_the_books_are_what_the_models_read() -> None:
    assert selected("tap-economic--books") == set(STREAMS)


def test_everything_is_every_stream() -> None:
    assert selected("tap-economic--everything") == EVERY


def test_meltano_reads_the_streams_of_a_preset_and_no_others(
    sandboxes: Sandboxes, tmp_path: Path
) -> None:
    environment = {
        f"TAP_ECONOMIC_{name.upper()}": value
        for name, value in settings(sandboxes.sandbox()).items()
    }
    environment["TARGET_JSONL_DO_TIMESTAMP_FILE"] = "false"
    project = Project(tmp_path, environment)
    project.meltano("run", "tap-economic--ledger", "target-jsonl")
    written = {file.stem for file in (tmp_path / "output").glob("*.jsonl")}
    assert written == selected("tap-economic--ledger")


def test_the_halves_are_all_default_streams_and_share_only_sync_audit() -> None:
    by_default = {
        entry["tap_stream_id"]
        for entry in discovered()["streams"]
        for one in entry["metadata"]
        if not one["breadcrumb"] and one["metadata"]["selected-by-default"]
    }
    ledger, sales = (selected(f"tap-economic--half-{name}") for name in ("ledger", "sales"))
    assert ledger | sales == by_default
    assert ledger & sales == {"sync_audit"}
    assert selected("tap-economic--setup") < ledger


def test_the_halves_loaded_side_by_side_are_what_one_run_loads(
    sandboxes: Sandboxes, new_warehouse: Callable[[], Warehouse], tmp_path: Path
) -> None:
    tables = []
    for runs in ([["tap-economic"]], [["tap-economic--setup"], HALVES]):
        warehouse = new_warehouse()
        environment = {
            **{
                f"TAP_ECONOMIC_{name.upper()}": value
                for name, value in settings(sandboxes.sandbox()).items()
            },
            "TARGET_POSTGRES_SQLALCHEMY_URL": warehouse.url,
            "TARGET_POSTGRES_DEFAULT_TARGET_SCHEMA": warehouse.schema,
        }
        folder = tmp_path / warehouse.schema
        folder.mkdir()
        project = Project(folder, environment)
        for together in runs:
            with ThreadPoolExecutor() as pool:
                run = functools.partial(project.meltano, "run")
                [*pool.map(run, together, itertools.repeat("target-postgres"))]
        states = project.meltano("state", "list")
        assert all(tap in states for together in runs for tap in together)
        tables.append(warehouse.tables())
    for one in tables:
        one["sync_audit"] = sorted({json.loads(row)["stream"] for row in one["sync_audit"]})
    assert tables[0] == tables[1]
