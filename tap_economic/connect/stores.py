"""Where the settings are kept: ``config.json``, or the ``.env`` that Meltano reads.

Either is replaced as a whole, so that a reader finds the old content or the new one, and can then
be read by its owner only. Whatever else it contains is kept.
"""

from __future__ import annotations

import abc
import json
import os
import re
import tempfile
import typing as t
from pathlib import Path

import dotenv
from typing_extensions import override

from tap_economic.errors import SettingsError
from tap_economic.sanitize import plain

if t.TYPE_CHECKING:
    from collections.abc import Mapping

Settings: t.TypeAlias = dict[str, t.Any]

USED = (
    "app_secret_token",
    "agreement_grant_token",
    "agreement_number",
    "agreements",
    "rest_url",
    "request_timeout",
    "user_agent",
)
"""The settings that this command reads."""
_IN_JSON = frozenset({"agreement_number", "agreements", "request_timeout"})
"""Those of them that are JSON in an environment variable; the others are plain text."""
_SPECIAL = re.compile(r"""\\["\\]|['$]""")
"""What JSON may contain and a quoted value of .env would have to escape."""


class Store(abc.ABC):
    """A file with settings.

    Attributes:
        path: The file; it need not exist yet.
    """

    def __init__(self, path: Path) -> None:
        """Name the file."""
        self.path = path

    @property
    def label(self) -> str:
        """The file's name in messages."""
        return plain(self.path)

    def read(self) -> Settings:
        """Return the settings; none if the file does not exist.

        Raises:
            SettingsError: If they cannot be read.
        """
        try:
            return self._load() if self.path.exists() else {}
        except OSError as exc:
            msg = f"{self.label} cannot be read: {plain(exc.strerror)}"
        except UnicodeDecodeError:
            msg = f"{self.label} is not encoded in UTF-8"
        raise SettingsError(msg)

    def check_writable(self) -> None:
        """Check that the file can be replaced, before anyone is asked for a grant.

        Raises:
            SettingsError: If it cannot.
        """
        if not os.access(self.path.resolve().parent, os.W_OK):
            msg = f"{self.label} cannot be written: its folder does not exist or is read-only"
            raise SettingsError(msg)

    def write(self, settings: Settings) -> None:
        """Replace the file atomically, with mode 600.

        Raises:
            SettingsError: If that fails; the file is then as before.
        """
        target = self.path.resolve()  # a symbolic link stays one
        try:
            # The folder is its owner's only, and so is what is made in it.
            with tempfile.TemporaryDirectory(prefix=".economic-connect-", dir=target.parent) as new:
                path = Path(new, "settings")
                path.touch(0o600)
                self._save(path, settings)
                with path.open("rb+") as file:
                    os.fsync(file.fileno())
                path.replace(target)
        except OSError as exc:
            msg = f"{self.label} cannot be written: {plain(exc.strerror)}"
            raise SettingsError(msg) from None

    @abc.abstractmethod
    def _load(self) -> Settings:
        """Return the settings in the file."""

    @abc.abstractmethod
    def _save(self, path: Path, settings: Settings) -> None:
        """Write the file's content with other settings to an empty file."""


class ConfigFile(Store):
    """A ``config.json``."""

    @override
    def _load(self) -> Settings:
        text = self.path.read_text(encoding="utf-8")
        try:
            settings = json.loads(text)
        except ValueError:
            settings = None
        if not isinstance(settings, dict):
            msg = f"{self.label} does not contain a JSON object"
            raise SettingsError(msg)
        return settings

    @override
    def _save(self, path: Path, settings: Settings) -> None:
        text = json.dumps(settings, indent=2, ensure_ascii=False)
        path.write_text(f"{text}\n", encoding="utf-8")


class EnvFile(Store):
    """A ``.env`` with ``TAP_ECONOMIC_*`` variables; lists in it are JSON."""

    @override
    def _load(self) -> Settings:
        values = dotenv.dotenv_values(self.path)
        found = {name: values.get(_variable(name)) for name in USED}
        return {name: self._parsed(name, value) for name, value in found.items() if value}

    def _parsed(self, name: str, value: str) -> object:
        if name not in _IN_JSON:
            return value
        try:
            return json.loads(value)
        except ValueError:
            msg = f"{_variable(name)} in {self.label} is not JSON"
            raise SettingsError(msg) from None

    @override
    def _save(self, path: Path, settings: Settings) -> None:
        before = self.read()
        if self.path.exists():
            path.write_bytes(self.path.read_bytes())
        for name in before.keys() - settings.keys():
            dotenv.unset_key(path, _variable(name))
        for name in (name for name in USED if name in settings):
            if settings[name] != before.get(name):
                dotenv.set_key(path, _variable(name), _as_text(name, settings))


def _variable(name: str) -> str:
    return f"TAP_ECONOMIC_{name.upper()}"


def _as_text(name: str, settings: Mapping[str, t.Any]) -> str:
    if name not in _IN_JSON:
        return t.cast("str", settings[name])
    text = json.dumps(settings[name], ensure_ascii=False)
    return _SPECIAL.sub(lambda found: f"\\u{ord(found[0][-1]):04x}", text)
