"""The way to e-conomic: proxies, certificates, logins of the machine, and answers without end."""

from __future__ import annotations

import contextlib
import re
import socket
import ssl
import threading
import typing as t
from unittest import mock

import pytest
import trustme

from tap_economic.client import session
from tap_economic.errors import SettingsError
from tests.support import secrets
from tests.support.running import run_tap
from tests.support.scripted import (
    ONE_CUSTOMER,
    SELF,
    Answer,
    ScriptedApi,
    customers_answer,
    with_self,
)

if t.TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.running import Run
    from tests.support.scripted import Request, Serve

AUTHORITIES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")
PROXIES = ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*AUTHORITIES, *PROXIES, "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)


def customers(_: Request) -> Answer:
    return ONE_CUSTOMER


# Proxies


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_nothing_on_this_machine_is_asked_through_a_proxy(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    api, proxy = serve(with_self(customers)), serve(lambda _: SELF)
    for name in PROXIES:
        monkeypatch.setenv(name, proxy.url)
    run = run_tap(api.url.replace("127.0.0.1", host), "customers")
    assert proxy.requests == []
    assert len(run.records("customers")) == 1


@contextlib.contextmanager
def strict_proxy() -> Iterator[tuple[str, list[bytes]]]:
    """A proxy that hears what it is asked, and refuses."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def listen() -> None:
            with contextlib.suppress(OSError):
                while True:
                    caller, _ = server.accept()
                    with caller:
                        heard.append(caller.recv(4096))
                        caller.sendall(b"HTTP/1.1 403 Forbidden\r\n\r\n")

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", heard
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "ALL_PROXY"])
def test_other_hosts_are_asked_through_the_proxy_of_the_environment_which_sees_no_token(
    monkeypatch: pytest.MonkeyPatch, waits: list[float], name: str
) -> None:
    with strict_proxy() as (url, heard):
        monkeypatch.setenv(name, url)
        with pytest.raises(Exception, match=r"the proxy .* rejects requests to rest.invalid") as no:
            run_tap("https://rest.invalid", "customers")
    assert heard
    assert all(requested.startswith(b"CONNECT rest.invalid:443 ") for requested in heard)
    assert b"T0KEN" not in b"".join(heard)
    assert waits
    assert url not in str(no.value)


def test_no_login_and_no_cookie_of_the_machine_is_sent(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    baked = Answer(SELF.body, headers={"Set-Cookie": "crumb=1; Path=/"})
    api = serve(lambda request: baked if request.path == "/rest/self" else ONE_CUSTOMER)
    run_tap(api.url, "customers", "suppliers")
    assert len(api.requests) > 1
    sent = {name.lower() for request in api.requests for name in request.headers}
    assert "user-agent" in sent
    assert not sent & {"cookie", "authorization"}


# Certificates


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def safe_api(authority: trustme.CA) -> Iterator[ScriptedApi]:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    with ScriptedApi(with_self(customers), tls) as api:
        yield api


@pytest.mark.parametrize("name", AUTHORITIES)
def test_the_certificate_authorities_of_the_environment_are_trusted(
    safe_api: ScriptedApi,
    authority: trustme.CA,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    name: str,
) -> None:
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    monkeypatch.setenv(name, str(tmp_path / "authority.pem"))
    run = run_tap(safe_api.url, "customers")
    assert len(run.records("customers")) == 1


@pytest.mark.usefixtures("waits")
def test_a_certificate_of_an_authority_that_nobody_named_is_not_trusted(
    safe_api: ScriptedApi,
) -> None:
    host = re.escape(safe_api.url.removeprefix("https://"))
    with pytest.raises(Exception, match=rf"the certificate of {host} is not trusted \(") as no:
        run_tap(safe_api.url, "customers")
    assert "REQUESTS_CA_BUNDLE" in str(no.value)
    assert safe_api.requests == []


@pytest.mark.parametrize("content", [None, b"", b"no certificate"])
def test_a_file_of_authorities_that_cannot_be_read_is_named_by_its_variable(
    safe_api: ScriptedApi, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes | None
) -> None:
    if content is not None:
        (tmp_path / "authority.pem").write_bytes(content)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "authority.pem"))
    with pytest.raises(
        SettingsError, match="REQUESTS_CA_BUNDLE does not name a readable CA bundle"
    ):
        run_tap(safe_api.url, "customers")
    assert safe_api.requests == []


# Answers without end


@pytest.mark.usefixtures("waits")
@pytest.mark.parametrize(("first_pause", "pause"), [(0.05, 0), (0, 0.05)])
def test_an_answer_that_comes_byte_by_byte_is_given_up_and_asked_for_again(
    serve: Serve, first_pause: float, pause: float
) -> None:
    long = {**ONE_CUSTOMER.body, "self": "x" * 1000}
    answers = [Answer(long, first_pause=first_pause, pause=pause), ONE_CUSTOMER]
    api = serve(with_self(lambda _: answers.pop(0) if len(answers) > 1 else answers[0]))
    # A tenth of a second would be too short where a machine is busy; the slow one takes 50.
    with mock.patch.object(session, "_MAX_TIMEOUTS", 2):
        run = run_tap(api.url, "customers", request_timeout=1)
    assert len(run.records("customers")) == 1
    assert len(api.requested("/rest/customers")) == 2


@pytest.mark.usefixtures("waits")
def test_an_answer_that_never_ends_is_told_as_late(serve: Serve) -> None:
    late = Answer({"collection": ["x" * 1000]}, pause=0.05)
    api = serve(with_self(lambda _: late))
    host = api.url.removeprefix("http://")
    with mock.patch.object(session, "_MAX_TIMEOUTS", 0.2):
        reason = reason_of(run_tap(api.url, "customers", request_timeout=1))
    assert reason == (
        f"the response of {host} timed out (setting request_timeout) "
        "(GET /rest/customers); gave up after 5 tries"
    )


def reason_of(run: Run) -> str:
    assert run.exit_code == 1
    return run.results["customers"].reason


# What is said of it


@pytest.mark.usefixtures("waits")
def test_a_host_that_hangs_up_is_named_with_what_was_asked_and_how_often(serve: Serve) -> None:
    api = serve(with_self(lambda _: Answer({"collection": []}, headers={"Content-Length": "99"})))
    host = api.url.removeprefix("http://")
    reason = reason_of(run_tap(api.url, "customers"))
    told = f"the response of {host} was truncated or could not be read (GET /rest/customers)"
    assert reason == f"{told}; gave up after 5 tries"


@pytest.mark.usefixtures("waits")
def test_a_name_that_no_server_has_is_named_with_what_was_tried() -> None:
    told = (
        r"^economic\.invalid cannot be reached \(.+\): check .+ \(GET /rest/self\); "
        "gave up after 5 tries"
    )
    with pytest.raises(Exception, match=told):
        run_tap("https://economic.invalid", "customers")


# What every request holds


def test_both_tokens_and_the_user_agent_are_on_every_request_and_only_get_is_used(
    serve: Serve,
) -> None:
    api = serve(customers_answer([ONE_CUSTOMER]))
    run_tap(api.url, "customers", user_agent="books/1.0")
    for request in api.requests:
        assert request.headers["X-AppSecretToken"] == secrets.APP
        assert request.headers["X-AgreementGrantToken"] == secrets.GRANT
        assert request.headers["User-Agent"] == "books/1.0"
