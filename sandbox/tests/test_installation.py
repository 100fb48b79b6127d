"""The installation page: granting an app access to an agreement, as e-conomic documents it."""

from __future__ import annotations

import typing as t

import pytest
import requests

from economic_sandbox.installation import PATH
from sandbox_support.small import SmallCompany, small_sandbox, tokens

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from economic_sandbox.server import Sandbox

RETURN = "http://127.0.0.1:9/back"
GRANT = {"agreement": "1001", "answer": "grant"}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    company = SmallCompany()
    company.name = "Fjord & <Vind>"
    with small_sandbox(company) as sandbox:
        yield sandbox


def call(sandbox: Sandbox, form: dict[str, str] | None, **query: str) -> requests.Response:
    return requests.request(
        "GET" if form is None else "POST",
        sandbox.secure_url + PATH,
        params={"appPublicToken": sandbox.app_public_token, **query},
        data=form,
        allow_redirects=False,
        timeout=10,
    )


def test_the_page_offers_the_agreements(sandbox: Sandbox) -> None:
    page = call(sandbox, None)
    assert page.status_code == 200
    assert "Fjord &amp; &lt;Vind&gt; (1001)" in page.text
    assert sandbox.agreement_grant_token not in page.text


def test_a_grant_returns_to_the_app_with_the_token(sandbox: Sandbox) -> None:
    answer = call(sandbox, GRANT, redirectUrl=RETURN)
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"{RETURN}?token={sandbox.agreement_grant_token}"


def test_the_parameters_of_the_app_s_own_address_are_kept(sandbox: Sandbox) -> None:
    answer = call(sandbox, GRANT, redirectUrl=f"{RETURN}?a=1")
    assert answer.headers["Location"] == f"{RETURN}?a=1&token={sandbox.agreement_grant_token}"


def test_without_an_address_the_token_is_shown(sandbox: Sandbox) -> None:
    assert sandbox.agreement_grant_token in call(sandbox, GRANT).text


def test_a_grant_renews_one_that_was_revoked(sandbox: Sandbox) -> None:
    (agreement,) = sandbox.agreements.values()
    agreement.is_revoked = True
    url = f"{sandbox.rest_url}/customers"
    assert requests.get(url, headers=tokens(sandbox), timeout=10).status_code == 401
    assert sandbox.agreement_grant_token in call(sandbox, GRANT).text
    assert requests.get(url, headers=tokens(sandbox), timeout=10).status_code == 404


@pytest.mark.parametrize(
    "form", [{"agreement": "1001", "answer": "decline"}, {"agreement": "7", "answer": "grant"}, {}]
)
def test_without_a_grant_there_is_no_token(sandbox: Sandbox, form: dict[str, str]) -> None:
    assert sandbox.agreement_grant_token not in call(sandbox, form).text
    assert call(sandbox, form, redirectUrl=RETURN).headers["Location"] == RETURN


@pytest.mark.parametrize("form", [None, GRANT])
def test_an_unknown_app_gets_an_error_page(sandbox: Sandbox, form: dict[str, str] | None) -> None:
    page = call(sandbox, form, appPublicToken="of-another-app")
    assert page.status_code == 400
    assert "No app has this public token" in page.text
    assert sandbox.agreement_grant_token not in page.text


def test_a_redirect_leads_to_a_web_address_only(sandbox: Sandbox) -> None:
    assert call(sandbox, GRANT, redirectUrl="javascript:alert(1)").status_code == 400
