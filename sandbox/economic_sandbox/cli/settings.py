"""The settings of a client: printed, and written to a file that the tap can read."""

from __future__ import annotations

import json
import typing as t

import click

from economic_sandbox.apis import facts

if t.TYPE_CHECKING:
    from pathlib import Path

    from economic_sandbox.apis.access import Agreement
    from economic_sandbox.server import Sandbox

SETTINGS = ("rest_url", "openapi_url", "app_secret_token", "agreement_grant_token")
"""The settings of a client that reads one agreement."""

_SHARED = SETTINGS[:-1]
# For the installation page, and to control the sandbox; not settings of a client.
_OTHERS = ("app_public_token", "secure_url", "page_url", "time_url", "faults_url")


def show(sandbox: Sandbox) -> None:
    """Print the addresses and tokens of a running sandbox."""
    for name in _SHARED:
        click.echo(f"{name}: {getattr(sandbox, name)}")
    for token, agreement in sandbox.agreements.items():
        about = f" ({_about(agreement)})" if len(sandbox.agreements) > 1 else ""
        click.echo(f"agreement_grant_token: {token}{about}")
    for name in _OTHERS:
        click.echo(f"{name}: {getattr(sandbox, name)}")


def _about(agreement: Agreement) -> str:
    company = agreement.company
    state = ", revoked" if agreement.is_revoked else ""
    return f"{company.name}, {company.agreement_number}, {company.role}{state}"


def write(sandbox: Sandbox, config: Path) -> None:
    """Write the settings of the tap to a file.

    Raises:
        click.ClickException: The file cannot be written, or the sandbox did not write it.
    """
    settings: dict[str, t.Any] = {name: getattr(sandbox, name) for name in _SHARED}
    entries = [_entry(token, agreement) for token, agreement in sandbox.agreements.items()]
    if len(entries) == 1:
        settings |= entries[0]
    else:
        settings["agreements"] = [
            {**entry, "name": agreement.company.name}
            for entry, agreement in zip(entries, sandbox.agreements.values(), strict=True)
        ]
    try:
        if not _is_own(config, sandbox):
            message = f"{config} was not written by the sandbox: name another file."
            raise click.ClickException(message)
        config.write_text(
            json.dumps(settings, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
        )
    except OSError as error:
        message = f"Cannot write {config}: {reason(error)}."
        raise click.ClickException(message) from None


def reason(error: OSError) -> str:
    """Return the operating system's message, without the address that Python adds."""
    return str(error.strerror).partition(" (")[0]


def _entry(token: str, agreement: Agreement) -> dict[str, t.Any]:
    """Return the settings of an agreement; its number, if the app's role may not read it."""
    company = agreement.company
    may_read = company.role in facts.rest_endpoints()["/self"].roles
    number = {} if may_read else {"agreement_number": company.agreement_number}
    return {"agreement_grant_token": token, **number}


def _is_own(config: Path, sandbox: Sandbox) -> bool:
    """Return whether a file is absent, or was written by a sandbox."""
    if not config.exists():
        return True
    try:
        found = json.loads(config.read_bytes())
    except ValueError:
        return False
    if not isinstance(found, dict) or found.get("app_secret_token") != sandbox.app_secret_token:
        return False
    if found.keys() - {"agreement_number"} == {*SETTINGS}:
        return True
    if found.keys() != {*_SHARED, "agreements"} or not isinstance(found["agreements"], list):
        return False
    return all(map(_is_entry, found["agreements"]))


def _is_entry(entry: object) -> bool:
    names = {"agreement_grant_token", "name"}
    return isinstance(entry, dict) and entry.keys() - {"agreement_number"} == names
