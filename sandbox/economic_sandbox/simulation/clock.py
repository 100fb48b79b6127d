"""The HTTP endpoint ``/time``, which runs the simulation."""

from __future__ import annotations

import dataclasses
import typing as t

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.routing import Route

from economic_sandbox.same_origin import SameOrigin
from economic_sandbox.simulation.chance import ImpossibleError

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request

    from economic_sandbox.simulation.simulation import Simulation

PATH = "/time"
_LIMIT = 100_000


class TimeRequest(msgspec.Struct, forbid_unknown_fields=True):
    """A request to the simulation, from the query or a JSON body; processed in this order.

    Attributes:
        agreement: The number of the agreement; the first if None.
        seed: The seed of a new simulation.
        days: The number of days to advance.
        events: The names of events to run.
        steps: The number of random events to run.
    """

    agreement: int | None = None
    seed: int | None = None
    days: t.Annotated[int, msgspec.Meta(ge=0, le=_LIMIT)] = 0
    events: list[str] = []
    steps: t.Annotated[int, msgspec.Meta(ge=0, le=_LIMIT)] = 0


@dataclasses.dataclass
class Clock:
    """The endpoint: GET returns the time and the names of all events, POST the events that ran.

    Attributes:
        simulations: Returns the simulations by agreement number.
        start: Starts another simulation of an agreement from a seed.
    """

    simulations: Callable[[], Mapping[int, Simulation]]
    start: Callable[[int, int], Simulation]

    def route(self) -> Route:
        """Return the route of the endpoint."""
        methods = ["GET", "POST"]
        return Route(PATH, self._handle, methods=methods, middleware=[Middleware(SameOrigin)])

    async def _handle(self, request: Request) -> Response:
        body = await request.body()
        try:
            wanted = _time_request(dict(request.query_params), body)
            simulation = self._simulation(wanted.agreement)
        except (msgspec.ValidationError, msgspec.DecodeError) as error:
            return _json({"error": str(error)}, 400)
        except LookupError as error:
            return _json({"error": str(error.args[0])}, 404)
        if request.method != "POST":
            agreements = list(self.simulations())
            return _json(
                {**_state(simulation), "names": simulation.names, "agreements": agreements}
            )
        return await run_in_threadpool(self._run, simulation, wanted)

    def _simulation(self, agreement: int | None) -> Simulation:
        simulations = self.simulations()
        if agreement is None:
            return next(iter(simulations.values()))
        if agreement not in simulations:
            numbers = ", ".join(map(str, simulations))
            message = f"There is no agreement {agreement}; there are {numbers}"
            raise LookupError(message)
        return simulations[agreement]

    def _run(self, simulation: Simulation, wanted: TimeRequest) -> Response:
        if wanted.seed is not None:
            simulation = self.start(wanted.seed, simulation.company.agreement_number)
        happened: list[str] = []
        refused: dict[str, str] = {}
        status = 200
        try:
            _pass(simulation, wanted, happened)
        except (ValueError, ImpossibleError) as error:
            refused = {"error": str(error)}
            status = 409 if isinstance(error, ImpossibleError) else 400
        return _json({"events": happened, **_state(simulation), **refused}, status)


def _time_request(query: dict[str, t.Any], body: bytes) -> TimeRequest:
    options: dict[str, t.Any] = msgspec.json.decode(body, type=dict[str, t.Any]) if body else {}
    if "events" in query:
        query["events"] = query["events"].split(",")
    return msgspec.convert({**options, **query}, TimeRequest, strict=False)


def _pass(simulation: Simulation, wanted: TimeRequest, happened: list[str]) -> None:
    if wanted.days:
        simulation.days(wanted.days)
    for name in wanted.events:
        simulation.do(name)
        happened.append(name)
    happened.extend(simulation.step() for _ in range(wanted.steps))


def _state(simulation: Simulation) -> dict[str, t.Any]:
    company = simulation.company
    number = company.agreement_number
    return {"agreement": number, "now": company.now, "revision": company.revision}


def _json(body: dict[str, t.Any], status: int = 200) -> Response:
    return Response(msgspec.json.encode(body), status, media_type="application/json")
