"""The command ``economic-sandbox`` as a process."""

from __future__ import annotations

import contextlib
import dataclasses
import signal
import subprocess
import sys
import typing as t

import requests

if t.TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COMMAND = [sys.executable, "-m", "economic_sandbox"]
_LAST = "faults_url"


@dataclasses.dataclass
class Serving:
    """A running command.

    Attributes:
        process: The process.
        printed: What it has printed, by name; of several grant tokens the last.
        lines: The lines.
    """

    process: subprocess.Popen[str]
    printed: dict[str, str]
    lines: list[str]

    def get(self, path: str, token: str = "", **parameters: t.Any) -> requests.Response:
        """Read a path of the sandbox, of the classic API or another, with the tokens."""
        headers = {
            "X-AppSecretToken": self.printed["app_secret_token"],
            "X-AgreementGrantToken": token or self.printed["agreement_grant_token"],
        }
        url = f"{self.printed['secure_url']}{path}"
        return requests.get(url, parameters, headers=headers, timeout=10)


def started(*options: str, folder: Path | None = None) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*COMMAND, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
    )


@contextlib.contextmanager
def listening(process: subprocess.Popen[str]) -> Iterator[list[str]]:
    """Wait for the lines that it prints once it listens; end it with the block."""
    with process:
        assert process.stdout is not None
        lines: list[str] = []
        while not lines or not lines[-1].startswith(_LAST):
            lines.append(process.stdout.readline())
            assert lines[-1], process.communicate()
        try:
            yield lines
        finally:
            process.send_signal(signal.SIGTERM)


@contextlib.contextmanager
def serving(*options: str, folder: Path | None = None) -> Iterator[Serving]:
    """Run the command until the end of the block; it serves small companies."""
    process = started("--invoices", "5", *options, folder=folder)
    with listening(process) as printed:
        lines = [line.rstrip() for line in printed]
        yield Serving(process, dict(line.split(": ", 1) for line in lines), lines)


def ran(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command that ends by itself."""
    return subprocess.run(
        [*COMMAND, *arguments],
        capture_output=True,
        text=True,
        cwd=folder,
        timeout=60,
        check=False,
    )
