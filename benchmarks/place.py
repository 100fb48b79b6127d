"""Where the programs run: a folder, a database, and the server that they read."""

from __future__ import annotations

import contextlib
import functools
import shutil
import typing as t

from benchmarks.audit import IncompleteError, audit
from benchmarks.command_line import Into, command_line
from benchmarks.database import Database
from benchmarks.runs import FailedError, Run, measure, rows_in
from scripts.postgres import temporary_folder

if t.TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from typing_extensions import Self

    from benchmarks.command_line import Programs
    from benchmarks.runs import Took
    from benchmarks.serving import Served
    from benchmarks.work import Case

_SCHEMA = "economic"
_FULL_READ = "full_read"


class Place:
    """A folder for the files of programs and for the database, in memory if possible."""

    def __init__(self, served: Served) -> None:
        """Set the server to read from."""
        self._served = served

    def __enter__(self) -> Self:
        """Create the folder."""
        self._stack = contextlib.ExitStack()
        self._folder = self._stack.enter_context(temporary_folder())
        return self

    def __exit__(self, *_: object) -> None:
        """Stop the database if it was used, and remove the folder."""
        self._stack.close()

    @functools.cached_property
    def _database(self) -> Database:
        return self._stack.enter_context(Database(self._folder / "postgres"))

    def run(self, case: Case, programs: Programs) -> Run:
        """Run a case once.

        Args:
            case: The case.
            programs: The folders of its programs, by the name of the environment.

        Raises:
            FailedError: If a program fails, or does not read or load all rows.
        """
        folder = self._folder / "run"
        folder.mkdir()
        try:
            return self._run(case, programs, folder)
        except IncompleteError as error:
            raise FailedError(error) from error
        finally:
            shutil.rmtree(folder)

    def _run(self, case: Case, programs: Programs, folder: Path) -> Run:
        if case.program.is_loading:
            self._database.clear()
        if case.is_second:
            settings = self._served.begin(invoices=case.invoices)
            self._launch(case, programs, folder, settings)
        settings = self._served.begin(
            invoices=case.invoices + case.booked,
            entries=case.entries,
            agreements=case.agreements,
            paid=case.paid,
            delay=case.delay,
        )
        database = self._database if case.program.is_loading else None
        cpu_before = database.cpu() if database else 0
        took = self._launch(case, programs, folder, settings)
        out = folder / "out"
        run = Run(
            seconds=took.seconds,
            peak=sum(usage.peak for usage in took.processes),
            requests=self._served.requests(),
            rows=database.rows(_SCHEMA) if database else rows_in(out),
            audited=audit(out, case.agreements) if case.agreements else None,
            processes=took.processes,
            piped=took.piped,
            database_cpu=database.cpu() - cpu_before if database else None,
        )
        if case.rows is not None and run.rows != case.rows:
            msg = f"{case.program.title} read {run.rows} rows of {case.rows}"
            raise FailedError(msg)
        if case.is_second:
            self._compare(case, programs, folder / "full", settings)
        return run

    def _compare(
        self, case: Case, programs: Programs, folder: Path, settings: Mapping[str, t.Any]
    ) -> None:
        """Load everything anew into another schema, which must then be equal."""
        folder.mkdir()
        self._launch(case, programs, folder, settings, schema=_FULL_READ)
        if differing := self._database.differences(_SCHEMA, _FULL_READ):
            msg = f"{case.program.title}: {differing} rows differ from those of a full read"
            raise FailedError(msg)

    def _launch(
        self,
        case: Case,
        programs: Programs,
        folder: Path,
        settings: Mapping[str, t.Any],
        *,
        schema: str = _SCHEMA,
    ) -> Took:
        """Run the command line; its state continues that of the last one in the folder."""
        state = folder / "state.json"
        if not state.exists():
            state.write_text("{}", encoding="utf-8")
        into = Into(self._database.url, schema) if case.program.is_loading else None
        command = command_line(case, programs, folder, settings, into)
        took = measure(command, folder, case.exit_code)
        if str(state) in command:
            state.write_bytes((folder / "out").read_bytes().splitlines()[-1])
        return took
