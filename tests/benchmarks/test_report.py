from __future__ import annotations

import re
import typing as t

import pytest

from benchmarks import report, results
from benchmarks.results import Result
from benchmarks.runs import Run, Usage
from benchmarks.work import Goal
from benchmarks.works import WORK

if t.TYPE_CHECKING:
    from pathlib import Path


def result_of(**seconds: list[float]) -> Result:
    """A result whose cases took so many seconds, and as many megabytes and requests."""
    result = Result("2026-11-21", {"cores": "2"}, {"tap": {"Python": "3.11.7"}})
    for case, values in seconds.items():
        result.runs[case] = [Run(value, int(value * 1e6), int(value), 10) for value in values]
    return result


def text_of(result: Result, work: str = "invoices") -> str:
    return "\n".join(report.figures({work: result}))


def charts_of(result: Result, work: str) -> list[str]:
    return re.findall(r"```mermaid\n(.*?)```", text_of(result, work), re.DOTALL)


def bars(chart: str) -> list[float]:
    """The lengths of the bars, after the end of their axis."""
    return [
        float(number)
        for line in re.findall(r"0 --> (.*)|bar \[(.*)\]", chart)
        for number in "".join(line).split(", ")
    ]


def test_a_goal_compares_medians() -> None:
    result = result_of(tap=[9.0, 2.0, 3.0], loop=[1.0, 2.0, 30.0])
    assert result.reached(Goal("", "seconds", "tap", "loop", at_most=2)) == 1.5
    assert result.reached(Goal("", "peak", "tap", at_most=2)) == 3e6
    assert result.reached(Goal("", "seconds", "tap", "airbyte", at_most=2)) is None


def test_the_page_says_of_each_goal_whether_it_is_reached() -> None:
    text = text_of(result_of(tap=[2.0], loop=[1.0], plain=[6.0], dlt=[5.0]))
    verdicts = {
        line.split(" | ")[1]: line.split(" | ")[2:] for line in text.splitlines() if "| at " in line
    }
    assert verdicts["at most 1.2 times the bare loop"] == ["2.00", "**missed** |"]
    assert verdicts["at least 3 times as fast as a plain SDK tap"] == ["3.00", "reached |"]
    assert verdicts["at least 3 times as fast as dlt"] == ["2.50", "**missed** |"]
    assert verdicts["at least 12 times as fast as Airbyte"] == ["not measured", " |"]


def test_a_small_share_is_written_as_a_fraction() -> None:
    text = text_of(result_of(tap=[200.0], airbyte=[50_000.0]), "lines")
    assert "| 1/250 | reached |" in text


def test_the_page_shows_medians_with_their_range_and_why_a_program_is_missing() -> None:
    result = result_of(tap=[9.0, 2.0, 3.0])
    result.skipped["airbyte"] = "it needs Python 3.10"
    text = text_of(result)
    assert "| tap-economic | 10 | 3.00 (2.00 to 9.00) | 3 MB | 3 | 3 |" in text
    assert "skipped: it needs Python 3.10" in text
    assert "2026-11-21: cores 2" in text


def test_a_pipeline_is_shown_with_what_each_of_its_programs_took() -> None:
    result = result_of(tap=[9.0, 2.0, 3.0], dlt=[8.0])
    result.skipped["airbyte"] = "it needs Python 3.10"
    took = [(1.5, 100e6, 2.25, 50e6), (0.5, 120e6, 4.25, 60e6), (1.0, 110e6, 3.25, 40e6)]
    result.runs["tap"] = [
        run._replace(
            processes=(Usage(tap, int(tap_peak)), Usage(loader, int(peak))),
            piped=87_600_000,
            database_cpu=tap + loader,
        )
        for run, (tap, tap_peak, loader, peak) in zip(result.runs["tap"], took, strict=True)
    ]
    result.runs["dlt"] = [result.runs["dlt"][0]._replace(processes=(Usage(7.0, 90_000_000),))]
    lines = text_of(result, "postgres-invoices").splitlines()
    (heading,) = [line for line in lines if "CPU seconds" in line]
    text = "\n".join(lines)
    assert "| CPU seconds | of PostgreSQL | peak memory | piped |" in heading
    assert "| 3.00 (2.00 to 9.00) | 1.00 + 3.25 | 4.25 | 110 MB + 50 MB | 87.6 MB | 3 | 3 |" in text
    assert "| 8.00 | 7.00 |  | 90 MB |  | 8 | 1 |" in text
    (skipped,) = [line for line in lines if "it needs Python 3.10" in line]
    assert skipped.count("|") == heading.count("|")


@pytest.mark.parametrize("name", [name for name, work in WORK.items() if len(work.cases) > 1])
def test_every_work_of_several_has_a_chart_that_names_each_program(name: str) -> None:
    cases = WORK[name].cases
    charts = charts_of(result_of(**{case.name: [1.0, 3.0] for case in cases}), name)
    assert charts
    for chart in charts:
        for case in cases:
            assert f'"{case.program.title}' in chart


def test_a_bar_is_as_long_as_its_median_from_0_to_the_longest() -> None:
    (chart,) = charts_of(result_of(tap=[9.0, 2.0, 1.0], plain=[6.0]), "invoices")
    assert bars(chart) == [6, 2, 6]


def test_growth_is_shown_by_the_time_for_each_row_and_by_memory() -> None:
    result = result_of(**{"tap-10000": [0.5], "tap-1000000": [20.0], "loop-10000": [0.1]})
    each_row, memory = charts_of(result, "entries")
    assert bars(each_row) == [50, 10, 50, 20]
    assert bars(memory) == [20, 0.1, 0.5, 20]


def test_what_a_run_of_many_agreements_says_of_itself_is_listed() -> None:
    result = result_of(tap=[150.0])
    result.runs["tap"] = [result.runs["tap"][0]._replace(audited={"STATE messages": 1234})]
    assert "\n\n- STATE messages: 1,234\n" in text_of(result, "fleet")
    assert not charts_of(result, "fleet")


def test_a_kept_result_is_read_back_as_it_was(tmp_path: Path) -> None:
    result = result_of(tap=[1.25, 2.5], loop=[1.0])
    result.runs["loop"].append(
        Run(2.5, 300, 1, 10, processes=(Usage(0.5, 100), Usage(1.25, 200)), piped=4000)
    )
    result.skipped["dlt"] = "no network"
    result.save(tmp_path / "kept.json")
    assert results.load(tmp_path / "kept.json") == result


def test_the_time_of_each_model_is_listed_and_that_of_views_and_tests_in_sums() -> None:
    result = result_of(**{"threads-2": [60.0, 50.0, 70.0], "threads-4": [40.0]})
    times = [(1.0, 0.25, 5.0, 0.5, 1.0), (3.0, 0.5, 7.0, 0.75, 1.0), (2.0, 0.25, 6.0, 0.5, 1.0)]
    names = (
        "operation economic-on-run-start-0", "model stg_economic__accounts", "model vat",
        "test vat_key", "test vouchers_sum_to_zero",
    )  # fmt: skip
    result.runs["threads-2"] = [
        run._replace(nodes=dict(zip(names, seconds, strict=True)))
        for run, seconds in zip(result.runs["threads-2"], times, strict=True)
    ]
    (once,) = result.runs["threads-4"]
    result.runs["threads-4"] = [once._replace(nodes=dict.fromkeys(names, 0.25))]
    assert (
        "\n\n"
        "| seconds | 2 threads | 4 threads |\n"
        "| --- | ---: | ---: |\n"
        "| `vat` | 6.00 | 0.25 |\n"
        "| `analyze` of the loaded tables | 2.00 | 0.25 |\n"
        "| 2 tests | 1.50 | 0.50 |\n"
        "| staging view | 0.25 | 0.25 |\n"
    ) in text_of(result, "books")
