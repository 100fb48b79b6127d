"""What make mutants leaves out is still in the code."""

from __future__ import annotations

import sys
import typing as t
from pathlib import Path

import pytest

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[2]
ALIKE: list[dict[str, str]] = tomllib.loads((ROOT / "scripts/mutants.toml").read_text("utf-8"))[
    "alike"
]
TRIED: dict[str, t.Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"][
    "mutants"
]


@pytest.mark.parametrize("mutant", ALIKE, ids=lambda mutant: str(mutant["was"]))
def test_a_mutant_that_is_the_same_program_is_one_of_this_code(mutant: dict[str, str]) -> None:
    lines = (ROOT / mutant["module"]).read_text("utf-8").splitlines()
    assert mutant["was"] in " ".join(line.strip() for line in lines)
    assert mutant["why"]


def test_the_modules_and_tests_that_are_tried_are_there() -> None:
    for module, tests in TRIED["tests"].items():
        assert (ROOT / f"tap_economic/{module.replace('.', '/')}.py").exists()
        assert all((ROOT / path).exists() for path in tests)
