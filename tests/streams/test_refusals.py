"""Agreements without some module, and apps with another role than SuperUser."""

from __future__ import annotations

import logging
import typing as t

import pytest

from economic_sandbox.company import Company, generate_company
from economic_sandbox.server import Sandbox
from tap_economic.report import Status
from tap_economic.streams import STREAMS
from tests.support.inventory import ROLES, chain, listings
from tests.support.sandboxes import read_streams

if t.TYPE_CHECKING:
    from tests.support.running import Run

# The numbers of the modules, as /self tells them.
MODULES = {"Project": 4, "Dimension": 14, "Subscription": 74}


def read_everything(company: Company) -> Run:
    with Sandbox(company) as sandbox:
        names = [stream.name for stream in STREAMS]
        return read_streams(sandbox, *names, agreement_number=company.agreement_number).run


def refused_to(role: str) -> set[str]:
    """The streams that a role may not read; one that walks others needs to read those too."""
    return {
        name
        for name in listings()
        if any(role in listing.refused_roles() for listing in chain(name))
    }


def check(run: Run, refused: set[str], warnings: dict[str, str]) -> None:
    """See that the refused streams are skipped with a warning each, and all others complete."""
    assert run.exit_code == 0
    skipped = {name for name, o in run.results.items() if o.status is Status.SKIPPED}
    assert skipped == refused
    assert {o.status for o in run.results.values()} == {Status.SKIPPED, Status.COMPLETE}
    assert {name: run.results[name].rows for name in refused} == dict.fromkeys(refused, 0)
    assert all(run.records(name) for name in listings().keys() - refused)
    assert set(warnings) == refused


def warnings_by_stream(caplog: pytest.LogCaptureFixture) -> dict[str, str]:
    said = [r.getMessage() for r in caplog.records if r.levelno == logging.WARNING]
    return {text.split()[1]: text for text in said if text.startswith("Stream ")}


@pytest.mark.parametrize("role", [role for role in ROLES if role != "SuperUser"])
def test_streams_that_a_role_may_not_read_are_skipped_and_the_warning_names_who_may(
    role: str, caplog: pytest.LogCaptureFixture
) -> None:
    company = generate_company()
    company.role = role
    refused = refused_to(role)
    assert refused

    run = read_everything(company)

    warnings = warnings_by_stream(caplog)
    check(run, refused, warnings)
    for name, text in warnings.items():
        assert "an app with the role SuperUser" in text, name
        for allowed in listings()[name].endpoint["module_or_role"].get("roles", ()):
            assert allowed in text.partition("an app with the role")[2], name


@pytest.mark.parametrize("module", MODULES)
def test_streams_of_a_module_that_is_off_are_skipped_and_the_warning_names_it(
    module: str, caplog: pytest.LogCaptureFixture
) -> None:
    company = generate_company()
    company.modules.remove(MODULES[module])
    refused = {name for name, listing in listings().items() if listing.needed_module() == module}
    assert refused

    run = read_everything(company)

    warnings = warnings_by_stream(caplog)
    check(run, refused, warnings)
    for name, text in warnings.items():
        assert f"the module {module} in the agreement" in text, name


def test_with_the_role_superuser_and_all_modules_nothing_is_skipped() -> None:
    run = read_everything(generate_company())
    assert {o.status for o in run.results.values()} == {Status.COMPLETE}
    assert set(run.results) == set(listings())
