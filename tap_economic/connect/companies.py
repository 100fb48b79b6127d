"""Which company a grant token belongs to, and which role the app has there (``/self``)."""

from __future__ import annotations

import dataclasses
import importlib.metadata
import typing as t
from concurrent.futures import ThreadPoolExecutor

import msgspec

from tap_economic.agreements import number_in
from tap_economic.client.credentials import Agreement
from tap_economic.client.http import AgreementClient, HttpClient
from tap_economic.client.session import guarded_session
from tap_economic.errors import AccessDeniedError, AgreementRefusedError, MistypedValueError
from tap_economic.sanitize import plain
from tap_economic.stats import ReadStats
from tap_economic.streams.agreement import AgreementStream

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_CONCURRENCY = 8
_LONGEST_NAME = 100


@dataclasses.dataclass(frozen=True)
class Company:
    """A company whose agreement granted access.

    Attributes:
        number: The agreement number.
        name: The company's name; empty if the role may not read it.
        role: The app's role there; empty likewise.
    """

    number: int
    name: str = ""
    role: str = ""


class _Named(msgspec.Struct):
    name: str = ""


class _Application(msgspec.Struct, rename="camel"):
    required_roles: tuple[_Named, ...] = ()


class _Self(msgspec.Struct):
    """The members of ``/self`` that are shown."""

    company: _Named = msgspec.field(default_factory=_Named)
    application: _Application = msgspec.field(default_factory=_Application)


class Companies:
    """Looks companies up by their grant tokens."""

    def __init__(self, settings: Mapping[str, t.Any]) -> None:
        """Create a client.

        Args:
            settings: Valid settings, with the defaults.
        """
        version = importlib.metadata.version("tap-economic")
        self._secret = settings["app_secret_token"]
        self._listing = AgreementStream.listing_for(settings, decoding="untyped")
        self._http = HttpClient(
            guarded_session([settings["rest_url"]], _CONCURRENCY),
            user_agent=settings.get("user_agent") or f"tap-economic/{version}",
            timeout=settings["request_timeout"],
            observer=lambda *_: None,
        )

    def find(self, token: str) -> Company:
        """Return the company of a token.

        Raises:
            AccessDeniedError: If the app's role may not read it.
            AgreementRefusedError: If e-conomic refuses the token.
            MistypedValueError: If the response is not as documented.
            Exception: If the request fails otherwise.
        """
        client = AgreementClient(self._http, Agreement(self._secret, token))
        row = client.first_record(self._listing, ReadStats())
        try:
            found = msgspec.convert(row, _Self)
        except msgspec.ValidationError:
            msg = "e-conomic returned no valid company (/self)"
            raise MistypedValueError(msg) from None
        roles = ", ".join(role.name for role in found.application.required_roles)
        name = plain(found.company.name, _LONGEST_NAME)
        return Company(number_in(row), name, plain(roles, _LONGEST_NAME))

    def find_all(self, tokens: Iterable[str]) -> dict[str, Company | None]:
        """Return the company of each token that can be looked up; None for refused tokens."""

        def find(token: str) -> dict[str, Company | None]:
            try:
                return {token: self.find(token)}
            except AgreementRefusedError:
                return {token: None}
            except AccessDeniedError:
                return {}

        known: dict[str, Company | None] = {}
        with ThreadPoolExecutor(_CONCURRENCY) as pool:
            for found in pool.map(find, tokens):
                known |= found
        return known
