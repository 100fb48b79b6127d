"""A running sandbox: `Sandbox`, to be used in a ``with`` statement."""

from __future__ import annotations

import datetime
import socket
import threading
import time
import typing as t

import uvicorn

from economic_sandbox.apis.access import Agreement, Budget
from economic_sandbox.apis.openapi import OpenApi
from economic_sandbox.apis.rest import RestApi
from economic_sandbox.app import App
from economic_sandbox.company import Company, generate_company
from economic_sandbox.faults.switch import PATH as FAULTS_PATH
from economic_sandbox.installation import Installation
from economic_sandbox.oracle import Oracle
from economic_sandbox.page import Page
from economic_sandbox.resources import FILES, RESOURCES
from economic_sandbox.resources.agreement import APP_PUBLIC_TOKEN
from economic_sandbox.simulation import Simulation
from economic_sandbox.simulation.between_pages import BetweenPages, RequestSelector
from economic_sandbox.simulation.clock import PATH as TIME_PATH
from economic_sandbox.simulation.clock import Clock

if t.TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from types import TracebackType

    from typing_extensions import Self

    from economic_sandbox.apis.exchange import Hook, LoggedRequest
    from economic_sandbox.resources.resource import Resource

APP_SECRET_TOKEN = "sandbox-app-secret"  # noqa: S105 - a fake token
CALL_LIMIT = 10_000
CALL_WINDOW = 60
PAGE_SIZE = 1000


class Sandbox:
    """A local e-conomic: both APIs, an installation page and controls on one port, in a thread.

    Both APIs only accept GET requests, as if the app were read-only::

        with Sandbox() as sandbox:
            response = requests.get(f"{sandbox.rest_url}/customers", headers=sandbox.headers)

    Attributes:
        company: The company of the first agreement.
        agreements: The agreements by their grant tokens.
        app_public_token: The token of the app in the address of its installation page.
        app_secret_token: The value of ``X-AppSecretToken``.
        agreement_grant_token: The value of ``X-AgreementGrantToken`` for the first agreement.
        rest_url: The URL in place of restapi.e-conomic.com, once started.
        openapi_url: The URL in place of apis.e-conomic.com, once started.
        secure_url: The URL in place of secure.e-conomic.com, once started.
        page_url: The URL of a page for browsers, which shows the sandbox and its requests and
            controls faults and time, once started.
        time_url: The URL where ``POST`` runs the simulation, once started.
        faults: The active faults; ``faults.add`` injects one, ``faults.clear`` removes all.
        faults_url: The URL where ``POST`` injects a fault and ``DELETE`` removes all, once
            started.
        oracle: The rows of the first agreement that a complete read must find.
    """

    app_public_token = APP_PUBLIC_TOKEN
    app_secret_token = APP_SECRET_TOKEN

    def __init__(  # noqa: PLR0913 - keywords, each with a default
        self,
        company: Company | None = None,
        *,
        agreements: Mapping[str, Company] | None = None,
        resources: Iterable[Resource] | None = None,
        page_size: int = PAGE_SIZE,
        call_limit: int = CALL_LIMIT,
        call_window: int = CALL_WINDOW,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        """Create a sandbox; `start` binds the port.

        Args:
            company: The company to serve; by default a small one, generated as of today.
            agreements: Companies by their grant tokens, instead of a single one. Each company's
                own role and modules determine what is rejected.
            resources: The endpoints to serve instead of all.
            page_size: The rows of a page of a cursor listing.
            call_limit: The cost that an agreement may spend in a window; a call costs 3, a file 13.
            call_window: The seconds of that window.
            host: The address to listen on.
            port: The port to listen on; 0 for a free one.

        Raises:
            LookupError: A resource has a path that does not exist in the API.
        """
        if agreements is None:
            company = company or default_company()
            agreements = {grant_token_of(company): company}
        self.agreements = {
            token: Agreement(granted, Budget(call_limit, call_window))
            for token, granted in agreements.items()
        }
        self.agreement_grant_token, self._first = next(iter(self.agreements.items()))
        self.company = self._first.company
        self._resources = (*RESOURCES, *FILES) if resources is None else tuple(resources)
        self._app = App(
            APP_SECRET_TOKEN,
            self.agreements,
            Budget(call_limit, call_window),
            {"rest": RestApi(self._resources), "openapi": OpenApi(self._resources, page_size)},
        )
        self.faults = self._app.faults
        self.oracle = Oracle(self._app, self._first, self._resources)
        self._simulations = {
            agreement: Simulation(agreement.company, 1, self.lock)
            for agreement in self.agreements.values()
        }
        self._address = (host, port)

    def __enter__(self) -> Self:
        """Start the server."""
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop the server."""
        self.stop()

    def start(self) -> None:
        """Bind the port and start the server.

        Raises:
            OSError: The port is taken.
        """
        self._socket = socket.create_server(self._address)
        # asyncio does not set it on a socket it is given, and a page then takes 40 ms more.
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        host, port = self._socket.getsockname()[:2]
        base_url = f"http://{host}:{port}"
        self.rest_url, self.openapi_url = self._app.set_base_url(base_url)
        self.secure_url = base_url
        self.page_url = f"{base_url}/"
        self.time_url = f"{base_url}{TIME_PATH}"
        self.faults_url = f"{base_url}{FAULTS_PATH}"
        self._server = uvicorn.Server(
            uvicorn.Config(
                self._app.asgi(
                    *Page(self, self._resources).routes(),
                    Clock(lambda: self.simulations, self.start_simulation).route(),
                    Installation(APP_PUBLIC_TOKEN, self.agreements).route(),
                ),
                lifespan="off",
                date_header=False,  # a fault may send a wrong one
                access_log=False,
                log_config=None,
                log_level="critical",
            )
        )
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],))
        self._thread.start()
        while not self._server.started and self._thread.is_alive():
            time.sleep(0.005)

    def stop(self) -> None:
        """Finish the running requests, and release the port."""
        self.faults.clear()
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()

    @property
    def headers(self) -> dict[str, str]:
        """The headers of a request to the first agreement: its tokens."""
        return {
            "X-AppSecretToken": self.app_secret_token,
            "X-AgreementGrantToken": self.agreement_grant_token,
        }

    @property
    def requests(self) -> list[LoggedRequest]:
        """The log of requests since the start or the last `clear`."""
        return self._app.requests

    @property
    def lock(self) -> threading.RLock:
        """Held while a response is made; hold it to change a company while requests are served."""
        return self._app.lock

    def before_response(self, hook: Hook) -> Hook:
        """Register the hook that is called before each response; it replaces any earlier one.

        The hook receives the `Exchange`. It may change the company, which the response then
        shows; wait; or return another Starlette response, such as a changed
        ``exchange.respond()``. It returns None to leave the response alone::

            @sandbox.before_response
            def delete_a_customer(exchange):
                if exchange.number == 1:  # between the first page and the second
                    del sandbox.company.customers[3]
                    sandbox.company.revision += 1

        Requests are served by several threads: a hook that changes the company holds
        ``sandbox.lock``.

        Args:
            hook: The function.

        Returns:
            The function, so that this works as a decorator.
        """
        self._app.hook = hook
        return hook

    @property
    def simulation(self) -> Simulation:
        """Runs events in the company of the first agreement, and advances its time."""
        return self._simulations[self._first]

    @property
    def simulations(self) -> Mapping[int, Simulation]:
        """The simulation of each agreement's company, by agreement number."""
        return {
            agreement.company.agreement_number: simulation
            for agreement, simulation in self._simulations.items()
        }

    def start_simulation(self, seed: int = 1, agreement_number: int | None = None) -> Simulation:
        """Start another simulation of a company.

        Args:
            seed: The seed of everything that is random.
            agreement_number: The number of the agreement; by default that of the first.

        Returns:
            The new simulation.

        Raises:
            LookupError: There is no such agreement.
        """
        for agreement in self.agreements.values():
            if agreement_number in {None, agreement.company.agreement_number}:
                simulation = Simulation(agreement.company, seed, self.lock)
                self._simulations[agreement] = simulation
                return simulation
        message = f"There is no agreement {agreement_number}"
        raise LookupError(message)

    def change_between_pages(
        self,
        *events: str,
        path: str = "",
        at: Collection[int] | None = None,
        chance: int = 100,
        seed: int = 1,
    ) -> BetweenPages:
        """Run an event before each request except the first; replaces any earlier hook.

        Events that begin with ``replace_`` delete a row and add another, so that the count stays
        the same::

            between = sandbox.change_between_pages("replace_draft", path="/invoices/drafts", at={1})

        Args:
            events: The names of the events, used in turn; random events without any. An event
                that is impossible at its time is skipped.
            path: Count only requests whose paths end like this, and those of their counts.
            at: The numbers of the requests to run an event before; the first is 0, which is never
                selected. All by default.
            chance: The probability in percent.
            seed: The seed of that probability.

        Returns:
            The hook, whose ``changes`` list the requests and the events before them.
        """
        hook = BetweenPages(self.simulation, events, RequestSelector(path, at, chance, seed))
        self.before_response(hook)
        return hook

    def replace_company(self, company: Company) -> None:
        """Serve another company under the first agreement's tokens, and clear everything else.

        This is much cheaper than another sandbox.

        Args:
            company: The company.
        """
        with self.lock:
            self._first.replace_company(company)
            self.company = company
            self.start_simulation()
            self.clear()

    def clear(self) -> None:
        """Clear the log, the hook and the faults, and refill the call budgets."""
        self._app.clear()


def grant_token_of(company: Company) -> str:
    """Return the grant token of a company's agreement, unless another is chosen."""
    return f"sandbox-grant-{company.agreement_number}"


def default_company(seed: int = 1, invoices: int = 200) -> Company:
    """Generate a company as of today.

    Args:
        seed: The seed of the company.
        invoices: The number of its booked invoices.
    """
    today = datetime.datetime.now(tz=datetime.timezone.utc).date()
    return generate_company(seed, invoices, today)
