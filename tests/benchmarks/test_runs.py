from __future__ import annotations

import dataclasses
import sys
import typing as t
from pathlib import Path

import pytest

from benchmarks import __main__ as program
from benchmarks.environments import Installed, NotInstalledError
from benchmarks.place import Place
from benchmarks.programs import LOOP, PLAIN, SERVER, TAP
from benchmarks.runs import FailedError, Run, measure, rows_in
from benchmarks.work import Case, Program

if t.TYPE_CHECKING:
    from benchmarks.command_line import Programs
    from benchmarks.serving import Served

HERE = {"tap": Path(sys.executable).parent}
PYTHON = (sys.executable, "-c")


def test_rows_are_counted_as_singer_airbyte_and_a_sum_say_them(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.write_text(
        '{"type":"SCHEMA","stream":"RECORD"}\n'
        '{"type":"RECORD","stream":"a","record":{}}\n'
        '{"type":"STATE","value":{"type":"RECORD"}}\n'
        '{"type": "RECORD", "record": {}}\n'
        '{"rows": 40}\n'
    )
    assert rows_in(out) == 42


def test_the_peak_is_that_of_the_program(tmp_path: Path) -> None:
    (small,) = measure([*PYTHON, ""], tmp_path).processes
    (large,) = measure([*PYTHON, "bytearray(300_000_000)"], tmp_path).processes
    assert small.peak < 30e6
    assert 300e6 < large.peak < 330e6


def test_a_pipeline_s_processes_are_measured_one_by_one_with_the_bytes_between_them(
    tmp_path: Path,
) -> None:
    writes = "import sys; sys.stdout.write('x' * 3_000_000)"
    works = "import sys, time; print(len(sys.stdin.read()))\nwhile time.process_time() < 1: pass\n"
    took = measure([*PYTHON, writes, "|", *PYTHON, works], tmp_path)
    assert took.piped == 3_000_000
    assert (tmp_path / "out").read_text() == "3000000\n"
    writer, worker = took.processes
    assert writer.cpu < 1 <= worker.cpu <= took.seconds


def test_a_program_that_fails_is_told_with_its_last_words(tmp_path: Path) -> None:
    with pytest.raises(FailedError, match="no such luck"):
        measure([*PYTHON, "import sys; sys.exit('no such luck')"], tmp_path)


@pytest.mark.parametrize("place", ["first", "last"])
def test_a_pipeline_of_which_either_program_fails_is_told_with_its_last_words(
    tmp_path: Path, place: str
) -> None:
    fails = [*PYTHON, "import sys; sys.exit('no such luck')"]
    writes = [*PYTHON, "import sys\ntry: sys.stdout.write('x' * 3_000_000)\nexcept OSError: pass"]
    reads = [*PYTHON, "import sys; sys.stdin.read()"]
    command = [*fails, "|", *reads] if place == "first" else [*writes, "|", *fails]
    with pytest.raises(FailedError, match="no such luck"):
        measure(command, tmp_path)


@pytest.mark.parametrize("reader", [TAP, LOOP, PLAIN, SERVER], ids=lambda reader: reader.title)
def test_a_reader_reads_every_invoice(served: Served, reader: Program) -> None:
    case = Case("any", reader, 2500, invoices=2500, streams=("invoices_booked",))
    with Place(served) as place:
        run = place.run(case, HERE)
    assert run.rows == 2500
    assert run.requests >= 3


@pytest.mark.parametrize("reader", [TAP, LOOP, SERVER], ids=lambda reader: reader.title)
@pytest.mark.parametrize("concurrency", [1, 8])
def test_a_reader_reads_every_entry(served: Served, reader: Program, concurrency: int) -> None:
    streams = ("booked_entries",)
    case = Case("any", reader, 9500, entries=9500, streams=streams, concurrency=concurrency)
    with Place(served) as place:
        assert place.run(case, HERE).rows == 9500


def test_the_lines_of_all_invoices_are_read(served: Served) -> None:
    streams = ("invoices_booked", "invoices_booked_lines")
    with Place(served) as place:
        run = place.run(Case("any", TAP, 4 * 2500, invoices=2500, streams=streams), HERE)
    assert run.rows == 10_000


def test_a_run_that_misses_rows_does_not_count(served: Served) -> None:
    case = Case("any", LOOP, 2501, invoices=2500)
    with Place(served) as place, pytest.raises(FailedError, match="2500 rows of 2501"):
        place.run(case, HERE)


class Turns(Place):
    """Writes down who runs, and with how many rows."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, int]] = []

    def run(self, case: Case, programs: Programs) -> Run:
        del programs
        self.taken.append((case.name, case.invoices))
        return Run(1.0, 1, 1, case.invoices)


def test_programs_take_turns_after_each_was_tried_on_few_rows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(program, "install", lambda _name: Installed(HERE["tap"], {}))
    often = Case("often", LOOP, 1000, invoices=1000, runs=3)
    seldom = dataclasses.replace(often, name="seldom", runs=1)
    turns = Turns()
    result = program.measure([often, seldom], turns)
    assert turns.taken[:2] == [("often", 10), ("seldom", 10)]
    assert [name for name, _ in turns.taken[2:]] == ["often", "seldom", "often", "often"]
    assert [len(runs) for runs in result.runs.values()] == [3, 1]


def test_a_program_that_cannot_be_installed_is_left_out_with_the_reason(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def install(name: str) -> Installed:
        if name == "tap":
            return Installed(HERE["tap"], {})
        msg = "it needs Python 2"
        raise NotInstalledError(msg)

    monkeypatch.setattr(program, "install", install)
    there = Case("there", LOOP, 10, runs=1)
    missing = Case(
        "missing", Program("an old reader", "{tap}/reader | {target-postgres}/loader"), 10, runs=1
    )
    result = program.measure([there, missing], Turns())
    assert result.skipped == {"missing": "it needs Python 2"}
    assert list(result.runs) == ["there"]
    assert "skipped: an old reader: it needs Python 2" in capsys.readouterr().out
