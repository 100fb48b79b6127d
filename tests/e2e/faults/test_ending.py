"""How the tap ends when its target dies, or when it is told to end."""

from __future__ import annotations

import gzip
import io
import json
import os
import select
import signal
import sys
import time
import typing as t
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pytest

from economic_sandbox.company import generate_company
from economic_sandbox.server import Sandbox
from tap_economic.singer.writer import BufferedWriter
from tests.support.catalogs import selecting
from tests.support.processes import Drain, said, start
from tests.support.running import run_tap
from tests.support.sandboxes import settings

if t.TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ENTRIES = "/openapi/bookedEntriesapi/v4.0.0/booked-entries"
AT_ONCE = 20  # seconds, of the 60 for which an answer stalls
PIPE = 1 << 16  # bytes that a pipe holds on Linux


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(generate_company(invoices=300), page_size=100) as sandbox:
        yield sandbox


@pytest.fixture(autouse=True)
def _quiet(sandbox: Sandbox) -> None:
    sandbox.clear()


def wait_for(sandbox: Sandbox, requests: int) -> None:
    """Wait until so many requests were answered, or their answers are being held back."""
    patience = time.monotonic() + 30
    while len(sandbox.requests) < requests:
        assert time.monotonic() < patience, "the tap asks for less than it should"
        time.sleep(0.02)


def fill_pipe(output: t.IO[bytes]) -> None:
    """Wait until nothing more goes into a pipe that nobody reads."""
    other_end = os.open(f"/proc/self/fd/{output.fileno()}", os.O_WRONLY)
    try:
        patience = time.monotonic() + 60
        while select.select([], [other_end], [], 0)[1]:
            assert time.monotonic() < patience, "the tap writes less than it should"
            time.sleep(0.02)
    finally:
        os.close(other_end)


def config(sandbox: Sandbox, concurrency: int = 8) -> dict[str, t.Any]:
    return {**settings(sandbox), "concurrency": concurrency}


@pytest.mark.parametrize("lines", [0, 1, 50])
@pytest.mark.parametrize("mapped", [False, True], ids=["unchanged", "mapped"])
def test_when_its_target_dies_the_tap_says_so_and_nothing_else_and_ends_with_one(
    sandbox: Sandbox, tmp_path: Path, lines: int, *, mapped: bool
) -> None:
    maps = {"booked_entries": {"text": "text or ''"}} if mapped else {}
    options = {**config(sandbox), "stream_maps": maps}
    with start(tmp_path, options, "booked_entries", "customers") as tap:
        output = t.cast("t.IO[bytes]", tap.stdout)
        for _ in range(lines):
            output.readline()
        output.close()
        assert tap.wait(30) == 1
    log = said(tmp_path)
    assert "Traceback" not in log
    assert "BrokenPipe" not in log
    (error,) = [line for line in log.splitlines() if "| ERROR" in line]
    assert error.endswith("the target stopped reading before the tap was done.")


@pytest.mark.parametrize("concurrency", [1, 8])
def test_after_a_signal_no_row_is_missing_whose_batch_file_was_not_named(
    sandbox: Sandbox, tmp_path: Path, concurrency: int
) -> None:
    rows = sandbox.oracle.rows("bookedEntriesapi", "/booked-entries")
    storage = {"root": tmp_path.as_uri()}
    batches = {"encoding": {"format": "jsonl", "compression": "gzip"}, "storage": storage}
    options = {**config(sandbox, concurrency), "batch_config": batches}
    # The bookmark trails by 1,000 rows, and a file is whole after 10,000.
    sandbox.faults.add("stall", ENTRIES, at=30, lasts="onwards", amount=60)
    with start(tmp_path, options, "booked_entries") as tap:
        wait_for(sandbox, 31)
        time.sleep(0.5)
        tap.send_signal(signal.SIGTERM)
        lines = t.cast("t.IO[bytes]", tap.stdout).readlines()
        assert tap.wait(30) == 128 + signal.SIGTERM
    everything = {row["entryNumber"] for row in rows}
    found = entries_in(lines)
    assert set(found) < everything
    states = [one for one in map(json.loads, lines) if one["type"] == "STATE"]
    sandbox.clear()
    catalog = selecting("booked_entries")
    state = states[-1]["value"] if states else None
    again = run_tap(None, catalog=catalog, state=state, **options)
    assert again.exit_code == 0
    found += entries_in(again.lines)
    assert set(found) == everything


def entries_in(lines: list[bytes]) -> list[int]:
    """Return the numbers of the entries in the batch files that messages name."""
    found = []
    for message in map(json.loads, lines):
        for url in message.get("manifest", ()):
            with gzip.open(url2pathname(urlsplit(url).path)) as file:
                found += [json.loads(line)["entryNumber"] for line in file]
    return found


@pytest.mark.parametrize("concurrency", [1, 8])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
@pytest.mark.parametrize("fault", ["latency", "stall", "throttled"])
def test_a_signal_ends_it_at_once_with_whole_lines_and_a_last_state(
    sandbox: Sandbox, tmp_path: Path, number: signal.Signals, fault: str, concurrency: int
) -> None:
    path = "/rest/invoices/booked/{bookedInvoiceNumber}"
    if fault == "latency":
        sandbox.faults.add("latency", path, amount=0.05)
    else:  # it waits when the signal comes
        sandbox.faults.add(fault, path, at=80, lasts="onwards", amount=60)
    streams = ("customers", "invoices_booked_document", "accounts")
    with start(tmp_path, config(sandbox, concurrency), *streams) as tap:
        drain = Drain(tap)
        wait_for(sandbox, 78)
        time.sleep(0.3)
        tap.send_signal(number)
        told = time.monotonic()
        lines = drain.lines()
        code = tap.wait(30)
        took = time.monotonic() - told
    assert code == 128 + number
    assert took < AT_ONCE
    messages = [json.loads(line) for line in lines]  # the last one, too, is whole
    assert lines[-1].endswith(b"\n")
    assert messages[-1]["type"] == "STATE"
    log = said(tmp_path)
    assert "Traceback" not in log
    assert "signal" in log


@pytest.mark.skipif(sys.platform != "linux", reason="a pipe is looked into by way of /proc")
def test_a_signal_that_comes_while_the_pipe_is_full_leaves_no_half_line(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    """As with PYTHONUNBUFFERED, where a write that a signal interrupts has written a part."""
    with start(tmp_path, config(sandbox), "booked_entries", PYTHONUNBUFFERED="1") as tap:
        fill_pipe(t.cast("t.IO[bytes]", tap.stdout))
        tap.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        lines = t.cast("t.IO[bytes]", tap.stdout).readlines()
        assert tap.wait(30) == 128 + signal.SIGTERM
    assert sum(map(len, lines)) > PIPE // 2  # pages of a pipe need not be full
    for line in lines:
        json.loads(line)


def test_after_a_signal_the_next_run_goes_on_from_the_last_state(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    sandbox.faults.add("latency", "/rest/invoices/booked/{bookedInvoiceNumber}", amount=0.02)
    with start(tmp_path, config(sandbox, 1), "invoices_booked_document") as tap:
        output = t.cast("t.IO[bytes]", tap.stdout)
        lines = [output.readline() for _ in range(150)]
        tap.send_signal(signal.SIGTERM)
        lines += output.readlines()
    state = json.loads(lines[-1])["value"]
    (partition,) = state["bookmarks"]["invoices_booked_document"]["partitions"]
    sent = [
        message["record"]["bookedInvoiceNumber"]
        for message in map(json.loads, lines)
        if message["type"] == "RECORD"
    ]
    assert partition["replication_key_value"] in sent
    assert partition["rows_passed"] == sent.index(partition["replication_key_value"]) + 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
def test_a_signal_before_the_first_answer_ends_it_at_once_too(
    sandbox: Sandbox, tmp_path: Path, number: signal.Signals
) -> None:
    sandbox.faults.add("stall", "/rest/self", amount=60, lasts="onwards")
    with start(tmp_path, config(sandbox), "customers") as tap:
        wait_for(sandbox, 1)
        tap.send_signal(number)
        told = time.monotonic()
        output = t.cast("t.IO[bytes]", tap.stdout).read()
        assert tap.wait(30) == 128 + number
        assert time.monotonic() - told < AT_ONCE
    for line in output.splitlines():
        json.loads(line)
    assert "Traceback" not in said(tmp_path)


def test_a_write_that_stops_midway_goes_on_where_it_stopped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written = bytearray()

    class Unbuffered(io.BytesIO):
        def write(self, content: t.Any) -> int:
            written.extend(bytes(content)[:7])
            return min(len(content), 7)

    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(Unbuffered()))
    writer = BufferedWriter()
    writer.write_lines(b'{"type": "RECORD"}\n' * 3)
    writer.flush()
    assert written == b'{"type": "RECORD"}\n' * 3
