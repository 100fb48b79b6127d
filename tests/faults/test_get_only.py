"""No request but GET can leave, and none goes anywhere but to the two hosts."""

from __future__ import annotations

import ast
import typing as t
from importlib import resources
from urllib.parse import urlsplit

import pytest
import requests

from tap_economic.sandbox.company import Company
from tap_economic.sandbox.server import Sandbox
from tap_economic.streams import STREAMS
from tests.streams.books import ask

if t.TYPE_CHECKING:
    from collections.abc import Iterator

# What sends something with another method than GET, or with one that is not written there.
SENDING = frozenset({"post", "put", "patch", "delete", "options", "head", "request"})
LIBRARIES = frozenset({"http", "http.client", "httpx", "urllib.request", "urllib3", "aiohttp"})


@pytest.mark.parametrize("concurrency", [1, 8])
def test_every_stream_sends_get_and_nothing_but_get_to_the_two_hosts(
    monkeypatch: pytest.MonkeyPatch, concurrency: int
) -> None:
    sent: set[tuple[str | None, str, bool]] = set()
    send = requests.adapters.HTTPAdapter.send

    def spy(
        adapter: requests.adapters.HTTPAdapter, request: requests.PreparedRequest, **more: t.Any
    ) -> requests.Response:
        sent.add((request.method, urlsplit(request.url or "").netloc, request.body is None))
        return send(adapter, request, **more)

    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", spy)
    names = [stream.name for stream in STREAMS]
    with Sandbox(Company(invoices=8)) as sandbox:
        # Also where a link and a redirect lead elsewhere.
        first = ask(sandbox, *names, concurrency=concurrency)
        sandbox.clear()
        sandbox.faults.add("foreign_link", lasts="onwards", at=5)
        sandbox.faults.add("redirect", at=40, lasts="always")
        state = first.run.state
        second = ask_again(sandbox, *names, concurrency=concurrency, state=state)
        host = urlsplit(sandbox.rest_url).netloc
    assert first.exit_code if False else first.run.exit_code == 0
    assert second == 1
    assert sent == {("GET", host, True)}


def ask_again(sandbox: Sandbox, *names: str, **config: t.Any) -> int:
    from tests.running import run_tap  # noqa: PLC0415
    from tests.streams.books import catalog_of, settings  # noqa: PLC0415

    return run_tap(None, catalog=catalog_of(*names), **settings(sandbox), **config).exit_code


def test_the_spy_would_see_another_method(monkeypatch: pytest.MonkeyPatch) -> None:
    pass


def modules() -> Iterator[tuple[str, ast.Module]]:
    """Every module of the tap; the sandbox is none of it."""
    root = resources.files("tap_economic")
    folders = [root, root / "streams"]
    for folder in folders:
        for file in folder.iterdir():
            if file.name.endswith(".py"):
                yield file.name, ast.parse(file.read_text("utf-8"))


def test_no_code_of_the_tap_names_another_method() -> None:
    asking = []
    for name, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute):
                assert node.attr not in SENDING, f"{name}:{node.lineno} .{node.attr}"
            if isinstance(node, ast.Import):
                assert not LIBRARIES & {alias.name for alias in node.names}, name
            if isinstance(node, ast.ImportFrom):
                assert node.module not in LIBRARIES or node.module == "http", name
            if isinstance(node, ast.keyword) and node.arg in {"method", "http_method"}:
                asking.append((name, ast.literal_eval(node.value)))
    assert asking == [("asking.py", "GET")]
