"""The subcommands: what can go wrong, what can happen, and time passing in a running sandbox."""

from __future__ import annotations

import http.client
import json
import typing as t
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import click

from economic_sandbox.cli.settings import reason
from economic_sandbox.faults.kinds import FAULT_KINDS
from economic_sandbox.simulation.clock import PATH
from economic_sandbox.simulation.events import EVENTS, summary

_LASTS = {"once": "once", "onwards": "for every request from then on"}
_TIMEOUT = 300  # many events take a while


@click.command()
def faults() -> None:
    """List the kinds of faults."""
    formatter = click.HelpFormatter(width=100)
    formatter.write_dl([(name, about_fault(name)) for name in FAULT_KINDS])
    click.echo(formatter.getvalue(), nl=False)


def about_fault(name: str) -> str:
    """Return what a kind of fault does, for how long, and its amount."""
    kind = FAULT_KINDS[name]
    amount = f"; {kind.unit}: {kind.amount:g}" if kind.unit else ""
    return f"{kind.summary} ({_LASTS[kind.lasts]}{amount})"


@click.command()
def events() -> None:
    """List the events that can happen in a company."""
    formatter = click.HelpFormatter(width=100)
    formatter.write_dl([(name, summary(name)) for name in EVENTS])
    click.echo(formatter.getvalue(), nl=False)


@click.command("pass-time")
@click.option("--days", type=click.IntRange(0), default=0, help="Let this many days pass.")
@click.option("--events", type=click.IntRange(0), default=0, help="Let this many events happen.")
@click.option(
    "--event",
    "names",
    multiple=True,
    type=click.Choice(list(EVENTS)),
    metavar="NAME",
    help="Let this event happen (see economic-sandbox events); repeatable.",
)
@click.option(
    "--agreement", type=int, metavar="NUMBER", help="Only in this agreement; by default in each."
)
@click.option("--url", help="An address that the sandbox has printed.")
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    default=Path("config.json"),
    show_default=True,
    help="The file that the sandbox has written, instead of --url.",
)
def pass_time(  # noqa: PLR0913, PLR0917 - one for each option
    days: int,
    events: int,
    names: tuple[str, ...],
    agreement: int | None,
    url: str | None,
    config: Path,
) -> None:
    """Let time pass in the companies of a running sandbox.

    First the days, then the named events, then the random ones.
    """
    if not (days or events or names):
        message = "Name what is to happen: --days, --events or --event."
        raise click.UsageError(message)
    clock = Clock(url or _url_in(config))
    numbers = clock.agreements() if agreement is None else [agreement]
    for number in numbers:
        click.echo(clock.pass_time(agreement=number, days=days, names=names, steps=events))


def _url_in(config: Path) -> str:
    try:
        found = json.loads(config.read_bytes())
        return t.cast("str", found["rest_url"])
    except (OSError, ValueError, LookupError, TypeError):
        message = f"{config} names no sandbox: give its address with --url."
        raise click.UsageError(message) from None


class Clock:
    """The ``time_url`` of a running sandbox."""

    def __init__(self, url: str) -> None:
        """Name the sandbox.

        Args:
            url: Any of its addresses.

        Raises:
            click.UsageError: It is no HTTP address.
        """
        parts = urlsplit(url)
        if parts.scheme != "http" or not parts.hostname:
            message = f"{url} is no address of a sandbox, such as http://127.0.0.1:8080."
            raise click.UsageError(message)
        self._origin = parts.netloc

    def agreements(self) -> list[int]:
        """Return the numbers of the agreements."""
        return t.cast("list[int]", self._call("GET", PATH)["agreements"])

    def pass_time(self, *, agreement: int, days: int, names: tuple[str, ...], steps: int) -> str:
        """Let time pass in an agreement, and return what happened in a sentence."""
        query: dict[str, t.Any] = {"agreement": agreement, "days": days, "steps": steps}
        if names:
            query["events"] = ",".join(names)
        told = self._call("POST", f"{PATH}?{urlencode(query)}")
        happened = ", ".join(told["events"]) or "no events"
        return f"Agreement {agreement}: {happened}. It is now {told['now']}."

    def _call(self, method: str, target: str) -> dict[str, t.Any]:
        # Not through a proxy, which the environment may name.
        connection = http.client.HTTPConnection(self._origin, timeout=_TIMEOUT)
        try:
            connection.request(method, target)
            response = connection.getresponse()
            told = json.loads(response.read())
        except OSError as error:
            message = f"No sandbox responds at {self._origin}: {reason(error)}."
            raise click.ClickException(message) from None
        except (ValueError, http.client.HTTPException):
            message = f"There is no sandbox at {self._origin}."
            raise click.ClickException(message) from None
        finally:
            connection.close()
        if "error" in told:
            message = f"The sandbox refused: {told['error']}."
            raise click.ClickException(message)
        return t.cast("dict[str, t.Any]", told)
