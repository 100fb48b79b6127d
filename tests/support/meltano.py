"""The repository's Meltano project."""

from __future__ import annotations

import os
import re
import subprocess
import typing as t

from tests.support.programs import ROOT, TAP, program

if t.TYPE_CHECKING:
    from pathlib import Path

NOBODY_LISTENS = "http://127.0.0.1:9"
_TIMEOUT = 120


class Project:
    """A copy of the repository's Meltano project whose plugins are installed already."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self.environment = {
            **{name: value for name, value in os.environ.items() if "MELTANO" not in name},
            # Were anything looked up on the Hub, the run would fail.
            "MELTANO_HUB_URL": NOBODY_LISTENS,
            "DBT_TARGET_PATH": str(folder / "target"),
            "DBT_LOG_PATH": str(folder / "logs"),
            **environment,
        }
        text = (ROOT / "meltano.yml").read_text(encoding="utf-8")
        text, removed = re.subn(r"^ +pip_url: .*\n", "", text, flags=re.MULTILINE)
        assert removed == 4
        for name, path in {
            "tap-economic": TAP,
            "target-postgres": program("target-postgres"),
            "target-jsonl": program("target-jsonl"),
            "dbt": program("dbt"),
        }.items():
            assert text.count(f"executable: {name}\n") == 1
            text = text.replace(f"executable: {name}\n", f"executable: {path}\n")
        (folder / "meltano.yml").write_text(text, encoding="utf-8")
        (folder / "output").mkdir()
        (folder / "transform").symlink_to(ROOT / "transform")

    def meltano(self, *arguments: str) -> str:
        """Run Meltano and return what it wrote to stdout."""
        done = self.ended(*arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def ended(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run Meltano, and return how it ended."""
        return subprocess.run(
            [program("meltano"), *arguments],
            cwd=self.folder,
            env={**self.environment, **environment},
            capture_output=True,
            check=False,
            encoding="utf-8",
            timeout=_TIMEOUT,
        )
