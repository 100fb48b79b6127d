"""economic-connect as a process, with a browser that only notes what it was to open."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import pty
import re
import shlex
import subprocess
import sys
import tempfile
import time
import typing as t
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import requests

from tests.support import hearing

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from economic_sandbox.company import Company
    from economic_sandbox.server import Sandbox

FIRST, SECOND = "sandbox-grant-of-the-first", "sandbox-grant-of-the-second"
CONNECT = Path(sys.executable).with_name("economic-connect")
_SECONDS = 60
_BROWSER = "import pathlib, sys; pathlib.Path(sys.argv[1]).write_text(sys.argv[2])"
_NOT_OURS = ("TAP_ECONOMIC_", "BROWSER", "DISPLAY", "WAYLAND_DISPLAY", "TERM")


@dataclasses.dataclass
class Connecting:
    """A run of economic-connect.

    Attributes:
        process: The process.
        terminal: The other end of the terminal that it reads.
        notes: Where its output is, and what the browser was to open.
    """

    process: subprocess.Popen[bytes]
    terminal: int
    notes: Path

    @property
    def said(self) -> str:
        """What it has written so far."""
        return (self.notes / "said").read_text("utf-8")

    @property
    def has_opened(self) -> bool:
        """Whether a browser was opened."""
        opened = self.notes / "opened"
        return opened.exists() and opened.stat().st_size > 0

    @property
    def address(self) -> str:
        """The address that the browser was to open."""
        self._wait_for(lambda: self.has_opened)
        return (self.notes / "opened").read_text("utf-8")

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters of that address."""
        return {name: value for name, (value,) in parse_qs(urlsplit(self.address).query).items()}

    @property
    def callback(self) -> str:
        """The address that e-conomic is to return to."""
        return self.parameters["redirectUrl"]

    def printed_address(self) -> str:
        """Return the address that was printed, once the token is asked for."""
        self.wait_until_said("Token:")
        (address,) = re.findall(r"^  (http\S+)$", self.said, re.MULTILINE)
        return t.cast("str", address)

    def enter(self, prompt: str, text: str) -> None:
        """Type a line once it is asked for."""
        self.wait_until_said(prompt)
        os.write(self.terminal, f"{text}\n".encode())

    def wait_until_said(self, text: str) -> None:
        self._wait_for(lambda: text in self.said)

    def end(self) -> int:
        """Wait for the end, and return the exit code."""
        return self.process.wait(_SECONDS)

    def _wait_for(self, look: Callable[[], object]) -> None:
        until = time.monotonic() + _SECONDS
        while not look():
            assert self.process.poll() is None, self.said
            assert time.monotonic() < until, self.said
            time.sleep(0.02)


@contextlib.contextmanager
def connecting(
    sandbox: Sandbox, folder: Path, *options: str, has_browser: bool = True
) -> Iterator[Connecting]:
    """Run economic-connect in a folder, for the app of a sandbox."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(_NOT_OURS)
    }
    notes = Path(tempfile.mkdtemp(dir=folder.parent))
    if has_browser:
        browser = [sys.executable, "-c", _BROWSER, str(notes / "opened")]
        environment["BROWSER"] = f"{shlex.join(browser)} %s"
    app = ("--secure-url", sandbox.secure_url, "--app-public-token", sandbox.app_public_token)
    said = notes / "said"
    hearing.remember_file(said)
    master, terminal = pty.openpty()
    with said.open("wb") as output:
        process = subprocess.Popen(
            [CONNECT, *app, *options],
            cwd=folder,
            env=environment,
            stdin=terminal,
            stdout=output,
            stderr=output,
            start_new_session=True,  # else it would ask on the terminal of the tests
        )
    os.close(terminal)
    try:
        yield Connecting(process, master, notes)
    finally:
        process.kill()
        process.wait()
        os.set_blocking(master, False)
        with contextlib.suppress(OSError):  # nothing was echoed, or nobody is left to write
            hearing.remember(os.read(master, 100_000))
        os.close(master)
        assert "Traceback" not in said.read_text("utf-8")


def granted(address: str, agreement: int) -> str:
    """Grant access on e-conomic's page as a user does, and return where it leads."""
    form = {"agreement": str(agreement), "answer": "grant"}
    response = requests.post(address, data=form, allow_redirects=False, timeout=_SECONDS)
    assert response.status_code == 303
    return response.headers["Location"]


def visit(url: str, **options: t.Any) -> requests.Response:
    """Open an address as a browser does, and remember what it shows."""
    response = requests.get(url, timeout=_SECONDS, **options)
    hearing.remember(response.content)
    return response


@dataclasses.dataclass
class Office:
    """Where someone connects companies: e-conomic, and a folder with the settings.

    Attributes:
        sandbox: e-conomic, with two companies.
        first: A company, whose grant token is FIRST.
        second: Another, whose grant token is SECOND.
        folder: Where the commands run.
        stack: Ends the runs.
    """

    sandbox: Sandbox
    first: Company
    second: Company
    folder: Path
    stack: contextlib.ExitStack

    @property
    def app(self) -> dict[str, t.Any]:
        """The settings of the app, without any agreement."""
        return {
            "rest_url": self.sandbox.rest_url,
            "openapi_url": self.sandbox.openapi_url,
            "app_secret_token": self.sandbox.app_secret_token,
        }

    @property
    def config(self) -> dict[str, t.Any]:
        return t.cast("dict[str, t.Any]", json.loads(self.path.read_text("utf-8")))

    @property
    def path(self) -> Path:
        return self.folder / "config.json"

    def write(self, **settings: t.Any) -> None:
        self.replace({**self.app, **settings})

    def replace(self, config: dict[str, t.Any]) -> None:
        self.path.write_text(json.dumps(config), encoding="utf-8")

    def rename(self, company: Company, name: str) -> None:
        """Give a company another name for this test."""
        before, company.name = company.name, name
        company.revision += 1  # else the sandbox serves what it has cached
        self.stack.callback(self._rename_back, company, before)

    @staticmethod
    def _rename_back(company: Company, name: str) -> None:
        company.name = name
        company.revision += 1

    def connect(self, *options: str, has_browser: bool = True) -> Connecting:
        """Start economic-connect."""
        run = connecting(self.sandbox, self.folder, *options, has_browser=has_browser)
        return self.stack.enter_context(run)

    def connected(self, company: Company, *options: str) -> str:
        """Connect a company through the browser, and return what was said."""
        run = self.connect(*options)
        assert visit(granted(run.address, company.agreement_number)).ok
        assert run.end() == 0
        return run.said
