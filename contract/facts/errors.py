"""Facts about errors and headers of both hosts."""

from __future__ import annotations

import typing as t

from contract.facts import terms as f
from contract.kinds.answers import Header, Refused, SharedHeader
from contract.probe import Probe

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from contract.asking import Get

_ERRORS = "tap_economic.client.error_responses.raise_for_status"
_BUDGET = "tap_economic.client.budget.Budget"
_COST = "tap_economic.client.budget.cost_of"

CLASSIC_BODY = ("message", "developerHint", "logId", "httpStatusCode", "logTime")
PROBLEM = ("type", "title", "status", "detail", "errors", "traceId", "traceTimeUtc", "errorCode")

_NOT_THERE = f.rest("/customers/999999999")
_NO_RESOURCE = f.service("accountsapi", "/nothing")
_ENTRIES = f.ENTRIES.get
_COUNT = f.COUNTED_ENTRIES
_BAD_FILTER = f.rest("/customers", filter="bogusProp$eq:1")
_HOSTS = {"classic REST": f.rest("/accounts", pagesize=1), "OpenAPI": _COUNT}
# Errors have the headers of other answers.
_ERRORS_OF = {"classic REST": _BAD_FILTER, "OpenAPI": _COUNT.where(filter="zzzNoSuchField$eq:1")}

# Wrong tokens: by whose, and what is known of the answer.
_WRONG = {
    "no tokens": "requests without tokens",
    "wrong app token": "requests with a wrong app token",
    "wrong grant token": "requests with a wrong grant token",
}


def probes() -> Iterator[Probe]:
    """Yield the probes."""
    yield from _classic()
    yield from _problems()
    for host, get in _HOSTS.items():
        yield from _headers(f"answers of {host}", get)
        yield from _headers(f"errors of {host}", _ERRORS_OF[host])
    yield Probe(
        "both hosts state the same call budget",
        SharedHeader(tuple(_HOSTS.values()), "X-RateLimiting", r"token-limit-\d+-per-\d+-seconds"),
        f.LIVE,
        _BUDGET,
        "2026-08-12",
    )


def _classic() -> Iterator[Probe]:
    yield Probe(
        "an entity that does not exist is a 404 of classic REST with E06000",
        Refused(_NOT_THERE, 404, code="E06000", members=CLASSIC_BODY),
        f.RECORDED,
        "tap_economic.errors.NotFoundError",
        "2015-01-14",
    )
    yield Probe(
        "a filter by a property that does not filter is a 400 that lists those that do",
        Refused(
            _BAD_FILTER,
            400,
            says="Filtering is not allowed on property 'bogusProp'",
            members=(*CLASSIC_BODY, "errors", "allowedFilteringFields"),
        ),
        f.RECORDED,
        _ERRORS,
        "2026-08-12",
    )
    for access, who in _WRONG.items():
        yield Probe(
            f"{who} are a 401 of classic REST",
            Refused(f.rest("/accounts/1").by(access), 401, members=(*CLASSIC_BODY, "demoLink")),
            f.RECORDED if access == "no tokens" else f.LIVE,
            "tap_economic.errors.AgreementRefusedError",
            "2015-01-13" if access == "no tokens" else "2026",
        )
    yield Probe(
        "errors of classic REST are JSON, not problem details",
        Refused(_NOT_THERE, 404, media_type="application/json", lacks=("title", "traceId")),
        f.RECORDED,
        _ERRORS,
        "2015-01-14",
    )


def _problems() -> Iterator[Probe]:
    yield Probe(
        "a resource that does not exist is a 404 problem of OpenAPI",
        Refused(
            _NO_RESOURCE,
            404,
            code="ResourceNotFound",
            members=PROBLEM,
            media_type="application/problem+json",
        ),
        f.RECORDED,
        "tap_economic.errors.NotFoundError",
        "2026-08-12",
    )
    for access, who in _WRONG.items():
        yield Probe(
            f"{who} are a 401 of OpenAPI",
            Refused(_ENTRIES.by(access), 401, members=("title", "status")),
            f.SERVICE_DOCS.format("Status codes"),
            "tap_economic.errors.AgreementRefusedError",
            either_way=f.TOKENS,
        )


def _headers(answers: str, get: Get) -> Iterator[Probe]:
    for name, pattern, rests in (
        ("X-CallCost", r"\d+", _COST),
        ("X-RateLimiting", r"token-limit-\d+-per-\d+-seconds: \d+/\d+", _BUDGET),
        ("X-RequestId", r"\S+", "economic_sandbox.app.App"),
    ):
        kind = Header(get, name, pattern)
        yield Probe(f"{answers} have {name}", kind, f.LIVE, rests, "2026-08-12")
