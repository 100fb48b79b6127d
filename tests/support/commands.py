"""The tap as a command that runs to its end."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
import typing as t

TOKENS = {"app_secret_token": "T0KEN-app", "agreement_grant_token": "T0KEN-grant"}


@dataclasses.dataclass
class Ended:
    """How a run ended."""

    code: int
    stdout: str
    stderr: str

    @property
    def messages(self) -> list[dict[str, t.Any]]:
        """The Singer messages; whatever is no whole message fails here."""
        return [json.loads(line) for line in self.stdout.splitlines()]


def tap(*arguments: str, **environment: str) -> Ended:
    """Run the tap to its end; of its settings, only these stand in the environment."""
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith("TAP_ECONOMIC_")
    }
    ended = subprocess.run(
        [sys.executable, "-m", "tap_economic", *arguments],
        capture_output=True,
        check=False,
        env={**inherited, **environment},
        text=True,
        timeout=120,
    )
    assert "Traceback" not in ended.stderr
    assert "T0KEN" not in ended.stderr + ended.stdout
    return Ended(ended.returncode, ended.stdout, ended.stderr)
