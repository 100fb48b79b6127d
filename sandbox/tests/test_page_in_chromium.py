"""The page in a real browser: with the keyboard, updating itself, in a narrow window, dark."""

from __future__ import annotations

import typing as t

import pytest
import requests

from economic_sandbox.company import generate_company
from economic_sandbox.server import Sandbox
from sandbox_support.browsing import SIZES, chromium, keep, opened, overflow
from sandbox_support.small import tokens

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

_LOOK = 1100  # milliseconds, within which the page has looked for what is new


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def _running() -> Iterator[Sandbox]:
    with Sandbox(generate_company(1, 5)) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(_running: Sandbox) -> Sandbox:
    _running.clear()
    return _running


@pytest.fixture(params=SIZES)
def page(browser: Browser, sandbox: Sandbox, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The page, wide or narrow."""
    with opened(browser, request.param) as page:
        page.goto(sandbox.page_url)
        yield page


def read(sandbox: Sandbox, path: str = "/self") -> int:
    url = f"{sandbox.rest_url}{path}"
    return requests.get(url, headers=tokens(sandbox), timeout=10).status_code


def test_a_fault_is_switched_on_and_off_with_the_keyboard(sandbox: Sandbox, page: Page) -> None:
    kind = page.get_by_label("Kind")
    kind.focus()
    page.keyboard.type("server_error")
    page.keyboard.press("Tab")
    page.keyboard.type("/rest/self")
    page.keyboard.press("Escape")  # the list of paths
    for _ in range(4):
        page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    page.get_by_role("status").filter(has_text="server_error, was added.").wait_for()
    assert read(sandbox, f"/self?long={'x' * 200}") == 500
    page.get_by_text("has hit 1 request.").wait_for()
    keep(page, "sandbox")
    assert overflow(page) == 0
    remove = page.get_by_role("button", name="server_error")
    remove.focus()
    page.keyboard.press("Enter")
    page.get_by_role("status").filter(has_text="server_error, was removed.").wait_for()
    assert page.evaluate("document.activeElement.textContent") == "Faults"
    assert read(sandbox) == 200


def test_time_passes_and_the_page_tells_what_happened(sandbox: Sandbox, page: Page) -> None:
    drafts = len(sandbox.company.drafts)
    page.get_by_label("Event", exact=True).select_option("add_draft")
    page.get_by_label("How many events").fill("2")
    page.get_by_role("button", name="Let time pass").click()
    page.get_by_role("status").filter(has_text="add_draft, add_draft.").wait_for()
    assert page.locator("#history").get_by_text("Add a draft invoice.").first.is_visible()
    assert len(sandbox.company.drafts) == drafts + 2
    # What was filled in stays, for the next time.
    assert page.get_by_label("How many events").input_value() == "2"


def test_requests_appear_by_themselves_until_the_user_stops_that(
    browser: Browser, sandbox: Sandbox
) -> None:
    with opened(browser, "wide") as page:
        page.clock.install()
        page.goto(sandbox.page_url)
        read(sandbox, "/customers?pagesize=3")
        page.clock.run_for(_LOOK)
        row = page.get_by_role("row").nth(1)
        row.get_by_text("GET /rest/customers?pagesize=3").wait_for()
        read(sandbox, "/nothing")
        page.clock.run_for(_LOOK)
        row.get_by_text("GET /rest/nothing").wait_for()
        assert row.get_by_role("cell").all_inner_texts()[-2:] == ["404", "3"]
        page.get_by_label("Update this page every second").uncheck()
        looks: list[str] = []
        page.on("request", lambda request: looks.append(request.url))
        page.clock.run_for(5 * _LOOK)
        page.get_by_label("Update this page every second").check()
        assert looks == []
        page.clock.run_for(_LOOK)
        assert looks


def test_the_page_says_when_the_sandbox_is_gone(browser: Browser) -> None:
    with opened(browser, "wide", expected="ERR_CONNECTION_REFUSED") as page:
        page.clock.install()
        with Sandbox(generate_company(1, 5)) as sandbox:
            page.goto(sandbox.page_url)
        page.clock.run_for(_LOOK)
        page.get_by_role("status").filter(has_text="The sandbox does not respond.").wait_for()


def test_the_forms_work_without_scripts(browser: Browser, sandbox: Sandbox) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(sandbox.page_url)
    page.get_by_label("Kind").select_option("html")
    page.get_by_role("button", name="Add fault").click()
    page.get_by_text("html, was added.").wait_for()
    assert [fault.spec.name for fault in sandbox.faults.active()] == ["html"]
    context.close()


def test_the_page_is_dark_where_the_user_wants_that(browser: Browser, sandbox: Sandbox) -> None:
    colours = []
    for scheme in ("light", "dark"):
        context = browser.new_context(color_scheme=t.cast("t.Any", scheme))
        page = context.new_page()
        page.goto(sandbox.page_url)
        keep(page, f"sandbox-{scheme}")
        colours.append(page.evaluate(_COLOURS))
        context.close()
    (light_text, light_back), (dark_text, dark_back) = colours
    assert light_back > light_text + 0.7
    assert dark_text > dark_back + 0.7


# The brightness of the page's text and of its background, from 0 to 1.
_COLOURS = """() => {
  const style = getComputedStyle(document.body);
  return [style.color, style.backgroundColor].map(
    (colour) => colour.match(/\\d+/g).reduce((sum, part) => sum + Number(part), 0) / 765);
}"""


def test_every_control_has_a_label(page: Page) -> None:
    unlabelled = """() => [...document.querySelectorAll("input, select, button, pre")]
      .filter((it) => !it.labels?.length && !it.ariaLabel && !it.textContent.trim())
      .map((it) => it.outerHTML)"""
    assert page.locator("input, select, button").count() > 8
    assert page.evaluate(unlabelled) == []
