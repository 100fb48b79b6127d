"""The installation page of an app, on which a user grants it access to an agreement.

In place of secure.e-conomic.com, which asks the user to log in first. What that page does when the
user declines is not documented; here it returns without a token.
"""

from __future__ import annotations

import html
import typing as t
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from economic_sandbox.apis.access import Agreement

PATH = "/secure/api1/requestaccess.aspx"

_DOCUMENT = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{title} - economic-sandbox</title>
<link rel="icon" href="data:,">
<style>
:root {{ color-scheme: light dark; }}
body {{ margin: 0; font: 1.0625rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }}
main {{ max-width: 36rem; margin: 0 auto; padding: 2rem 1rem; }}
fieldset {{ margin: 0 0 1rem; }}
button {{ font: inherit; padding: .5rem 1rem; margin: 0 .5rem .5rem 0; }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
{content}
</main>
</body>
</html>
"""
_FORM = """<form method="post">
<fieldset>
<legend>Grant the app access to</legend>
{choices}</fieldset>
<button name="answer" value="grant">Grant access</button>
<button name="answer" value="decline" formnovalidate>Decline</button>
</form>"""
_CHOICE = (
    '<div><label><input type="radio" name="agreement" value="{number}" required{checked}> {name} '
    "({number})</label></div>\n"
)


class Installation:
    """The installation page of the only known app."""

    def __init__(self, app_public_token: str, agreements: Mapping[str, Agreement]) -> None:
        """Create the page.

        Args:
            app_public_token: The public token of the app.
            agreements: The agreements by the grant token that a user there issues.
        """
        self._app_public_token = app_public_token
        self._agreements = agreements

    def route(self) -> Route:
        """Return the route of the page."""
        return Route(PATH, self._handle, methods=["GET", "POST"])

    async def _handle(self, request: Request) -> Response:
        if request.query_params.get("appPublicToken") != self._app_public_token:
            return _page("Unknown app", "<p>No app has this public token.</p>", 400)
        redirect = request.query_params.get("redirectUrl", "")
        if redirect and urlsplit(redirect).scheme not in {"http", "https"}:
            return _page("Wrong address", "<p>redirectUrl must be a URL.</p>", 400)
        if request.method != "POST":
            return _page("Grant access", _FORM.format(choices=self._choices()))
        form = {
            name: values[0] for name, values in parse_qs((await request.body()).decode()).items()
        }
        granted = {} if form.get("answer") != "grant" else self._granted(form.get("agreement"))
        if redirect:
            return RedirectResponse(_with_query(redirect, granted), 303)
        if not granted:
            return _page("Declined", "<p>The app has no access.</p>")
        token = html.escape(granted["token"])
        return _page("Access granted", f"<p>The token: <code>{token}</code></p>")

    def _choices(self) -> str:
        companies = [agreement.company for agreement in self._agreements.values()]
        checked = " checked" if len(companies) == 1 else ""
        return "".join(
            _CHOICE.format(
                number=company.agreement_number, name=html.escape(company.name), checked=checked
            )
            for company in companies
        )

    def _granted(self, number: str | None) -> dict[str, str]:
        """Return the parameters of the redirect: the token of an agreement, if it is known."""
        for token, agreement in self._agreements.items():
            if str(agreement.company.agreement_number) == number:
                agreement.is_revoked = False
                return {"token": token}
        return {}


def _with_query(url: str, added: Mapping[str, str]) -> str:
    parts = urlsplit(url)
    query = "&".join(part for part in (parts.query, urlencode(added)) if part)
    return urlunsplit(parts._replace(query=query))


def _page(title: str, content: str, status: int = 200) -> Response:
    return HTMLResponse(_DOCUMENT.format(title=title, content=content), status)
