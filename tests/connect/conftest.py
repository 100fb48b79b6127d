"""Where the tests connect companies."""

from __future__ import annotations

import contextlib
import logging
import typing as t

import pytest

from economic_sandbox.company import generate_company
from economic_sandbox.server import Sandbox
from tests.support.connecting import FIRST, SECOND, Office

if t.TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from economic_sandbox.company import Company


class _Books(t.NamedTuple):
    sandbox: Sandbox
    first: Company
    second: Company


@pytest.fixture(scope="session")
def books() -> Iterator[_Books]:
    """A sandbox with two companies."""
    first, second = generate_company(1, 5), generate_company(2, 5)
    second.name = "Drift <b>A/S</b>"
    with Sandbox(agreements={FIRST: first, SECOND: second}) as sandbox:
        yield _Books(sandbox, first, second)


@pytest.fixture(autouse=True)
def _quiet_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """Log nothing of the addresses that the tests open, as a browser; they end in a token."""
    monkeypatch.setattr(logging.getLogger("urllib3.connectionpool"), "disabled", True)


@pytest.fixture
def office(books: _Books, tmp_path: Path) -> Iterator[Office]:
    """A folder in which companies of the sandbox are connected."""
    books.sandbox.clear()
    with contextlib.ExitStack() as runs:
        yield Office(*books, tmp_path, runs)
