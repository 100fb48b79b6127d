"""Read a fleet of agreements from one sandbox, and tell what it took.

    python scripts/fleet.py            200 agreements, 50 ms a request; prints a Markdown list
    python scripts/fleet.py 20 10      20 agreements, 10 ms a request

Each has about 100 open entries and 100 open invoices. One has revoked its grant, and one has no
modules. Exits with 1 where a stream of another is not complete: where ``sync_audit`` lacks it, says
so, or has sent another number of rows than e-conomic counts.
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

from economic_sandbox.company import Company, generate_company
from economic_sandbox.server import Sandbox
from economic_sandbox.simulation import Simulation

if t.TYPE_CHECKING:
    from multiprocessing.connection import Connection

_INVOICES = 20  # of which few are open
_OPEN = 94  # more, that nobody has paid
_BASE = 1_000_000
_WITHOUT_MODULES = _BASE + 1  # the first one is the revoked one


def company(number: int) -> Company:
    """Make up a company with so many open invoices, and about as many open entries."""
    made = generate_company(number + 1, invoices=_INVOICES)
    made.agreement_number = _BASE + number
    simulation = Simulation(made)
    for _ in range(_OPEN):
        simulation.do("book_invoice")
    if made.agreement_number == _WITHOUT_MODULES:
        made.modules = set()
    return made


def serve(agreements: int, delay: float, pipe: Connection) -> None:
    """Serve a company per agreement, each answer a little later, until told to stop."""
    companies = {f"grant-{n}": company(n) for n in range(agreements)}
    with Sandbox(agreements=companies, call_limit=10_000_000) as sandbox:

        @sandbox.before_response
        def wait(_exchange: object) -> None:
            time.sleep(delay)

        pipe.send((sandbox.rest_url, sandbox.openapi_url, sandbox.app_secret_token))
        pipe.recv()
        pipe.send(len(sandbox.requests))


class Ended(t.NamedTuple):
    """What a run wrote, and what it took.

    Attributes:
        rows: How many RECORD messages there were, by stream.
        audit: The records of ``sync_audit``.
        states: How many STATE messages there were.
        largest: How many bytes the largest of them had.
        code: The exit code.
        seconds: How long it took.
        peak: The most memory that it used, in KiB.
    """

    rows: Counter[str]
    audit: list[dict[str, t.Any]]
    states: int
    largest: int
    code: int
    seconds: float
    peak: int


def read(config: Path, errors: Path) -> Ended:
    """Run the tap."""
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
    audit = []
    largest = states = 0
    with os.fdopen(out, "rb") as lines:
        for line in lines:
            if line.startswith(b'{"type":"RECORD"'):
                stream = line[27 : line.index(b'"', 27)].decode()
                rows[stream] += 1
                if stream == "sync_audit":
                    audit.append(json.loads(line)["record"])
            elif line.startswith(b'{"type":"STATE"'):
                states += 1
                largest = max(largest, len(line))
    _, status, usage = os.wait4(child, 0)
    code = os.waitstatus_to_exitcode(status)
    return Ended(rows, audit, states, largest, code, time.monotonic() - begun, usage.ru_maxrss)


def shortfalls(ended: Ended, agreements: int) -> list[str]:
    """Return what an agreement lacks that it should have, the revoked one left out."""
    streams = {row["stream"] for row in ended.audit}
    audit = {(row["agreementNumber"], row["stream"]): row for row in ended.audit}
    found = []
    for number in range(_BASE + 1, _BASE + agreements):
        may_be = {"complete", "skipped"} if number == _WITHOUT_MODULES else {"complete"}
        for stream in sorted(streams):
            row = audit.get((number, stream), {})
            sent, counted = row.get("rowsSent"), row.get("rowsCounted")
            if row.get("status") not in may_be or counted not in {None, sent}:
                end = f"{row.get('status', 'missing')}, {sent} of {counted} rows"
                found.append(f"{stream} of agreement {number}: {end}")
    return found


def main() -> int:
    """Serve, read, tell; return the exit code."""
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
        ended = read(config, Path(folder, "errors"))
    ours.send(None)
    requests = ours.recv()
    server.join()
    rows, lacking = ended.rows, shortfalls(ended, agreements)
    ends = Counter(row["status"] for row in ended.audit)
    counted = sum(row["rowsCounted"] is not None for row in ended.audit)
    print(f"- {agreements} agreements, {delay} ms a request, concurrency 8, {len(rows)} streams")
    print(f"- {requests:,} requests, {rows.total():,} rows, exit code {ended.code}")
    print(f"- {ended.seconds:.0f} seconds, {ended.peak / 1024:.0f} MiB at the peak")
    print(f"- {ended.states} STATE messages, the largest {ended.largest / 1000:.0f} KB")
    print(f"- {', '.join(f'{number:,} {status}' for status, number in ends.items())}, of which")
    print(f"  {counted:,} were held against a count; {len(lacking)} fell short")
    for line in lacking:
        print(f"  - {line}")
    return 1 if lacking or not ended.audit else 0


if __name__ == "__main__":
    sys.exit(main())
