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
_STEP = 0.05  # seconds between two checks whether a wait is over


class ConnectionAccess:
    """Middleware that gives responses access to the connection."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application.

        Args:
            app: The application.
        """
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, with the transport in its scope."""
        # ASGI gives no access to the connection, but ``send`` is a method of uvicorn's that has it.
        scope[_TRANSPORT] = getattr(getattr(send, "__self__", None), "transport", None)
        await self._app(scope, receive, send)


class _Reset(Response):
    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        transport: asyncio.Transport = scope[_TRANSPORT]
        connection: socket.socket = transport.get_extra_info("socket")
        # With a linger time of 0 the connection is reset instead of closed.
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
        # The server closes the connection because the body is not complete.


class _Delayed(Response):
    def __init__(self, response: Response, seconds: float, is_over: Callable[[], bool]) -> None:
        super().__init__(response.body, response.status_code)
        self.raw_headers = response.raw_headers
        self._response = response
        self._seconds = seconds
        self._is_over = is_over

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        left = self._seconds
        while left > 0 and not self._is_over():
            await asyncio.sleep(min(left, _STEP))
            left -= _STEP
        await self._response(scope, receive, send)


def reset(_: Case) -> Response:
    """Reset the connection before the first byte of the response."""
    return _Reset(status_code=0)


def truncated(case: Case) -> Response:
    """Send half of the body that Content-Length announces, and close the connection."""
    # With an encoding the middleware does not compress it.
    headers = {**case.response.headers, "Content-Encoding": "identity"}
    return _Truncated(case.response.body, headers=headers)


def cut_gzip(case: Case) -> Response:
    """Send a compressed body without its end, of the length in Content-Length."""
    return case.instead(gzip.compress(bytes(case.response.body))[:-12], Content_Encoding="gzip")


def delayed(case: Case) -> Response:
    """Send the same response, later."""
    return _Delayed(case.response, case.amount, case.is_over)
