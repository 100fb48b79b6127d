"""Both distributions, built and installed as from PyPI: what is in them, and that they run."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.support.programs import ROOT, UV, uv

COMMANDS = {
    "tap-economic": ["tap-economic", "--version"],
    "economic-sandbox": ["economic-sandbox", "--help"],
}


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The wheel of each distribution."""
    if not UV.exists():
        pytest.skip("uv is not installed: run make install")
    folder = tmp_path_factory.mktemp("dist")
    # Hatchling is one of the tests' own dependencies, so that no network is needed.
    uv("build", "--all-packages", "--no-build-isolation", "--offline", "--out-dir", str(folder))
    return {path.name.split("-")[0].replace("_", "-"): path for path in folder.glob("*.whl")}


def install(folder: Path, wheels: dict[str, Path], *names: str) -> Path:
    """Install wheels into an empty environment, their dependencies as locked.

    Returns:
        The environment's folder of programs.
    """
    environment = folder / "environment"
    uv("venv", str(environment))
    into = {"UV_PROJECT_ENVIRONMENT": str(environment), "UV_PYTHON": _python(environment)}
    for name in names:
        packages = ("--package", name, "--no-default-groups", "--no-install-workspace")
        uv("sync", "--frozen", "--inexact", *packages, **into)
    paths = [str(wheels[name]) for name in names]
    uv("pip", "install", "--offline", "--no-deps", *paths, **into)
    uv("pip", "check", **into)
    return Path(_python(environment)).parent


def _python(environment: Path) -> str:
    folder = "Scripts" if sys.platform == "win32" else "bin"
    return str(environment / folder / "python")


def output_of(programs: Path, command: str, *arguments: str) -> str:
    done = subprocess.run(
        [programs / command, *arguments],
        cwd=programs,  # not the project, from which Python might import
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.mark.parametrize(
    ("distribution", "package"),
    [("tap-economic", "tap_economic"), ("economic-sandbox", "economic_sandbox")],
)
def test_a_wheel_holds_its_own_package_and_nothing_else(
    wheels: dict[str, Path], distribution: str, package: str
) -> None:
    with zipfile.ZipFile(wheels[distribution]) as wheel:
        names = wheel.namelist()
    assert f"{package}/py.typed" in names
    folders = {name.split("/")[0] for name in names}
    assert {name for name in folders if not name.endswith(".dist-info")} == {package}


def test_the_wheel_of_the_sandbox_holds_the_files_of_its_page(wheels: dict[str, Path]) -> None:
    files = (ROOT / "sandbox" / "economic_sandbox" / "page").rglob("*.*")
    expected = {path.relative_to(ROOT / "sandbox").as_posix() for path in files}
    with zipfile.ZipFile(wheels["economic-sandbox"]) as wheel:
        missing = {path for path in expected - {*wheel.namelist()} if not path.endswith(".pyc")}
    assert len(expected) > 4
    assert missing == set()


def test_on_pypi_no_link_of_the_readme_is_relative(wheels: dict[str, Path]) -> None:
    with zipfile.ZipFile(wheels["tap-economic"]) as wheel:
        (name,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
        text = wheel.read(name).decode("utf-8")
    links = re.findall(r"\]\(([^)]+)\)", text)
    assert any(link.endswith("/blob/main/docs/install.md") for link in links)
    assert [link for link in links if not link.startswith("https://")] == []


def test_both_have_one_version(wheels: dict[str, Path]) -> None:
    assert len({path.name.split("-")[1] for path in wheels.values()}) == 1


@pytest.mark.parametrize("distribution", COMMANDS)
def test_each_distribution_works_without_the_other(
    wheels: dict[str, Path], tmp_path: Path, distribution: str
) -> None:
    programs = install(tmp_path, wheels, distribution)
    assert {path.name for path in programs.iterdir()} & {*COMMANDS} == {distribution}
    assert distribution in output_of(programs, *COMMANDS[distribution])


@pytest.fixture(scope="module")
def both(wheels: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment with both."""
    return install(tmp_path_factory.mktemp("both"), wheels, *wheels)


@pytest.mark.parametrize("distribution", COMMANDS)
def test_both_commands_work_in_one_environment(both: Path, distribution: str) -> None:
    assert distribution in output_of(both, *COMMANDS[distribution])


def test_the_tap_s_other_command_is_installed_with_it(both: Path) -> None:
    assert "economic-connect" in output_of(both, "economic-connect", "--version")


def test_the_installed_tap_reads_the_installed_sandbox(both: Path, tmp_path: Path) -> None:
    config = str(tmp_path / "config.json")
    command: list[str | Path] = [both / "economic-sandbox", "--invoices", "5", "--config", config]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=tmp_path) as sandbox:
        try:
            assert sandbox.stdout
            sandbox.stdout.readline()  # it listens, and has written its settings
            told = output_of(both, "tap-economic", "--config", config, "--test")
        finally:
            sandbox.send_signal(signal.SIGTERM)
    assert "readable" in told
