"""Links of a page, as they must be in the site.

In the sources, a link is a path that also works on GitHub. In the site, a link to a page outside
docs/ leads to that page, and one to any other file to the repository.
"""

from __future__ import annotations

import posixpath
import re

# Pages outside docs/, and their names in the site.
PAGES = {
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
    "orchestrate/README.md": "orchestrate.md",
    "sandbox/README.md": "sandbox.md",
    "transform/README.md": "books.md",
}
_SOURCES = {page: source for source, page in PAGES.items()}
_FENCE = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)
# The target of a link within the repository, and its anchor.
_LINK = re.compile(r"(?<=\]\()(?!https?:|mailto:|#)([^)\s#]+)(#[^)\s]*)?(?=\))")


def source_of(page: str) -> str:
    """Return the path in the repository of a page of the site."""
    return _SOURCES.get(page, f"docs/{page}")


def with_links(markdown: str, page: str, files_url: str) -> str:
    """Return the text of a page with links as they must be in the site.

    Args:
        markdown: The text as it stands in the repository.
        page: The page's path in the site, such as ``streams/sales.md``.
        files_url: The address of the repository's files.
    """
    folder = posixpath.dirname(source_of(page))

    def target(link: re.Match[str]) -> str:
        path = posixpath.normpath(posixpath.join(folder, link[1]))
        anchor = link[2] or ""
        if path in PAGES:
            there = PAGES[path]
        elif path.startswith("docs/"):
            there = path.removeprefix("docs/")
        else:
            return f"{files_url}/{path}{anchor}"
        return posixpath.relpath(there, posixpath.dirname(page) or ".") + anchor

    parts = _FENCE.split(markdown)
    fences = _FENCE.findall(markdown)
    linked = [_LINK.sub(target, part) for part in parts]
    return "".join(text for pair in zip(linked, [*fences, ""], strict=True) for text in pair)
