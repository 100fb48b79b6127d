"""The benchmarks of whole pipelines into PostgreSQL."""

from __future__ import annotations

import dataclasses
import typing as t

from benchmarks.books import OPEN_INVOICES
from benchmarks.programs import (
    AIRBYTE_TO_POSTGRES,
    DLT_TO_POSTGRES,
    HALVES_AFTER,
    HALVES_BESIDE,
    LOADERS_DEFAULTS,
    TAP_TO_POSTGRES,
    WITH_CHECKS,
)
from benchmarks.work import Case, Goal, Work, entries, invoices

if t.TYPE_CHECKING:
    from benchmarks.work import Program

_INVOICES = 50_000
_CHANGED = _INVOICES // 100


def _faster(times: float, words: str, than: str = "dlt") -> Goal:
    return Goal(
        f"at least {times:g} times as fast as {words}", "seconds", than, "tap", at_least=times
    )


def _second(name: str, program: Program) -> Case:
    """Return a second run: half of the changes are new invoices, half are payments."""
    booked = _CHANGED // 2
    paid = (_CHANGED - booked) * OPEN_INVOICES
    case = invoices(name, program, _INVOICES)
    return dataclasses.replace(case, rows=_INVOICES + booked, booked=booked, paid=paid)


def _halves(name: str, program: Program) -> Case:
    return Case(name, program, entries=200_000, invoices=25_000, runs=3)


WORKS = (
    Work(
        "postgres-invoices",
        "50,000 booked invoices into PostgreSQL",
        "The whole way from an empty schema to the last row committed.",
        [
            invoices("tap", TAP_TO_POSTGRES, _INVOICES),
            invoices("loader-defaults", LOADERS_DEFAULTS, _INVOICES),
            invoices("checks", WITH_CHECKS, _INVOICES),
            invoices("dlt", DLT_TO_POSTGRES, _INVOICES),
            invoices("airbyte", AIRBYTE_TO_POSTGRES, _INVOICES, runs=3),
        ],
        [
            _faster(2, "dlt"),
            _faster(3, "with all checks and no COPY", "checks"),
        ],
    ),
    Work(
        "postgres-entries",
        "200,000 booked entries into PostgreSQL",
        "The whole way from an empty schema to the last row committed. Airbyte's source has no "
        "entries.",
        [
            entries("tap", TAP_TO_POSTGRES, 200_000),
            entries("loader-defaults", LOADERS_DEFAULTS, 200_000),
            entries("checks", WITH_CHECKS, 200_000),
            entries("dlt", DLT_TO_POSTGRES, 200_000),
        ],
        [_faster(1.7, "dlt")],
    ),
    Work(
        "postgres-second-run",
        "a second run into PostgreSQL, 1 % of 50,000 invoices changed",
        "Since the first run, which is not measured, 250 invoices were booked and 250 paid. The "
        "tap continues from its state; dlt merges the whole listing. A run counts only if the "
        "table then equals that of a full read into another schema.",
        [_second("tap", TAP_TO_POSTGRES), _second("dlt", DLT_TO_POSTGRES)],
        [_faster(5, "dlt")],
    ),
    Work(
        "postgres-halves",
        "all default streams of a large agreement into PostgreSQL, in halves",
        "200,000 booked entries, 25,000 booked invoices with their lines, and the sandbox's "
        "generated company. The presets `half-ledger` and `half-sales` are loaded by a pipeline "
        "each; both include the small first run that creates the schema.",
        [_halves("after", HALVES_AFTER), _halves("beside", HALVES_BESIDE)],
        [
            Goal(
                "at most 0.65 of one half after the other",
                "seconds",
                "beside",
                "after",
                at_most=0.65,
            )
        ],
    ),
)
