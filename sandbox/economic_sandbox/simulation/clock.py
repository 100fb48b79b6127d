"""The endpoint that lets time pass, beside the two APIs: ``/time``."""

from __future__ import annotations

import dataclasses
import typing as t

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.routing import Route

from economic_sandbox.simulation.chance import ImpossibleError

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from economic_sandbox.simulation.simulation import Simulation

PATH = "/time"
_LIMIT = 100_000


class Wish(msgspec.Struct, forbid_unknown_fields=True):
    """What is to happen, in this order; each may stand in the query or in a JSON body.

    Attributes:
        seed: Begin anew with this seed.
        days: Let so many days pass.
        events: Let these events happen.
        steps: Let so many random events happen.
    """

    seed: int | None = None
    days: t.Annotated[int, msgspec.Meta(ge=0, le=_LIMIT)] = 0
    events: list[str] = []
    steps: t.Annotated[int, msgspec.Meta(ge=0, le=_LIMIT)] = 0


@dataclasses.dataclass
class Clock:
    """Answers GET with the time and the names of all events, POST with what has happened.

    Attributes:
        simulation: Gives what moves the company on; another one for a seed.
    """

    simulation: Callable[[int | None], Simulation]

    def route(self) -> Route:
        """Where it answers."""
        return Route(PATH, self._handle, methods=["GET", "POST"])

    async def _handle(self, request: Request) -> Response:
        if request.method != "POST":
            return _answer({**_state(self.simulation(None)), "names": self.simulation(None).names})
        body = await request.body()
        try:
            wish = _wish(dict(request.query_params), body)
        except (msgspec.ValidationError, msgspec.DecodeError) as error:
            return _answer({"error": str(error)}, 400)
        return await run_in_threadpool(self._grant, wish)

    def _grant(self, wish: Wish) -> Response:
        simulation = self.simulation(wish.seed)
        happened: list[str] = []
        refused: dict[str, str] = {}
        status = 200
        try:
            _pass(simulation, wish, happened)
        except (ValueError, ImpossibleError) as error:
            refused = {"error": str(error)}
            status = 409 if isinstance(error, ImpossibleError) else 400
        return _answer({"events": happened, **_state(simulation), **refused}, status)


def _wish(query: dict[str, t.Any], body: bytes) -> Wish:
    wished: dict[str, t.Any] = msgspec.json.decode(body, type=dict[str, t.Any]) if body else {}
    if "events" in query:
        query["events"] = query["events"].split(",")
    return msgspec.convert({**wished, **query}, Wish, strict=False)


def _pass(simulation: Simulation, wish: Wish, happened: list[str]) -> None:
    if wish.days:
        simulation.days(wish.days)
    for name in wish.events:
        simulation.do(name)
        happened.append(name)
    happened.extend(simulation.step() for _ in range(wish.steps))


def _state(simulation: Simulation) -> dict[str, t.Any]:
    company = simulation.company
    return {"now": company.now, "revision": company.revision}


def _answer(body: dict[str, t.Any], status: int = 200) -> Response:
    return Response(msgspec.json.encode(body), status, media_type="application/json")
