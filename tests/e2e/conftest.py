"""What the tests of whole pipelines share: a database."""

from __future__ import annotations

import itertools
import typing as t

import psycopg
import pytest

from scripts.postgres import temporary_server
from tests.support.warehouse import Warehouse

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture(scope="session")
def new_warehouse() -> Iterator[Callable[[], Warehouse]]:
    """Makes schemas that no other test uses, in a PostgreSQL server of the tests' own."""
    numbers = itertools.count(1)
    with temporary_server() as server:
        uri = server.get_uri()
        with psycopg.connect(uri, autocommit=True) as connection:
            yield lambda: Warehouse(connection, uri, f"economic_{next(numbers)}")


@pytest.fixture
def warehouse(new_warehouse: Callable[[], Warehouse]) -> Warehouse:
    return new_warehouse()
