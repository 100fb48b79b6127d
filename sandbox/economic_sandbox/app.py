"""The application: authentication, call budget, hook, faults, log and headers of a request."""

from __future__ import annotations

import datetime
import email.utils
import itertools
import logging
import threading
import typing as t
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, request_response

from economic_sandbox.apis import errors
from economic_sandbox.apis.access import check_access, check_quota, cost_of
from economic_sandbox.apis.exchange import Exchange, LoggedRequest
from economic_sandbox.faults.connection import ConnectionAccess
from economic_sandbox.faults.switch import Faults

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.routing import BaseRoute
    from starlette.types import ASGIApp

    from economic_sandbox.apis.access import Agreement, Budget
    from economic_sandbox.apis.exchange import Hook
    from economic_sandbox.apis.openapi import OpenApi
    from economic_sandbox.apis.rest import RestApi

    Api: t.TypeAlias = RestApi | OpenApi

logger = logging.getLogger(__name__)

DEMO = "demo"


class App:
    """Both hosts in one application."""

    def __init__(
        self,
        app_secret_token: str,
        agreements: Mapping[str, Agreement],
        unauthenticated: Budget,
        apis: Mapping[str, Api],
    ) -> None:
        """Combine the hosts.

        Args:
            app_secret_token: The token of the only known app.
            agreements: The agreements by grant token; the first is the demo agreement too.
            unauthenticated: The call budget of all requests with wrong tokens.
            apis: The hosts by the first segment of a path.
        """
        self.hook: Hook | None = None
        self.faults = Faults()
        self.requests: list[LoggedRequest] = []
        self.lock = threading.RLock()
        self._app_secret_token = app_secret_token
        self.agreements = agreements
        self._unauthenticated = unauthenticated
        self._apis = apis
        self._request_ids = itertools.count(1)
        self.clear()

    def clear(self) -> None:
        """Clear the log, the hook and the faults, and refill the call budgets."""
        self.hook = None
        self.faults.clear()
        self.requests.clear()
        self._numbers = itertools.count()
        self._unauthenticated.refill()
        for agreement in self.agreements.values():
            agreement.budget.refill()

    def set_base_url(self, base_url: str) -> tuple[str, ...]:
        """Set the address that the sandbox listens on, and return the URLs of the hosts."""
        for root, api in self._apis.items():
            api.base_url = f"{base_url}/{root}"
        return tuple(api.base_url for api in self._apis.values())

    def asgi(self, *extras: BaseRoute) -> ASGIApp:
        """Return the application to serve.

        Args:
            extras: Routes besides those of the hosts, which are not logged.
        """
        # Level 1 compresses in a fifth of the time of level 9; decompressing costs the same.
        gzip = Middleware(GZipMiddleware, compresslevel=1)
        # With any method, because each API rejects others than GET in its own form.
        hosts = Mount("/", request_response(self._handle))
        routes = [*extras, self.faults.route(), hosts]
        return ConnectionAccess(Starlette(routes=routes, middleware=[gzip]))

    def all_rows(self, agreement: Agreement, root: str, segments: list[str]) -> bytes:
        """Return all rows of a listing without paging, or a single object, as JSON; or a file.

        Args:
            agreement: The agreement to read.
            root: The host, the first segment of the path.
            segments: The other segments.
        """
        api = self._apis[root]
        with self.lock:
            return api.all_rows(agreement, api.find(segments, []))

    def _handle(self, request: Request) -> Response:
        """Respond to a request, in a separate thread because a hook may block."""
        path = request.scope["raw_path"].decode("ascii")
        query = parse_qsl(request.url.query, keep_blank_values=True)
        root, *segments = path.strip("/").split("/")
        api = self._apis.get(root)
        if api is None:
            return PlainTextResponse("The APIs are at /rest and /openapi, a page at /.\n", 404)
        agreement = self._agreement(request, query if root == "rest" else [])
        number = agreement.company.agreement_number if agreement else None
        request_id = f"{next(self._request_ids):016x}-CPH"
        cost = cost_of(path)
        budget = agreement.budget if agreement else self._unauthenticated
        is_paid, limiting = budget.spend(cost)

        def respond() -> Response:
            try:
                check_quota(is_paid=is_paid)
                with self.lock:
                    return _respond(api, agreement, request.method, segments, query)
            except errors.ApiError as error:
                return api.error_response(error, request_id)
            except Exception:
                logger.exception("Unhandled exception for %s", path)
                return api.error_response(errors.server_error(), request_id)

        exchange = Exchange(next(self._numbers), request.method, path, query, number, respond)
        response = (self.hook(exchange) if self.hook else None) or respond()
        response.headers["X-CallCost"] = str(cost)
        response.headers["X-RateLimiting"] = limiting
        response.headers["X-RequestId"] = request_id
        response.headers["Date"] = email.utils.formatdate(usegmt=True)
        response = self.faults.apply(exchange, response)
        self.requests.append(
            LoggedRequest(
                request.method,
                path,
                query,
                response.status_code,
                number,
                cost,
                datetime.datetime.now(tz=datetime.timezone.utc),
            )
        )
        return response

    def _agreement(self, request: Request, query: list[tuple[str, str]]) -> Agreement | None:
        """Return the agreement that a request's tokens belong to."""
        secret = request.headers.get("X-AppSecretToken")
        grant = request.headers.get("X-AgreementGrantToken", "")
        if (secret, grant) == (DEMO, DEMO) or ("demo", "true") in query:
            return next(iter(self.agreements.values()))
        agreement = self.agreements.get(grant) if secret == self._app_secret_token else None
        return None if agreement is None or agreement.is_revoked else agreement


def _respond(
    api: Api,
    agreement: Agreement | None,
    method: str,
    segments: list[str],
    query: list[tuple[str, str]],
) -> Response:
    if agreement is None:
        raise api.unauthorized("/".join([api.base_url, *segments]))
    if method != "GET":
        raise errors.ApiError(405, "The sandbox is read-only: use GET.")
    call = api.find(segments, query)
    check_access(agreement, call.route.endpoint, api.missing_module)
    return api.respond(agreement, call)
