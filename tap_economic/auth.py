"""The two token headers.

Both APIs take the same pair: the app's secret token and the grant token of one agreement
(e-conomic's documentation, "Authentication").
"""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True)
class Agreement:
    """One company's books and the tokens that open them.

    Attributes:
        app_secret_token: Identifies the app.
        agreement_grant_token: The agreement's consent to the app.
        number: The agreement number; None until ``/self`` has told it.
    """

    app_secret_token: str = dataclasses.field(repr=False)
    agreement_grant_token: str = dataclasses.field(repr=False)
    number: int | None = None

    @property
    def headers(self) -> dict[str, str]:
        """The headers that sign a request."""
        return {
            "X-AppSecretToken": self.app_secret_token,
            "X-AgreementGrantToken": self.agreement_grant_token,
        }
