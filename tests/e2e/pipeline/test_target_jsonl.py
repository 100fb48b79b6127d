"""``tap-economic | target-jsonl``, as real processes."""

from __future__ import annotations

import collections
import json
import typing as t
from decimal import Decimal

import pytest

from tests.support.programs import discover, pipe

if t.TYPE_CHECKING:
    from economic_sandbox.server import Sandbox

Files = dict[str, list[dict[str, t.Any]]]


@pytest.fixture(scope="module")
def files(tap_config: dict[str, t.Any], tmp_path_factory: pytest.TempPathFactory) -> Files:
    """The records of every stream, those included that are not selected by default."""
    folder = tmp_path_factory.mktemp("target-jsonl")
    catalog = discover()
    for stream in catalog["streams"]:
        for entry in stream["metadata"]:
            if not entry["breadcrumb"]:
                entry["metadata"]["selected"] = True
    config = {**tap_config, "documents_url": (folder / "documents").as_uri()}
    pipe(folder, config, "target-jsonl", {"do_timestamp_file": False}, catalog=catalog)
    return {
        path.stem: [
            json.loads(line, parse_float=Decimal)
            for line in path.read_text(encoding="utf-8").splitlines()
        ]
        for path in folder.glob("*.jsonl")
    }


def test_every_stream_has_a_file_with_records(files: Files) -> None:
    assert files.keys() == {stream["tap_stream_id"] for stream in discover()["streams"]}


def test_the_entries_of_each_account_sum_to_the_ore(files: Files, sandbox: Sandbox) -> None:
    sums: collections.Counter[int] = collections.Counter()
    for entry in files["booked_entries"]:
        sums[entry["accountNumber"]] += entry["amountInBaseCurrency"]
    assert dict(sums) == sandbox.company.trial_balance()


def test_each_invoice_has_a_document_with_its_lines(files: Files, sandbox: Sandbox) -> None:
    lines = {row["bookedInvoiceNumber"]: row["lines"] for row in files["invoices_booked_document"]}
    assert {number: len(found) for number, found in lines.items()} == {
        number: len(invoice.lines) for number, invoice in sandbox.company.invoices.items()
    }
