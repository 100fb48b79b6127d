"""The way without a browser: the address is printed, and the token typed unseen."""

from __future__ import annotations

import os
import sys
import typing as t
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.support.connecting import FIRST

if t.TYPE_CHECKING:
    from tests.support.connecting import Office


def test_the_token_is_asked_for_and_stored(office: Office) -> None:
    office.write()
    run = office.connect("--no-browser")
    run.enter("Token:", f" {FIRST} ")
    assert run.end() == 0
    assert "Connected Fjord & Vind" in run.said
    assert office.config["agreements"][0]["agreement_grant_token"] == FIRST


def test_e_conomic_shows_the_token_at_the_printed_address(office: Office) -> None:
    office.write()
    run = office.connect("--no-browser", "--locale", "da-DK")
    address = run.printed_address()
    assert parse_qs(urlsplit(address).query).keys() == {"appPublicToken", "locale"}
    form = {"agreement": str(office.first.agreement_number), "answer": "grant"}
    page = requests.post(address, data=form, timeout=60)
    assert FIRST in page.text
    assert not run.has_opened


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS always has a browser")
def test_where_no_browser_can_be_opened_the_token_is_asked_for(office: Office) -> None:
    office.write()
    run = office.connect(has_browser=False)
    assert "redirectUrl" not in run.printed_address()
    run.enter("Token:", FIRST)
    assert run.end() == 0
    assert "No browser can be opened here" in run.said


def test_the_app_s_secret_token_is_asked_for_where_the_settings_lack_it(office: Office) -> None:
    office.write()
    settings = {name: value for name, value in office.config.items() if "secret" not in name}
    office.replace(settings)
    run = office.connect("--no-browser")
    run.enter("App secret token:", office.sandbox.app_secret_token)
    run.enter("Token:", FIRST)
    assert run.end() == 0
    assert office.config["app_secret_token"] == office.sandbox.app_secret_token


@pytest.mark.parametrize("role", ["Bookkeeping", "ProjectEmployee"])
def test_a_role_that_may_not_read_the_number_needs_the_option(
    office: Office, monkeypatch: pytest.MonkeyPatch, role: str
) -> None:
    office.write()
    monkeypatch.setattr(office.first, "role", role)
    run = office.connect("--no-browser")
    run.enter("Token:", FIRST)
    assert run.end() == 1
    assert "add --agreement-number" in run.said
    number = office.first.agreement_number
    run = office.connect("--no-browser", "--agreement-number", str(number))
    run.enter("Token:", FIRST)
    assert run.end() == 0
    entry = {"agreement_grant_token": FIRST, "agreement_number": number}
    assert office.config["agreements"] == [entry]


def test_a_user_who_stops_changes_nothing(office: Office) -> None:
    office.write()
    before = office.path.read_bytes()
    run = office.connect("--no-browser")
    run.wait_until_said("Token:")
    os.write(run.terminal, b"\x04")  # Ctrl-D
    assert run.end() == 1
    assert "Aborted!" in run.said
    assert office.path.read_bytes() == before
