"""A fast e-conomic for benchmarks, with a configurable delay and a request counter.

    python -m benchmarks.server

It prints the settings of a tap in one line of JSON, and serves until its standard input ends. Two
paths are not part of the API and are not counted:

    /begin?invoices=N&entries=N&agreements=N&paid=N&delay=SECONDS
        sets sizes, the number up to which invoices have been paid, and the delay; resets the
        counter, and returns the current settings of a tap
    /tally
        {"requests": N}
"""

from __future__ import annotations

import asyncio
import gc
import json
import socket
import sys
import typing as t
from urllib.parse import parse_qsl, urlsplit

from benchmarks.fleet import Fleet
from benchmarks.responses import Response, Responses
from economic_sandbox.server import Sandbox

_UNLIMITED = 10**9  # the sandbox's call budget, which must not affect the figures
_MOST_HEAD = 65_536


class Desk:
    """The shared state of all connections.

    Attributes:
        responses: The bodies.
        delay: Seconds by which each response is delayed, concurrently.
        requests: The number of responses since the last ``/begin``.
    """

    def __init__(self, responses: Responses, settings: dict[str, str]) -> None:
        """Start with no requests.

        Args:
            responses: The bodies.
            settings: The settings of a tap that reads them.
        """
        self.responses = responses
        self.delay = 0.0
        self.requests = 0
        self._settings = settings
        self._fleet: Fleet | None = None

    def control(self, target: str) -> Response | None:
        """Respond to a control path; None for all others."""
        parts = urlsplit(target)
        if parts.path == "/tally":
            requests = len(self._fleet.requests) if self._fleet else self.requests
            return Response(200, json.dumps({"requests": requests}).encode())
        if parts.path != "/begin":
            return None
        query = dict(parse_qsl(parts.query))
        self.responses.set_size(int(query["invoices"]), int(query["entries"]), int(query["paid"]))
        self.delay, self.requests = float(query["delay"]), 0
        settings = self._begin_fleet(int(query["agreements"])) or self._settings
        gc.freeze()
        return Response(200, json.dumps(settings).encode())

    def _begin_fleet(self, agreements: int) -> dict[str, t.Any] | None:
        """Serve a fleet next to the one agreement; return its settings, None without agreements."""
        self.close()
        if not agreements:
            return None
        self._fleet = Fleet(agreements, self.delay)
        self._fleet.start()
        return self._fleet.settings

    def close(self) -> None:
        """Stop the fleet, if there is one."""
        if self._fleet:
            self._fleet.stop()
            self._fleet = None


class Connection(asyncio.Protocol):
    """A connection, on which a client sends one GET after another."""

    _transport: asyncio.Transport

    def __init__(self, desk: Desk) -> None:
        """Create a connection."""
        self._desk = desk
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Store the transport."""
        self._transport = t.cast("asyncio.Transport", transport)
        # asyncio sets it only on its own sockets; without it a page may take 40 ms longer.
        connection: socket.socket = transport.get_extra_info("socket")
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def data_received(self, data: bytes) -> None:
        """Respond to each request whose head is complete."""
        self._received += data
        while (end := self._received.find(b"\r\n\r\n")) >= 0:
            head, self._received = self._received[:end], self._received[end + 4 :]
            self._receive(head)
        if len(self._received) > _MOST_HEAD:
            self._transport.abort()

    def _receive(self, head: bytes) -> None:
        target = head.split(b" ", 2)[1].decode()
        response = self._desk.control(target)
        if response:
            self._write(response)
            return
        self._desk.requests += 1
        loop = asyncio.get_running_loop()
        if self._desk.delay:
            loop.call_later(self._desk.delay, self._answer, target)
        else:
            self._answer(target)

    def _answer(self, target: str) -> None:
        response = self._desk.responses.at_once(target)
        if response:
            self._write(response)
            return
        loop = asyncio.get_running_loop()
        asked = loop.run_in_executor(None, self._desk.responses.request_sandbox, target)
        asked.add_done_callback(lambda done: self._write(done.result()))

    def _write(self, response: Response) -> None:
        if self._transport.is_closing():
            return
        self._transport.write(
            b"HTTP/1.1 %d -\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
            % (response.status, len(response.body))
        )
        self._transport.write(response.body)


async def serve(sandbox: Sandbox) -> None:
    """Serve until standard input ends."""
    loop = asyncio.get_running_loop()
    listening = socket.create_server(("127.0.0.1", 0))
    base_url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    settings = {
        "app_secret_token": sandbox.app_secret_token,
        "agreement_grant_token": sandbox.agreement_grant_token,
        "rest_url": f"{base_url}/rest",
        "openapi_url": f"{base_url}/openapi",
    }
    desk = Desk(Responses(sandbox, base_url), settings)
    server = await loop.create_server(lambda: Connection(desk), sock=listening)
    sys.stdout.write(json.dumps(settings) + "\n")
    sys.stdout.flush()
    async with server:
        await loop.run_in_executor(None, sys.stdin.read)
    desk.close()


def main() -> None:
    """Serve a small agreement, or large listings instead."""
    with Sandbox(call_limit=_UNLIMITED) as sandbox:
        asyncio.run(serve(sandbox))


if __name__ == "__main__":
    main()
