"""The kinds of faults: error responses, broken connections, wrong pages and wrong headers."""

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
"""A host that does not belong to e-conomic, and does not exist."""

_INSTANT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(.*)")


# Error responses


def throttled(case: Case) -> Response:
    """429 with Retry-After."""
    return throttled_silently(case, Retry_After=f"{case.amount:.0f}")


def throttled_silently(case: Case, **headers: str) -> Response:
    """429 without Retry-After."""
    return case.error(429, "The agreement is over its quota of calls.", **headers)


def server_error(case: Case) -> Response:
    """500 in the API's form."""
    return case.error(500, "The request crashed in the server.")


def revoked(case: Case) -> Response:
    """401, as when the agreement has revoked the grant."""
    return case.error(401, errors.NOT_AUTHORIZED)


def forbidden(case: Case) -> Response:
    """403, as when the app's role or the agreement's modules do not cover a resource."""
    return case.error(403, "The app's role does not cover this resource.")


def not_found(case: Case) -> Response:
    """404, as for a document that was deleted."""
    return case.error(404, "There is no such resource.")


def redirect(case: Case) -> Response:
    """302 to another host."""
    return case.instead(b"", 302, Location=f"{ELSEWHERE}{case.exchange.path}")


def html(case: Case) -> Response:
    """An HTML page with status 200, as proxies send."""
    return case.instead(b"<html><body>Back in five minutes</body></html>", kind="text/html")


# Files


def rendering(case: Case) -> Response | None:
    """202 without a file, as when that is not rendered yet; what e-conomic sends is not known."""
    is_file = case.response.headers.get("content-type") == "application/pdf"
    return case.instead(b"", 202) if is_file else None


# Wrong pages


def wrong_count(case: Case) -> Response | None:
    """A wrong count."""
    body = case.body
    if isinstance(body, int):
        return case.page(body + int(case.amount))
    if isinstance(body, dict) and "pagination" in body:
        body["pagination"]["results"] += int(case.amount)
        return case.page(body)
    return None


def duplicate_row(case: Case) -> Response | None:
    """The last row of the previous page again; on a first page its own last row twice."""
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
    """A page without one of its rows, as when rows shift between two requests."""
    body = case.body
    rows = rows_of(body)
    if not rows:
        return None
    del rows[len(rows) // 2]
    return case.page(body)


def repeated_cursor(case: Case) -> Response | None:
    """A page that refers to itself as the next one."""
    body = case.body
    query = dict(case.exchange.query)
    if not isinstance(body, dict):
        return None
    if "pagination" in body:
        body["pagination"]["nextPage"] = body["self"]
        return case.page(body)
    return case.page({**body, "cursor": query["cursor"]}) if "cursor" in query else None


def foreign_link(case: Case) -> Response | None:
    """A link to a next page on another host."""
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
    """A clock that is some hours ahead: Date, and each lastUpdated."""
    ahead = datetime.timedelta(hours=case.amount)
    body = case.body
    response = case.response if body is None else case.page(_later(body, ahead))
    now = datetime.datetime.now(tz=datetime.timezone.utc)
    response.headers["Date"] = email.utils.format_datetime(now + ahead, usegmt=True)
    return response


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
    """Call budget headers in an unknown format."""
    case.response.headers["X-CallCost"] = "3,5 tokens"
    case.response.headers["X-RateLimiting"] = "fair-use; a=b:/:-1; per fortnight"
    return case.response


class FaultKind(t.NamedTuple):
    """A kind of fault.

    Attributes:
        apply: Makes the faulty response; None if the fault does not apply.
        lasts: The default duration.
        amount: The default amount.
        unit: The unit of the amount; empty if the kind has none.
    """

    apply: Callable[[Case], Response | None]
    lasts: str = "once"
    amount: float = 0
    unit: str = ""

    @property
    def summary(self) -> str:
        """The fault in a sentence."""
        return str(self.apply.__doc__).partition("\n")[0]


FAULT_KINDS = {
    "throttled": FaultKind(throttled, amount=2, unit="seconds"),
    "throttled_silently": FaultKind(throttled_silently),
    "server_error": FaultKind(server_error),
    "reset": FaultKind(reset),
    "stall": FaultKind(delayed, amount=90, unit="seconds"),
    "latency": FaultKind(delayed, "onwards", 0.05, "seconds"),
    "truncated": FaultKind(truncated),
    "cut_gzip": FaultKind(cut_gzip),
    "html": FaultKind(html),
    "redirect": FaultKind(redirect),
    "revoked": FaultKind(revoked, "onwards"),
    "forbidden": FaultKind(forbidden),
    "not_found": FaultKind(not_found),
    "rendering": FaultKind(rendering),
    "wrong_count": FaultKind(wrong_count, amount=1, unit="rows"),
    "duplicate_row": FaultKind(duplicate_row),
    "missing_row": FaultKind(missing_row),
    "repeated_cursor": FaultKind(repeated_cursor),
    "foreign_link": FaultKind(foreign_link),
    "wrong_clock": FaultKind(wrong_clock, "onwards", 5, "hours"),
    "odd_budget": FaultKind(odd_budget, "onwards"),
}
"""The kinds of faults by name."""
