"""The pages that the browser shows: self-contained, without scripts."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import html
import typing as t
from http import HTTPStatus

if t.TYPE_CHECKING:
    from collections.abc import Mapping

_STYLE = """
:root { color-scheme: light dark; --good: #146c2e; --bad: #a4161a; }
@media (prefers-color-scheme: dark) { :root { --good: #7ddc92; --bad: #ff9d94; } }
body { margin: 0; font: 1.0625rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
main { max-width: 36rem; margin: 0 auto; padding: 2rem 1rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 1rem; }
.done h1 { color: var(--good); }
.refused h1 { color: var(--bad); }
dl { margin: 0 0 1rem; border-top: 1px solid; }
dl div { border-bottom: 1px solid; padding: .5rem 0; }
dt { font-size: .875rem; }
dd { margin: 0; font-weight: 600; }
"""

_DOCUMENT = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} - economic-connect</title>
<link rel="icon" href="data:,">
<style>{style}</style>
</head>
<body class="{kind}">
<main>
<h1><span aria-hidden="true">{sign}</span> {title}</h1>
{facts}<p>{text}</p>
</main>
</body>
</html>
"""

_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; img-src data:; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""The headers of every response."""


@dataclasses.dataclass(frozen=True)
class Page:
    """A response to the browser.

    Attributes:
        status: The HTTP status.
        body: The HTML; empty for a redirect.
        location: Where a redirect leads.
    """

    status: HTTPStatus
    body: str = ""
    location: str | None = None


def connected(facts: Mapping[str, str]) -> Page:
    """Return the page of a grant that was stored.

    Args:
        facts: What was connected, by label.
    """
    rows = "".join(
        f"<div><dt>{html.escape(label)}</dt><dd>{html.escape(value)}</dd></div>\n"
        for label, value in facts.items()
    )
    body = _DOCUMENT.format(
        style=_STYLE,
        kind="done",
        sign="\N{CHECK MARK}",
        title="Connected",
        facts=f"<dl>\n{rows}</dl>\n",
        text="You can close this window.",
    )
    return Page(HTTPStatus.OK, body)


def refused(status: HTTPStatus, title: str, text: str) -> Page:
    """Return the page of a call that was refused, or of a grant that cannot be used.

    Args:
        status: The HTTP status.
        title: What happened, in a word or two.
        text: Why, and what to do.
    """
    body = _DOCUMENT.format(
        style=_STYLE,
        kind="refused",
        sign="\N{MULTIPLICATION X}",
        title=title,
        facts="",
        text=html.escape(text),
    )
    return Page(status, body)


def redirect(location: str) -> Page:
    """Return a redirect."""
    return Page(HTTPStatus.SEE_OTHER, location=location)
