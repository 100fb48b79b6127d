"""Agreements and their credentials.

Both APIs take the same pair of token headers: the app's secret token and the grant token of one
agreement (e-conomic's documentation, "Authentication").
"""

from __future__ import annotations

import dataclasses
import typing as t

from tap_economic.client.budget import Budget
from tap_economic.errors import AgreementRefusedError
from tap_economic.sanitize import plain

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclasses.dataclass
class Agreement:
    """One company's e-conomic agreement and its tokens.

    Attributes:
        app_secret_token: Identifies the app.
        agreement_grant_token: Grants the app access to the agreement.
        number: The agreement number; None until ``/self`` has been read.
        name: Its name in the settings.
        setting: The setting that holds its grant token.
        budget: Its call budget, shared by all of its readers and both hosts.
        refused: Why e-conomic rejected its tokens, once it has.
    """

    app_secret_token: str = dataclasses.field(repr=False)
    agreement_grant_token: str = dataclasses.field(repr=False)
    number: int | None = None
    name: str | None = None
    setting: str = "agreement_grant_token"
    budget: Budget = dataclasses.field(default_factory=Budget, repr=False, compare=False)
    refused: str | None = None

    def __post_init__(self) -> None:
        """Label the budget."""
        self.budget.label = self.label

    @property
    def headers(self) -> dict[str, str]:
        """The authentication headers of a request."""
        return {
            "X-AppSecretToken": self.app_secret_token,
            "X-AgreementGrantToken": self.agreement_grant_token,
        }

    def check_not_refused(self) -> None:
        """Check that no earlier request was rejected with 401.

        Raises:
            AgreementRefusedError: If one was; further requests would be rejected too.
        """
        if self.refused is not None:
            raise AgreementRefusedError(self.refused)

    @property
    def label(self) -> str:
        """The agreement's name in messages."""
        name = plain(self.name or "", 100)
        if self.number and name:
            return f"{self.number} ({name})"
        return str(self.number or name or self.setting)


def configured(config: Mapping[str, t.Any]) -> Iterator[Agreement]:
    """Yield the agreements of the settings: the single one, then those of the list."""
    app = config["app_secret_token"]
    if config.get("agreement_grant_token"):
        yield Agreement(app, config["agreement_grant_token"], config.get("agreement_number"))
    for index, entry in enumerate(config.get("agreements") or ()):
        yield Agreement(
            app,
            entry["agreement_grant_token"],
            entry.get("agreement_number"),
            entry.get("name"),
            f"agreements.{index}",
        )
