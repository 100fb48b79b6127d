"""The sandbox as a target: a company that has something to answer every probe with."""

from __future__ import annotations

import contextlib
import copy
import typing as t

from contract.target import MODULES, ROLES, Grant, Target
from economic_sandbox.company import generate_company
from economic_sandbox.server import Sandbox

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from economic_sandbox.company import Company

_INVOICES = 450  # more than a thousand entries and lines: a second page of each, not a sixth


@contextlib.contextmanager
def sandbox_target() -> Iterator[Target]:
    """Run two sandboxes, the second of which has no call budget left."""
    company = generate_company(invoices=_INVOICES)
    companies = {f"role {role}": _variant(company, role=role) for role in ROLES.values()}
    without = _variant(company, modules=set())
    companies |= dict.fromkeys((f"no module {module}" for module in MODULES), without)
    granted = {"": company, **companies}
    tokens = {name: f"grant-{number}" for number, name in enumerate(granted)}
    agreements = {tokens[name]: company for name, company in granted.items()}
    with Sandbox(agreements=agreements) as sandbox, Sandbox(company, call_limit=0) as used_up:
        others = {name: _grant(sandbox, tokens[name]) for name in companies}
        others["no call budget left"] = _grant(used_up, used_up.agreement_grant_token)
        yield Target("the sandbox", _grant(sandbox, tokens[""]), others)


def _grant(sandbox: Sandbox, token: str) -> Grant:
    return Grant(sandbox.app_secret_token, token, sandbox.rest_url, sandbox.openapi_url)


def _variant(company: Company, **changes: t.Any) -> Company:  # noqa: ANN401 - of any attribute
    """Return the same company with another role, or without modules."""
    variant = copy.copy(company)
    for name, value in changes.items():
        setattr(variant, name, value)
    return variant
