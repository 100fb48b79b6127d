"""What `tap-economic --test` tells before the first run."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
import typing as t

import pytest

from economic_sandbox.company import Company, generate_company
from economic_sandbox.server import Sandbox

if t.TYPE_CHECKING:
    from pathlib import Path

AT_ONCE = 20  # seconds, of the 60 for which an answer stalls


def try_out(sandbox: Sandbox, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = command_for(sandbox, folder, *arguments)
    return subprocess.run(command, capture_output=True, check=False, text=True)


def command_for(sandbox: Sandbox, folder: Path, *arguments: str) -> list[str]:
    config = folder / "config.json"
    config.write_text(
        json.dumps(
            {
                "rest_url": sandbox.rest_url,
                "openapi_url": sandbox.openapi_url,
                "app_secret_token": sandbox.app_secret_token,
                "agreement_grant_token": sandbox.agreement_grant_token,
            }
        ),
        encoding="utf-8",
    )
    return [sys.executable, "-m", "tap_economic", "--config", str(config), *arguments]


@pytest.fixture
def company() -> Company:
    return generate_company(1, invoices=20)


def line_of(stream: str, output: str) -> list[str]:
    return next(line.split() for line in output.splitlines() if line.split()[:1] == [stream])


def test_it_asks_one_thing_of_each_default_stream_and_tells_how_many_rows_there_are(
    company: Company, tmp_path: Path
) -> None:
    with Sandbox(company, page_size=25) as sandbox:
        ended = try_out(sandbox, tmp_path, "--test")
        rows = {
            "customers": sandbox.oracle.rows(None, "/customers"),
            "booked_entries": sandbox.oracle.rows("bookedEntriesapi", "/booked-entries"),
            "employee_groups": sandbox.oracle.rows("projectsapi", "/EmployeeGroups"),
        }
        requested = [request.path for request in sandbox.requests]
        sizes = {
            value
            for request in sandbox.requests
            for name, value in request.query
            if name == "pagesize"
        }
    assert sizes == {"1"}
    # Rows are only counted apart where the first page does not tell, and is not the last.
    counted = {path.rpartition("/")[0] for path in requested if path.endswith("/count")}
    assert "/openapi/bookedEntriesapi/v4.0.0/booked-entries" in counted
    assert "/openapi/projectsapi/v1.1.0/EmployeeGroups" in set(requested) - counted
    assert requested.count("/rest/self") == 2  # one of them opens the agreement
    assert ended.returncode == 0
    assert ended.stdout == ""
    for stream, listed in rows.items():
        assert len(listed) > 1
        assert line_of(stream, ended.stderr)[1] == f"{len(listed):,}"
    # The rows below the first of its parents say nothing of the others.
    assert line_of("accounting_year_totals", ended.stderr)[1] == "0"
    assert "invoices_booked_document" not in ended.stderr.replace("Skipping", "")


def test_a_missing_role_or_module_is_named_and_is_no_failure(
    company: Company, tmp_path: Path
) -> None:
    company.modules = set()
    with Sandbox(company) as sandbox:
        ended = try_out(sandbox, tmp_path, "--test")
    assert ended.returncode == 0
    assert line_of("projects", ended.stderr)[-1] == "skipped"
    assert line_of("customers", ended.stderr)[-1] == "readable"
    assert " complete" not in ended.stderr
    assert "module Project" in ended.stderr


def test_with_a_catalog_it_asks_only_for_what_is_selected_wherever_the_option_stands(
    company: Company, tmp_path: Path
) -> None:
    with Sandbox(company) as sandbox:
        catalog = json.loads(try_out(sandbox, tmp_path, "--discover").stdout)
        for entry in catalog["streams"]:
            selected = entry["tap_stream_id"] == "invoices_booked_document"
            entry["metadata"][-1]["metadata"]["selected"] = selected
        path = tmp_path / "catalog.json"
        path.write_text(json.dumps(catalog), encoding="utf-8")
        for arguments in (("--test", "--catalog", str(path)), ("--catalog", str(path), "--test")):
            sandbox.clear()
            ended = try_out(sandbox, tmp_path, *arguments)
            assert ended.returncode == 0, ended.stderr
            paths = [request.path for request in sandbox.requests]
            assert paths[1] == "/rest/invoices/booked"
            assert len(paths) == 3


def test_what_cannot_be_read_makes_it_exit_non_zero(company: Company, tmp_path: Path) -> None:
    with Sandbox(company) as sandbox:

        @sandbox.before_response
        def refuse(exchange: t.Any) -> t.Any:
            if "/customers" in exchange.path.lower():
                from starlette.responses import JSONResponse  # noqa: PLC0415

                return JSONResponse({"message": "Bad"}, 400)
            return None

        ended = try_out(sandbox, tmp_path, "--test")
    assert ended.returncode == 1
    assert line_of("customers", ended.stderr)[-1] == "failed"


def test_the_schemas_alone_can_still_be_asked_for(company: Company, tmp_path: Path) -> None:
    with Sandbox(company) as sandbox:
        ended = try_out(sandbox, tmp_path, "--test=schema")
        assert sandbox.requests == []
    kinds = {json.loads(line)["type"] for line in ended.stdout.splitlines()}
    assert kinds == {"SCHEMA"}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
@pytest.mark.parametrize("path", ["/rest/self", "/rest/customers"])
def test_a_signal_ends_it_quietly_and_with_the_signal_s_code(
    company: Company, tmp_path: Path, number: signal.Signals, path: str
) -> None:
    with Sandbox(company) as sandbox:
        sandbox.faults.add("stall", path, amount=60, lasts="always")
        command = command_for(sandbox, tmp_path, "--test")
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as tap:
            patience = time.monotonic() + 60
            while path not in {request.path for request in sandbox.requests}:
                assert time.monotonic() < patience
                time.sleep(0.05)
            tap.send_signal(number)
            told = time.monotonic()
            log = tap.communicate(timeout=30)[1]
        assert time.monotonic() - told < AT_ONCE
    assert tap.returncode == 128 + number
    assert "Traceback" not in log
    assert log.splitlines()[-1].endswith("Stopped by a signal.")
