"""The site in a real browser, opened as files: nothing is loaded, it can be searched and seen."""

from __future__ import annotations

import os
import subprocess
import sys
import typing as t

import pytest

from sandbox_support.browsing import SIZES, chromium, keep, opened, overflow
from tests.support.programs import ROOT

if t.TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

ENVIRONMENT = ROOT / ".venv-site"
PAGES = ("index", "troubleshooting", "settings", "streams/subscriptions")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built strictly."""
    if not (ENVIRONMENT / "assets").is_dir():
        pytest.skip("run make site first: it fetches what the site has with it")
    folder = tmp_path_factory.mktemp("site")
    python = ENVIRONMENT / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    done = subprocess.run(
        [python, "-m", "mkdocs", "build", "--site-dir", str(folder)],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(params=SIZES)
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """An empty page, wide or narrow, that may load files only."""
    with opened(browser, request.param) as page:
        loaded: list[str] = []
        page.on("request", lambda sent: loaded.append(sent.url))
        yield page
        assert {url for url in loaded if not url.startswith(("file:", "data:", "blob:"))} == set()


def test_each_page_fits_its_window_and_loads_nothing_from_elsewhere(site: Path, page: Page) -> None:
    for name in PAGES:
        page.goto((site / f"{name}.html").as_uri())
        keep(page, f"site-{name.replace('/', '-')}")
        assert overflow(page) == 0


def test_a_message_is_found_by_searching_for_it(site: Path, page: Page) -> None:
    page.goto((site / "index.html").as_uri())
    page.locator(".md-search__input").fill("repeated reads agree")
    result = page.locator(".md-search-result__link").first
    result.wait_for()
    assert "troubleshooting.html" in str(result.get_attribute("href"))


def test_diagrams_are_drawn(site: Path, page: Page) -> None:
    page.goto((site / "architecture.html").as_uri())
    # The theme puts each drawing into an element that scripts cannot look into.
    page.wait_for_function("!document.querySelector('pre.mermaid')")
    heights = page.locator(".mermaid").evaluate_all("drawn => drawn.map(one => one.clientHeight)")
    assert len(heights) == 3
    assert min(heights) > 100
