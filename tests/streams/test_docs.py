"""docs/streams.md, which is generated."""

from __future__ import annotations

import re
from pathlib import Path

from tests.support.catalogs import discovered

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "streams.md").read_text("utf-8")


def test_every_stream_stands_in_the_docs_with_each_of_its_properties() -> None:
    sections = dict(re.findall(r"^### (\w+)\n(.*?)(?=^##|\Z)", TEXT, re.MULTILINE | re.DOTALL))
    offers = {
        entry["tap_stream_id"]: set(entry["schema"]["properties"])
        for entry in discovered()["streams"]
    }
    assert {
        name: set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE))
        for name, section in sections.items()
    } == offers


def test_every_link_leads_to_a_heading() -> None:
    headings = re.findall(r"^#+ (.+)$", TEXT, re.MULTILINE)
    anchors = [heading.lower().replace(" ", "-") for heading in headings]
    assert len(set(anchors)) == len(anchors)
    assert set(re.findall(r"\]\(#([^)]*)\)", TEXT)) <= set(anchors)
