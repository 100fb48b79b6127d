"""The kinds of faults: refusals, broken connections, wrong pages and wrong headers."""

from __future__ import annotations

import datetime
import email.utils
import re
import typing as t
from urllib.parse import urlsplit

from economic_sandbox.apis import errors
from economic_sandbox.faults.case import Case, rows_of
from economic_sandbox.faults.connection import cut_gzip, delayed, reset, truncated

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.responses import Response

ELSEWHERE = "https://elsewhere.invalid"
"""A host that is none of e-conomic's, and that does not exist."""

_INSTANT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(.*)")


# Refusals


def throttled(case: Case) -> Response:
    """429 that says how long to wait."""
    return throttled_silently(case, Retry_After=f"{case.amount:.0f}")


def throttled_silently(case: Case, **headers: str) -> Response:
    """429 without a word on how long to wait."""
    return case.refusal(429, "The agreement is over its quota of calls.", **headers)


def server_error(case: Case) -> Response:
    """500 in the API's form."""
    return case.refusal(500, "The request crashed in the server.")


def revoked(case: Case) -> Response:
    """401, as when the agreement has revoked the grant."""
    return case.refusal(401, errors.NOT_AUTHORIZED)


def forbidden(case: Case) -> Response:
    """403, as when the app's role or the agreement's modules do not cover a resource."""
    return case.refusal(403, "The app's role does not cover this resource.")


def not_found(case: Case) -> Response:
    """404, as for a document that was deleted."""
    return case.refusal(404, "There is no such resource.")


def redirect(case: Case) -> Response:
    """302 to another host."""
    return case.instead(b"", 302, Location=f"{ELSEWHERE}{case.exchange.path}")


def html(case: Case) -> Response:
    """A page for people with status 200, as proxies send."""
    return case.instead(b"<html><body>Back in five minutes</body></html>", kind="text/html")


# Wrong pages


def wrong_count(case: Case) -> Response | None:
    """A count that is off."""
    body = case.body
    if isinstance(body, int):
        return case.page(body + int(case.amount))
    if isinstance(body, dict) and "pagination" in body:
        body["pagination"]["results"] += int(case.amount)
        return case.page(body)
    return None


def duplicate_row(case: Case) -> Response | None:
    """The last row of the page before once more, or on a first page its own last one twice."""
    body = case.body
    rows = rows_of(body)
    if not rows:
        return None
    if case.row_before is None:
        rows.append(rows[-1])
    else:
        rows.insert(0, case.row_before)
    return case.page(body)


def missing_row(case: Case) -> Response | None:
    """A page without one of its rows, as where rows shift between two requests."""
    body = case.body
    rows = rows_of(body)
    if not rows:
        return None
    del rows[len(rows) // 2]
    return case.page(body)


def repeated_cursor(case: Case) -> Response | None:
    """A page that names itself as the next one."""
    body = case.body
    asked = dict(case.exchange.query)
    if not isinstance(body, dict):
        return None
    if "pagination" in body:
        body["pagination"]["nextPage"] = body["self"]
        return case.page(body)
    return case.page({**body, "cursor": asked["cursor"]}) if "cursor" in asked else None


def foreign_link(case: Case) -> Response | None:
    """A next page at another host."""
    body = case.body
    if not isinstance(body, dict):
        return None
    if "pagination" in body:
        link = urlsplit(body["pagination"].get("nextPage", body["self"]))
        body["pagination"]["nextPage"] = f"{ELSEWHERE}{link.path}?{link.query}"
        return case.page(body)
    if "items" not in body:
        return None
    return case.page({**body, "cursor": f"{ELSEWHERE}/?cursor={body.get('cursor', '')}"})


# Wrong headers


def wrong_clock(case: Case) -> Response:
    """A server whose clock is off by some hours: Date, and each lastUpdated."""
    ahead = datetime.timedelta(hours=case.amount)
    body = case.body
    answer = case.answer if body is None else case.page(_later(body, ahead))
    now = datetime.datetime.now(tz=datetime.timezone.utc)
    answer.headers["Date"] = email.utils.format_datetime(now + ahead, usegmt=True)
    return answer


def _later(value: t.Any, ahead: datetime.timedelta, name: str = "") -> t.Any:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        return {key: _later(member, ahead, key) for key, member in value.items()}
    if isinstance(value, list):
        return [_later(item, ahead) for item in value]
    match = _INSTANT.fullmatch(value) if name == "lastUpdated" else None
    if match is None:
        return value
    return (datetime.datetime.fromisoformat(match[1]) + ahead).isoformat() + match[2]


def odd_budget(case: Case) -> Response:
    """Headers of the call budget in a form that nobody knows."""
    case.answer.headers["X-CallCost"] = "3,5 tokens"
    case.answer.headers["X-RateLimiting"] = "fair-use; a=b:/:-1; per fortnight"
    return case.answer


class FaultKind(t.NamedTuple):
    """A kind of fault.

    Attributes:
        happen: Makes another answer of one; None where nothing can happen to it.
        lasts: How long it lasts, unless that is said.
        amount: How much of it, unless that is said.
    """

    happen: Callable[[Case], Response | None]
    lasts: str = "once"
    amount: float = 0


FAULT_KINDS = {
    "throttled": FaultKind(throttled, amount=2),
    "throttled_silently": FaultKind(throttled_silently),
    "server_error": FaultKind(server_error),
    "reset": FaultKind(reset),
    "stall": FaultKind(delayed, amount=90),
    "latency": FaultKind(delayed, "onwards", 0.05),
    "truncated": FaultKind(truncated),
    "cut_gzip": FaultKind(cut_gzip),
    "html": FaultKind(html),
    "redirect": FaultKind(redirect),
    "revoked": FaultKind(revoked, "onwards"),
    "forbidden": FaultKind(forbidden),
    "not_found": FaultKind(not_found),
    "wrong_count": FaultKind(wrong_count, amount=1),
    "duplicate_row": FaultKind(duplicate_row),
    "missing_row": FaultKind(missing_row),
    "repeated_cursor": FaultKind(repeated_cursor),
    "foreign_link": FaultKind(foreign_link),
    "wrong_clock": FaultKind(wrong_clock, "onwards", 5),
    "odd_budget": FaultKind(odd_budget, "onwards"),
}
"""The kinds of faults by name."""
