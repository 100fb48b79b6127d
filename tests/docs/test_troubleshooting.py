"""docs/troubleshooting.md: each message that a user may read is on it, and none that is gone."""

from __future__ import annotations

import re
import typing as t

import pytest

from tests.support.messages import messages
from tests.support.programs import ROOT

if t.TYPE_CHECKING:
    from pathlib import Path

PAGE = (ROOT / "docs" / "troubleshooting.md").read_text("utf-8")
QUOTED = re.findall(r"`([^`\n]+)`", PAGE)
# Those that an entry is about: in a heading, or first in the row of a table.
ENTRIES = re.findall(r"^(?:### |\| )`([^`\n]+)`", PAGE, re.MULTILINE)

# Layout, descriptions, and the report at the end of a run: see docs/completeness.md.
NO_MESSAGES = ("connect/pages.py", "schemas/", "summary.py")
# Parts of messages, instructions, types and what no user sees.
NO_MESSAGE = {
    "; in the last, {}",
    "\nwhich led to:\n",
    "Callable[[Agreement, Listing, requests.Response], None]",
    "Callable[[Batch], Encoded]",
    "Callable[[requests.Response], T]",
    "Not connected",
    "Number of the attached document.",
    "Number of the booked invoice.",
    "Stored in",
    "a 64-bit integer",
    "added to",
    "an array",
    "an integer",
    "dict[str, t.Any]",
    "gzip, deflate",
    "no collection",
    "no envelope",
    "of no property",
    "renewed in",
    "text/html; charset=utf-8",
    "the property {}",
}
INSTRUCTIONS = ("Opening e-conomic in the browser", "Open this address in any browser")


def test_every_message_of_the_tap_stands_in_the_docs() -> None:
    lacking = {
        message
        for message in messages()
        if not message.where.startswith(NO_MESSAGES)
        and not message.text.startswith(INSTRUCTIONS)
        and message.text not in NO_MESSAGE
        and not any(message.pattern.search(quoted) for quoted in QUOTED)
    }
    assert not lacking, "docs/troubleshooting.md must say what they mean, and what to do"


def test_no_entry_is_about_a_message_that_is_gone() -> None:
    patterns = [message.pattern for message in messages(words=1)]
    gone = [entry for entry in ENTRIES if not any(pattern.search(entry) for pattern in patterns)]
    assert gone == []


def test_no_message_has_two_entries() -> None:
    assert len(set(ENTRIES)) == len(ENTRIES)


@pytest.mark.parametrize(
    "code",
    [
        'raise Error("the disk is full")',
        'logger.warning("the %s is full", name)',
        'problem = f"the {name} is full"',
        'yield "the disk " "is full" if full else ""',
        'REASONS = {"full": "the {disk} is full"}',
        "problem = f\"{reason or 'the disk is full'}\"",
    ],
)
def test_a_message_is_found_however_it_reaches_the_user(tmp_path: Path, code: str) -> None:
    (tmp_path / "module.py").write_text(f"def problems():\n    {code}\n", "utf-8")
    (message,) = messages(tmp_path)
    assert message.pattern.search("Error: the disk is full.")


@pytest.mark.parametrize(
    "code",
    [
        '"""What the module is about."""',
        'Property(description="What the setting is")',
        'SCHEMA = {"type": "string", "description": "What the setting is"}',
        'logger.debug("what the developer reads")',
        'name = "one_name"',
    ],
)
def test_documentation_and_progress_are_no_messages(tmp_path: Path, code: str) -> None:
    (tmp_path / "module.py").write_text(f"{code}\n", "utf-8")
    assert list(messages(tmp_path)) == []
