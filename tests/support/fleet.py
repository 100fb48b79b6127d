"""Three agreements that Dagster runs, and the receiver of their webhooks."""

from __future__ import annotations

import json
import typing as t

import requests
import yaml

if t.TYPE_CHECKING:
    import subprocess
    from pathlib import Path

    Row: t.TypeAlias = dict[str, t.Any]

FINE, CROOKED, CLOSED = "nord", "syd", "lukket"
GRANTS = {FINE: "T0KEN-of-nord", CROOKED: "T0KEN-of-syd", CLOSED: "T0KEN-that-was-revoked"}
SECRET = "T0KEN-of-the-webhooks"  # noqa: S105 - made up


class Fleet:
    """The fleet while Dagster runs it, and the receiver of its webhooks."""

    def __init__(self, folder: Path, driver: subprocess.Popen[str], url: str) -> None:
        self.folder = folder
        self._driver = driver
        self._url = url
        night = self.report()
        self.runs: dict[str, Row] = {run["agreement"]: run for run in night["agreement"]}
        (self.morning,) = night["fresh"]

    def report(self) -> Row:
        """Wait for the next line of the driver."""
        assert self._driver.stdout
        line = self._driver.stdout.readline()
        assert line, (self.folder / "driver.log").read_text(encoding="utf-8")
        return t.cast("Row", json.loads(line))

    def end(self) -> str:
        """End the driver, and return what it reported meanwhile."""
        output, _ = self._driver.communicate(timeout=60)
        return output

    def enlist(self, *agreements: str) -> None:
        """Write the roster."""
        roster = yaml.safe_dump(dict.fromkeys(agreements))
        (self.folder / "roster.yml").write_text(roster, encoding="utf-8")

    def call(self, agreement: str, event: str, secret: str | None = SECRET) -> int:
        """Call the receiver as e-conomic does, with a body that lies, and return the status."""
        headers = {} if secret is None else {"X-Webhook-Secret": secret}
        url = f"{self._url}/{agreement}/{event}"
        body = {"agreement": CROOKED, "extractor": "tap-economic--everything"}
        return requests.post(url, json=body, headers=headers, timeout=30).status_code
