"""The golden run: what the tap writes, says and loads, of every stream of the sandbox's company.

``python -m tests.e2e.pipeline.golden`` records it in golden.json, and test_golden.py compares:
whoever moves code about sees whether anything else has changed. Times, run ids and the names of
requests are left out; amounts, order and state are not. The company is that of a fixed day.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
import tempfile
import typing as t
from pathlib import Path

import psycopg

from economic_sandbox.company import generate_company
from economic_sandbox.server import Sandbox
from scripts.postgres import temporary_server
from tap_economic.streams import STREAMS
from tests.support.catalogs import selecting
from tests.support.programs import pipe
from tests.support.running import run_tap
from tests.support.sandboxes import settings
from tests.support.warehouse import Warehouse

if t.TYPE_CHECKING:
    from tests.support.running import Run

    Golden: t.TypeAlias = dict[str, t.Any]

PATH = Path(__file__).with_name("golden.json")
CONCURRENCY = (1, 8)
EVENTS = 40
_NAMES = (*(stream.name for stream in STREAMS), "sync_audit")
_TIMES = {"startedAt", "endedAt", "runId"}
# Which of its readers asks first, and so how often, depends on chance where there are several.
_LUCK = {"calls", "callCost"}
_PORT = re.compile(r"127[.]0[.]0[.]1:[0-9]+")
_REQUEST = re.compile(r"(logId|traceId) [0-9a-f-]+(-CPH)?")


class _Said(logging.Handler):
    """Keeps what is said at WARNING and above."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.sentences: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.sentences.append(_REQUEST.sub("a request", record.getMessage()))


def record() -> Golden:
    """Run the tap twice at each concurrency, and the pipeline twice, and keep what came of it."""
    runs = {f"concurrency {number}": _two_runs(number) for number in CONCURRENCY}
    return {**runs, "postgres": _two_pipelines()}


def _two_runs(concurrency: int) -> dict[str, Golden]:
    with Sandbox(generate_company()) as sandbox:  # of a fixed day
        first = _run(sandbox, concurrency, None)
        sandbox.start_simulation(1)
        for _ in range(EVENTS):
            sandbox.simulation.step()
        second = _run(sandbox, concurrency, first.pop("whole state"))
        del second["whole state"]
        return {"first": first, "second": second}


def _run(sandbox: Sandbox, concurrency: int, state: t.Any) -> Golden:
    said = _Said()
    logger = logging.getLogger("tap-economic")
    logger.addHandler(said)
    try:
        run = run_tap(
            None,
            state=state,
            catalog=selecting(*_NAMES),
            concurrency=concurrency,
            **settings(sandbox),
        )
    finally:
        logger.removeHandler(said)
    return {
        "exit": run.exit_code,
        "messages": _digests(run),
        "state": _digest([run.state]),
        "said": sorted(said.sentences),
        "whole state": run.state,
    }


def _digests(run: Run) -> dict[str, str]:
    """Return the number of messages of each stream but STATE, and a digest of them in order."""
    of: dict[str, list[t.Any]] = {}
    for message in run.messages:
        if message["type"] == "STATE":
            continue
        message.pop("time_extracted", None)
        if message["stream"] == "sync_audit" and message["type"] == "RECORD":
            kept = message["record"].items()
            message["record"] = {k: v for k, v in kept if k not in _TIMES | _LUCK}
        of.setdefault(message["stream"], []).append(message)
    return {name: f"{len(messages)} {_digest(messages)}" for name, messages in of.items()}


def _two_pipelines() -> dict[str, dict[str, str]]:
    with (
        tempfile.TemporaryDirectory() as folder,
        Sandbox(generate_company()) as sandbox,
        temporary_server() as server,
    ):
        uri = server.get_uri()
        with psycopg.connect(uri, autocommit=True) as connection:
            warehouse = Warehouse(connection, uri, "economic")
            tap, catalog = settings(sandbox), selecting(*_NAMES)
            state = pipe(Path(folder), tap, "target-postgres", warehouse.config, catalog=catalog)
            first = _tables(warehouse)
            sandbox.start_simulation(1)
            for _ in range(EVENTS):
                sandbox.simulation.step()
            pipe(
                Path(folder),
                tap,
                "target-postgres",
                warehouse.config,
                state=state,
                catalog=catalog,
            )
            return {"first": first, "second": _tables(warehouse)}


def _tables(warehouse: Warehouse) -> dict[str, str]:
    tables = warehouse.tables()
    tables["sync_audit"] = []  # times and run ids
    return {name: f"{len(rows)} {_digest(rows)}" for name, rows in tables.items()}


def _digest(parts: t.Iterable[t.Any]) -> str:
    text = "\n".join(json.dumps(part, sort_keys=True, default=str) for part in parts)
    return hashlib.sha256(_PORT.sub("localhost", text).encode()).hexdigest()[:16]


if __name__ == "__main__":
    PATH.write_text(json.dumps(record(), indent=1) + "\n", encoding="utf-8")
