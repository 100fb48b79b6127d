"""``tap-economic | target-jsonl``, as real processes."""

from __future__ import annotations

import collections
import json
import typing as t
from decimal import Decimal

from tests.pipeline.programs import pipe

if t.TYPE_CHECKING:
    from pathlib import Path

    from tap_economic.sandbox.server import Sandbox


def test_the_files_hold_the_books_to_the_ore(
    sandbox: Sandbox, tap_config: dict[str, t.Any], tmp_path: Path
) -> None:
    pipe(tmp_path, tap_config, "target-jsonl", {"do_timestamp_file": False})

    lines = (tmp_path / "booked_entries.jsonl").read_text(encoding="utf-8").splitlines()
    entries = [json.loads(line, parse_float=Decimal) for line in lines]
    sums: collections.Counter[int] = collections.Counter()
    for entry in entries:
        sums[entry["accountNumber"]] += entry["amountInBaseCurrency"]
    assert len(entries) == len(sandbox.company.ledger.entries)
    assert dict(sums) == sandbox.company.trial_balance()
