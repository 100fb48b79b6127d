from __future__ import annotations

import typing as t
from xml.etree import ElementTree

import pytest

from benchmarks import report, results
from benchmarks.results import Result
from benchmarks.runs import Run
from benchmarks.work import WORK, Case, Goal

if t.TYPE_CHECKING:
    from pathlib import Path

PAGE = (
    "before\n<!-- begin figures (make bench) -->\nold\n<!-- end figures (make bench) -->\nafter\n"
)


def result_of(**seconds: list[float]) -> Result:
    """A result whose cases took so many seconds, and as many megabytes and requests."""
    result = Result("2026-11-21", {"cores": "2"}, {"tap": {"Python": "3.11.7"}})
    for case, values in seconds.items():
        result.runs[case] = [Run(value, int(value * 1e6), int(value), 10) for value in values]
    return result


def parsed(plot: str) -> ElementTree.Element:
    return ElementTree.fromstring(plot)  # noqa: S314 - the report's own


def text_of(result: Result, work: str = "invoices") -> str:
    return report.documents({work: result}, PAGE)[report.PAGE]


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
    assert verdicts["at most 1.8 times the bare loop"] == ["2.00", "**missed** |"]
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


def test_what_stands_around_the_figures_stays() -> None:
    text = text_of(result_of(tap=[1.0]))
    assert text.startswith("before\n")
    assert text.endswith("\nafter\n")
    assert "old" not in text
    with pytest.raises(SystemExit, match="must have the lines"):
        report.documents({}, "a page without marks")


def test_every_plot_is_xml_and_names_each_program() -> None:
    for name, work in WORK.items():
        result = result_of(**{case.name: [1.0, 3.0] for case in work.cases})
        drawn = report.documents({name: result}, PAGE)
        plots = [text for path, text in drawn.items() if path.suffix == ".svg"]
        assert plots
        for plot in plots:
            texts = {element.text for element in parsed(plot).iter()}
            assert {case.program.title for case in _drawn(work.cases)} <= texts


def _drawn(cases: t.Sequence[Case]) -> list[Case]:
    """Without the server, which has one size only and so no line of growth."""
    return [case for case in cases if case.name != "server"]


def test_bars_are_as_long_as_what_they_show() -> None:
    drawn = report.documents({"invoices": result_of(tap=[2.0], plain=[6.0])}, PAGE)
    (plot,) = [text for path, text in drawn.items() if path.suffix == ".svg"]
    _, tap, plain = (
        float(element.attrib["width"])
        for element in parsed(plot).iter()
        if element.tag.endswith("rect")
    )
    assert plain == pytest.approx(3 * tap, abs=0.2)


def test_a_kept_result_is_read_back_as_it_was(tmp_path: Path) -> None:
    result = result_of(tap=[1.25, 2.5], loop=[1.0])
    result.skipped["dlt"] = "no network"
    result.save(tmp_path / "kept.json")
    assert results.load(tmp_path / "kept.json") == result


def test_stale_documents_are_named_until_they_are_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "ROOT", tmp_path)
    monkeypatch.setattr(report, "PAGE", tmp_path / "performance.md")
    monkeypatch.setattr(report, "PLOTS", tmp_path / "performance")
    monkeypatch.setattr(results, "FOLDER", tmp_path)
    report.PAGE.write_text(PAGE)
    result_of(tap=[1.0], loop=[1.0]).save(tmp_path / "invoices.json")
    assert {path.name for path in report.stale()} == {"performance.md", "invoices.svg"}
    report.write()
    assert report.stale() == {}
    result_of(tap=[2.0], loop=[1.0]).save(tmp_path / "invoices.json")
    assert {path.name for path in report.stale()} == {"performance.md", "invoices.svg"}
