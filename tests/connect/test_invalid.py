"""What is wrong from the start ends with a sentence, before e-conomic's page is opened."""

from __future__ import annotations

import subprocess
import typing as t

import pytest

from tests.support.connecting import CONNECT

if t.TYPE_CHECKING:
    from tests.support.connecting import Office


def refused(office: Office, *options: str) -> str:
    run = office.connect(*options)
    assert run.end() == 1
    assert not run.has_opened
    assert "http://" not in run.said
    return run.said


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"a": NaN', "\u00e6"])
def test_a_config_that_is_no_json_object(office: Office, content: str) -> None:
    office.path.write_text(content, encoding="utf-8")
    assert "config.json does not contain a JSON object." in refused(office)


def test_a_config_in_another_encoding(office: Office) -> None:
    office.path.write_bytes('{"x-name": "Åse"}'.encode("latin-1"))
    assert "config.json is not encoded in UTF-8." in refused(office)


def test_a_folder_in_the_place_of_the_config(office: Office) -> None:
    (office.folder / "config.json").mkdir()
    assert "config.json cannot be read" in refused(office)


def test_a_folder_that_does_not_exist(office: Office) -> None:
    said = refused(office, "--config", "missing/config.json")
    assert "missing/config.json cannot be written" in said


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"rest_url": "http://restapi.e-conomic.com"}, "rest_url must use https"),
        ({"app_secret_token": ""}, "app_secret_token is empty"),
        ({"app_secret_token": ["T0KEN"]}, "app_secret_token must be of type"),
        ({"agreements": "T0KEN"}, "agreements must be of type"),
        ({"agreements": ["T0KEN"]}, "agreements.0 must be of type"),
        ({"agreements": [{"name": "A"}]}, "agreements.0.agreement_grant_token is missing"),
        ({"agreement_number": 0}, "agreement_number must have a minimum of 1"),
    ],
)
def test_an_invalid_setting(office: Office, settings: dict[str, t.Any], sentence: str) -> None:
    office.write(**settings)
    said = refused(office)
    assert sentence in said
    assert "T0KEN" not in said


def test_agreements_that_are_no_json_in_an_env_file(office: Office) -> None:
    (office.folder / ".env").write_text("TAP_ECONOMIC_AGREEMENTS=T0KEN,b\n", encoding="utf-8")
    said = refused(office, "--env", ".env")
    assert "TAP_ECONOMIC_AGREEMENTS in .env is not JSON." in said
    assert "T0KEN" not in said


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ((), "Missing option '--app-public-token'"),
        (
            ("--app-public-token", "a", "--config", "b", "--env", "c"),
            "--config and --env exclude each other.",
        ),
        (
            ("--app-public-token", "a", "--secure-url", "http://secure.example"),
            "must be a plain https URL.",
        ),
        (("--app-public-token", "a", "--secure-url", "https://a@b/"), "must be a plain https URL."),
    ],
)
def test_options_that_make_no_sense(options: tuple[str, ...], sentence: str) -> None:
    ended = subprocess.run(
        [CONNECT, *options], capture_output=True, text=True, check=False, timeout=60
    )
    assert ended.returncode == 2
    assert sentence in ended.stderr
