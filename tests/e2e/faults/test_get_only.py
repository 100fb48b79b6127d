"""No request but GET can leave, and none goes anywhere but to the two hosts."""

from __future__ import annotations

import ast
import typing as t
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from requests.adapters import HTTPAdapter
from singer_sdk import RESTStream

import tap_economic
from economic_sandbox.company import generate_company
from economic_sandbox.server import Sandbox
from tap_economic.client.session import GuardedAdapter
from tap_economic.errors import BlockedRequestError
from tap_economic.streams import FILE_STREAMS, STREAMS
from tap_economic.tap import TapEconomic
from tests.support import secrets
from tests.support.catalogs import selecting
from tests.support.running import run_tap
from tests.support.sandboxes import settings
from tests.support.scripted import Answer

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.scripted import Request, ScriptedApi, Serve

LIBRARIES = ("aiohttp", "http.client", "httpx", "pycurl", "socket", "urllib.request", "urllib3")
CONNECTING = frozenset(
    {
        *("Session", "session", "sessions", "adapters", "api", "request"),
        *("delete", "get", "head", "options", "patch", "post", "put"),
    }
)


@pytest.fixture
def api(serve: Serve) -> ScriptedApi:
    def answer(request: Request) -> Answer:
        if request.path == "/rest/away":
            return Answer({}, 302, {"Location": "http://127.0.0.1:9/rest"})
        return Answer({})

    return serve(answer)


@pytest.fixture
def tap(api: ScriptedApi) -> Iterator[TapEconomic]:
    urls = {"rest_url": f"{api.url}/rest", "openapi_url": f"{api.url}/openapi"}
    tokens = {"app_secret_token": secrets.APP, "agreement_grant_token": secrets.GRANT}
    tap = TapEconomic(config={**tokens, **urls})
    yield tap
    tap.current_run.session.close()


METHODS = ["POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE"]


@pytest.mark.parametrize("method", [*METHODS, "post", "POST ", None])
def test_the_session_lets_no_other_method_than_get_out(
    tap: TapEconomic, api: ScriptedApi, method: str | None
) -> None:
    request = requests.Request("GET", f"{api.url}/rest/customers").prepare()
    request.method = method
    with pytest.raises(BlockedRequestError, match="read-only"):
        tap.current_run.session.send(request)
    assert api.requests == []


@pytest.mark.parametrize("method", METHODS)
def test_nor_do_the_methods_of_the_session_and_of_a_stream(
    tap: TapEconomic, api: ScriptedApi, method: str
) -> None:
    with pytest.raises(BlockedRequestError, match="read-only"):
        tap.current_run.session.request(method, f"{api.url}/rest/customers")
    stream: t.Any = tap.streams["customers"]
    request = stream.build_prepared_request(method=method, url=f"{api.url}/rest/customers")
    with pytest.raises(BlockedRequestError, match="read-only"):
        stream._request(request, None)
    assert api.requests == []


@pytest.mark.parametrize("body", [{"data": "x"}, {"json": {}}, {"files": {"file": b"x"}}])
def test_it_lets_no_body_out(tap: TapEconomic, api: ScriptedApi, body: dict[str, t.Any]) -> None:
    with pytest.raises(BlockedRequestError, match="has a body"):
        tap.current_run.session.get(f"{api.url}/rest/customers", **body)
    assert api.requests == []


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9/rest",
        "https://{place}/rest",
        "http://localhost:{port}/rest",
        "http://127.0.0.2:{port}/rest",
        "http://nobody@{place}/rest",
        "http://{place}\\@127.0.0.1:9/rest",
        "http://127.0.0.1:9\\@{place}/rest",
    ],
)
def test_it_lets_nothing_out_to_another_scheme_host_or_port(
    tap: TapEconomic, api: ScriptedApi, url: str
) -> None:
    place = api.url.removeprefix("http://")
    url = url.format(place=place, port=place.partition(":")[2])
    request = requests.Request("GET", f"{api.url}/rest").prepare()
    request.url = url
    with pytest.raises(BlockedRequestError, match="another origin"):
        tap.current_run.session.send(request)
    assert api.requests == []


def test_also_a_redirect_that_is_followed_stays_within(tap: TapEconomic, api: ScriptedApi) -> None:
    with pytest.raises(BlockedRequestError, match="another origin"):
        tap.current_run.session.get(f"{api.url}/rest/away", allow_redirects=True)
    assert len(api.requests) == 1


def test_what_it_may_send_arrives_at_both_hosts(tap: TapEconomic, api: ScriptedApi) -> None:
    for path in ("/rest/customers", "/openapi/customers"):
        tap.current_run.session.get(api.url + path).raise_for_status()
    assert [request.path for request in api.requests] == ["/rest/customers", "/openapi/customers"]


def test_the_session_has_no_way_around_the_guard(tap: TapEconomic) -> None:
    assert {type(adapter) for adapter in tap.current_run.session.adapters.values()} == {
        GuardedAdapter
    }
    assert all(
        t.cast("t.Any", stream).requests_session is tap.current_run.session
        for stream in tap.streams.values()
        if isinstance(stream, RESTStream)
    )


@pytest.mark.parametrize("concurrency", [1, 8])
def test_every_stream_sends_get_and_nothing_but_get_to_the_two_hosts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, concurrency: int
) -> None:
    """Also where a link and a redirect lead elsewhere."""
    sent: set[tuple[type, str | None, str, bool]] = set()
    send = HTTPAdapter.send

    def spy(
        adapter: HTTPAdapter, request: requests.PreparedRequest, **more: t.Any
    ) -> requests.Response:
        place = urlsplit(request.url or "").netloc
        sent.add((type(adapter), request.method, place, request.body is None))
        return send(adapter, request, **more)

    monkeypatch.setattr(HTTPAdapter, "send", spy)
    names = [stream.name for stream in (*STREAMS, *FILE_STREAMS)]
    with Sandbox(generate_company(invoices=8)) as sandbox:
        config: dict[str, t.Any] = {**settings(sandbox), "concurrency": concurrency, "page_size": 5}
        config["documents_url"] = str(tmp_path)
        first = run_tap(None, catalog=selecting(*names), **config)
        sandbox.faults.add("foreign_link", lasts="onwards", at=5)
        sandbox.faults.add("redirect", "/rest/customers", lasts="always")
        second = run_tap(None, catalog=selecting(*names), state=first.state, **config)
        host = urlsplit(sandbox.rest_url).netloc
    assert (first.exit_code, second.exit_code) == (0, 1)
    assert {result.stream for result in first.results.values()} == set(names)
    assert sent == {(GuardedAdapter, "GET", host, True)}


def modules() -> Iterator[tuple[str, ast.Module]]:
    """Every module of the tap; the sandbox is none of it."""
    root = Path(tap_economic.__file__).parent
    for file in root.rglob("*.py"):
        yield file.relative_to(root).as_posix(), ast.parse(file.read_text("utf-8"))


def test_no_other_module_opens_a_connection_of_its_own() -> None:
    found = set()
    for name, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                imported = {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                imported = {f"{node.module}.{alias.name}" for alias in node.names}
            else:
                imported = set()
            imported.discard("urllib3.exceptions")  # what went wrong, not how to connect
            imported.discard("socketserver")  # economic-connect listens for the browser with it
            if any(one.startswith("fsspec") for one in imported):
                assert name == "file_store.py"  # it connects to the store only
            if any(one.startswith(LIBRARIES) for one in imported):
                assert name == "client/session.py"
            found |= {(name, one) for one in imported if one.startswith("requests.")}
            called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            if called.startswith("requests.") and called.split(".")[1] in CONNECTING:
                found.add((name, called))
    assert found == {
        ("client/session.py", "requests.Session"),
        ("client/session.py", "requests.adapters.HTTPAdapter"),
        ("client/session.py", "requests.utils.get_environ_proxies"),  # reads the environment
    }
