"""Whose books are read: the agreements, and the two token headers that open each.

Both APIs take the same pair: the app's secret token and the grant token of one agreement
(e-conomic's documentation, "Authentication").
"""

from __future__ import annotations

import dataclasses
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclasses.dataclass(frozen=True)
class Agreement:
    """One company's books and the tokens that open them.

    Attributes:
        app_secret_token: Identifies the app.
        agreement_grant_token: The agreement's consent to the app.
        number: The agreement number; None until ``/self`` has told it.
        name: What the settings call it.
    """

    app_secret_token: str = dataclasses.field(repr=False)
    agreement_grant_token: str = dataclasses.field(repr=False)
    number: int | None = None
    name: str | None = None

    @property
    def headers(self) -> dict[str, str]:
        """The headers that sign a request."""
        return {
            "X-AppSecretToken": self.app_secret_token,
            "X-AgreementGrantToken": self.agreement_grant_token,
        }

    @property
    def label(self) -> str:
        """What messages call it."""
        named = f" ({self.name})" if self.name else ""
        return f"{self.number or 'without a number'}{named}"


def configured(config: Mapping[str, t.Any]) -> Iterator[Agreement]:
    """Yield the agreements of the settings: the single one, then those of the list."""
    app = config["app_secret_token"]
    if config.get("agreement_grant_token"):
        yield Agreement(app, config["agreement_grant_token"], config.get("agreement_number"))
    for one in config.get("agreements") or ():
        token = one["agreement_grant_token"]
        yield Agreement(app, token, one.get("agreement_number"), one.get("name"))
