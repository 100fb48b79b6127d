"""What tests share stands in support, so that a test module can be moved or split."""

from __future__ import annotations

import ast
import typing as t
from pathlib import Path

if t.TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]


def imported(program: ast.Module) -> Iterator[str]:
    """The modules that a module imports, and the names that it takes from them."""
    for node in ast.walk(program):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_of_tests_alone(name: str) -> bool:
    return any(part.startswith("test_") or part == "conftest" for part in name.split("."))


def test_no_test_module_and_no_conftest_is_imported() -> None:
    modules = [*ROOT.glob("tests/**/*.py"), *ROOT.glob("sandbox/tests/**/*.py")]
    found = {
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules
        for name in imported(ast.parse(path.read_text("utf-8")))
        if is_of_tests_alone(name)
    }
    assert modules
    assert found == set()
