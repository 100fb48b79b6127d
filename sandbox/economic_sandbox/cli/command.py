"""The command itself: serving one or more agreements until Ctrl-C."""

from __future__ import annotations

import datetime
import signal
import sys
import threading
import time
import typing as t
from pathlib import Path

import click
from typing_extensions import override

from economic_sandbox.agreements import MODULES, AgreementOptions, described
from economic_sandbox.cli import settings, values
from economic_sandbox.cli.controls import events, faults, pass_time
from economic_sandbox.company.model.basics import ROLES
from economic_sandbox.faults.kinds import FAULT_KINDS
from economic_sandbox.server import CALL_LIMIT, PAGE_SIZE, Sandbox, grant_token_of

if t.TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

    from economic_sandbox.company import Company
    from economic_sandbox.faults.switch import FaultSpec


def main(arguments: list[str] | None = None) -> None:
    """Run the command; what is wrong with it is one sentence.

    Args:
        arguments: The command-line arguments; those of the process by default.
    """
    try:
        command.main(arguments, "economic-sandbox", standalone_mode=False)
    except click.ClickException as error:
        click.echo(error.format_message(), err=True)
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(128 + signal.SIGINT)


class _Command(click.Group):
    """The command, whose help lists the faults too."""

    @override
    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Faults"):
            formatter.write_dl([(name, kind.summary) for name, kind in FAULT_KINDS.items()])


@click.group(
    cls=_Command,
    invoke_without_command=True,
    subcommand_metavar="[COMMAND]",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="economic-sandbox")
@click.option("--config", type=click.Path(path_type=Path), metavar="FILE", help=(
    "Write the settings of tap-economic to FILE, which must be new or the sandbox's own."
))  # fmt: skip
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 2**16 - 1),
    default=0,
    help="The port to listen on.  [default: any free port]",
)
@click.option("--seed", default=1, show_default=True, help="The seed of the company.")
@click.option(
    "--invoices",
    type=click.IntRange(1),
    default=200,
    show_default=True,
    help="The size of the company: the number of its booked invoices.",
)
@click.option(
    "--today",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="The day on which its books end; with it, the company is always the same.  "
    "[default: today]",
)
@click.option(
    "--agreement",
    "descriptions",
    multiple=True,
    metavar="OPTIONS",
    help="Serve an agreement of its own, with such options as name=Holding A/S,seed=2,"
    f"invoices=50,role=Sales,without=Project+Dimension,revoked; repeatable. Roles: "
    f"{', '.join(ROLES.values())}. Modules: {', '.join(MODULES)}.",
)
@click.option(
    "--agreements",
    type=click.IntRange(1),
    metavar="NUMBER",
    help="Serve that many agreements, each with another company.",
)
@click.option(
    "--fault",
    "faults",
    callback=values.faults,
    multiple=True,
    metavar="KIND[,path=PATH][,at=WHERE][,lasts=HOW_LONG][,amount=NUMBER]",
    help="Inject a fault, such as server_error,path=/rest/customers,at=last; repeatable. WHERE: "
    "first, middle, last or a number from 0. HOW_LONG: once, always (whenever the same request is "
    "repeated) or onwards (for every request from then on).",
)
@click.option(
    "--latency",
    callback=values.duration,
    metavar="DURATION",
    help="Delay each response, such as by 50ms.",
)
@click.option(
    "--pass-time",
    "period",
    callback=values.duration,
    metavar="DURATION",
    help="Let an event happen in each company every so often, such as every 5s.",
)
@click.option(
    "--call-limit",
    type=click.IntRange(1),
    default=CALL_LIMIT,
    show_default=True,
    help="The call budget: the tokens of an agreement per minute. A call costs 3, a file 13.",
)
@click.option(
    "--page-size",
    type=click.IntRange(1),
    default=PAGE_SIZE,
    show_default=True,
    help="The rows of a page of the OpenAPI services; e-conomic's own are 1000.",
)
@click.pass_context
def command(context: click.Context, /, **options: t.Any) -> None:  # noqa: ANN401 - click's values
    """Serve a local e-conomic: both APIs of a generated Danish company.

    It serves until Ctrl-C, and prints its addresses and tokens; page_url is a page for the
    browser. Both APIs are read-only: any request but GET is a 405.
    """
    if context.invoked_subcommand is None:
        serve(**options)


for _subcommand in (events, faults, pass_time):
    command.add_command(_subcommand)


def serve(  # noqa: PLR0913 - keywords, each an option
    *,
    config: Path | None,
    host: str,
    port: int,
    seed: int,
    invoices: int,
    today: datetime.datetime | None,
    descriptions: Sequence[str],
    agreements: int | None,
    faults: Sequence[FaultSpec],
    latency: float | None,
    period: float | None,
    call_limit: int,
    page_size: int,
) -> None:
    """Serve until a signal; the arguments are the options."""
    if descriptions and agreements:
        message = "--agreement and --agreements exclude each other."
        raise click.UsageError(message)
    day = (today or datetime.datetime.now(tz=datetime.timezone.utc)).date()
    wanted = _agreements(descriptions or ("",) * (agreements or 1), seed, invoices)
    companies = _companies(wanted, day)
    sandbox = Sandbox(
        agreements=companies, page_size=page_size, call_limit=call_limit, host=host, port=port
    )
    for agreement, options in zip(sandbox.agreements.values(), wanted, strict=True):
        agreement.is_revoked = options.revoked
    for fault in faults:
        sandbox.faults.inject(fault)
    if latency:
        sandbox.faults.add("latency", amount=latency)
    try:
        sandbox.start()
    except OSError as error:
        message = f"Cannot listen on {host}:{port}: {settings.reason(error)}."
        raise click.ClickException(message) from None
    try:
        if config:
            settings.write(sandbox, config)
        settings.show(sandbox)
        _wait(sandbox, period)
    finally:
        sandbox.stop()


def _agreements(descriptions: Sequence[str], seed: int, invoices: int) -> list[AgreementOptions]:
    """Return the agreements; by default each has the next seed, and a name of its own."""
    agreements = []
    for number, text in enumerate(descriptions):
        defaults: dict[str, t.Any] = {"seed": seed + number, "invoices": invoices}
        if number:
            defaults["name"] = f"Fjord & Vind {number + 1} ApS"
        try:
            agreements.append(described(text, defaults))
        except ValueError as error:
            message = f"{error}."
            raise click.BadParameter(message, param_hint="'--agreement'") from None
    return agreements


def _companies(agreements: Sequence[AgreementOptions], day: datetime.date) -> dict[str, Company]:
    """Generate the companies, by their grant tokens."""
    try:
        companies = [agreement.company(day) for agreement in agreements]
    except ValueError as error:
        message = f"{error}."
        raise click.BadParameter(message, param_hint="'--today'") from None
    by_token = {grant_token_of(company): company for company in companies}
    if len(by_token) < len(companies):
        message = "Two agreements come from the same seed: give each its own."
        raise click.UsageError(message)
    return by_token


def _wait(sandbox: Sandbox, period: float | None) -> None:
    """Wait for a signal; meanwhile events happen, if a period is given."""
    stopped = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopped.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    due = time.monotonic() + (period or 0)
    # Without a timeout some platforms do not run signal handlers while they wait.
    while not stopped.wait(1 if period is None else min(1, max(0, due - time.monotonic()))):
        if period is not None and time.monotonic() >= due:
            due += period
            for simulation in sandbox.simulations.values():
                simulation.step()
