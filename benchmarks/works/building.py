"""The benchmark of the books that dbt builds."""

from __future__ import annotations

from benchmarks.programs import DBT_BUILD
from benchmarks.work import Case, Goal, Work

_COPIES = 72
_GOAL = 60

WORKS = (
    Work(
        "books",
        "`dbt build` of 1,000,000 entries",
        "A generated company, loaded once and copied in PostgreSQL to 72 agreements, in tables "
        "without statistics. The rows are those of `general_ledger`. A run counts only if every "
        "model is built and every test passes. The seconds of a model or test are those that dbt "
        "waits for it: PostgreSQL works on as many at a time as dbt has threads.",
        [
            Case(f"threads-{threads}", DBT_BUILD[threads], copies=_COPIES, runs=3)
            for threads in DBT_BUILD
        ],
        [
            Goal(f"at most {_GOAL} seconds", "seconds", "threads-4", at_most=_GOAL),
        ],
    ),
)
