"""Whose books are read: the agreements, and the two token headers that open each.

Both APIs take the same pair: the app's secret token and the grant token of one agreement
(e-conomic's documentation, "Authentication").
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
    """One company's books and the tokens that open them.

    Attributes:
        app_secret_token: Identifies the app.
        agreement_grant_token: The agreement's consent to the app.
        number: The agreement number; None until ``/self`` has told it.
        name: What the settings call it.
        setting: The setting that holds its grant token.
        budget: Its call budget, shared by all of its readers and both hosts.
        refused: Why e-conomic refuses its tokens, once it has.
    """

    app_secret_token: str = dataclasses.field(repr=False)
    agreement_grant_token: str = dataclasses.field(repr=False)
    number: int | None = None
    name: str | None = None
    setting: str = "agreement_grant_token"
    budget: Budget = dataclasses.field(default_factory=Budget, repr=False, compare=False)
    refused: str | None = None

    def __post_init__(self) -> None:
        """Let the budget say whose it is."""
        self.budget.label = self.label

    @property
    def headers(self) -> dict[str, str]:
        """The headers that sign a request."""
        return {
            "X-AppSecretToken": self.app_secret_token,
            "X-AgreementGrantToken": self.agreement_grant_token,
        }

    def check_not_refused(self) -> None:
        """See that no request has found the tokens to be refused.

        Raises:
            AgreementRefusedError: If one has: a further one would be refused too.
        """
        if self.refused is not None:
            raise AgreementRefusedError(self.refused)

    @property
    def label(self) -> str:
        """What messages call it."""
        name = plain(self.name or "", 100)
        if self.number and name:
            return f"{self.number} ({name})"
        return str(self.number or name or self.setting)


def configured(config: Mapping[str, t.Any]) -> Iterator[Agreement]:
    """Yield the agreements of the settings: the single one, then those of the list."""
    app = config["app_secret_token"]
    if config.get("agreement_grant_token"):
        yield Agreement(app, config["agreement_grant_token"], config.get("agreement_number"))
    for place, one in enumerate(config.get("agreements") or ()):
        yield Agreement(
            app,
            one["agreement_grant_token"],
            one.get("agreement_number"),
            one.get("name"),
            f"agreements.{place}",
        )
