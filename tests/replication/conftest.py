from __future__ import annotations

import typing as t

import pytest

from tests.support.books import Served, serving

if t.TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def served() -> Iterator[Served]:
    with serving() as served:
        yield served
