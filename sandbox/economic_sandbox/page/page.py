"""The routes of the page: showing it, and the forms with which faults and time are controlled."""

from __future__ import annotations

import functools
import typing as t
from urllib.parse import parse_qsl

import jinja2
import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from economic_sandbox.faults.switch import spec_of
from economic_sandbox.page.shown import Served, context
from economic_sandbox.same_origin import SameOrigin
from economic_sandbox.simulation import ImpossibleError

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from economic_sandbox.resources.resource import Resource
    from economic_sandbox.simulation import Simulation

_STATIC = "/page/static"
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",  # with no-referrer a browser sends no Origin with a form
    "X-Content-Type-Options": "nosniff",
}
_LIMIT = 1000
_NAMED = 5


class TimeForm(msgspec.Struct):
    """The form that lets time pass.

    Attributes:
        agreement: The number of the agreement; the first if None.
        event: The name of the event; random ones if empty.
        events: How many events happen.
        days: How many days pass.
    """

    agreement: int | None = None
    event: str = ""
    events: t.Annotated[int, msgspec.Meta(ge=0, le=_LIMIT)] = 0
    days: t.Annotated[int, msgspec.Meta(ge=0, le=_LIMIT)] = 0


class Page:
    """The page of a sandbox. Every form redirects to it, with a notice of what was done."""

    def __init__(self, sandbox: Served, resources: Iterable[Resource]) -> None:
        """Create the page.

        Args:
            sandbox: The sandbox that it shows.
            resources: The endpoints that are served.
        """
        self._sandbox = sandbox
        self._paths = sorted({_path_of(resource) for resource in resources})
        self._notices: list[str] = []

    def routes(self) -> list[BaseRoute]:
        """Return the routes of the page, its forms and its files."""
        guard = [Middleware(SameOrigin)]
        forms = {"time": self._pass_time, "faults": self._inject, "faults/remove": self._remove}
        return [
            Route("/", self._show, methods=["GET"], middleware=guard),
            *(
                Route(
                    f"/page/{path}",
                    functools.partial(self._submit, act),
                    methods=["POST"],
                    middleware=guard,
                )
                for path, act in forms.items()
            ),
            Mount(_STATIC, StaticFiles(packages=[("economic_sandbox.page", "static")])),
        ]

    def _show(self, request: Request) -> Response:
        number = request.query_params.get("notice", "")
        is_known = number.isdecimal() and int(number) < len(self._notices)
        notice = self._notices[int(number)] if is_known else ""
        content = _template().render(
            context(self._sandbox, self._paths), notice=notice, static=_STATIC
        )
        return HTMLResponse(content, headers=_HEADERS)

    async def _submit(self, act: Callable[[dict[str, str]], str], request: Request) -> Response:
        """Do what a form asks for, and return to the page."""
        # A field that was left empty is one that was not sent.
        form = dict(parse_qsl((await request.body()).decode()))
        self._notices.append(await run_in_threadpool(_notice, act, form))
        return RedirectResponse(f"/?notice={len(self._notices) - 1}", 303)

    def _pass_time(self, form: dict[str, str]) -> str:
        wanted = msgspec.convert(form, TimeForm, strict=False)
        simulations = self._sandbox.simulations
        number = next(iter(simulations)) if wanted.agreement is None else wanted.agreement
        if number not in simulations:
            message = f"There is no agreement {number}"
            raise LookupError(message)
        simulation = simulations[number]
        done = _happen(simulation, wanted)
        if wanted.days:
            simulation.days(wanted.days)
            done.append(f"{wanted.days} {'day' if wanted.days == 1 else 'days'} passed")
        return f"{', '.join(done)}. It is now {simulation.company.now:%Y-%m-%d %H:%M}."

    def _inject(self, form: dict[str, str]) -> str:
        fault = self._sandbox.faults.inject(spec_of(form))
        return f"Fault {fault.number}, {fault.spec.name}, was added."

    def _remove(self, form: dict[str, str]) -> str:
        if "number" not in form:
            self._sandbox.faults.clear()
            return "All faults were removed."
        fault = self._sandbox.faults.remove(msgspec.convert(form["number"], int, strict=False))
        return f"Fault {fault.number}, {fault.spec.name}, was removed."


def _notice(act: Callable[[dict[str, str]], str], form: dict[str, str]) -> str:
    try:
        return act(form)
    except (LookupError, ValueError) as error:
        return f"Not possible: {error.args[0]}."


def _happen(simulation: Simulation, wanted: TimeForm) -> list[str]:
    """Let events happen, and return what to say of them."""
    happened = []
    try:
        for _ in range(wanted.events):
            if wanted.event:
                simulation.do(wanted.event)
            happened.append(wanted.event or simulation.step())
    except ImpossibleError as error:
        return [*_named(happened), f"not possible: {error}"]
    return _named(happened)


def _named(happened: list[str]) -> list[str]:
    return happened if len(happened) <= _NAMED else [f"{len(happened)} events happened"]


def _path_of(resource: Resource) -> str:
    """Return the path of an endpoint, with placeholders; a fault may be aimed at any version."""
    if resource.service is None:
        return f"/rest{resource.path}"
    return f"/openapi/{resource.service}/{{version}}{resource.path}"


@functools.cache
def _template() -> jinja2.Template:
    loader = jinja2.PackageLoader("economic_sandbox.page")
    environment = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True)
    return environment.get_template("page.html")
