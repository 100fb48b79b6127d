"""The loopback address that e-conomic's page redirects the browser to, with the token.

e-conomic echoes no ``state``. A secret in the path stands in for it: without it, any page in the
browser could have the grant of another agreement stored. The browser is sent on at once to an
address without the token, which would otherwise stay in its history.
"""

from __future__ import annotations

import hmac
import queue
import secrets
import socketserver
import sys
import threading
import typing as t
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs

from typing_extensions import override

from tap_economic.connect import pages

if t.TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from typing_extensions import Self

    from tap_economic.connect.pages import Page

_TIME_TO_SHOW = 10
"""Seconds that the browser has to fetch the last page."""


class Callback:
    """Listens for the token, takes one, and shows the page of what became of it.

    Attributes:
        url: The address to redirect to.
    """

    def __init__(self, on_refusal: Callable[[str], None]) -> None:
        """Bind a free port of the loopback interface.

        Args:
            on_refusal: Called with why, for each call that is refused.
        """
        self._on_refusal = on_refusal
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.callback = self
        self._host = f"127.0.0.1:{self._server.server_address[1]}"
        self._path = f"/{secrets.token_urlsafe(32)}"
        self.url = f"http://{self._host}{self._path}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True)
        self._taking = threading.Lock()
        self._tokens: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._result: Page | None = None
        self._is_known = threading.Event()
        self._is_shown = threading.Event()

    def __enter__(self) -> Self:
        """Start to listen."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Release the port."""
        self._server.shutdown()
        self._server.server_close()

    def token(self, seconds: float) -> str | None:
        """Wait for the token; None if none comes in time."""
        try:
            return self._tokens.get(timeout=seconds)
        except queue.Empty:
            return None

    def show(self, page: Page) -> None:
        """Show the page of what became of the token, and wait until the browser has it."""
        self._result = page
        self._is_known.set()
        self._is_shown.wait(_TIME_TO_SHOW)

    def answer(self, target: str, hosts: list[str]) -> Page:
        """Return the response to a call.

        Args:
            target: The path and query.
            hosts: The values of the Host header.
        """
        path, _, query = target.partition("?")
        if hosts != [self._host]:  # a name that someone made resolve to this computer
            return self.refuse(HTTPStatus.FORBIDDEN, "Refused", "The call is for another host.")
        if _is_equal(path, f"{self._path}/result"):
            self._is_known.wait()
            return t.cast("Page", self._result)
        if not _is_equal(path.rstrip("/"), self._path):
            text = "There is nothing at this address: it is not the one that was opened."
            return self.refuse(HTTPStatus.NOT_FOUND, "Refused", text)
        tokens = parse_qs(query).get("token", [])
        if len(tokens) != 1 or not tokens[0].strip():
            text = (
                "e-conomic returned without a token: access was not granted. Go back to grant it, "
                "or stop economic-connect with Ctrl-C."
            )
            return self.refuse(HTTPStatus.BAD_REQUEST, "No token", text)
        if not self._taking.acquire(blocking=False):
            text = "A token was taken already: this call changes nothing."
            return self.refuse(HTTPStatus.CONFLICT, "Refused", text)
        self._tokens.put(tokens[0].strip())
        return pages.redirect(f"{self._path}/result")

    def refuse(self, status: HTTPStatus, title: str, text: str) -> Page:
        """Report a call that is refused, and return its page."""
        self._on_refusal(text)
        return pages.refused(status, title, text)

    def sent(self, page: Page) -> None:
        """Note that a response was sent."""
        if page is self._result:
            self._is_shown.set()


def _is_equal(path: str, expected: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(path.encode(), expected.encode())


class _Server(socketserver.ThreadingTCPServer):
    """As http.server's, which would look up the name of the address."""

    daemon_threads = True
    callback: Callback

    @override
    def handle_error(self, *connection: t.Any) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError):  # the browser went away
            super().handle_error(*connection)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = 30  # seconds without data

    def do_GET(self) -> None:
        hosts = self.headers.get_all("Host", [])
        page = self.server.callback.answer(self.path, hosts)
        self._send(page)
        self.server.callback.sent(page)

    @override
    def send_error(self, code: int, *_: t.Any, **__: t.Any) -> None:
        """Refuse what is not a GET; the standard page would quote it."""
        text = "The call is not a GET of a browser."
        self._send(self.server.callback.refuse(HTTPStatus(code), "Refused", text))

    def _send(self, page: Page) -> None:
        body = page.body.encode()
        self.send_response(page.status)
        for name, value in pages.HEADERS.items():
            self.send_header(name, value)
        if page.location:
            self.send_header("Location", page.location)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    @override
    def version_string(self) -> str:
        return "economic-connect"

    @override
    def log_message(self, *_: object) -> None:
        """Log nothing: the path is secret, and the query is the token."""
