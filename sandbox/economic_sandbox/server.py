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
from economic_sandbox.oracle import Oracle
from economic_sandbox.resources import RESOURCES
from economic_sandbox.simulation import Simulation
from economic_sandbox.simulation.between_pages import BetweenPages, Moments
from economic_sandbox.simulation.clock import PATH, Clock

if t.TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from types import TracebackType

    from typing_extensions import Self

    from economic_sandbox.apis.exchange import Hook, LoggedRequest
    from economic_sandbox.resources.resource import Resource

APP_SECRET_TOKEN = "sandbox-app-secret"  # noqa: S105 - a made-up token, for the sandbox alone
CALL_LIMIT = 10_000
CALL_WINDOW = 60
PAGE_SIZE = 1000


class Sandbox:
    """Both e-conomic hosts on one local port, in a thread.

    Attributes:
        company: The company of the first agreement.
        app_secret_token: The value for ``X-AppSecretToken``.
        agreement_grant_token: The value for ``X-AgreementGrantToken``, of the first agreement.
        rest_url: Where restapi.e-conomic.com is, once it is started.
        openapi_url: Where apis.e-conomic.com is, once it is started.
        time_url: Where ``POST`` moves the company on, once it is started.
        faults: What goes wrong; ``faults.add`` switches a fault on, ``faults.clear`` all off.
        faults_url: Where ``POST`` does the first and ``DELETE`` the second, once it is started.
        simulation: Lets events happen in the company and time pass.
        oracle: The rows that a complete read must find.
    """

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
        """Prepare to serve; the port is taken by `start`.

        Args:
            company: The company to serve; by default a small one, made up as of today.
            agreements: Companies by their grant tokens, instead of a single one. Each company's
                own role and modules say what is refused.
            resources: The endpoints to serve instead of all.
            page_size: The rows of a page of a cursor listing.
            call_limit: The cost that an agreement may spend in a window; a call costs 3.
            call_window: The seconds of that window.
            host: The address to listen on.
            port: The port to listen on; 0 for a free one.

        Raises:
            LookupError: A resource stands at a path that the API does not have.
        """
        if agreements is None:
            company = company or made_up_company()
            agreements = {f"sandbox-grant-{company.agreement_number}": company}
        served = {
            token: Agreement(granted, Budget(call_limit, call_window))
            for token, granted in agreements.items()
        }
        self.agreement_grant_token, self._first = next(iter(served.items()))
        self.company = self._first.company
        offered = RESOURCES if resources is None else tuple(resources)
        self._app = App(
            APP_SECRET_TOKEN,
            served,
            Budget(call_limit, call_window),
            {"rest": RestApi(offered), "openapi": OpenApi(offered, page_size)},
            Clock(self._simulation_for).route(),
        )
        self.faults = self._app.faults
        self.oracle = Oracle(self._app, self._first, offered)
        self.start_simulation()
        self._address = (host, port)

    def __enter__(self) -> Self:
        """Start to answer."""
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop to answer, and give the port back."""
        self.stop()

    def start(self) -> None:
        """Take the port and start to answer.

        Raises:
            OSError: The port is taken.
        """
        self._socket = socket.create_server(self._address)
        # asyncio does not set it for a socket that it is handed, and a page then takes 40 ms more.
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        host, port = self._socket.getsockname()[:2]
        base_url = f"http://{host}:{port}"
        self.rest_url, self.openapi_url = self._app.settle(base_url)
        self.time_url = f"{base_url}{PATH}"
        self.faults_url = f"{base_url}{FAULTS_PATH}"
        self._server = uvicorn.Server(
            uvicorn.Config(
                self._app.asgi(),
                lifespan="off",
                date_header=False,  # a fault may send another one
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
        """Finish the requests under way, and give the port back."""
        self.faults.clear()
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()

    @property
    def requests(self) -> list[LoggedRequest]:
        """The requests that were answered since the start or the last `clear`."""
        return self._app.requests

    @property
    def lock(self) -> threading.RLock:
        """Held while an answer is made; to be held while a company changes under requests."""
        return self._app.lock

    def before_response(self, hook: Hook) -> Hook:
        """Have a function called before each answer is made, in place of any earlier one.

        The hook is given the `Exchange` and may change the company, so that the answer already
        shows it; wait; or return another Starlette response, made anew or from
        ``exchange.answer()``. To change nothing it returns None::

            @sandbox.before_response
            def delete_a_customer(exchange):
                if exchange.number == 1:  # between the first page and the second
                    del sandbox.company.customers[3]
                    sandbox.company.revision += 1

        Requests are answered in threads: a hook that changes a company which is read by several
        requests at a time does so ``with sandbox.lock``.

        Args:
            hook: The function.

        Returns:
            The function, so that this can be used as a decorator.
        """
        self._app.hook = hook
        return hook

    def start_simulation(self, seed: int = 1) -> Simulation:
        """Begin anew with what happens to the company, depending on another seed.

        Args:
            seed: The seed.

        Returns:
            What is now ``simulation``.
        """
        self.simulation = Simulation(self.company, seed, self.lock)
        return self.simulation

    def _simulation_for(self, seed: int | None) -> Simulation:
        return self.simulation if seed is None else self.start_simulation(seed)

    def change_between_pages(
        self,
        *events: str,
        path: str = "",
        at: Collection[int] | None = None,
        chance: int = 100,
        seed: int = 1,
    ) -> BetweenPages:
        """Let something happen before each request but the first, in place of an earlier hook.

        Events that begin with ``replace_`` take one row out and put one in, so that the count
        stays as it is::

            between = sandbox.change_between_pages("replace_draft", path="/invoices/drafts", at={1})

        Args:
            events: What happens, in turn and over and over; without any, whatever comes. What is
                impossible at its time is left out.
            path: Count only requests of paths that end like this, and of the counts below them.
            at: The only requests to do it before; the first, before which nothing happens, is 0.
            chance: In how many of a hundred cases it happens.
            seed: What these cases depend on.

        Returns:
            What tells in ``changes`` what has happened before which request.
        """
        hook = BetweenPages(self.simulation, events, Moments(path, at, chance, seed))
        self.before_response(hook)
        return hook

    def replace_company(self, company: Company) -> None:
        """Serve another company under the first agreement's tokens, with all else cleared.

        It costs a fraction of another sandbox.

        Args:
            company: The company.
        """
        with self.lock:
            self._first.replace_company(company)
            self.company = company
            self.start_simulation()
            self.clear()

    def clear(self) -> None:
        """Forget the requests, the hook, the faults and what was spent of the call budget."""
        self._app.clear()


def made_up_company(seed: int = 1, invoices: int = 200) -> Company:
    """A company as of today.

    Args:
        seed: Another number, another company.
        invoices: How many booked invoices it has.
    """
    today = datetime.datetime.now(tz=datetime.timezone.utc).date()
    return generate_company(seed, invoices, today)
