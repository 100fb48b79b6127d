"""User messages for network errors: the host, and the cause."""

from __future__ import annotations

import ssl
import typing as t
from urllib.parse import urlsplit

import requests
from urllib3 import exceptions

from tap_economic.sanitize import plain

if t.TYPE_CHECKING:
    from collections.abc import Iterator


def network_error_message(exc: requests.RequestException) -> str:
    """Return the cause of a network error in a sentence that names the host."""
    url = urlsplit((exc.request.url if exc.request else None) or "")
    host = plain(url.netloc.rpartition("@")[2]) or "e-conomic"
    return f"{_reason(exc, host)} (GET {plain(url.path)})" if url.path else _reason(exc, host)


def _reason(exc: requests.RequestException, host: str) -> str:
    causes = tuple(_causes(exc))
    for kinds, reason in _REASONS:
        if any(isinstance(cause, kinds) for cause in causes):
            return reason.format(host=host, detail=_detail(causes))
    return f"the response of {host} was truncated or could not be read"


_REASONS: tuple[tuple[tuple[type[BaseException], ...], str], ...] = (
    (
        (requests.exceptions.ProxyError,),
        "the proxy of the environment rejects requests to {host}",
    ),
    (
        (requests.exceptions.SSLError,),
        "the certificate of {host} is not trusted{detail}; REQUESTS_CA_BUNDLE sets the CA bundle",
    ),
    (
        (requests.exceptions.ConnectTimeout,),
        "the connection to {host} timed out (setting request_timeout)",
    ),
    (
        (TimeoutError, requests.exceptions.Timeout),
        "the response of {host} timed out (setting request_timeout)",
    ),
    (
        (exceptions.NewConnectionError,),
        "{host} cannot be reached{detail}: check the network and the API's URL",
    ),
    ((requests.exceptions.ConnectionError,), "{host} closed the connection"),
    (
        (requests.exceptions.InvalidSchema, requests.exceptions.InvalidURL),
        "a request to {host} cannot be sent: check the proxy settings of the environment",
    ),
)


def _causes(exc: BaseException | None) -> Iterator[BaseException]:
    while exc is not None:
        yield exc
        exc = exc.__cause__ or exc.__context__


def _detail(causes: tuple[BaseException, ...]) -> str:
    """Return the system's error message: a fixed text of the C library or of OpenSSL."""
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f" ({plain(cause.verify_message)})"
        if type(cause).__module__ in {"builtins", "socket"} and isinstance(cause, OSError):
            return f" ({plain(cause.strerror)})" if cause.strerror else ""
    return ""
