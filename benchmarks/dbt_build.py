"""Building the books of many agreements: copies of a generated one."""

from __future__ import annotations

import dataclasses
import typing as t

from benchmarks.command_line import command_line
from benchmarks.runs import FailedError, Run, measure
from economic_sandbox.cli import SETTINGS
from economic_sandbox.company import generate_company
from economic_sandbox.server import Sandbox
from scripts import dbt_project

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from benchmarks.command_line import Programs
    from benchmarks.database import Database
    from benchmarks.work import Case, Program

    Load: t.TypeAlias = Callable[[Case, Mapping[str, t.Any]], object]

_INVOICES = 1490  # booked by the company, besides its other invoices
_UNLIMITED = 10**9  # the call budget, which must not affect the figures
_RAW, _BOOKS = "economic", "books"
_HOLDS = {"success", "pass"}


def build(case: Case, programs: Programs, folder: Path, database: Database, load: Load) -> Run:
    """Fill the database, build the books and return what that took.

    Args:
        case: The case.
        programs: The folders of its programs, by the name of the environment.
        folder: The folder for its files.
        database: The database.
        load: Runs the pipeline of a case with the settings of a tap.

    Raises:
        FailedError: If a model is not built, or a test does not pass.
    """
    database.clear()
    with Sandbox(generate_company(invoices=_INVOICES), call_limit=_UNLIMITED) as sandbox:
        before = t.cast("Program", case.program.before)
        loading = dataclasses.replace(case, program=before, streams=dbt_project.STREAMS)
        load(loading, {name: getattr(sandbox, name) for name in SETTINGS})
    database.clone(_RAW, case.copies)
    environment = dbt_project.environment(database.url, folder, raw=_RAW, books=_BOOKS)
    command = command_line(case, programs, folder, {}, None)
    cpu_before = database.cpu()
    took = measure(command, folder, case.exit_code, environment)
    nodes = dbt_project.results(folder)
    if wrong := [node.name for node in nodes if node.status not in _HOLDS]:
        msg = f"{case.program.title}: {', '.join(wrong)}"
        raise FailedError(msg)
    return Run(
        seconds=took.seconds,
        peak=sum(usage.peak for usage in took.processes),
        requests=0,
        rows=database.count(_BOOKS, "general_ledger"),
        processes=took.processes,
        database_cpu=database.cpu() - cpu_before,
        nodes={f"{node.kind} {node.name}": round(node.seconds, 2) for node in nodes},
    )
