"""Faults of the connection: resets, truncated bodies, delays."""

from __future__ import annotations

import asyncio
import gzip
import socket
import struct
import typing as t

from starlette.responses import Response
from typing_extensions import override

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Receive, Scope, Send

    from economic_sandbox.faults.case import Case

_TRANSPORT = "sandbox.transport"
_STEP = 0.05  # seconds between two looks whether a wait is over


class ConnectionAccess:
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
