"""The programs of a pipeline, each from the environment that `make test` makes for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import typing as t
from pathlib import Path

import pytest

if t.TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parents[2]
TAP = Path(sys.executable).with_name("tap-economic")
UV = ROOT / ".uv" / "bin" / "uv"
_TIMEOUT = 120


def program(environment: str, name: str | None = None) -> Path:
    """Return a program of an environment: the one that it is named after, or another."""
    folder = ROOT / f".venv-{environment}" / ("Scripts" if sys.platform == "win32" else "bin")
    path = folder / (name or environment)
    if not path.exists():
        reason = f"{environment} is not installed: run make loaders meltano dbt orchestrate"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return path


def uv(*arguments: str, **variables: str) -> None:
    """Run uv in the project, with the Python of the tests, which has what builds a wheel.

    Args:
        arguments: Its arguments.
        variables: Environment variables.
    """
    own = {"UV_PYTHON": sys.executable, "UV_COMPILE_BYTECODE": "0"}
    done = subprocess.run(
        [UV, "--quiet", *arguments],
        cwd=ROOT,
        env={**os.environ, **own, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def discover() -> dict[str, t.Any]:
    """Return the catalog that the tap offers."""
    output = subprocess.check_output([TAP, "--discover"], stderr=subprocess.DEVNULL)
    return t.cast("dict[str, t.Any]", json.loads(output))


def pipe(  # noqa: PLR0913 - the two programs, and what each is given
    folder: Path,
    tap: Mapping[str, t.Any],
    loader: str,
    target: Mapping[str, t.Any],
    *,
    state: Mapping[str, t.Any] | None = None,
    catalog: Mapping[str, t.Any] | None = None,
) -> dict[str, t.Any]:
    """Run ``tap-economic | loader`` and return the state that the loader confirms last.

    Args:
        folder: Where to keep files.
        tap: The tap's settings.
        loader: The loader's environment and program.
        target: The loader's settings.
        state: The state to start from.
        catalog: The streams to read; without it, those that are selected by default.
    """
    read: list[str | Path] = [TAP, "--config", _file(folder / "tap.json", tap)]
    for option, content in (("state", state), ("catalog", catalog)):
        if content is not None:
            read += [f"--{option}", _file(folder / f"{option}.json", content)]
    write: list[str | Path] = [program(loader), "--config", _file(folder / "target.json", target)]
    tap_log, loader_log = folder / "tap.log", folder / "loader.log"
    with (
        tap_log.open("wb") as said,
        loader_log.open("wb") as answered,
        subprocess.Popen(read, stdout=subprocess.PIPE, stderr=said) as reader,
        subprocess.Popen(
            write, cwd=folder, stdin=reader.stdout, stdout=subprocess.PIPE, stderr=answered
        ) as writer,
    ):
        if reader.stdout:
            reader.stdout.close()  # so that the tap learns of it when the loader dies
        output, _ = writer.communicate(timeout=_TIMEOUT)
    assert writer.returncode == 0, loader_log.read_text(encoding="utf-8")
    assert reader.returncode == 0, tap_log.read_text(encoding="utf-8")
    return t.cast("dict[str, t.Any]", json.loads(output.splitlines()[-1]))


def _file(path: Path, content: Mapping[str, t.Any]) -> Path:
    path.write_text(json.dumps(content), encoding="utf-8")
    return path
