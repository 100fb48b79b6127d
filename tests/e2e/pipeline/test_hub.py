"""``meltano add --from-ref`` with the definition for the Hub, in a project of one's own."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import typing as t

import pytest
import yaml

from economic_sandbox.server import Sandbox, default_company
from tests.support.meltano import NOBODY_LISTENS
from tests.support.programs import ROOT, UV, program, uv
from tests.support.sandboxes import settings

if t.TYPE_CHECKING:
    from pathlib import Path

(SELECT,) = re.findall(
    r"^meltano config set tap-economic _select .*?'$",
    (ROOT / "docs" / "install.md").read_text("utf-8"),
    re.MULTILINE | re.DOTALL,
)
LOADER = {
    "name": "target-jsonl",
    "namespace": "target_jsonl",
    "config": {"destination_path": "output", "do_timestamp_file": False},
}


class Project:
    """A new Meltano project with a loader, for which nothing is looked up on the Hub."""

    def __init__(self, folder: Path, tap: dict[str, str]) -> None:
        self.output = folder / "output"
        self.output.mkdir(parents=True)
        self._folder = folder
        self._environment = {
            **{name: value for name, value in os.environ.items() if "MELTANO" not in name},
            **{f"TAP_ECONOMIC_{name.upper()}": value for name, value in tap.items()},
            "MELTANO_HUB_URL": NOBODY_LISTENS,
            "MELTANO_SEND_ANONYMOUS_USAGE_STATS": "false",
            "PATH": f"{UV.parent}{os.pathsep}{os.environ['PATH']}",
            # No later versions of the tap's dependencies than the other tests have.
            "UV_CONSTRAINT": str(folder / "constraints.txt"),
        }
        uv(
            "export",
            "--frozen",
            "--no-dev",
            "--no-hashes",
            "--no-emit-workspace",
            "-o",
            self._environment["UV_CONSTRAINT"],
        )
        loader = {**LOADER, "executable": str(program("target-jsonl"))}
        content = {
            "version": 1,
            "default_environment": "dev",
            "environments": [{"name": "dev"}],
            "plugins": {"loaders": [loader]},
        }
        (folder / "meltano.yml").write_text(yaml.safe_dump(content), "utf-8")

    def meltano(self, *arguments: str) -> None:
        done = subprocess.run(
            [program("meltano"), *arguments],
            cwd=self._folder,
            env=self._environment,
            capture_output=True,
            check=False,
            encoding="utf-8",
            timeout=300,
        )
        assert done.returncode == 0, done.stdout + done.stderr


def definition(folder: Path) -> Path:
    """Write the definition, with this version of the tap instead of the one on PyPI."""
    content = yaml.safe_load((ROOT / "hub" / "tap-economic.yml").read_text("utf-8"))
    uv("build", "--wheel", "--no-build-isolation", "--offline", "--out-dir", str(folder))
    (wheel,) = folder.glob("tap_economic-*.whl")
    path = folder / "definition.yml"
    path.write_text(yaml.safe_dump({**content, "pip_url": str(wheel)}), "utf-8")
    return path


def test_the_definition_adds_the_tap_to_a_project_and_installs_and_runs_it(tmp_path: Path) -> None:
    if not UV.exists():
        pytest.skip("uv is not installed: run make install")
    company = default_company(1, 5)
    with Sandbox(company) as sandbox:
        project = Project(tmp_path / "project", settings(sandbox))
        reference = str(definition(tmp_path))
        project.meltano(
            "add", "--plugin-type", "extractor", "--from-ref", reference, "tap-economic"
        )
        # Meltano leaves out the rules of selection; docs/install.md has the command that sets them.
        project.meltano(*shlex.split(SELECT)[1:])
        project.meltano("run", "tap-economic", "target-jsonl")
    entries = (project.output / "booked_entries.jsonl").read_text("utf-8").splitlines()
    assert len(entries) == len(company.ledger.entries)
    assert not (project.output / "openapi_accounts.jsonl").exists()
