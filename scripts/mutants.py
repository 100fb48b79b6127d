"""Mutation testing: check that the tests detect small changes to the code.

Cosmic Ray generates the mutants; a sample of them (``[tool.mutants]`` in pyproject.toml) is tested
in copies of the project, each with the tests of its module only. ``scripts/mutants.toml`` lists
equivalent mutants, with the reason.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import difflib
import os
import queue
import random
import signal
import subprocess
import sys
import tempfile
import time
import typing as t
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cosmic_ray.commands import init
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator
from cosmic_ray.work_db import WorkDB, use_db

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[1]
COPIED = (
    *("pyproject.toml", "README.md"),
    *("tap_economic", "sandbox", "tests", "scripts", "docs", "benchmarks"),
)
PYTEST = (ROOT / ".venv/bin/python", "-m", "pytest", "-qx", "-pno:cacheprovider")
REPEATABLE = ("--hypothesis-seed=0",)


class Mutant(t.NamedTuple):
    """A module with one change.

    Attributes:
        module: The file.
        code: The mutated file.
        was: The original lines.
        becomes: The mutated lines.
    """

    module: str
    code: str
    was: str
    becomes: str


def mutants_of(module: str) -> list[Mutant]:
    """Return all mutants of a module, except those that run identically."""
    source = (ROOT / module).read_text("utf-8")
    program = _program(source)
    with tempfile.TemporaryDirectory() as folder, use_db(f"{folder}/db", WorkDB.Mode.create) as db:
        init([ROOT / module], db, {})
        specs = [item.mutations[0] for item in db.work_items]
    found = {}
    for spec in sorted(specs, key=lambda spec: (spec.operator_name, spec.occurrence)):
        operator = get_operator(spec.operator_name)(**spec.operator_args)
        code = mutate_code(source, operator, spec.occurrence)
        with contextlib.suppress(SyntaxError):  # not every change is Python
            if code is not None and _program(code) != program:
                found[code] = Mutant(module, code, *_changed_lines(source, code))
    return list(found.values())


class _AsItRuns(ast.NodeTransformer):
    """Removes code without effect at run time.

    That includes annotations, as all modules have ``from __future__ import annotations``.
    """

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        node.annotation = ast.Constant(None)
        return self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        node.decorator_list = [one for one in node.decorator_list if ast.unparse(one) != "override"]
        return self.generic_visit(node)

    def visit_If(self, node: ast.If) -> ast.AST | None:
        is_for_types = ast.unparse(node.test).endswith("t.TYPE_CHECKING")
        return None if is_for_types else self.generic_visit(node)


def _program(source: str) -> str:
    return ast.dump(_AsItRuns().visit(ast.parse(source)))


def _changed_lines(source: str, code: str) -> tuple[str, str]:
    lines = list(difflib.ndiff(source.splitlines(), code.splitlines()))
    was, becomes = (
        " ".join(line[2:].strip() for line in lines if line.startswith(sign)) for sign in "-+"
    )
    return was, becomes


class Copy:
    """A copy of the project, which has one mutant at a time."""

    def __init__(self, folder: Path) -> None:
        """Copy the project.

        Args:
            folder: The destination.
        """
        self._folder = folder
        for name in COPIED:
            subprocess.run(["cp", "-r", ROOT / name, folder / name], check=True)  # noqa: S607

    def survives(self, mutant: Mutant, tests: list[str], patience: float) -> bool:
        """Return whether the tests pass with a mutant."""
        path = self._folder / mutant.module
        original = path.read_text("utf-8")
        path.write_text(mutant.code, "utf-8")
        try:
            return self.passes(tests, patience)
        finally:
            path.write_text(original, "utf-8")

    def passes(self, tests: list[str], patience: float) -> bool:
        """Return whether the tests pass within a time limit."""
        with subprocess.Popen(
            [*PYTEST, *REPEATABLE, *tests],
            cwd=self._folder,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        ) as process:
            try:
                return process.wait(patience) == 0
            except subprocess.TimeoutExpired:
                return False
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)


def alike(module: str) -> set[tuple[str, str]]:
    """Return the lines of the equivalent mutants of a module, before and after the change."""
    listed = tomllib.loads((ROOT / "scripts/mutants.toml").read_text("utf-8"))["alike"]
    return {(one["was"], one["becomes"]) for one in listed if one["module"] == module}


def try_module(
    module: str, tests: list[str], sample: int, seed: int, copies: queue.Queue[Copy]
) -> bool:
    """Test a sample of the mutants of a module, and return whether enough are killed."""
    all_ = mutants_of(module)
    chosen = random.Random(f"{seed} {module}").sample(all_, min(sample, len(all_)))  # noqa: S311
    known = alike(module)
    if outdated := known - {(one.was, one.becomes) for one in all_}:
        sys.exit(f"scripts/mutants.toml has entries that are no mutants of {module}: {outdated}")
    real = [one for one in chosen if (one.was, one.becomes) not in known]
    began = time.monotonic()
    untouched = copies.get()
    if not untouched.passes(tests, 600):
        sys.exit(f"{' '.join(tests)} fail without a mutant")
    copies.put(untouched)
    patience = 3 * (time.monotonic() - began) + 10

    def is_alive(mutant: Mutant) -> bool:
        copy = copies.get()
        try:
            return copy.survives(mutant, tests, patience)
        finally:
            copies.put(copy)

    with ThreadPoolExecutor(copies.qsize()) as pool:
        alive = [one for one, lives in zip(real, pool.map(is_alive, real), strict=True) if lives]
    for one in alive:
        print(f"  alive in {module}:\n    - {one.was}\n    + {one.becomes}")
    dead = len(real) - len(alive)
    print(
        f"{module}: {dead} of {len(real)} died ({dead / max(len(real), 1):.0%}), "
        f"{len(chosen) - len(real)} are the same program; drawn from {len(all_)}",
        flush=True,
    )
    return dead >= 0.9 * len(real)


def _path_of(name: str) -> str:
    """Return the file of a module of the tap: client.budget is tap_economic/client/budget.py."""
    return f"tap_economic/{name.replace('.', '/')}.py"


def main() -> None:
    """Test the given modules, or all."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["mutants"]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("modules", nargs="*", help="names such as client.budget; all by default")
    parser.add_argument("--sample", type=int, default=config["sample"])
    parser.add_argument("--seed", type=int, default=config["seed"])
    parser.add_argument("--workers", type=int, default=2)
    args = parser.parse_args()
    copies: queue.Queue[Copy] = queue.Queue()
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(args.workers):
            copies.put(Copy(Path(tempfile.mkdtemp(dir=folder))))
        enough = [
            try_module(_path_of(name), tests, args.sample, args.seed, copies)
            for name, tests in config["tests"].items()
            if name in (args.modules or config["tests"])
        ]
    sys.exit(0 if all(enough) else "Fewer than nine of ten mutants died.")


if __name__ == "__main__":
    main()
