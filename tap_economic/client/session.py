"""The guarded HTTP session: read-only, restricted to the configured origins, with a deadline."""

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
from requests.utils import get_environ_proxies
from typing_extensions import override

from tap_economic.errors import BlockedRequestError, SettingsError
from tap_economic.sanitize import plain

if t.TYPE_CHECKING:
    import socket
    from collections.abc import Collection, Iterable
    from urllib.parse import SplitResult


class Origin(t.NamedTuple):
    """A web origin (RFC 6454): scheme, host and port."""

    scheme: str
    host: str
    port: int


def origin_of(url: str) -> Origin | None:
    r"""Return the origin of a URL; None if the URL is ambiguous.

    The standard library and urllib3 do not parse every URL alike: in ``http://a\@b/`` one sees the
    host b and the other a. Such URLs, and those with credentials, have no origin.
    """
    if "\\" in url or " " in url or not url.isprintable():
        return None
    try:
        given = urlsplit(url)
        origins = [
            Origin(parts.scheme, parts.hostname or "", parts.port or _PORTS[parts.scheme])
            for parts in (given, _as_sent(url))
        ]
    except (KeyError, ValueError, requests.RequestException):
        return None
    is_plain = "@" not in given.netloc and origins[0].host
    return origins[0] if is_plain and origins[0] == origins[1] else None


def _as_sent(url: str) -> SplitResult:
    """Return the parts of a URL as requests sends it."""
    return urlsplit(requests.Request("GET", url).prepare().url or "")


_PORTS = {"http": 80, "https": 443}


def is_loopback(host: str) -> bool:
    """Return whether a host is the loopback interface."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


_MAX_TIMEOUTS = 5
"""How many times ``request_timeout`` a whole response may take."""


class _LimitedReader(io.RawIOBase):
    """Reads from a connection until a deadline; a socket timeout only bounds the time per read."""

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
    """A response with a deadline for its whole duration, in multiples of the timeout."""

    def __init__(self, sock: socket.socket, *args: t.Any, **kwargs: t.Any) -> None:  # noqa: ANN401 - as given
        super().__init__(sock, *args, **kwargs)
        timeout = sock.gettimeout()
        if timeout is not None:
            self.fp = io.BufferedReader(_LimitedReader(self.fp.detach(), _MAX_TIMEOUTS * timeout))


class _LimitedHTTPConnection(urllib3.connection.HTTPConnection):
    response_class = _LimitedResponse


class _LimitedHTTPSConnection(urllib3.connection.HTTPSConnection):
    response_class = _LimitedResponse


_LIMITED = {"http": _LimitedHTTPConnection, "https": _LimitedHTTPSConnection}


class GuardedAdapter(HTTPAdapter):
    """Allows only body-less GETs to the configured origins.

    e-conomic has no read-only role, so this guard is what protects the books from changes.
    """

    def __init__(self, urls: Iterable[str], connections: int) -> None:
        """Create an adapter.

        Args:
            urls: URLs whose origins are allowed.
            connections: How many connections to keep open per host.
        """
        super().__init__(pool_maxsize=connections)
        self._origins = tuple(_origin_prefix(url) for url in urls)

    @override
    def send(
        self, request: requests.PreparedRequest, *args: t.Any, **kwargs: t.Any
    ) -> requests.Response:
        if request.method != "GET" or request.body is not None:
            msg = "the tap is read-only: blocked a request that is not a GET, or has a body"
            raise BlockedRequestError(msg)
        if not (request.url or "").startswith(self._origins):
            msg = "blocked a request to another origin than those of rest_url and openapi_url"
            raise BlockedRequestError(msg)
        return super().send(request, *args, **kwargs)

    @override
    def get_connection_with_tls_context(self, *args: t.Any, **kwargs: t.Any) -> t.Any:
        pool = super().get_connection_with_tls_context(*args, **kwargs)
        if isinstance(pool, urllib3.HTTPConnectionPool):
            pool.ConnectionCls = _LIMITED[pool.scheme]
        return pool


def _origin_prefix(url: str) -> str:
    """Return the URL's scheme and authority as sent, which its allowed requests begin with."""
    sent = _as_sent(url)
    return f"{sent.scheme}://{sent.netloc}/"


def _proxies_of(urls: Iterable[str]) -> dict[str, str]:
    """Return the proxies that the environment sets for some URLs, by scheme and host."""
    proxies = {}
    for parts in map(_as_sent, urls):
        host = parts.hostname or ""
        if not is_loopback(host):  # an HTTP proxy would see the tokens
            environment = get_environ_proxies(parts.geturl())
            if proxy := environment.get(parts.scheme, environment.get("all")):
                proxies[f"{parts.scheme}://{host}"] = proxy
    return proxies


def guarded_session(urls: Collection[str], connections: int) -> requests.Session:
    """Return a session that sends requests through the guard only.

    Args:
        urls: URLs whose origins are allowed.
        connections: How many connections to keep open per host.
    """
    session = requests.Session()
    if any(_as_sent(url).scheme == "https" for url in urls):  # reading a bundle takes 20 ms
        session.verify = trusted_authorities() or True
    session.proxies = _proxies_of(urls)
    session.trust_env = False  # it would look for proxies again in each request
    adapter = GuardedAdapter(urls, connections)
    for prefix in ("https://", "http://"):
        session.mount(prefix, adapter)
    return session


def trusted_authorities() -> str | None:
    """Return the path of the CA bundle that the environment sets, if any.

    requests honours the first two variables only for requests that the session prepares.

    Raises:
        SettingsError: If the bundle is missing or cannot be read.
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
                    f"The environment variable {variable} does not name a readable CA bundle: "
                    f"{plain(exc.strerror)}"
                )
                raise SettingsError(msg) from None
            return path
    return None
