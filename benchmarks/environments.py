"""The separate environments of the measured programs."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
import typing as t
from pathlib import Path
from string import Formatter

from benchmarks.serving import ROOT

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.work import Program

_UV = ROOT / ".uv" / "bin" / "uv"
_OWN = ("--no-install-project", "--only-group")


class NotInstalledError(Exception):
    """An environment that cannot be installed, and why."""


class Environment(t.NamedTuple):
    """An environment that uv creates from the project's lock file.

    Attributes:
        packages: What to install, as options of ``uv sync``.
        shown: The packages whose versions are reported.
        python: The Python version that it needs, if not the running one.
    """

    packages: tuple[str, ...]
    shown: tuple[str, ...]
    python: str | None = None


ENVIRONMENTS = {
    "tap": Environment(
        # A copy, so that files may change during the benchmark.
        ("--no-default-groups", "--no-editable", "--reinstall-package", "tap-economic"),
        ("tap-economic", "singer-sdk", "requests", "msgspec"),
    ),
    "target-postgres": Environment(
        (*_OWN, "target-postgres"), ("meltanolabs-target-postgres", "singer-sdk")
    ),
    "dbt": Environment((*_OWN, "dbt"), ("dbt-core", "dbt-postgres")),
    "dlt": Environment((*_OWN, "bench-dlt"), ("dlt",)),
    "airbyte": Environment(
        (*_OWN, "bench-airbyte"),
        ("airbyte-source-visma-economic", "airbyte-cdk"),
        python="3.10",
    ),
    "pyairbyte": Environment((*_OWN, "bench-pyairbyte"), ("airbyte", "airbyte-cdk")),
}


def named_in(program: Program) -> list[str]:
    """Return the environments whose programs a command line, and that before it, uses."""
    fields = [field for _, field, _, _ in Formatter().parse(program.command)]
    names = {name for name in ENVIRONMENTS if name in fields}
    return sorted(names.union(named_in(program.before) if program.before else ()))


class Installed(t.NamedTuple):
    """An installed environment.

    Attributes:
        programs: The folder with its programs.
        versions: The versions of Python and the reported packages.
    """

    programs: Path
    versions: dict[str, str]


@functools.cache
def install(name: str) -> Installed:
    """Create or update an environment.

    Args:
        name: Its name in `ENVIRONMENTS`.

    Raises:
        NotInstalledError: If that is not possible.
    """
    environment = ENVIRONMENTS[name]
    folder = ROOT / f".venv-bench-{name}"
    python = _python(environment.python)
    if not _UV.exists():
        msg = "uv is not installed; run make install"
        raise NotInstalledError(msg)
    done = subprocess.run(
        [
            *(_UV, "sync", "--frozen", "--quiet", "--compile-bytecode"),
            *("--python", python),
            *environment.packages,
        ],
        cwd=ROOT,
        env={**os.environ, "UV_PROJECT_ENVIRONMENT": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise NotInstalledError(done.stderr.strip().replace("\n", " "))
    programs = folder / ("Scripts" if sys.platform == "win32" else "bin")
    return Installed(programs, _versions(programs / "python", environment.shown))


def _python(version: str | None) -> str:
    """Return a Python of a version, by default the running one."""
    if version is None:
        return os.path.realpath(sys.executable)
    for candidate in _candidates(version):
        # pyenv puts a shim of that name on the path, which fails unless the version is active.
        if subprocess.run([candidate, "-c", ""], capture_output=True, check=False).returncode == 0:
            return str(candidate)
    msg = f"it needs Python {version}, which is not on this machine"
    raise NotInstalledError(msg)


def _candidates(version: str) -> Iterator[str | Path]:
    on_path = shutil.which(f"python{version}")
    if on_path:
        yield on_path
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    yield from sorted(pyenv.glob(f"versions/{version}.*/bin/python"))


def _versions(python: Path, packages: tuple[str, ...]) -> dict[str, str]:
    script = (
        "import platform, sys; from importlib.metadata import version;"
        "print(platform.python_version(), *map(version, sys.argv[1:]))"
    )
    done = subprocess.run(
        [python, "-c", script, *packages], capture_output=True, text=True, check=True
    )
    return dict(zip(("Python", *packages), done.stdout.split(), strict=True))
