"""The pytest plugin: the fixture ``economic``, a running sandbox for a test.

pytest loads this module in every project that has the sandbox installed, so that it imports the
sandbox only when the fixture is used.
"""

from __future__ import annotations

import contextlib
import functools
import pickle
import typing as t

import pytest

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from economic_sandbox.agreements import AgreementOptions
    from economic_sandbox.server import Sandbox

_SERVER_OPTIONS = ("page_size", "call_limit")


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker."""
    config.addinivalue_line(
        "markers",
        "economic(seed=1, invoices=200, role='SuperUser', without=(), name='', revoked=False, "
        "page_size=1000, call_limit=10000): the company and the agreement that the fixture "
        "economic serves.",
    )


@pytest.fixture(scope="session")
def _economic_servers() -> Iterator[Callable[..., Sandbox]]:
    """Start a sandbox for each set of a server's options, once."""
    from economic_sandbox.server import Sandbox  # noqa: PLC0415 - see the module

    with contextlib.ExitStack() as stack:
        yield functools.cache(lambda **options: stack.enter_context(Sandbox(**options)))


@pytest.fixture
def economic(request: pytest.FixtureRequest, _economic_servers: Callable[..., Sandbox]) -> Sandbox:
    """A running local e-conomic, an ``economic_sandbox.Sandbox``, as new for each test.

    It serves a company that is the same in every run: it is generated once for the options of the
    marker ``economic``, and a test may change its copy. The sandbox has no faults, a full call
    budget, an empty log of requests and a new simulation.
    """
    from economic_sandbox.agreements import AgreementOptions  # noqa: PLC0415 - see the module

    options = _options(request.node)
    server = {name: options.pop(name) for name in _SERVER_OPTIONS if name in options}
    try:
        wanted = AgreementOptions(**options)
    except (TypeError, ValueError) as error:
        pytest.fail(f"@pytest.mark.economic: {error}", pytrace=False)
    sandbox = _economic_servers(**server)
    sandbox.replace_company(pickle.loads(_pickled_company(wanted)))  # noqa: S301 - pickled here
    sandbox.agreements[sandbox.agreement_grant_token].is_revoked = wanted.revoked
    return sandbox


def _options(node: pytest.Item) -> dict[str, t.Any]:
    """Return the options of all markers; those of a test override its class's."""
    options: dict[str, t.Any] = {}
    for marker in node.iter_markers("economic"):
        if marker.args:
            pytest.fail("@pytest.mark.economic takes keyword arguments only", pytrace=False)
        options = {**marker.kwargs, **options}
    if "without" in options:
        options["without"] = tuple(options["without"])
    return options


@functools.cache
def _pickled_company(options: AgreementOptions) -> bytes:
    from economic_sandbox.company.generator.company import TODAY  # noqa: PLC0415 - see the module

    return pickle.dumps(options.company(TODAY))
