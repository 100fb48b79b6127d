"""The way through the browser, with real sockets: what is taken, shown, stored and refused."""

from __future__ import annotations

import typing as t
import webbrowser
from urllib.parse import urljoin, urlsplit

import pytest
import requests
from click.testing import CliRunner

from tap_economic.connect import cli
from tests.support.connecting import FIRST, SECOND, granted, visit
from tests.support.pages import block

if t.TYPE_CHECKING:
    from tests.support.connecting import Office


def test_the_page_says_which_company_was_connected_and_with_which_role(office: Office) -> None:
    office.write()
    run = office.connect()
    page = visit(granted(run.address, office.first.agreement_number))
    assert run.end() == 0
    assert page.status_code == 200
    assert "Connected" in page.text
    for fact in (
        "Fjord &amp; Vind Møbelsnedkeri ApS",
        str(office.first.agreement_number),
        "SuperUser",
        "config.json",
    ):
        assert f"<dd>{fact}</dd>" in page.text
    assert f"agreement {office.first.agreement_number}, role SuperUser" in run.said


def test_the_docs_show_what_it_says(office: Office) -> None:
    _, prompt, *shown = block("docs/connect.md", "console", "economic-connect").splitlines()
    office.replace({name: value for name, value in office.app.items() if name.endswith("_url")})
    run = office.connect()
    run.enter(prompt, office.sandbox.app_secret_token)
    page = visit(granted(run.address, office.first.agreement_number))
    assert page.ok
    assert run.end() == 0
    said = run.said.replace(run.address, next(line.strip() for line in shown if "://" in line))
    assert said.partition(prompt)[2].split("\n")[-len(shown) - 1 :] == [*shown, ""]


def test_a_company_s_name_is_no_html(office: Office) -> None:
    office.write()
    run = office.connect()
    page = visit(granted(run.address, office.second.agreement_number))
    assert "Drift &lt;b&gt;A/S&lt;/b&gt;" in page.text


def test_the_browser_is_sent_on_to_an_address_without_the_token(office: Office) -> None:
    office.write()
    run = office.connect()
    page = visit(granted(run.address, office.first.agreement_number))
    (first,) = page.history
    assert first.status_code == 303
    assert FIRST in first.url
    assert FIRST not in page.url + page.text + first.text


def test_no_page_is_kept_framed_or_told_to_others(office: Office) -> None:
    office.write()
    run = office.connect()
    refused = visit(run.callback)
    page = visit(granted(run.address, office.first.agreement_number))
    for response in (refused, *page.history, page):
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy


def test_each_run_listens_on_the_loopback_interface_with_another_secret(office: Office) -> None:
    office.write()
    addresses = [urlsplit(office.connect().callback) for _ in range(2)]
    assert {address.hostname for address in addresses} == {"127.0.0.1"}
    first, second = (address.path.strip("/") for address in addresses)
    assert first != second
    assert min(len(first), len(second)) >= 32  # 192 bits in base64


def test_the_language_is_asked_for(office: Office) -> None:
    office.write()
    assert office.connect("--locale", "da-DK").parameters["locale"] == "da-DK"


def test_without_a_token_nothing_is_taken_and_the_run_still_waits(office: Office) -> None:
    office.write()
    run = office.connect()
    for query in ("", "?token=", "?token=%20", "?token=a&token=b"):
        page = visit(run.callback + query)
        assert page.status_code == 400
        assert "without a token" in page.text
    run.wait_until_said("Refused a call: e-conomic returned without a token")
    assert visit(granted(run.address, office.first.agreement_number)).ok
    assert run.end() == 0


def test_a_user_who_declines_is_told_that_nothing_was_granted(office: Office) -> None:
    office.write()
    run = office.connect()
    page = requests.post(run.address, data={"answer": "decline"}, timeout=60)
    assert page.status_code == 400
    assert "access was not granted" in page.text


def test_a_wrong_path_is_refused(office: Office) -> None:
    office.write()
    before = office.path.read_bytes()
    run = office.connect()
    origin = run.callback.rpartition("/")[0]
    for path in ("/", "/favicon.ico", "/result", f"/{'x' * 43}", "//", "/\u00e6"):
        page = visit(f"{origin}{path}?token={FIRST}")
        assert page.status_code == 404
        assert "nothing at this address" in page.text
    run.wait_until_said("Refused a call: There is nothing at this address")
    assert office.path.read_bytes() == before


@pytest.mark.parametrize("host", ["evil.example", "localhost", "127.0.0.1", ""])
def test_a_call_for_another_host_is_refused(office: Office, host: str) -> None:
    office.write()
    before = office.path.read_bytes()
    run = office.connect()
    page = visit(f"{run.callback}?token={FIRST}", headers={"Host": host})
    assert page.status_code == 403
    assert "for another host" in page.text
    run.wait_until_said("Refused a call: The call is for another host.")
    assert office.path.read_bytes() == before


@pytest.mark.parametrize("method", ["POST", "PUT", "OPTIONS", "DELETE"])
def test_only_a_get_is_answered(office: Office, method: str) -> None:
    office.write()
    run = office.connect()
    page = requests.request(method, f"{run.callback}?token={FIRST}", timeout=60)
    assert page.status_code == 501
    assert page.headers["Cache-Control"] == "no-store"
    run.wait_until_said("Refused a call: The call is not a GET of a browser.")


def test_the_token_is_taken_once(office: Office) -> None:
    office.write()
    run = office.connect()
    first = visit(granted(run.address, office.first.agreement_number), allow_redirects=False)
    second = visit(granted(run.address, office.second.agreement_number), allow_redirects=False)
    assert second.status_code == 409
    assert "taken already" in second.text
    assert visit(urljoin(run.callback, first.headers["Location"])).ok
    assert run.end() == 0
    assert "Refused a call: A token was taken already" in run.said
    assert [entry["agreement_grant_token"] for entry in office.config["agreements"]] == [FIRST]


def test_a_token_that_e_conomic_refuses_is_not_stored(office: Office) -> None:
    office.write()
    before = office.path.read_bytes()
    run = office.connect()
    page = visit(f"{run.callback}?token=T0KEN-of-another-app")
    assert run.end() == 1
    assert page.status_code == 502
    assert "refuses the token for this app" in page.text
    assert "app_secret_token in config.json" in run.said
    assert "T0KEN" not in page.text + run.said
    assert office.path.read_bytes() == before


@pytest.mark.parametrize("token", ["bl%C3%A5b%C3%A6r", "a%0D%0AX-Sent:%20no", "a%00b"])
def test_a_token_that_fits_no_header_is_not_sent(office: Office, token: str) -> None:
    office.write()
    run = office.connect()
    page = visit(f"{run.callback}?token={token}")
    assert run.end() == 1
    assert "characters that are invalid in a token" in page.text
    assert office.sandbox.requests == []


def test_the_page_says_what_went_wrong(office: Office) -> None:
    office.write()
    run = office.connect("--agreement-number", "1")
    page = visit(granted(run.address, office.first.agreement_number))
    assert run.end() == 1
    sentence = f"The token is for agreement {office.first.agreement_number}"
    assert sentence in page.text
    assert sentence in run.said


def test_a_run_that_nobody_answers_ends_with_a_sentence(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.write()
    monkeypatch.chdir(office.folder)
    monkeypatch.setattr(webbrowser, "open", lambda _: True)
    monkeypatch.setattr(cli, "_MINUTES", 1e-4)
    ended = CliRunner().invoke(cli.main, ["--app-public-token", "sandbox"])
    assert ended.exit_code == 1
    assert "No token came within" in ended.output
    assert "--no-browser" in ended.output


def test_two_runs_for_two_companies_keep_both_grants(office: Office) -> None:
    office.write()
    one, other = office.connect(), office.connect()
    visit(granted(one.address, office.first.agreement_number))
    visit(granted(other.address, office.second.agreement_number))
    assert (one.end(), other.end()) == (0, 0)
    tokens = [entry["agreement_grant_token"] for entry in office.config["agreements"]]
    assert tokens == [FIRST, SECOND]
