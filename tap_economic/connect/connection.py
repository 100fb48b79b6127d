"""Connecting a company: from the token to the entry in the settings."""

from __future__ import annotations

import typing as t

from tap_economic.connect import grants
from tap_economic.connect.companies import Companies, Company
from tap_economic.errors import AccessDeniedError, AgreementRefusedError, SettingsError
from tap_economic.sanitize import register_tokens
from tap_economic.settings import tokens_of

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from tap_economic.connect.stores import Store

_SECRET = "app_secret_token"  # noqa: S105 - the name of the setting


class Connected(t.NamedTuple):
    """A company that was connected.

    Attributes:
        company: The company.
        is_renewed: Whether the settings had a grant of it before.
    """

    company: Company
    is_renewed: bool


class Connection:
    """Everything that is known before the token comes."""

    def __init__(self, store: Store, number: int | None, ask_for_secret: Callable[[], str]) -> None:
        """Read and check the settings, and look up the agreements in them.

        Args:
            store: Where the settings are.
            number: The number of the agreement to connect, if the user named it.
            ask_for_secret: Asks for the app's secret token, if the settings lack it.

        Raises:
            SettingsError: If the settings are invalid, or cannot be written.
            Exception: If a request fails.
        """
        store.check_writable()
        self._store = store
        self._number = number
        settings = store.read()
        register_tokens(tokens_of(settings))
        grants.checked(settings)
        self._secret = settings.get(_SECRET) or ask_for_secret()
        register_tokens([self._secret])
        used = grants.checked({**settings, _SECRET: self._secret})
        self._companies = Companies(used)
        self._known = self._companies.find_all(grants.unnumbered(settings))

    def take(self, token: str) -> Connected:
        """Store a token with the company that it is for.

        Raises:
            SettingsError: If the token cannot be used, or the settings cannot be written.
            Exception: If a request fails.
        """
        register_tokens([token])
        grants.checked({_SECRET: self._secret, grants.TOKEN: token})
        company = self._company_of(token)
        settings = {**self._store.read(), _SECRET: self._secret}
        settings, is_renewed = grants.with_grant(settings, token, company, self._known)
        self._store.write(settings)
        return Connected(company, is_renewed)

    def _company_of(self, token: str) -> Company:
        try:
            company = self._companies.find(token)
        except AgreementRefusedError:
            msg = (
                "e-conomic refuses the token for this app: check that app_secret_token in "
                f"{self._store.label} and --app-public-token are of the same app"
            )
            raise SettingsError(msg) from None
        except AccessDeniedError:
            if self._number is None:
                msg = (
                    "The app's role may not read which agreement this is: add --agreement-number "
                    "with its number"
                )
                raise SettingsError(msg) from None
            return Company(self._number)
        if self._number not in {None, company.number}:
            msg = (
                f"The token is for agreement {company.number}, but --agreement-number says "
                f"{self._number}"
            )
            raise SettingsError(msg)
        return company
