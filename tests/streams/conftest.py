"""What the tests of the streams share."""

from __future__ import annotations

import contextlib
import typing as t

import pytest

from tests.pipeline.conftest import new_warehouse
from tests.streams.books import Books

if t.TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["new_warehouse"]


@pytest.fixture(scope="session")
def books() -> Iterator[Books]:
    """The books of one company, for all tests that only read them."""
    with contextlib.ExitStack() as stack:
        yield Books(stack)
