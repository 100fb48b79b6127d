"""A real browser: an installed Chromium, without a window."""

from __future__ import annotations

import contextlib
import os
import shutil
import typing as t
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

NAMES = ("chromium", "chromium-browser", "google-chrome")
SIZES = {"wide": (1280, 800), "narrow": (320, 640)}


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Start the browser; without one, the test is skipped."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip("no Chromium is installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path)
        yield browser
        browser.close()


@contextlib.contextmanager
def opened(browser: Browser, size: str, expected: str = "status of 4") -> Iterator[Page]:
    """Open an empty page.

    Nothing may go wrong in it, except for messages with the expected text; by default those are
    answers that refuse something.
    """
    width, height = SIZES[size]
    page = browser.new_page(viewport={"width": width, "height": height})
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    page.close()
    assert [text for text in complaints if expected not in text] == []


def keep(page: Page, name: str) -> None:
    """Keep a screenshot, if SCREENSHOTS names a folder."""
    if folder := os.environ.get("SCREENSHOTS"):
        width = page.evaluate("window.innerWidth")
        page.screenshot(path=Path(folder, f"{name}-{width}.png"), full_page=True)


def overflow(page: Page) -> int:
    """Return how many pixels of the page are beside the window."""
    script = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    return int(page.evaluate(script))
