"""docs/streams, which is generated: an index, and a page per domain."""

from __future__ import annotations

import re
from pathlib import Path

from tap_economic.tap import TapEconomic
from tests.support.catalogs import discovered

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "streams"
PAGES = {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.md")}
INDEX = PAGES.pop("README.md")
ANCHOR = re.compile(r"\]\(([^)#]*)#([^)]*)\)")


def sections(page: str) -> dict[str, str]:
    return dict(re.findall(r"^## (\w+)\n(.*?)(?=^##|\Z)", page, re.MULTILINE | re.DOTALL))


def test_every_stream_stands_in_the_docs_with_each_of_its_properties() -> None:
    offers = {
        entry["tap_stream_id"]: set(entry["schema"]["properties"])
        for entry in discovered()["streams"]
    }
    assert {
        name: set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE))
        for page in PAGES.values()
        for name, section in sections(page).items()
    } == offers


def test_a_stream_stands_on_the_page_of_its_domain_and_the_index_leads_there() -> None:
    places = {
        (f"{type(stream).__module__.rpartition('.')[2]}.md", name)
        for name, stream in TapEconomic(config={}, validate_config=False).streams.items()
    }
    assert {(name, stream) for name, page in PAGES.items() for stream in sections(page)} == places
    assert set(ANCHOR.findall(INDEX)) == places


def test_no_page_has_a_heading_twice() -> None:
    for page in PAGES.values():
        headings = re.findall(r"^#+ (.+)$", page, re.MULTILINE)
        assert len(set(headings)) == len(headings)


def test_a_stream_of_child_rows_leads_to_its_parent() -> None:
    page = PAGES["products.md"]
    (parent,) = ANCHOR.findall(sections(page)["special_prices_in_currency"])
    assert parent == ("", "special_prices")
