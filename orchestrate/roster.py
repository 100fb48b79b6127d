"""The roster: which agreements the fleet reads, and where their secrets are.

The receiver of webhooks reads it too, so this module does without Dagster.
"""

from __future__ import annotations

import os
import re
import typing as t
from pathlib import Path

import yaml

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
"""Part of the names of two schemas and of environment variables."""
_SECRETS = {"app_secret_token", "agreement_grant_token", "agreements"}

GRANT_TOKEN = "economic_grant_token"  # noqa: S105 - the name of a secret
WEBHOOK_SECRET = "economic_webhook_secret"  # noqa: S105 - the name of a secret


class RosterError(Exception):
    """The roster or a secret cannot be used."""


def load_roster() -> dict[str, dict[str, t.Any]]:
    """Return the tap's settings of each agreement, by its name, in the order of the file.

    Raises:
        RosterError: If the file is not a roster.
    """
    path = Path(os.environ.get("ECONOMIC_ROSTER") or Path(__file__).with_name("roster.yml"))
    try:
        roster = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except OSError as exc:
        msg = f"The roster {path} cannot be read: {exc.strerror}."
        raise RosterError(msg) from None
    except yaml.YAMLError:
        msg = f"The roster {path} is not YAML."
        raise RosterError(msg) from None
    if not isinstance(roster, dict):
        msg = f"The roster {path} is not a mapping of names to settings."
        raise RosterError(msg)
    return {_checked_name(name): _checked_settings(name, own) for name, own in roster.items()}


def secret_of(agreement: str, kind: str) -> str:
    """Return a secret of an agreement: from the environment, or else from a file.

    Args:
        agreement: The agreement's name in the roster.
        kind: Which secret: ``GRANT_TOKEN`` or ``WEBHOOK_SECRET``.

    Raises:
        RosterError: If there is none.
    """
    name = f"{kind}_{agreement}"
    path = Path(os.environ.get("ECONOMIC_SECRETS") or "/run/secrets", name)
    value = os.environ.get(name.upper()) or (path.read_text("utf-8") if path.is_file() else "")
    if not value.strip():
        msg = f"Agreement {agreement} has no secret: set {name.upper()}, or write the file {path}."
        raise RosterError(msg)
    return value.strip()


def _checked_name(name: object) -> str:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        msg = (
            f"The roster's name {name!r} is invalid: use up to 40 lower-case letters, digits and "
            "underscores, and begin with a letter."
        )
        raise RosterError(msg)
    return name


def _checked_settings(name: object, settings: object) -> dict[str, t.Any]:
    if settings is None:
        return {}
    if not isinstance(settings, dict):
        msg = f"In the roster, {name} is not a mapping of the tap's settings."
        raise RosterError(msg)
    if secrets := sorted(_SECRETS & settings.keys()):
        msg = f"In the roster, {name} has {', '.join(secrets)}: tokens are secrets, see README.md."
        raise RosterError(msg)
    return settings
