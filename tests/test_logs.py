"""What a run writes on stderr, at INFO and when more is asked for."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import typing as t
from pathlib import Path

import pytest

from economic_sandbox.company import generate_company
from economic_sandbox.server import Sandbox
from tests.support.sandboxes import settings

if t.TYPE_CHECKING:
    from collections.abc import Iterator

METRICS = "singer_sdk.metrics"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    company = generate_company(1, invoices=20)
    with Sandbox(agreements={"one": company, "two": generate_company(2, invoices=20)}) as served:
        yield served


def log_of(sandbox: Sandbox, folder: Path, **environment: str) -> list[str]:
    """Read two agreements, as a process, and return the lines it wrote on stderr."""
    config = {
        **settings(sandbox),
        "agreement_grant_token": None,
        "agreements": [{"agreement_grant_token": "one"}, {"agreement_grant_token": "two"}],
    }
    path = folder / "config.json"
    path.write_text(json.dumps(config), encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, "-m", "tap_economic", "--config", str(path)],
        capture_output=True,
        check=False,
        env={**os.environ, **environment},
        text=True,
        timeout=120,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stderr.splitlines()


def logged(lines: list[str]) -> list[tuple[str, str]]:
    """The logger and the message of each line of the log; the closing report has none."""
    return [
        (parts[2].strip(), parts[3]) for line in lines if len(parts := line.split(" | ", 3)) == 4
    ]


def logging_as_in_meltano(folder: Path, level: str) -> str:
    """Write a configuration of logging in the form of Meltano's, and return its place.

    Meltano 4.4 names one in SINGER_SDK_LOG_CONFIG for each plugin with ``structured-logging``; the
    level is its own (``--log-level``).
    """
    path = folder / "logging.json"
    path.write_text(
        json.dumps(
            {
                "version": 1,
                "disable_existing_loggers": False,
                "formatters": {"structured": {"()": "singer_sdk.logging.StructuredFormatter"}},
                "handlers": {
                    "console": {
                        "class": "logging.StreamHandler",
                        "formatter": "structured",
                        "stream": "ext://sys.stderr",
                    }
                },
                "root": {"handlers": ["console"], "level": level},
            }
        ),
        encoding="utf-8",
    )
    return str(path)


def structured(lines: list[str]) -> list[dict[str, t.Any]]:
    return [json.loads(line) for line in lines if line.startswith("{")]


def test_a_healthy_run_logs_a_line_for_each_agreement_and_nothing_else(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    numbers = [company.agreement_number for company in (generate_company(1), generate_company(2))]
    assert logged(log_of(sandbox, tmp_path)) == [
        ("tap-economic", f"Reading agreement {number}.") for number in numbers
    ]


def test_discovery_logs_nothing() -> None:
    command = [sys.executable, "-m", "tap_economic", "--discover"]
    assert subprocess.run(command, capture_output=True, check=True, timeout=60).stderr == b""


@pytest.mark.parametrize("name", ["TAP_ECONOMIC_LOGLEVEL", "LOGLEVEL"])
def test_at_debug_it_logs_each_stream_and_the_metrics(
    sandbox: Sandbox, tmp_path: Path, name: str
) -> None:
    told = logged(log_of(sandbox, tmp_path, **{name: "debug"}))
    assert {logger for logger, _ in told} >= {METRICS, "tap-economic.customers"}
    assert any("http_request_duration" in message for _, message in told)


def test_at_warning_a_healthy_run_logs_nothing(sandbox: Sandbox, tmp_path: Path) -> None:
    assert logged(log_of(sandbox, tmp_path, TAP_ECONOMIC_LOGLEVEL="warning")) == []


def test_below_meltano_it_logs_as_little(sandbox: Sandbox, tmp_path: Path) -> None:
    config = logging_as_in_meltano(tmp_path, "INFO")
    told = structured(log_of(sandbox, tmp_path, SINGER_SDK_LOG_CONFIG=config))
    assert [line["message"][:17] for line in told] == ["Reading agreement"] * 2


def test_below_meltano_at_debug_the_metrics_come_with_their_figures(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    config = logging_as_in_meltano(tmp_path, "DEBUG")
    told = structured(log_of(sandbox, tmp_path, SINGER_SDK_LOG_CONFIG=config))
    metrics = {line["metric_info"]["metric"] for line in told if "metric_info" in line}
    assert metrics == {
        "http_request_count",
        "http_request_duration",
        "record_count",
        "sync_duration",
    }


def test_the_log_configuration_of_the_docs_has_the_metrics_and_no_other_details(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    page = (Path(__file__).parents[1] / "docs" / "logging.md").read_text(encoding="utf-8")
    (block,) = (
        part for part in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL) if METRICS in part
    )
    path = tmp_path / "logging.yml"
    path.write_text(block, encoding="utf-8")
    told = logged(log_of(sandbox, tmp_path, SINGER_SDK_LOG_CONFIG=str(path)))
    assert {logger for logger, _ in told} == {METRICS, "tap-economic"}
    assert [message[:17] for logger, message in told if logger != METRICS] == (
        ["Reading agreement"] * 2
    )
