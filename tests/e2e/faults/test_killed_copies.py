"""Files are copied once each, whatever kills the runs that copy them."""

from __future__ import annotations

import collections
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import typing as t

import pytest

from economic_sandbox.company import generate_company
from economic_sandbox.server import Sandbox
from tests.support.catalogs import selecting
from tests.support.filing import PDF, check_rows
from tests.support.sandboxes import settings

if t.TYPE_CHECKING:
    from pathlib import Path

    from economic_sandbox.apis.exchange import Exchange

TORTURE = int(os.environ.get("TORTURE", "0"))
INVOICES, KILLS, LOOKBACK = (2000, 12, 50) if TORTURE else (60, 3, 5)
CONCURRENCY = 8


class Killer:
    """Counts the requests for files, and kills the tap while it waits for some of them."""

    def __init__(self, moments: list[int]) -> None:
        self.requested: collections.Counter[int] = collections.Counter()
        self.process: subprocess.Popen[bytes] | None = None
        self._moments = moments
        self._lock = threading.Lock()

    def __call__(self, exchange: Exchange) -> None:
        if not exchange.path.endswith("/pdf"):
            return
        with self._lock:
            self.requested[int(exchange.path.split("/")[-2])] += 1
            if self._moments and self.requested.total() >= self._moments[0] and self.process:
                self._moments.pop(0)
                self.process.send_signal(signal.SIGKILL)


class Copying:
    """Runs of the tap that go on where the last one was killed."""

    def __init__(self, sandbox: Sandbox, folder: Path, killer: Killer) -> None:
        self.rows: list[dict[str, t.Any]] = []
        self.files = folder / "files"
        self._folder = folder
        self._sandbox = sandbox
        self._killer = killer
        self._state: dict[str, t.Any] = {}

    def run(self) -> int:
        """Run the tap from the last STATE, and return its exit code."""
        inputs = {
            "config": {
                **settings(self._sandbox),
                "documents_url": str(self.files),
                "concurrency": CONCURRENCY,
            },
            "catalog": selecting(PDF),
            "state": self._state,
        }
        command = [sys.executable, "-m", "tests.support.hurry", str(LOOKBACK)]
        for name, content in inputs.items():
            path = self._folder / f"{name}.json"
            path.write_text(json.dumps(content), encoding="utf-8")
            command += [f"--{name}", str(path)]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as process:
            self._killer.process = process
            lines = list(t.cast("t.IO[bytes]", process.stdout))
        self._killer.process = None
        for line in lines:
            if line.endswith(b"\n"):  # the last one may be cut short
                message = json.loads(line)
                if message["type"] == "RECORD":
                    self.rows.append(message["record"])
                elif message["type"] == "STATE":
                    self._state = message["value"]
        return process.returncode

    def copied(self) -> dict[int, bytes]:
        """Return the files that are under their final name."""
        return {int(path.stem): path.read_bytes() for path in self.files.glob(f"*/{PDF}/*")}


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_each_file_is_whole_and_requested_once_but_for_those_in_flight_at_a_kill(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    company = generate_company(1, INVOICES)
    expected = set(company.invoices)
    # Not before the first run has copied some, nor after all are copied.
    moments = sorted(random.Random(1).sample(range(5, len(expected) - CONCURRENCY), KILLS))  # noqa: S311 - repeatable
    killer = Killer(moments)
    in_flight: collections.Counter[int] = collections.Counter()
    with Sandbox(company) as sandbox:
        sandbox.before_response(killer)
        whole = {
            n: sandbox.oracle.file(
                None, "/invoices/booked/{bookedInvoiceNumber}/pdf", bookedInvoiceNumber=n
            )
            for n in expected
        }
        copying = Copying(sandbox, tmp_path, killer)
        codes: list[int] = []
        while not codes or codes[-1] == -signal.SIGKILL:
            before = killer.requested.copy()
            codes.append(copying.run())
            time.sleep(0.3)  # the sandbox may still take requests of the killed run
            copied = copying.copied()
            assert copied.items() <= whole.items(), "a file is not whole"
            check_rows(copying.rows)
            lost = (killer.requested - before).keys() - copied.keys()
            assert len(lost) <= CONCURRENCY
            in_flight.update(lost)
        assert {request.status for request in sandbox.requests} == {200}
    assert codes == [-signal.SIGKILL] * KILLS + [0]
    assert copied == whole
    assert {row["bookedInvoiceNumber"] for row in copying.rows} == expected
    assert dict(killer.requested) == {n: 1 + in_flight[n] for n in expected}
    if TORTURE:
        with capfd.disabled():
            sys.stdout.write(
                f"\n{len(expected)} files, {KILLS} kills: {killer.requested.total()} requests, "
                f"{in_flight.total()} of them in flight at a kill\n"
            )
