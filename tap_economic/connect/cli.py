"""The command line, and the two ways to the token: through the browser, or by the prompt."""

from __future__ import annotations

import typing as t
import webbrowser
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlencode

import click

from tap_economic.client.session import is_loopback, origin_of
from tap_economic.connect import pages
from tap_economic.connect.callback import Callback
from tap_economic.connect.connection import Connection
from tap_economic.connect.stores import ConfigFile, EnvFile
from tap_economic.errors import SettingsError, user_message

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from tap_economic.connect.connection import Connected
    from tap_economic.connect.stores import Store

_MINUTES = 10.0
"""How long the user has to grant access in the browser."""
_SECURE_URL = "https://secure.e-conomic.com"
_INSTALLATION = "/secure/api1/requestaccess.aspx"


def _checked_url(_: click.Context, __: click.Parameter, url: str) -> str:
    """Return a URL that a token may come from."""
    origin = origin_of(url)
    if origin is None or (origin.scheme == "http" and not is_loopback(origin.host)):
        msg = "must be a plain https URL."
        raise click.BadParameter(msg)
    return url.rstrip("/")


@click.command("economic-connect", context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tap-economic")
@click.option("--app-public-token", required=True, help="The public token of your app.")
@click.option(
    "--config",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The settings to add the company to.  [default: config.json]",
)
@click.option(
    "--env",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A .env with TAP_ECONOMIC_* variables instead, as Meltano reads it.",
)
@click.option("--no-browser", is_flag=True, help="Print the address, and ask for the token.")
@click.option("--locale", help="The language of e-conomic's page, such as da-DK.")
@click.option(
    "--agreement-number",
    type=click.IntRange(min=1),
    help="The company's agreement number; needed only if the app's role may not read it.",
)
@click.option("--secure-url", default=_SECURE_URL, callback=_checked_url, hidden=True)
def main(  # noqa: PLR0913, PLR0917 - one for each option
    app_public_token: str,
    config: Path | None,
    env: Path | None,
    no_browser: bool,  # noqa: FBT001 - click passes it by name
    locale: str | None,
    agreement_number: int | None,
    secure_url: str,
) -> None:
    """Connect a company: get the grant token of its agreement, and store it in the settings.

    Opens e-conomic's page, on which a user of the company grants your app access. The app's secret
    token is taken from the settings; if it is not there, it is asked for and stored too.
    """
    if config and env:
        msg = "--config and --env exclude each other."
        raise click.UsageError(msg)
    query = {"appPublicToken": app_public_token, **({"locale": locale} if locale else {})}
    store: Store = EnvFile(env) if env else ConfigFile(config or Path("config.json"))

    def address(**redirect: str) -> str:
        return f"{secure_url}{_INSTALLATION}?{urlencode({**query, **redirect})}"

    try:
        connection = Connection(store, agreement_number, _ask_for_secret)
        connected = (None if no_browser else _by_browser(connection, address, store)) or _by_prompt(
            connection, address()
        )
    except (click.ClickException, click.Abort):
        raise
    except Exception as exc:  # noqa: BLE001 - its text may quote a token
        msg = f"{user_message(exc)}."
        raise click.ClickException(msg) from None
    name, *others = (f"{label.lower()} {value}" for label, value in _facts(connected).items())
    facts = ", ".join((name.removeprefix("company "), *others))
    done = "renewed in" if connected.is_renewed else "added to"
    click.echo(f"Connected {facts}: {done} {store.label}.")


def _ask_for_secret() -> str:
    return click.prompt("App secret token", hide_input=True, type=str).strip()


def _by_browser(
    connection: Connection, address: Callable[..., str], store: Store
) -> Connected | None:
    """Take the token from the browser; return None if none can be opened."""
    with Callback(lambda text: click.echo(f"Refused a call: {text}", err=True)) as callback:
        url = address(redirectUrl=callback.url)
        if not webbrowser.open(url):
            click.echo("No browser can be opened here.")
            return None
        click.echo(
            "Opening e-conomic in the browser: log in to the company's agreement and grant access."
            f"\nIf nothing opens, open this address on this computer:\n\n  {url}\n\n"
            "If e-conomic does not return from there, stop with Ctrl-C and add --no-browser."
        )
        token = callback.token(60 * _MINUTES)
        if token is None:
            msg = (
                f"No token came within {_MINUTES:g} minutes, and nothing was changed: start "
                "again, or add --no-browser"
            )
            raise SettingsError(msg)
        try:
            connected = connection.take(token)
        except Exception as exc:
            text = f"{user_message(exc)}. Nothing was stored: start economic-connect again."
            callback.show(pages.refused(HTTPStatus.BAD_GATEWAY, "Not connected", text))
            raise
        callback.show(pages.connected({**_facts(connected), "Stored in": store.label}))
    return connected


def _by_prompt(connection: Connection, url: str) -> Connected:
    click.echo(
        "Open this address in any browser, log in to the company's agreement and grant access:"
        f"\n\n  {url}\n\ne-conomic then shows the token; it is not shown here."
    )
    return connection.take(click.prompt("Token", hide_input=True).strip())


def _facts(connected: Connected) -> dict[str, str]:
    """Return what is known of a connected company, by label."""
    company = connected.company
    facts = {"Company": company.name, "Agreement": str(company.number), "Role": company.role}
    return {label: value for label, value in facts.items() if value}
