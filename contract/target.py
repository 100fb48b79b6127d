"""Targets: whom to ask, with which tokens, over HTTP."""

from __future__ import annotations

import dataclasses
import json
import os
import typing as t
from decimal import Decimal
from http import HTTPStatus
from urllib.request import getproxies

import requests

from contract.asking import Answer, member
from contract.probe import UnanswerableError

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from typing_extensions import Self

    from contract.asking import Get
    from contract.pace import Pace

REST_URL = "https://restapi.e-conomic.com"
OPENAPI_URL = "https://apis.e-conomic.com"
TIMEOUT_SECONDS = 60
# The numbers of modules and roles in /self. SuperUser may read everything.
SUPER_USER = 2
MODULES = {"Project": 4, "Dimension": 14, "Subscription": 74}
ROLES = {1: "Sales", 3: "ProjectEmployee", 4: "Bookkeeping"}
TRIES = 3


@dataclasses.dataclass(frozen=True)
class Grant:
    """The tokens of an agreement, and where to send them.

    Attributes:
        app_secret_token: The token of the app; no header if empty.
        agreement_grant_token: The token of the agreement; no header if empty.
        rest_url: The classic REST API.
        openapi_url: The OpenAPI services.
    """

    app_secret_token: str
    agreement_grant_token: str
    rest_url: str = REST_URL
    openapi_url: str = OPENAPI_URL

    @property
    def headers(self) -> dict[str, str]:
        """The headers that a request is authenticated by."""
        tokens = {
            "X-AppSecretToken": self.app_secret_token,
            "X-AgreementGrantToken": self.agreement_grant_token,
        }
        return {name: token for name, token in tokens.items() if token}


@dataclasses.dataclass(frozen=True)
class Target:
    """Whom to ask.

    Attributes:
        name: The name in the report.
        grant: The grant of most questions.
        others: Other grants by name, such as ``role Sales``.
    """

    name: str
    grant: Grant
    others: Mapping[str, Grant] = dataclasses.field(default_factory=dict)

    def grant_of(self, access: str) -> Grant:
        """Return the grant of this name.

        Raises:
            UnanswerableError: If there is none.
        """
        if not access:
            return self.grant
        if access in self.others:
            return self.others[access]
        wrong = {
            "no tokens": {"app_secret_token": "", "agreement_grant_token": ""},
            "wrong app token": {"app_secret_token": "x" * 43},
            "wrong grant token": {"agreement_grant_token": "x" * 43},
            "demo tokens": {"app_secret_token": "demo", "agreement_grant_token": "demo"},
        }
        if access in wrong:
            return dataclasses.replace(self.grant, **wrong[access])
        msg = f"needs a grant with {access}"
        raise UnanswerableError(msg)


def described(target: Target, agreement: object) -> Target:
    """Return a target whose own grant also answers for the role or the modules that it lacks.

    Args:
        target: The target.
        agreement: The body of ``/self``, if the grant may read it.
    """
    numbers, roles = (
        {member(item, number) for item in member(agreement, name) or []}
        for name, number in (
            ("modules", "moduleNumber"),
            ("application.requiredRoles", "roleNumber"),
        )
    )
    names = [f"no module {name}" for name, number in MODULES.items() if number not in numbers]
    if roles != {SUPER_USER}:  # a 403 might be the role's
        names = [f"role {ROLES[role]}" for role in roles if role in ROLES and len(roles) == 1]
    others = {**dict.fromkeys(names, target.grant), **target.others}
    return dataclasses.replace(target, others=others)


def live_target(environment: Mapping[str, str] = os.environ) -> Target:
    """Return the agreement of the tap's settings, or the public demo agreement."""
    settings = {
        field.name: environment[variable]
        for field in dataclasses.fields(Grant)
        if environment.get(variable := f"TAP_ECONOMIC_{field.name.upper()}")
    }
    has_tokens = {"app_secret_token", "agreement_grant_token"} <= settings.keys()
    tokens = (
        {} if has_tokens else dict.fromkeys(("app_secret_token", "agreement_grant_token"), "demo")
    )
    name = "the agreement of the settings" if has_tokens else "the public demo agreement"
    return Target(name, Grant(**{**settings, **tokens}))


class Http:
    """Sends the requests of probes to a target; never anything but GET.

    Attributes:
        target: Whom to ask.
    """

    def __init__(self, target: Target, pace: Pace | None = None) -> None:
        """Connect to nothing yet.

        Args:
            target: Whom to ask.
            pace: Limits the calls; without one, nothing waits.
        """
        self.target = target
        self._pace = pace
        self._session = requests.Session()
        self._session.trust_env = False  # no login of this machine, which would replace a header
        self._session.proxies = getproxies()
        self._session.verify = os.environ.get("REQUESTS_CA_BUNDLE") or True
        self._session.headers["Accept"] = self._session.headers["Content-Type"] = "application/json"

    def __enter__(self) -> Self:
        """Do nothing."""
        return self

    def __exit__(self, *error: object) -> None:
        """Close the connections."""
        self._session.close()

    def __call__(self, get: Get) -> Answer:
        """Send a request.

        Raises:
            UnanswerableError: If nobody answers.
        """
        grant = self.target.grant_of(get.access)
        last = ""
        for _ in range(TRIES):
            try:
                response = self._send(get, grant)
            except requests.RequestException as error:
                last = f"no answer ({type(error).__name__})"
                continue
            if response.status_code == HTTPStatus.TOO_MANY_REQUESTS and self._pace:
                last = "the call budget is used up (429)"
                self._pace.hold(_lowered(response))
            elif response.status_code in {502, 503, 504}:
                last = f"the server cannot answer now ({response.status_code})"
            else:
                return Answer(response.status_code, _lowered(response), _decoded(response))
        raise UnanswerableError(last)

    def _send(self, get: Get, grant: Grant) -> requests.Response:
        base = grant.rest_url if get.host == "rest" else grant.openapi_url
        if self._pace:
            self._pace.wait()
        # A redirect would send the tokens to another host.
        response = self._session.get(
            base.rstrip("/") + get.path,
            params=list(get.query),
            headers=grant.headers,
            timeout=TIMEOUT_SECONDS,
            allow_redirects=False,
        )
        if self._pace:
            self._pace.note(_lowered(response))
        return response


def _lowered(response: requests.Response) -> dict[str, str]:
    return {name.lower(): value for name, value in response.headers.items()}


def _decoded(response: requests.Response) -> t.Any:  # noqa: ANN401 - any JSON value
    try:
        return json.loads(response.content, parse_float=Decimal)
    except ValueError:
        return response.text
