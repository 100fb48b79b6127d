"""What the tests of the benchmarks share."""

from __future__ import annotations

import typing as t

import pytest

from benchmarks.serving import serve

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.serving import Served


@pytest.fixture(scope="package")
def served() -> Iterator[Served]:
    """A server in a process of its own."""
    with serve() as server:
        yield server
