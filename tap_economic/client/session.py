"""The tap's only session: which requests may leave, and how long a response may take."""

from __future__ import annotations

import http.client
import io
import ipaddress
import os
import ssl
import time
import typing as t
from pathlib import Path
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from typing_extensions import override

from tap_economic.errors import HeldBackError, SettingsError
from tap_economic.sanitize import plain

if t.TYPE_CHECKING:
    import socket
    from collections.abc import Iterable
    from urllib.parse import SplitResult


class Origin(t.NamedTuple):
    """Where a request goes (RFC 6454): the scheme, the host and the port."""

    scheme: str
    host: str
    port: int


def origin_of(url: str) -> Origin | None:
    r"""Return where a request to a URL would go, if nobody could understand the URL otherwise.

    The standard library and urllib3 do not read every URL alike: in ``http://a\@b/`` one sees the
    host b and the other a. Such URLs, and those with a login in them, have no origin.
    """
    if "\\" in url or " " in url or not url.isprintable():
        return None
    try:
        given = urlsplit(url)
        origins = [
            Origin(one.scheme, one.hostname or "", one.port or _PORTS[one.scheme])
            for one in (given, _as_asked(url))
        ]
    except (KeyError, ValueError, requests.RequestException):
        return None
    is_plain = "@" not in given.netloc and origins[0].host
    return origins[0] if is_plain and origins[0] == origins[1] else None


def _as_asked(url: str) -> SplitResult:
    """Return the parts of a URL as requests sends it."""
    return urlsplit(requests.Request("GET", url).prepare().url or "")


_PORTS = {"http": 80, "https": 443}


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine itself."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


_MOST_TIMES = 5
"""How many times ``request_timeout`` a whole answer may take."""


class _LimitedReader(io.RawIOBase):
    """Reads from a connection until a moment: a timeout only bounds the time between two bytes."""

    def __init__(self, raw: io.RawIOBase, seconds: float) -> None:
        self._raw = raw
        self._deadline = time.monotonic() + seconds

    @override
    def readable(self) -> bool:
        return True

    @override
    def readinto(self, buffer: t.Any) -> int | None:
        if time.monotonic() > self._deadline:
            raise TimeoutError
        return t.cast("int | None", self._raw.readinto(buffer))

    @override
    def close(self) -> None:
        self._raw.close()
        super().close()


class _LimitedResponse(http.client.HTTPResponse):
    """An answer that may not take longer than some timeouts, from its first line to its end."""

    def __init__(self, sock: socket.socket, *args: t.Any, **kwargs: t.Any) -> None:  # noqa: ANN401 - as given
        super().__init__(sock, *args, **kwargs)
        timeout = sock.gettimeout()
        if timeout is not None:
            self.fp = io.BufferedReader(_LimitedReader(self.fp.detach(), _MOST_TIMES * timeout))


class _LimitedHTTPConnection(urllib3.connection.HTTPConnection):
    response_class = _LimitedResponse


class _LimitedHTTPSConnection(urllib3.connection.HTTPSConnection):
    response_class = _LimitedResponse


_LIMITED = {"http": _LimitedHTTPConnection, "https": _LimitedHTTPSConnection}


class GuardedAdapter(HTTPAdapter):
    """Allows only body-less GETs to the configured origins.

    e-conomic has no role that may only read, so that this is what keeps the books as they are.
    """

    def __init__(self, urls: Iterable[str], connections: int) -> None:
        """Open nothing yet.

        Args:
            urls: Requests may go to the origins of these.
            connections: How many connections to keep open to a host.
        """
        super().__init__(pool_maxsize=connections)
        self._origins = tuple(_origin_prefix(url) for url in urls)

    @override
    def send(
        self, request: requests.PreparedRequest, *args: t.Any, **kwargs: t.Any
    ) -> requests.Response:
        if request.method != "GET" or request.body is not None:
            msg = "the tap only reads: a request that is no GET, or has a body, was held back"
            raise HeldBackError(msg)
        if not (request.url or "").startswith(self._origins):
            msg = "a request to another host than those of rest_url and openapi_url was held back"
            raise HeldBackError(msg)
        if is_loopback(urlsplit(request.url or "").hostname or ""):
            kwargs["proxies"] = {}  # a proxy of http://localhost would see the tokens
        return super().send(request, *args, **kwargs)

    @override
    def get_connection_with_tls_context(self, *args: t.Any, **kwargs: t.Any) -> t.Any:
        pool = super().get_connection_with_tls_context(*args, **kwargs)
        if isinstance(pool, urllib3.HTTPConnectionPool):
            pool.ConnectionCls = _LIMITED[pool.scheme]
        return pool


def _origin_prefix(url: str) -> str:
    """Return how the requests to a URL's host begin, up to where its path does."""
    asked = _as_asked(url)
    return f"{asked.scheme}://{asked.netloc}/"


def guarded_session(urls: Iterable[str], connections: int) -> requests.Session:
    """Return a session that lets nothing out but what the guard does.

    Args:
        urls: Where requests may go.
        connections: How many connections to keep open to a host.
    """
    session = requests.Session()
    session.verify = trusted_authorities() or True
    adapter = GuardedAdapter(urls, connections)
    for prefix in ("https://", "http://"):
        session.mount(prefix, adapter)
    return session


def trusted_authorities() -> str | None:
    """Return the certificate authorities that the environment names, if it names any.

    requests looks for the first two by itself only where it prepares a request too.

    Raises:
        SettingsError: If they are not there, or cannot be read.
    """
    for variable in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        if path := os.environ.get(variable):
            is_folder = Path(path).is_dir()
            try:
                ssl.create_default_context(
                    cafile=None if is_folder else path, capath=path if is_folder else None
                )
            except OSError as exc:
                msg = (
                    f"The environment variable {variable} names no file of certificate "
                    f"authorities that can be read: {plain(exc.strerror)}"
                )
                raise SettingsError(msg) from None
            return path
    return None
