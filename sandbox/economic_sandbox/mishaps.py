"""What can become of an answer on its way: refusals, broken connections, wrong pages."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime
import decimal
import email.utils
import gzip
import re
import socket
import struct
import typing as t
from urllib.parse import urlsplit

import msgspec
from starlette.responses import Response
from typing_extensions import override

from economic_sandbox import errors
from economic_sandbox.listing import JSON

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Receive, Scope, Send

    from economic_sandbox.app import Exchange

ELSEWHERE = "https://elsewhere.invalid"
"""A host that is none of e-conomic's, and that does not exist."""

_decoder = msgspec.json.Decoder(float_hook=decimal.Decimal)
_TRANSPORT = "sandbox.transport"
_STEP = 0.05  # seconds between two looks whether a wait is over
_INSTANT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(.*)")


@dataclasses.dataclass
class Case:
    """An answer that something happens to.

    Attributes:
        exchange: The request.
        answer: The answer as it would be.
        amount: How much of it, where that can be said.
        is_over: Tells whether the fault was switched off meanwhile.
        row_before: The last row of the page before, if there was one.
    """

    exchange: Exchange
    answer: Response
    amount: float
    is_over: Callable[[], bool]
    row_before: t.Any = None

    @property
    def body(self) -> t.Any:  # noqa: ANN401 - any JSON value
        """The decoded body; None where there is none."""
        return body_of(self.answer)

    def instead(
        self, body: bytes, status: int = 200, kind: str = "application/json", **headers: str
    ) -> Response:
        """Return another answer with the same headers of the API.

        Args:
            body: The body.
            status: The status.
            kind: The media type.
            headers: Further headers, with ``_`` for ``-``.
        """
        return Response(body, status, self._headers(headers), kind)

    def _headers(self, further: dict[str, str]) -> dict[str, str]:
        kept = {name: value for name, value in self.answer.headers.items() if name.startswith("x-")}
        return kept | {name.replace("_", "-"): value for name, value in further.items()}

    def page(self, body: t.Any) -> Response:  # noqa: ANN401 - any JSON value
        """Return the answer with another body."""
        return self.instead(JSON.encode(body))

    def refusal(self, status: int, message: str, **headers: str) -> Response:
        """Return an error as the API words it."""
        error = errors.ApiError(status, message)
        request_id = self.answer.headers["x-requestid"]
        is_classic = self.exchange.path.startswith("/rest/")
        word = errors.classic_body if is_classic else errors.problem_body
        return self.instead(JSON.encode(word(error, request_id)), status, **headers)


def body_of(answer: Response) -> t.Any:  # noqa: ANN401 - any JSON value
    """Return the decoded body of a success; None where it is no JSON."""
    try:
        return _decoder.decode(answer.body) if answer.status_code == 200 else None  # noqa: PLR2004 - OK
    except msgspec.DecodeError:
        return None


def rows_of(body: t.Any) -> list[t.Any]:  # noqa: ANN401 - any JSON value
    """Return the rows of a page, which are part of the body."""
    if isinstance(body, dict):
        body = body.get("collection", body.get("items"))
    return body if isinstance(body, list) else []


def has_successor(exchange: Exchange, body: t.Any) -> bool:  # noqa: ANN401 - any JSON value
    """Tell whether a page says that another one follows it."""
    if isinstance(body, dict):
        return "cursor" in body or "nextPage" in body.get("pagination", {})
    sizes = [int(value) for name, value in exchange.query if name.lower() == "pagesize"]
    return bool(sizes) and len(rows_of(body)) >= sizes[0]


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


# Broken connections


class Wire:
    """Shows the connection to the answer that is sent on it; stands around the application."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application.

        Args:
            app: The application.
        """
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        # uvicorn hands over a method of what holds the connection; ASGI itself shows none.
        scope[_TRANSPORT] = getattr(getattr(send, "__self__", None), "transport", None)
        await self._app(scope, receive, send)


class _Reset(Response):
    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        transport: asyncio.Transport = scope[_TRANSPORT]
        connection: socket.socket = transport.get_extra_info("socket")
        # To linger for no second is to reset instead of to close.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
        while (await receive())["type"] != "http.disconnect":
            pass


class _Truncated(Response):
    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        head = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        await send(head)
        half = self.body[: len(self.body) // 2]
        await send({"type": "http.response.body", "body": half, "more_body": True})
        # To return before the last part is to have the server close the connection.


class _Delayed(Response):
    def __init__(self, answer: Response, seconds: float, is_over: Callable[[], bool]) -> None:
        super().__init__(answer.body, answer.status_code)
        self.raw_headers = answer.raw_headers
        self._answer = answer
        self._seconds = seconds
        self._is_over = is_over

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        left = self._seconds
        while left > 0 and not self._is_over():
            await asyncio.sleep(min(left, _STEP))
            left -= _STEP
        await self._answer(scope, receive, send)


def reset(_: Case) -> Response:
    """The connection is reset before a byte of the answer."""
    return _Reset(status_code=0)


def truncated(case: Case) -> Response:
    """Half of the body that Content-Length promises, and the connection is closed."""
    # It names an encoding so that it is not compressed.
    headers = {**case.answer.headers, "Content-Encoding": "identity"}
    return _Truncated(case.answer.body, headers=headers)


def cut_gzip(case: Case) -> Response:
    """A compressed body without its end, of the length that Content-Length says."""
    return case.instead(gzip.compress(bytes(case.answer.body))[:-12], Content_Encoding="gzip")


def delayed(case: Case) -> Response:
    """The same answer, later."""
    return _Delayed(case.answer, case.amount, case.is_over)


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


class Mishap(t.NamedTuple):
    """A kind of fault.

    Attributes:
        happen: Makes another answer of one; None where nothing can happen to it.
        lasts: How long it lasts, unless that is said.
        amount: How much of it, unless that is said.
    """

    happen: Callable[[Case], Response | None]
    lasts: str = "once"
    amount: float = 0


MISHAPS = {
    "throttled": Mishap(throttled, amount=2),
    "throttled_silently": Mishap(throttled_silently),
    "server_error": Mishap(server_error),
    "reset": Mishap(reset),
    "stall": Mishap(delayed, amount=90),
    "latency": Mishap(delayed, "onwards", 0.05),
    "truncated": Mishap(truncated),
    "cut_gzip": Mishap(cut_gzip),
    "html": Mishap(html),
    "redirect": Mishap(redirect),
    "revoked": Mishap(revoked, "onwards"),
    "forbidden": Mishap(forbidden),
    "not_found": Mishap(not_found),
    "wrong_count": Mishap(wrong_count, amount=1),
    "duplicate_row": Mishap(duplicate_row),
    "missing_row": Mishap(missing_row),
    "repeated_cursor": Mishap(repeated_cursor),
    "foreign_link": Mishap(foreign_link),
    "wrong_clock": Mishap(wrong_clock, "onwards", 5),
    "odd_budget": Mishap(odd_budget, "onwards"),
}
"""The kinds of faults by name."""
