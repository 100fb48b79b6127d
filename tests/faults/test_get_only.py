"""No request but GET can leave, and none goes anywhere but to the two hosts."""

from __future__ import annotations

import ast
import typing as t
from importlib import resources
from urllib.parse import urlsplit

import pytest
from requests.adapters import HTTPAdapter

from tap_economic.sandbox.company import Company
from tap_economic.sandbox.server import Sandbox
from tap_economic.streams import STREAMS
from tests.running import run_tap
from tests.streams.books import catalog_of, settings

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    import requests

# What sends something, but for get(), by the names of requests, of its sessions and of the SDK.
SENDING = frozenset({"post", "put", "patch", "delete", "options", "head", "request"})
SENDERS = frozenset({"requests", "session", "requests_session"})
LIBRARIES = frozenset({"http.client", "httpx", "socket", "urllib.request", "urllib3", "aiohttp"})


@pytest.mark.parametrize("concurrency", [1, 8])
def test_every_stream_sends_get_and_nothing_but_get_to_the_two_hosts(
    monkeypatch: pytest.MonkeyPatch, concurrency: int
) -> None:
    """Also where a link and a redirect lead elsewhere."""
    sent: set[tuple[str | None, str, bool]] = set()
    send = HTTPAdapter.send

    def spy(
        adapter: HTTPAdapter, request: requests.PreparedRequest, **more: t.Any
    ) -> requests.Response:
        sent.add((request.method, urlsplit(request.url or "").netloc, request.body is None))
        return send(adapter, request, **more)

    monkeypatch.setattr(HTTPAdapter, "send", spy)
    names = [stream.name for stream in STREAMS]
    with Sandbox(Company(invoices=8)) as sandbox:
        config: dict[str, t.Any] = {**settings(sandbox), "concurrency": concurrency, "page_size": 5}
        first = run_tap(None, catalog=catalog_of(*names), **config)
        sandbox.faults.add("foreign_link", lasts="onwards", at=5)
        sandbox.faults.add("redirect", "/rest/customers", lasts="always")
        second = run_tap(None, catalog=catalog_of(*names), state=first.state, **config)
        host = urlsplit(sandbox.rest_url).netloc
    assert (first.exit_code, second.exit_code) == (0, 1)
    assert {outcome.stream for outcome in first.outcomes.values()} == set(names)
    assert sent == {("GET", host, True)}


def modules() -> Iterator[tuple[str, ast.Module]]:
    """Every module of the tap; the sandbox is none of it."""
    root = resources.files("tap_economic")
    for folder in (root, root / "streams"):
        for file in folder.iterdir():
            if file.name.endswith(".py"):
                yield file.name, ast.parse(file.read_text("utf-8"))


def test_no_code_of_the_tap_names_another_method() -> None:
    methods = []
    for name, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in SENDING:
                owner = node.value
                assert getattr(owner, "attr", getattr(owner, "id", "")) not in SENDERS, name
            elif isinstance(node, ast.Import):
                assert not LIBRARIES & {alias.name for alias in node.names}, name
            elif isinstance(node, ast.ImportFrom):
                assert node.module not in LIBRARIES, name
            elif isinstance(node, ast.keyword) and node.arg in {"method", "http_method"}:
                methods.append(ast.unparse(node.value))
    assert set(methods) == {"'GET'"}
