"""The examples in the docs do what the docs say of them."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import typing as t
from pathlib import Path

import pytest
import yaml

from economic_sandbox.company import generate_company
from economic_sandbox.server import Sandbox
from tap_economic.settings import SETTINGS, validation_errors
from tests.support.pages import block, blocks
from tests.support.running import run_tap
from tests.support.sandboxes import settings

if t.TYPE_CHECKING:
    from tests.support.running import Run


def test_the_stream_maps_hash_remove_add_filter_and_rename() -> None:
    config = json.loads(block("docs/stream-maps.md", "json", "stream_maps"))
    with Sandbox(generate_company(1, 5)) as sandbox:
        tap = settings(sandbox)
        names = ("customers", "employees", "products")
        before = run_tap(None, *names, **tap)
        after = run_tap(None, *names, **tap, **config)
    customers = {row["customerNumber"]: row for row in before.records("customers")}
    assert any("email" in row for row in customers.values())
    for row in after.records("customers"):
        email = customers[row["customerNumber"]].get("email")
        assert row.get("email") == (email and hashlib.md5(email.encode()).hexdigest())  # noqa: S324
        assert "mobilePhone" not in row
        assert row["isDanish"] is (customers[row["customerNumber"]]["currency"] == "DKK")
    employed = [row for row in before.records("employees") if not row.get("barred")]
    assert numbers(after, "employees") == {row["employeeNumber"] for row in employed}
    assert len(after.records("items")) == len(before.records("products"))
    assert after.records("products") == []


def numbers(run: Run, stream: str) -> set[int]:
    return {row["employeeNumber"] for row in run.records(stream)}


@pytest.mark.parametrize("page", ["docs/agreements.md", "docs/stream-maps.md"])
def test_the_settings_are_valid(page: str) -> None:
    for text in blocks(page, "json"):
        config = {"app_secret_token": "-", "agreement_grant_token": "-", **json.loads(text)}
        config.pop("stream_maps", None)  # the SDK's, tried above
        if "agreements" in config:
            del config["agreement_grant_token"]
            for number, agreement in enumerate(config["agreements"]):
                agreement["agreement_grant_token"] = str(number)  # in the docs all the same dots
        assert validation_errors(SETTINGS, config) == []


def test_the_workflow_is_valid(tmp_path: Path) -> None:
    actionlint = shutil.which("actionlint", path=str(Path(sys.executable).parent))
    if actionlint is None:
        pytest.skip("actionlint is not installed")
    path = tmp_path / "workflow.yml"
    path.write_text(block("docs/schedules.md", "yaml", "on:"), "utf-8")
    done = subprocess.run([actionlint, path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert yaml.safe_load(path.read_text("utf-8"))["jobs"]["load"]["steps"][-1]["run"] == (
        "meltano run economic-to-postgres"
    )
