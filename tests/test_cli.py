"""What bad input gets: a sentence, a non-zero exit, whole messages and nothing else."""

from __future__ import annotations

import json
import socket
import typing as t

import pytest

from tests.support.commands import TOKENS, tap
from tests.support.scripted import Answer, collection, with_self

if t.TYPE_CHECKING:
    from pathlib import Path

    from tests.support.scripted import Serve


@pytest.fixture
def config(tmp_path: Path) -> t.Callable[..., str]:
    def write(content: object = None, **settings: object) -> str:
        path = tmp_path / "config.json"
        text = content if isinstance(content, str) else json.dumps({**TOKENS, **settings})
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


def test_no_settings() -> None:
    ended = tap()
    assert ended.code == 1
    assert "The setting app_secret_token is missing" in ended.stderr
    assert "The setting agreement_grant_token is missing" in ended.stderr
    assert ended.stdout == ""


@pytest.mark.parametrize("token", ["", "  ", "T0KEN\u00e6", "T0KEN\n", " T0KEN", "T0KEN "])
def test_an_empty_or_impossible_token(config: t.Callable[..., str], token: str) -> None:
    ended = tap("--config", config(app_secret_token=token))
    assert ended.code == 1
    assert "app_secret_token is empty" in ended.stderr
    assert ended.stdout == ""


def test_a_token_of_another_type_is_not_quoted(config: t.Callable[..., str]) -> None:
    ended = tap("--config", config(agreement_grant_token=["T0KEN"]))
    assert ended.code == 1
    assert "The setting agreement_grant_token must be of type" in ended.stderr


def test_wrong_tokens(config: t.Callable[..., str], serve: Serve) -> None:
    api = serve(lambda _: Answer({"message": "Unauthorized access."}, 401))
    ended = tap("--config", config(rest_url=api.url, openapi_url=api.url))
    assert ended.code == 1
    assert "check the settings app_secret_token and agreement_grant_token" in ended.stderr
    assert {message["stream"] for message in ended.messages} == {"sync_audit"}


@pytest.mark.parametrize("name", ["rest_url", "openapi_url"])
@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("restapi.e-conomic.com", "must be a URL that begins with https://"),
        ("ftp://restapi.e-conomic.com", "must be a URL that begins with https://"),
        ("https://", "must be a URL that begins with https://"),
        ("http://restapi.e-conomic.com", "must use https"),
        ("http://10.0.0.7:8000/rest", "must use https"),
        # Nothing listens there; what counts is that nobody is asked at all.
        ("http://evil.invalid\\@127.0.0.1/", "must be a plain URL"),
        ("http://127.0.0.1\\@evil.invalid/", "must be a plain URL"),
        ("http://T0KEN:T0KEN@127.0.0.1:9/", "must be a plain URL"),
        ("https://restapi.e-conomic.com /", "must be a plain URL"),
        (" https://restapi.e-conomic.com", "must be a URL that begins with https://"),
        ("https://restapi.e-conomic.com\n", "must be a plain URL"),
        ("https://restapi\t.e-conomic.com", "must be a plain URL"),
        ("https://restapi.e-conomic.com:port/", "must be a plain URL"),
    ],
)
def test_a_url_that_would_not_do(
    config: t.Callable[..., str], name: str, url: str, error: str
) -> None:
    ended = tap("--config", config(**{name: url}))
    assert ended.code == 1
    assert f"The setting {name} {error}" in ended.stderr
    assert ended.stdout == ""


@pytest.mark.parametrize(
    "agent", ["b\u00f8ger", "books\u20ac", "books\r\nX-Sent: no", " books", "b "]
)
def test_a_user_agent_that_fits_no_header(config: t.Callable[..., str], agent: str) -> None:
    ended = tap("--config", config(user_agent=agent))
    assert ended.code == 1
    assert "The setting user_agent must be plain ASCII on one line" in ended.stderr
    assert ended.stdout == ""


@pytest.mark.parametrize("form", [(), ("--format", "json"), ("--format", "markdown")])
def test_what_is_said_about_the_tap_holds_nobody_s_settings(
    config: t.Callable[..., str], form: tuple[str, ...]
) -> None:
    ended = tap(
        *("--config", config(agreements=[{"agreement_grant_token": "T0KEN-other"}])),
        *("--config", "ENV", "--about", *form),
        TAP_ECONOMIC_APP_SECRET_TOKEN="T0KEN-of-the-environment",
        TAP_ECONOMIC_AGREEMENT_GRANT_TOKEN="T0KEN-of-the-environment",
        TAP_ECONOMIC_LOGLEVEL="DEBUG",
    )
    assert ended.code == 0
    assert "agreement_grant_token" in ended.stdout


def test_a_closed_port(config: t.Callable[..., str]) -> None:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{reserved.getsockname()[1]}"
        ended = tap("--config", config(rest_url=url, openapi_url=url))
    assert ended.code == 1
    told = (
        f"{url.removeprefix('http://')} cannot be reached (Connection refused): check the network"
    )
    assert told in ended.stderr
    assert "(GET /self); gave up after 5 tries" in ended.stderr
    assert {message["stream"] for message in ended.messages} == {"sync_audit"}


@pytest.mark.parametrize("content", ["{not json", "[]", "null", "\x00"])
def test_a_config_file_that_holds_no_json_object(
    config: t.Callable[..., str], content: str
) -> None:
    ended = tap("--config", config(content))
    assert ended.code != 0
    assert "the file does not contain a JSON object" in ended.stderr
    assert ended.stdout == ""


def test_a_config_file_that_is_not_there(tmp_path: Path) -> None:
    ended = tap("--config", str(tmp_path / "missing.json"))
    assert ended.code != 0
    assert "No such file" in ended.stderr


@pytest.mark.parametrize("option", ["--catalog", "--state"])
def test_a_catalog_or_state_that_holds_no_json_object(
    config: t.Callable[..., str], tmp_path: Path, option: str
) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text("{", encoding="utf-8")
    ended = tap("--config", config(), option, str(broken))
    assert ended.code != 0
    assert option in ended.stderr
    assert "the file does not contain a JSON object" in ended.stderr
    assert ended.stdout == ""


def test_an_environment_variable_of_the_wrong_type() -> None:
    ended = tap(
        "--config",
        "ENV",
        TAP_ECONOMIC_APP_SECRET_TOKEN="T0KEN",
        TAP_ECONOMIC_AGREEMENT_GRANT_TOKEN="T0KEN",
        TAP_ECONOMIC_PAGE_SIZE="many",
    )
    assert ended.code == 1
    assert "TAP_ECONOMIC_PAGE_SIZE" in ended.stderr
    assert ended.stdout == ""


def test_a_catalog_that_names_an_unknown_stream_is_warned_about_and_the_rest_runs(
    config: t.Callable[..., str], tmp_path: Path, serve: Serve
) -> None:
    api = serve(with_self(lambda _: collection([{"customerNumber": 1}])))
    catalog = json.loads(tap("--discover").stdout)
    for entry in catalog["streams"]:
        entry["metadata"][-1]["metadata"]["selected"] = entry["stream"] == "customers"
    catalog["streams"].append(
        {"stream": "unicorns", "tap_stream_id": "unicorns", "schema": {"properties": {}}}
    )
    path = tmp_path / "catalog.json"
    path.write_text(json.dumps(catalog), encoding="utf-8")
    ended = tap(
        "--config", config(rest_url=f"{api.url}/rest", openapi_url=api.url), "--catalog", str(path)
    )
    assert ended.code == 0
    assert "unicorns" in ended.stderr
    assert [m["stream"] for m in ended.messages if m["type"] == "RECORD"] == ["customers"]


def test_the_bookmarks_of_another_tap_are_named_and_ignored(
    config: t.Callable[..., str], tmp_path: Path, serve: Serve
) -> None:
    api = serve(with_self(lambda _: Answer({"message": "Forbidden"}, 403)))
    foreign = {
        "bookmarks": {
            "unicorns": {"replication_key_value": 5},
            "customers": {"replication_key": "updated_at", "replication_key_value": "2020"},
            "suppliers": 7,
        }
    }
    path = tmp_path / "state.json"
    path.write_text(json.dumps(foreign), encoding="utf-8")
    ended = tap(
        "--config", config(rest_url=f"{api.url}/rest", openapi_url=api.url), "--state", str(path)
    )
    assert "ignored: customers, suppliers, unicorns" in ended.stderr
    states = [m["value"]["bookmarks"] for m in ended.messages if m["type"] == "STATE"]
    assert "unicorns" not in states[-1]
    assert "replication_key_value" not in states[-1]["customers"]
