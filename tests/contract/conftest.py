"""The sandbox that the contract's probes are asked of, and its answers."""

from __future__ import annotations

import functools
import typing as t

import pytest

from contract.sandbox import sandbox_target
from contract.target import Http

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from contract.asking import Transport
    from contract.target import Target


@pytest.fixture(scope="session")
def target() -> Iterator[Target]:
    """The sandbox, with grants of all roles."""
    with sandbox_target() as target:
        yield target


@pytest.fixture(scope="session")
def transport(target: Target) -> Iterator[Transport]:
    """The answers of the sandbox over a real socket; each request is sent once."""
    with Http(target) as http:
        yield functools.cache(http)
