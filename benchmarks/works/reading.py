"""The benchmarks of the tap without a loader."""

from __future__ import annotations

import dataclasses

from benchmarks.books import LINES_PER_INVOICE
from benchmarks.programs import (
    AIRBYTE,
    AIRBYTE_DOCUMENTS,
    DLT,
    EMPTY_COMMAND,
    LOOP,
    ONE_READER,
    PLAIN,
    SERVER,
    TAP,
)
from benchmarks.work import Case, Goal, Program, Work, entries, invoices


def _small(name: str, program: Program, concurrency: int | None = None) -> Case:
    return Case(name, program, delay=0.15, concurrency=concurrency)


def _delayed(name: str, program: Program, concurrency: int | None = None) -> Case:
    case = entries(name, program, 200_000)
    return dataclasses.replace(case, delay=0.2, concurrency=concurrency)


def _command(name: str, title: str, command: str) -> Case:
    return Case(name, Program(title, command), runs=11)


WORKS = (
    Work(
        "invoices",
        "50,000 booked invoices of 1.7 KB, no delay",
        "Classic REST, 1,000 rows per page. The last row is a client that discards the bytes.",
        [
            invoices("tap", TAP),
            invoices("loop", LOOP),
            invoices("plain", PLAIN),
            invoices("dlt", DLT),
            invoices("airbyte", AIRBYTE, runs=3),
            invoices("server", SERVER),
        ],
        [
            Goal("at most 1.2 times the bare loop", "seconds", "tap", "loop", at_most=1.2),
            Goal("at least 12 times as fast as Airbyte", "seconds", "airbyte", "tap", at_least=12),
            Goal(
                "at least 3 times as fast as a plain SDK tap", "seconds", "plain", "tap", at_least=3
            ),
            Goal("at least 3 times as fast as dlt", "seconds", "dlt", "tap", at_least=3),
        ],
    ),
    Work(
        "entries",
        "1,000,000 booked entries, no delay",
        "The OpenAPI service, 1,000 rows per page, and how cost grows with the number of rows.",
        [
            entries("tap-10000", TAP, 10_000),
            entries("loop-10000", LOOP, 10_000),
            entries("tap-100000", TAP, 100_000),
            entries("loop-100000", LOOP, 100_000),
            entries("tap-1000000", TAP, 1_000_000),
            entries("loop-1000000", LOOP, 1_000_000),
            entries("server", SERVER, 1_000_000),
        ],
        [
            Goal(
                "at most 1.7 times the bare loop",
                "seconds",
                "tap-1000000",
                "loop-1000000",
                at_most=1.7,
            ),
            Goal("peak memory under 100 MB", "peak", "tap-1000000", at_most=100e6),
            Goal(
                "peak memory at most 10 % above that of 100,000",
                "peak",
                "tap-1000000",
                "tap-100000",
                at_most=1.1,
            ),
        ],
        grows=True,
    ),
    Work(
        "small",
        "every default stream of a small agreement, 150 ms a request",
        "The sandbox's generated company, with some 200 booked invoices.",
        [_small("tap", TAP), _small("tap-1", ONE_READER, concurrency=1)],
        [Goal("at most 0.16 of `concurrency` 1", "seconds", "tap", "tap-1", at_most=0.16)],
    ),
    Work(
        "delayed",
        "200,000 booked entries in 200 pages, 200 ms a request",
        "One listing of the OpenAPI service, which a single reader requests page by page.",
        [_delayed("tap", TAP), _delayed("tap-1", ONE_READER, concurrency=1)],
        [
            Goal(
                "at least 5 times as fast as `concurrency` 1", "seconds", "tap-1", "tap", at_least=5
            )
        ],
    ),
    Work(
        "lines",
        "50,000 booked invoices with their lines",
        "The tap reads two listings, Airbyte's source requests one invoice after another.",
        [
            Case(
                "tap",
                TAP,
                50_000 * (1 + LINES_PER_INVOICE),
                invoices=50_000,
                streams=("invoices_booked", "invoices_booked_lines"),
                runs=1,
            ),
            invoices("airbyte", AIRBYTE_DOCUMENTS, runs=1),
        ],
        [
            Goal(
                "at most a two-hundredth of Airbyte's requests",
                "requests",
                "tap",
                "airbyte",
                at_most=1 / 200,
            )
        ],
        figure="requests",
    ),
    Work(
        "fleet",
        "200 agreements in one run, 50 ms a request",
        "Every default stream of 200 generated companies, served by the sandbox. Each has about "
        "100 unpaid invoices and 105 open entries. One has revoked its grant, so that the tap "
        "exits with 1, and one has no modules. The run counts only if every stream of all others "
        "is complete.",
        [Case("tap", TAP, agreements=200, delay=0.05, runs=1, exit_code=1)],
        [],
    ),
    Work(
        "commands",
        "`--discover`, `--version`",
        "Compared with an SDK tap without streams.",
        [
            _command("tap-discover", "tap-economic --discover", "{tap}/tap-economic --discover"),
            _command("empty-discover", "empty SDK tap --discover", f"{EMPTY_COMMAND} --discover"),
            _command("tap-version", "tap-economic --version", "{tap}/tap-economic --version"),
            _command("empty-version", "empty SDK tap --version", f"{EMPTY_COMMAND} --version"),
        ],
        [
            Goal(
                "`--discover`: at most 1.2 times an empty SDK tap",
                "seconds",
                "tap-discover",
                "empty-discover",
                at_most=1.2,
            ),
            Goal(
                "`--version`: at most 1.2 times an empty SDK tap",
                "seconds",
                "tap-version",
                "empty-version",
                at_most=1.2,
            ),
        ],
    ),
)
