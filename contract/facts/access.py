"""Facts about what a grant may read: roles, modules, the call budget, the demo tokens."""

from __future__ import annotations

import typing as t

from contract.facts import terms as f
from contract.facts.errors import CLASSIC_BODY
from contract.kinds.answers import Accepted, Header, Refused
from contract.kinds.listings import Envelope
from contract.probe import Probe

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from contract.asking import Get

_ROLES = "tap_economic.streams.roles"
_ERRORS = "tap_economic.client.error_responses.raise_for_status"
_QUOTA = "no call budget left"

# What a role may not read, by the tags of the published documents and by the permissions page.
FORBIDDEN: tuple[tuple[str, Get], ...] = (
    ("Sales", f.COUNTED_ENTRIES),
    ("Sales", f.service("accountsapi", "/Accounts/count")),
    ("Sales", f.service("accountingyearsapi", "/AccountingYears/count")),
    ("Sales", f.service("budgetsapi", "/budget-figures/count")),
    ("Sales", f.service("documentsapi", "/AttachedDocuments/count")),
    ("Sales", f.service("journalsapi", "/draft-entries/count")),
    ("Sales", f.service("suppliersapi", "/Groups/count")),
    ("Sales", f.service("projectsapi", "/Projects/count")),
    ("Sales", f.service("webhooksapi", "/webhooks/count")),
    ("Bookkeeping", f.service("customersapi", "/Customers/count")),
    ("Bookkeeping", f.service("productsapi", "/pricegroups/count")),
    ("Bookkeeping", f.service("q2capi", "/invoices/drafts/count")),
    ("Bookkeeping", f.service("subscriptionsapi", "/Subscriptions/count")),
    ("Bookkeeping", f.service("projectsapi", "/EmployeeGroups/count")),
    ("ProjectEmployee", f.COUNTED_ENTRIES),
    ("ProjectEmployee", f.service("customersapi", "/Customers/count")),
    ("Sales", f.rest("/accounts", pagesize=1)),
    ("Sales", f.rest("/accounting-years", pagesize=1)),
    ("Sales", f.rest("/journals", pagesize=1)),
    ("Sales", f.rest("/payment-types", pagesize=1)),
    ("Sales", f.rest("/suppliers", pagesize=1)),
    ("Sales", f.rest("/supplier-groups", pagesize=1)),
    ("Bookkeeping", f.rest("/self")),
    ("Bookkeeping", f.rest("/customers", pagesize=1)),
    ("Bookkeeping", f.rest("/customer-groups", pagesize=1)),
    ("Bookkeeping", f.rest("/employees", pagesize=1)),
    ("Bookkeeping", f.rest("/invoices/drafts", pagesize=1)),
    ("Bookkeeping", f.rest("/invoices/booked", pagesize=1)),
    ("Bookkeeping", f.rest("/orders/drafts", pagesize=1)),
    ("Bookkeeping", f.rest("/products", pagesize=1)),
)
# What a role may read although it is not SuperUser.
ALLOWED: tuple[tuple[str, Get], ...] = (
    ("Sales", f.rest("/self")),
    ("Sales", f.rest("/currencies")),
    ("Bookkeeping", f.rest("/currencies")),
    ("Bookkeeping", f.COUNTED_ENTRIES),
    ("Sales", f.service("dimensionsapi", "/dimensions/count")),
    ("ProjectEmployee", f.service("projectsapi", "/Projects/count")),
)


def probes() -> Iterator[Probe]:
    """Yield the probes."""
    yield from _roles()
    yield from _modules()
    yield from _quota()
    yield Probe(
        "the agreement names its number and modules",
        Envelope(f.rest("/self"), (("agreementNumber", "integer"), ("modules", "array"))),
        f.RECORDED,
        "tap_economic.agreements",
        "2024",
    )
    for host, get in (("classic REST", f.rest("/self")), ("OpenAPI", f.COUNTED_ENTRIES)):
        yield Probe(
            f"demo for both tokens reads the demo agreement of {host}",
            Accepted(get.by("demo tokens")),
            f.LIVE,
            "economic_sandbox.app.App",
            "2026-10-08",
        )


def _roles() -> Iterator[Probe]:
    for role, get in FORBIDDEN:
        is_rest = get.host == "rest"
        yield Probe(
            f"the role {role} may not read {get.path}: 403",
            Refused(get.by(f"role {role}"), 403),
            f.PERMISSIONS if is_rest else f.SPEC,
            _ROLES,
            either_way=f.ROLE_OF_SELF if get.path == "/self" else f.ROLE,
        )
    for role, get in ALLOWED:
        yield Probe(
            f"the role {role} may read {get.path}",
            Accepted(get.by(f"role {role}")),
            f.PERMISSIONS if get.host == "rest" else f.SPEC,
            _ROLES,
            either_way=f.ROLE_OF_SELF if get.path == "/self" else f.ROLE,
        )
    yield Probe(
        "a 403 of classic REST has the members of its other errors",
        Refused(f.rest("/accounts").by("role Sales"), 403, members=CLASSIC_BODY),
        f.REST_DOCS.format("Status codes"),
        _ERRORS,
        either_way=f.ROLE,
    )


def _modules() -> Iterator[Probe]:
    for path in ("/Projects", "/Activities", "/TimeEntries", "/CostTypes"):
        yield Probe(
            f"without the module Project {path} is a 403 that names it",
            Refused(
                f.service("projectsapi", path).by("no module Project"),
                403,
                code="AccessDeniedAgreementMissingModules",
                says="Missing modules: Project",
                media_type="application/problem+json",
            ),
            f.LIVE,
            _ERRORS,
            "2026-08-14",
        )
    yield Probe(
        "without the module Project /EmployeeGroups is answered",
        Accepted(f.service("projectsapi", "/EmployeeGroups").by("no module Project")),
        f.LIVE,
        "tap_economic.streams.agreement.EmployeeGroupsStream",
        "2026-08-14",
    )
    for path in ("/dimensions", "/values", "/dimension-data/booked-entries"):
        yield Probe(
            f"without the module Dimension {path} is a 403 DimensionIncorrectModule",
            Refused(
                f.service("dimensionsapi", path).by("no module Dimension"),
                403,
                code="DimensionIncorrectModule",
            ),
            f.SPEC,
            _ERRORS,
            either_way=f.MODULE,
        )
    yield Probe(
        "without the module Subscription /Subscriptions is a 403",
        Refused(f.service("subscriptionsapi", "/Subscriptions").by("no module Subscription"), 403),
        f.SPEC,
        _ERRORS,
        either_way=f.MODULE,
    )


def _quota() -> Iterator[Probe]:
    for host, get in (("classic REST", f.rest("/self")), ("OpenAPI", f.COUNTED_ENTRIES)):
        yield Probe(
            f"without call budget {host} answers 429",
            Refused(get.by(_QUOTA), 429),
            f.SERVICE_DOCS.format("Status codes"),
            "tap_economic.errors.TooManyRequestsError",
            either_way="tests/client/test_budget.py::test_a_call_is_made_again_after_a_429",
        )
        yield Probe(
            f"a 429 of {host} tells the window",
            Header(get.by(_QUOTA), "X-RateLimiting", r"token-limit-\d+-per-\d+-seconds: \d+/\d+"),
            f.SERVICE_DOCS.format("Status codes"),
            "tap_economic.client.budget.wait_after",
            either_way=f.WAITS,
        )
