"""What many tests share."""

from __future__ import annotations

import contextlib
import typing as t

import pytest

from tests.faults.clock import hurried
from tests.scripted import ScriptedApi

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.scripted import Serve


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start an API that answers what a function says."""
    with contextlib.ExitStack() as stack:
        yield lambda answer: stack.enter_context(ScriptedApi(answer))


@pytest.fixture
def waits() -> Iterator[list[float]]:
    """Do not wait, but remember for how long it would have been."""
    with hurried() as clock:
        yield clock.slept
