"""The generator: ``python -m scripts.generate``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from scripts.generate.output import GenerationError, Output, update, with_parts

ROOT = Path(__file__).resolve().parents[2]
PAGE = Output("docs/page.md", lambda: "fresh")
FOLDER = Output("folder", lambda: {"kept.json": "{}", "deep/new.json": "[]"})


def texts(folder: Path) -> dict[str, str]:
    return {
        file.relative_to(folder).as_posix(): file.read_text("utf-8")
        for file in folder.rglob("*")
        if file.is_file()
    }


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one file as it should be, one that is stale and one too many."""
    for name, text in (("docs/page.md", "old"), ("folder/kept.json", "{}"), ("folder/x.json", "")):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def test_nothing_that_is_generated_is_stale() -> None:
    command = [sys.executable, "-m", "scripts.generate", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_check_says_of_each_file_that_it_is_stale_and_leaves_it(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = texts(project)
    assert not update([PAGE, FOLDER], project, check=True)
    assert capsys.readouterr().err.splitlines() == [
        "docs/page.md is stale: `make docs` writes it.",
        "folder/deep/new.json is stale: `make docs` writes it.",
        "folder/x.json is stale: `make docs` removes it.",
    ]
    assert texts(project) == before


def test_a_first_run_writes_and_removes_and_a_second_one_changes_nothing(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert update([PAGE, FOLDER], project, check=False)
    assert texts(project) == {
        "docs/page.md": "fresh",
        "folder/kept.json": "{}",
        "folder/deep/new.json": "[]",
    }
    assert capsys.readouterr().out.count("\n") == 3
    assert update([PAGE, FOLDER], project, check=False)
    assert update([PAGE, FOLDER], project, check=True)
    assert capsys.readouterr() == ("", "")


def test_in_a_folder_only_files_of_the_kind_that_is_generated_are_obsolete(project: Path) -> None:
    (project / "folder" / "x.md").write_text("", "utf-8")
    output = Output("folder", lambda: {"page.md": "fresh"})
    assert update([output], project, check=False)
    assert texts(project / "folder") == {"page.md": "fresh", "kept.json": "{}", "x.json": ""}


def test_what_is_written_is_there_when_the_next_is_made(project: Path) -> None:
    after = Output("after.md", lambda: (project / PAGE.path).read_text("utf-8"))
    update([PAGE, after], project, check=False)
    assert texts(project)["after.md"] == "fresh"


@pytest.mark.parametrize("check", [True, False])
def test_what_needs_a_folder_that_is_missing_is_skipped_with_a_word(
    project: Path, capsys: pytest.CaptureFixture[str], *, check: bool
) -> None:
    assert update([PAGE._replace(needs=project / "facts")], project, check=check)
    assert texts(project)["docs/page.md"] == "old"
    assert capsys.readouterr().out == f"Skipped docs/page.md: {project / 'facts'} does not exist.\n"


def test_what_cannot_be_made_is_told_and_the_rest_is_written(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> str:
        msg = "units: no property is published for key ['code']"
        raise GenerationError(msg)

    assert not update([Output("other.md", fail), PAGE], project, check=False)
    assert texts(project)["docs/page.md"] == "fresh"
    assert capsys.readouterr().err == "units: no property is published for key ['code']\n"


@pytest.mark.parametrize(
    ("name", "begin", "end"),
    [
        ("a.md", "<!-- begin rows (make docs) -->", "<!-- end rows (make docs) -->"),
        ("a.yml", "# begin rows (make docs)", "# end rows (make docs)"),
    ],
)
def test_what_stands_around_a_generated_part_stays(
    tmp_path: Path, name: str, begin: str, end: str
) -> None:
    file = tmp_path / name
    file.write_text(f"before\n  {begin}\nold\n  {end}\nafter\n", "utf-8")
    text = with_parts(file, rows=lambda: ["a", "b"])
    assert text == f"before\n  {begin}\na\nb\n  {end}\nafter\n"


def test_a_file_without_the_marks_of_its_part_is_refused(project: Path) -> None:
    with pytest.raises(GenerationError, match=r"page\.md must have the lines '<!-- begin rows"):
        with_parts(project / PAGE.path, rows=list)
