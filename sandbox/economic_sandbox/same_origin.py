"""Protection of what controls the sandbox from other web pages in the user's browser.

A page of any site may send requests to the loopback interface. It cannot read the responses, but a
POST would inject a fault or let time pass (cross-site request forgery); and a site whose name is
made to resolve to 127.0.0.1 could read them too (DNS rebinding).
"""

from __future__ import annotations

import ipaddress
import typing as t
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import PlainTextResponse

if t.TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_SAFE_METHODS = {"GET", "HEAD"}
_OWN_SITES = {"same-origin", "none"}  # none: typed by the user


class SameOrigin:
    """Middleware that rejects requests of other sites; programs, which name no site, may pass."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application.

        Args:
            app: The application.
        """
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or reject it with 403."""
        reason = _reason_to_reject(Request(scope))
        app = PlainTextResponse(f"{reason}\n", 403) if reason else self._app
        await app(scope, receive, send)


def _reason_to_reject(request: Request) -> str:
    host = request.headers.get("Host", "")
    address, port = request.scope["server"]
    if _is_loopback(address) and not _is_local(_name(host)):
        return f"The Host header names another computer: use localhost:{port}."
    if request.method in _SAFE_METHODS:
        return ""
    is_own_site = request.headers.get("Sec-Fetch-Site", "none") in _OWN_SITES
    if is_own_site and request.headers.get("Origin") in {None, f"{request.url.scheme}://{host}"}:
        return ""
    return "Only the sandbox's own page may send this."


def _name(host: str) -> str:
    """Return a Host header without the port; nothing if it is malformed."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _is_loopback(address: str) -> bool:
    return ipaddress.ip_address(address).is_loopback


def _is_local(host: str) -> bool:
    """Return whether a host is localhost, or an address, which no other site can have as a name."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
