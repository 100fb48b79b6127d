"""The command ``economic-sandbox``."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
import typing as t
from pathlib import Path

from economic_sandbox.server import Sandbox, default_company

if t.TYPE_CHECKING:
    from types import FrameType

SETTINGS = ("rest_url", "openapi_url", "app_secret_token", "agreement_grant_token")


def main(arguments: list[str] | None = None) -> None:
    """Serve a sandbox until Ctrl-C or SIGTERM.

    Args:
        arguments: The command-line arguments; those of the process by default.
    """
    options = _parser().parse_args(arguments)
    company = default_company(options.seed, options.invoices)
    sandbox = Sandbox(company, host=options.host, port=options.port)
    try:
        sandbox.start()
    except OSError as error:
        sys.exit(f"Cannot listen on {options.host}:{options.port}: {_reason(error)}.")
    try:
        _inject(sandbox, options.fault)
        _show(sandbox, options.config)
        _wait()
    finally:
        sandbox.stop()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="economic-sandbox",
        description="A local e-conomic: both APIs of a generated Danish company.",
    )
    add = parser.add_argument
    add("--seed", type=int, default=1, help="the seed of the company (default: 1)")
    add("--invoices", type=_count, default=200, help="the number of booked invoices (default: 200)")
    add("--host", default="127.0.0.1", help="the address to listen on (default: 127.0.0.1)")
    add("--port", type=_port, default=0, help="the port to listen on (default: any free port)")
    add("--config", type=Path, metavar="FILE", help="write a configuration for the tap to FILE")
    add(
        "--fault",
        action="append",
        default=[],
        metavar="NAME[,path=PATH][,at=WHERE][,lasts=HOW_LONG][,amount=NUMBER]",
        help="inject a fault, such as server_error,path=/rest/customers,at=last; repeatable; "
        "WHERE: first, middle, last or a number; HOW_LONG: once, always (whenever the same "
        "request is repeated) or onwards (for every request from then on)",
    )
    return parser


def _inject(sandbox: Sandbox, faults: list[str]) -> None:
    """Inject the faults of the command line."""
    try:
        for fault in faults:
            sandbox.faults.add_described(fault)
    except ValueError as error:
        sys.exit(f"--fault: {error}.")


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        msg = "must be at least 1"
        raise argparse.ArgumentTypeError(msg)
    return number


def _port(text: str) -> int:
    number = int(text)
    if not 0 <= number < 2**16:
        msg = "must be between 0 and 65535"
        raise argparse.ArgumentTypeError(msg)
    return number


def _show(sandbox: Sandbox, config: Path | None) -> None:
    """Print the settings of a client, and write them to a file if one is named."""
    settings = {name: getattr(sandbox, name) for name in SETTINGS}
    if config:
        try:
            if not _is_own(config, sandbox):
                sys.exit(f"{config} was not written by the sandbox: name another file.")
            config.write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")
        except OSError as error:
            sys.exit(f"Cannot write {config}: {_reason(error)}.")
    # For the installation page, and to control the sandbox; not settings of a client.
    others = ("app_public_token", "secure_url", "time_url", "faults_url")
    settings |= {name: getattr(sandbox, name) for name in others}
    for name, value in settings.items():
        sys.stdout.write(f"{name}: {value}\n")
    sys.stdout.flush()


def _is_own(config: Path, sandbox: Sandbox) -> bool:
    """Return whether a file is absent, or was written by a sandbox."""
    if not config.exists():
        return True
    try:
        found = json.loads(config.read_bytes())
    except ValueError:
        return False
    return (
        isinstance(found, dict)
        and found.keys() == {*SETTINGS}
        and found["app_secret_token"] == sandbox.app_secret_token
    )


def _reason(error: OSError) -> str:
    """Return the operating system's message, without the address that Python adds."""
    return str(error.strerror).partition(" (")[0]


def _wait() -> None:
    stopped = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopped.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    # Without a timeout some platforms do not run signal handlers while they wait.
    while not stopped.wait(1):
        pass


if __name__ == "__main__":
    main()
