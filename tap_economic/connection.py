"""The way out: the tap's only connections, and what may leave through them."""

from __future__ import annotations

import typing as t
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from typing_extensions import override

from tap_economic.errors import HeldBackError

if t.TYPE_CHECKING:
    from collections.abc import Iterable
    from urllib.parse import SplitResult


class Place(t.NamedTuple):
    """Where a request goes: to a port of a host."""

    scheme: str
    host: str
    port: int


def place_of(url: str) -> Place | None:
    r"""Return where a request to a URL would go, if nobody could understand the URL otherwise.

    The standard library and urllib3 do not read every URL alike: in ``http://a\@b/`` one sees the
    host b and the other a. Such URLs, and those with a login in them, have no place.
    """
    if "\\" in url or " " in url or not url.isprintable():
        return None
    try:
        given = urlsplit(url)
        places = [
            Place(one.scheme, one.hostname or "", one.port or _PORTS[one.scheme])
            for one in (given, _as_asked(url))
        ]
    except (KeyError, ValueError, requests.RequestException):
        return None
    is_plain = "@" not in given.netloc and places[0].host
    return places[0] if is_plain and places[0] == places[1] else None


def _as_asked(url: str) -> SplitResult:
    """Return the parts of a URL as requests sends it."""
    return urlsplit(requests.Request("GET", url).prepare().url or "")


_PORTS = {"http": 80, "https": 443}


class GuardedAdapter(HTTPAdapter):
    """Lets GET requests without a body out to some places, and nothing else to nowhere else.

    e-conomic has no role that may only read, so that this is what keeps the books as they are.
    """

    def __init__(self, urls: Iterable[str], connections: int) -> None:
        """Open nothing yet.

        Args:
            urls: Where requests may go: to the same scheme, host and port as one of these.
            connections: How many connections to keep open to a host.
        """
        super().__init__(pool_maxsize=connections)
        self._origins = tuple(_origin_of(url) for url in urls)

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
        return super().send(request, *args, **kwargs)


def _origin_of(url: str) -> str:
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
    adapter = GuardedAdapter(urls, connections)
    for prefix in ("https://", "http://"):
        session.mount(prefix, adapter)
    return session
