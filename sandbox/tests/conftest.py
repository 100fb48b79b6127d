from __future__ import annotations

import typing as t

import pytest

from sandbox_support.small import Small, SmallCompany, small_sandbox

if t.TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def _running() -> Iterator[Small]:
    company = SmallCompany()
    with small_sandbox(company, page_size=10) as sandbox:
        yield Small(sandbox, company)


@pytest.fixture
def small(_running: Small) -> Small:
    """A sandbox with empty tables, pages of 10 rows under a cursor, and a fresh log."""
    _running.sandbox.clear()
    _running.company.tables.clear()
    _running.company.revision += 1
    _running.company.role = "SuperUser"
    _running.company.modules = {4, 14, 74}
    return _running
