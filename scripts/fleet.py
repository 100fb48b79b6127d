"""Read a fleet of agreements from one sandbox, and tell what it took.

    python scripts/fleet.py            200 agreements, 50 ms a request; prints a Markdown list
    python scripts/fleet.py 20 10      20 agreements, 10 ms a request

One of the agreements has revoked its grant, and one has no modules.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
import tempfile
import time
import typing as t
from collections import Counter
from pathlib import Path

from tap_economic.sandbox.company import Company
from tap_economic.sandbox.server import Sandbox

if t.TYPE_CHECKING:
    from multiprocessing.connection import Connection

_INVOICES = 20


def serve(agreements: int, delay: float, pipe: Connection) -> None:
    """Serve a company per agreement, each answer a little later, until told to stop."""
    companies = {f"grant-{n}": Company(n + 1, invoices=_INVOICES) for n in range(agreements)}
    for number, company in enumerate(companies.values()):
        company.agreement_number = 1_000_000 + number
    companies["grant-1"].modules = set()
    with Sandbox(agreements=companies, call_limit=10_000_000) as sandbox:

        @sandbox.before_response
        def wait(_exchange: object) -> None:
            time.sleep(delay)

        pipe.send((sandbox.rest_url, sandbox.openapi_url, sandbox.app_secret_token))
        pipe.recv()
        pipe.send(len(sandbox.requests))


def read(config: Path, errors: Path) -> tuple[Counter[str], int, int, int, float, int]:
    """Run the tap; return rows per stream, the largest STATE, exit code, and what it took."""
    out, into = os.pipe()
    begun = time.monotonic()
    child = os.posix_spawn(
        sys.executable,
        [sys.executable, "-m", "tap_economic", "--config", str(config)],
        os.environ,
        file_actions=[
            (os.POSIX_SPAWN_DUP2, into, 1),
            (os.POSIX_SPAWN_OPEN, 2, str(errors), os.O_WRONLY | os.O_CREAT, 0o600),
            (os.POSIX_SPAWN_CLOSE, out),
        ],
    )
    os.close(into)
    rows: Counter[str] = Counter()
    largest = states = 0
    with os.fdopen(out, "rb") as lines:
        for line in lines:
            if line.startswith(b'{"type":"RECORD"'):
                rows[line[27 : line.index(b'"', 27)].decode()] += 1
            elif line.startswith(b'{"type":"STATE"'):
                states += 1
                largest = max(largest, len(line))
    _, status, usage = os.wait4(child, 0)
    code = os.waitstatus_to_exitcode(status)
    return rows, largest, states, code, time.monotonic() - begun, usage.ru_maxrss


def main() -> None:
    """Serve, read, tell."""
    agreements = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    delay = int(sys.argv[2]) if len(sys.argv) > 2 else 50  # noqa: PLR2004 - the second argument
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(
        target=serve, args=(agreements, delay / 1000, theirs)
    )
    server.start()
    rest_url, openapi_url, app_secret_token = ours.recv()
    grants = [f"grant-{n}" for n in range(agreements)]
    grants[0] = "grant-that-was-revoked"
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder, "config.json")
        settings = {
            "rest_url": rest_url,
            "openapi_url": openapi_url,
            "app_secret_token": app_secret_token,
            "agreements": [{"agreement_grant_token": grant} for grant in grants],
        }
        config.write_text(json.dumps(settings), encoding="utf-8")
        rows, largest, states, code, seconds, peak = read(config, Path(folder, "errors"))
    ours.send(None)
    requests = ours.recv()
    server.join()
    print(f"- {agreements} agreements, {delay} ms a request, concurrency 8, {len(rows)} streams")
    print(f"- {requests:,} requests, {sum(rows.values()):,} rows, exit code {code}")
    print(f"- {seconds:.0f} seconds, {peak / 1024:.0f} MiB at the peak")
    print(f"- {states} STATE messages, the largest {largest / 1000:.0f} KB")


if __name__ == "__main__":
    main()
