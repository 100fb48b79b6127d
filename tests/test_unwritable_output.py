"""Where nothing can be written to stdout, the tap ends with a sentence."""

from __future__ import annotations

import os
import subprocess
import sys
import typing as t
from pathlib import Path

import pytest

from tests.support.commands import TOKENS


def ended_with(stdout: int | None, *arguments: str, **options: t.Any) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "tap_economic", *arguments],
        stdout=stdout,
        stderr=subprocess.PIPE,
        check=False,
        text=True,
        **options,
    )
    return done.returncode, done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("arguments", [("--discover",), ("--about", "--format=json")])
def test_a_full_disk_is_told_in_a_sentence(arguments: tuple[str, ...]) -> None:
    with Path("/dev/full").open("wb") as full:
        code, said = ended_with(full.fileno(), *arguments)
    assert code == 1
    assert said.splitlines()[-1].endswith("the output cannot be written: No space left on device.")
    assert "Traceback" not in said


@pytest.mark.parametrize("arguments", [("--discover",), ("--about", "--format=json")])
def test_a_pipe_that_nobody_reads_is_told_in_a_sentence(arguments: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        code, said = ended_with(writing, *arguments)
    finally:
        os.close(writing)
    assert code == 1
    assert said.splitlines()[-1].endswith("the target stopped reading before the tap was done.")
    assert "Exception ignored" not in said


@pytest.mark.skipif(sys.platform == "win32", reason="closes a descriptor before the start")
@pytest.mark.parametrize("arguments", [("--discover",), ("--test=schema",)])
def test_without_stdout_it_ends_with_a_sentence(arguments: tuple[str, ...]) -> None:
    environment = {f"TAP_ECONOMIC_{name.upper()}": token for name, token in TOKENS.items()}
    code, said = ended_with(
        None,
        *("--config", "ENV", *arguments),
        preexec_fn=lambda: os.close(1),
        env={**os.environ, **environment},
    )
    assert code == 1
    assert said.splitlines()[-1].endswith("stdout is closed.")
