"""What many tests share."""

from __future__ import annotations

import contextlib
import os
import subprocess
import typing as t

import pytest

from tests.support import hearing
from tests.support.books import Served, serving
from tests.support.clock import simulated_time
from tests.support.sandboxes import Sandboxes
from tests.support.scripted import ScriptedApi

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.scripted import Serve

# As pytest is told to (pyproject.toml): what the SDK says of Python 3.10, in processes too.
os.environ["PYTHONWARNINGS"] = "ignore:Python 3."


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start an API that answers what a function says."""
    with contextlib.ExitStack() as stack:
        yield lambda answer: stack.enter_context(ScriptedApi(answer))


@pytest.fixture
def served() -> Iterator[Served]:
    """Serve books of a few rows, which the test writes down."""
    with serving() as served:
        yield served


@pytest.fixture(scope="session")
def sandboxes() -> Iterator[Sandboxes]:
    """The sandboxes of one company, for all tests that only read it."""
    with contextlib.ExitStack() as stack:
        yield Sandboxes(stack)


@pytest.fixture
def waits() -> Iterator[list[float]]:
    """Do not wait, but remember for how long it would have been."""
    with simulated_time() as time:
        yield time.slept


@pytest.fixture(autouse=True)
def _no_secret_gets_out(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Look for planted tokens in all that a test's runs of the tap write, and log at DEBUG."""
    hearing.WRITTEN.clear()
    with monkeypatch.context() as patch, hearing.Log() as log:
        heard = hearing.hearing(subprocess.Popen.communicate)
        patch.setattr(subprocess.Popen, "communicate", heard)
        yield
    assert log.telling == []
    assert hearing.secrets_written() == []
