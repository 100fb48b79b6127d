"""Code blocks in the pages of the documentation."""

from __future__ import annotations

import re
import textwrap
import typing as t

from tests.support.programs import ROOT

_BLOCK = re.compile(r"^( *)```(\w+)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
_CRON = re.compile(r"^(?:[\d*/,-]+ ){5}(.+)$")


def blocks(page: str, language: str, containing: str = "") -> list[str]:
    """Return the code blocks of a page.

    Args:
        page: The page's path.
        language: The language of the blocks.
        containing: What each block contains.
    """
    text = (ROOT / page).read_text("utf-8")
    return [
        textwrap.dedent(code)
        for _, name, code in _BLOCK.findall(text)
        if name == language and containing in code
    ]


def block(page: str, language: str, containing: str) -> str:
    """Return the only such block."""
    (found,) = blocks(page, language, containing)
    return found


def cron_commands(page: str) -> t.Iterator[str]:
    """Yield the commands of the cron tables of a page."""
    for text in blocks(page, "text"):
        for line in text.splitlines():
            if match := _CRON.match(line):
                yield match[1]
