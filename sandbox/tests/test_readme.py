"""Every block of the README, run from top to bottom, prints what the README says."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import typing as t
from pathlib import Path

import pytest

from sandbox_support.command import listening

if t.TYPE_CHECKING:
    import contextlib
    from collections.abc import Iterator

README = Path(__file__).parents[1] / "README.md"
PORT = "8700"
"""The port in the README; the tests take a free one."""
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^## (.*)$", re.MULTILINE)
SUBCOMMANDS = ("economic-sandbox events", "economic-sandbox faults", "economic-sandbox pass-time")


class Block(t.NamedTuple):
    """A block of code, and what it prints according to the README; None if it does not say."""

    section: str
    language: str
    code: str
    output: str | None

    @property
    def serves(self) -> bool:
        """Whether it is a command that serves until Ctrl-C."""
        return self.code.startswith("economic-sandbox") and not self.code.startswith(SUBCOMMANDS)


def blocks() -> list[Block]:
    text = README.read_text("utf-8")
    found: list[Block] = []
    for match in BLOCK.finditer(text):
        language, code = match.groups()
        if language == "text":
            found[-1] = found[-1]._replace(output=code)
        else:
            section = HEADING.findall(text, 0, match.start())[-1]
            found.append(Block(section, language, code, None))
    return found


FIRST, *BLOCKS = blocks()


class Reader:
    """Someone who does what the README says, in a folder of their own."""

    def __init__(self, folder: Path, port: int) -> None:
        self._folder = folder
        self._port = str(port)
        programs = Path(sys.executable).parent
        self._environment = {**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}

    def starting(self, block: Block) -> contextlib.AbstractContextManager[list[str]]:
        """Start a command that serves."""
        command = ["bash", "-c", f"exec {self._here(block.code)}"]
        process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self._folder,
            env=self._environment,
        )
        return listening(process)

    def output(self, block: Block) -> str:
        """Run a block that ends by itself, and return what it prints."""
        code = self._here(block.code)
        done = subprocess.run(
            self._command(block, code),
            input=code,
            capture_output=True,
            text=True,
            cwd=self._folder,
            env=self._environment,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert done.stderr == ""
        return done.stdout.replace(self._port, PORT)

    def _command(self, block: Block, code: str) -> list[str]:
        if block.language == "sh":
            return ["bash", "-eu"]
        if block.language == "js":
            return [program("node"), "--input-type=module"]
        if "def test_" in code:
            (self._folder / "test_example.py").write_text(code, encoding="utf-8")
            alone = (
                "--disable-plugin-autoload",
                "-p",
                "economic-sandbox",
                "-p",
                "no:cacheprovider",
            )
            return [sys.executable, "-m", "pytest", "-q", "--strict-markers", *alone]
        return [sys.executable, "-"]

    def _here(self, code: str) -> str:
        return code.replace(PORT, self._port)


def program(name: str) -> str:
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not installed")
    return name


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """A reader who has started the sandbox as the first block says."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    reader = Reader(tmp_path_factory.mktemp("reader"), port)
    with reader.starting(FIRST) as printed:
        expected = t.cast("str", FIRST.output)
        assert "".join(printed).replace(str(port), PORT) == expected
        yield reader


@pytest.mark.parametrize("section", dict.fromkeys(block.section for block in BLOCKS))
def test_the_blocks_of_a_section_print_what_it_says(reader: Reader, section: str) -> None:
    for block in BLOCKS:
        if block.section == section:
            check(reader, block)


def check(reader: Reader, block: Block) -> None:
    if "curl" in block.code:
        program("curl")
    if block.serves:
        with reader.starting(block) as printed:
            assert printed[-1].startswith("faults_url: ")
        return
    printed_text = reader.output(block)
    if "def test_" in block.code:
        assert f"{block.code.count('def test_')} passed" in printed_text
    else:
        assert printed_text.rstrip("\n") == (block.output or "").rstrip("\n")


def test_the_readme_shows_each_language() -> None:
    assert {block.language for block in BLOCKS} == {"sh", "python", "js"}
    assert sum(block.output is not None for block in BLOCKS) > 9
