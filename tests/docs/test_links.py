"""What ``make check`` says of links, and of lists that the site would not show as GitHub does."""

from __future__ import annotations

import subprocess
import sys
import typing as t
from pathlib import Path

import pytest

from tests.support.programs import ROOT

if t.TYPE_CHECKING:
    from collections.abc import Callable

RUMDL = Path(sys.executable).with_name("rumdl")


@pytest.fixture
def complaints(tmp_path: Path) -> Callable[[str], list[str]]:
    """Checks a page beside another, ``docs/other.md``, with the rules of the project."""
    if not RUMDL.exists():
        pytest.skip("rumdl is not installed: run make install")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "other.md").write_text("# Other\n\n## A `part` of it\n", "utf-8")

    def check(text: str) -> list[str]:
        (tmp_path / "page.md").write_text(f"# Page\n\n{text}\n", "utf-8")
        done = subprocess.run(
            [RUMDL, "check", "--no-cache", "--config", ROOT / "pyproject.toml", "."],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        found = [line for line in done.stdout.splitlines() if line.startswith("page.md:")]
        assert bool(done.returncode) is bool(found)
        return found

    return check


@pytest.mark.parametrize(
    "text",
    [
        "[a](docs/other.md) [b](docs/other.md#a-part-of-it) [c](#page) [d](docs)",
        "1. One\n\n    ```sh\n    true\n    ```\n\n2. Two",
    ],
)
def test_what_is_right_passes(complaints: Callable[[str], list[str]], text: str) -> None:
    assert complaints(text) == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[a](docs/gone.md)", "docs/gone.md"),
        ("[a](docs/other.md#gone)", "'gone' not found in 'docs/other.md'"),
        ("[a](#gone)", "#gone"),
        ("1. One\n\n   ```sh\n   true\n   ```", "4 spaces"),
        ("Text\n- One\n- Two", "blank line"),
    ],
)
def test_what_is_wrong_is_named(
    complaints: Callable[[str], list[str]], text: str, reason: str
) -> None:
    found = complaints(text)
    assert found
    assert any(reason in line for line in found), found
