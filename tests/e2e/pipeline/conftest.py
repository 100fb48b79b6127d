"""What a pipeline needs besides the tap: books, and the settings to read them."""

from __future__ import annotations

import typing as t

import pytest

from economic_sandbox.server import Sandbox
from tests.support.sandboxes import settings

if t.TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def tap_config(sandbox: Sandbox) -> dict[str, str]:
    """The tap's settings for the sandbox."""
    return settings(sandbox)
