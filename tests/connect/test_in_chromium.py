"""The whole way in a real browser: with the keyboard, and in a narrow window."""

from __future__ import annotations

import typing as t

import pytest

from sandbox_support.browsing import SIZES, chromium, keep, opened, overflow
from tests.support import hearing
from tests.support.connecting import FIRST

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.support.connecting import Connecting, Office


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(params=SIZES)
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """An empty page, wide or narrow."""
    with opened(browser, request.param) as page:
        yield page


def grant(page: Page, run: Connecting, number: int) -> None:
    """Grant access with the keyboard alone."""
    page.goto(run.address)
    choice = page.get_by_label(str(number))
    choice.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")


def test_a_company_is_connected_with_the_keyboard(office: Office, page: Page) -> None:
    office.write()
    run = office.connect()
    page.goto(run.address)
    keep(page, "installation")
    assert overflow(page) == 0
    grant(page, run, office.first.agreement_number)
    page.get_by_role("heading", name="Connected").wait_for()
    keep(page, "connected")
    hearing.remember(page.content())
    assert overflow(page) == 0
    assert page.title() == "Connected - economic-connect"
    assert "token" not in page.url
    assert page.get_by_text("Fjord & Vind Møbelsnedkeri ApS").is_visible()
    assert page.get_by_text("SuperUser").is_visible()
    assert run.end() == 0
    assert office.config["agreements"][0]["agreement_grant_token"] == FIRST


def test_a_user_who_declines_sees_that_nothing_was_granted(office: Office, page: Page) -> None:
    office.write()
    run = office.connect()
    page.goto(run.address)
    page.get_by_role("button", name="Decline").click()
    page.get_by_role("heading", name="No token").wait_for()
    assert page.get_by_text("access was not granted").is_visible()
    assert overflow(page) == 0


def test_the_token_is_in_no_address_that_the_browser_can_return_to(
    office: Office, page: Page
) -> None:
    office.write()
    run = office.connect()
    grant(page, run, office.first.agreement_number)
    page.get_by_role("heading", name="Connected").wait_for()
    entries = page.context.new_cdp_session(page).send("Page.getNavigationHistory")["entries"]
    assert entries
    assert [entry["url"] for entry in entries if "token=" in entry["url"]] == []


def test_the_styles_of_the_pages_are_those_that_their_policy_allows(
    office: Office, page: Page
) -> None:
    office.write()
    run = office.connect()
    page.goto(f"{run.callback}-wrong")
    keep(page, "refused")
    assert overflow(page) == 0
    assert page.get_by_role("heading", name="Refused").is_visible()
    style = "getComputedStyle(document.querySelector('main')).maxWidth"
    assert page.evaluate(style) == "576px"
