"""What the page shows of a sandbox, prepared for the template."""

from __future__ import annotations

import typing as t

from economic_sandbox.company.model.basics import MODULES
from economic_sandbox.faults.kinds import FAULT_KINDS
from economic_sandbox.installation import PATH as INSTALLATION_PATH
from economic_sandbox.simulation.events import EVENTS, summary

if t.TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping, Sequence

    from economic_sandbox.apis.access import Agreement
    from economic_sandbox.apis.exchange import LoggedRequest
    from economic_sandbox.faults.switch import Faults
    from economic_sandbox.simulation import Simulation

_REQUESTS = 100
_EVENTS = 20


class Served(t.Protocol):
    """The parts of `economic_sandbox.server.Sandbox` that the page shows and controls."""

    app_public_token: str
    app_secret_token: str
    rest_url: str
    openapi_url: str
    secure_url: str
    faults: Faults

    @property
    def agreements(self) -> Mapping[str, Agreement]:
        """The agreements by their grant tokens."""

    @property
    def requests(self) -> Sequence[LoggedRequest]:
        """The log of requests."""

    @property
    def simulations(self) -> Mapping[int, Simulation]:
        """The simulations by agreement number."""


class ShownAgreement(t.NamedTuple):
    """An agreement as the page shows it."""

    number: int
    name: str
    token: str
    role: str
    modules: str
    is_revoked: bool
    now: datetime.datetime


class ShownEvent(t.NamedTuple):
    """An event that has happened in a company."""

    time: datetime.datetime
    name: str
    summary: str
    agreement: int


class ShownRequest(t.NamedTuple):
    """A request that the APIs have seen."""

    number: int
    method: str
    target: str
    status: int
    cost: int
    agreement: int | None
    time: datetime.datetime


def context(sandbox: Served, paths: Sequence[str]) -> dict[str, t.Any]:
    """Return the variables of the template.

    Args:
        sandbox: The sandbox.
        paths: The paths that a fault can be aimed at.
    """
    app = f"?appPublicToken={sandbox.app_public_token}"
    return {
        "sandbox": sandbox,
        "installation_url": f"{sandbox.secure_url}{INSTALLATION_PATH}{app}",
        "agreements": _agreements(sandbox.agreements),
        "kinds": FAULT_KINDS,
        "faults": sandbox.faults.active(),
        "paths": paths,
        "events": {name: summary(name) for name in EVENTS},
        "history": _history(sandbox.simulations),
        "requests": _requests(sandbox.requests),
        "request_count": len(sandbox.requests),
    }


def _agreements(agreements: Mapping[str, Agreement]) -> list[ShownAgreement]:
    return [
        ShownAgreement(
            agreement.company.agreement_number,
            agreement.company.name,
            token,
            agreement.company.role,
            ", ".join(MODULES[number] for number in sorted(agreement.company.modules)),
            agreement.is_revoked,
            agreement.company.now,
        )
        for token, agreement in agreements.items()
    ]


def _history(simulations: Mapping[int, Simulation]) -> list[ShownEvent]:
    """Return the latest events, the newest first."""
    events = [
        ShownEvent(event.time, event.name, summary(event.name), number)
        for number, simulation in simulations.items()
        for event in simulation.history[-_EVENTS:]
    ]
    return sorted(events, key=lambda event: event.time, reverse=True)[:_EVENTS]


def _requests(log: Sequence[LoggedRequest]) -> list[ShownRequest]:
    """Return the latest requests, the newest first."""
    first = max(0, len(log) - _REQUESTS)
    return [
        ShownRequest(
            number,
            request.method,
            _target(request),
            request.status,
            request.cost,
            request.agreement_number,
            request.time,
        )
        for number, request in reversed(list(enumerate(log[first:], first)))
    ]


def _target(request: LoggedRequest) -> str:
    """Return the path and the decoded parameters."""
    query = "&".join(f"{name}={value}" for name, value in request.query)
    return f"{request.path}?{query}" if query else request.path
