"""Fault injection while the sandbox runs: in Python, and over HTTP at ``/faults``."""

from __future__ import annotations

import dataclasses
import itertools
import re
import threading
import typing as t

import msgspec
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.routing import Route

from economic_sandbox.faults.case import Case, body_of, has_successor, rows_of
from economic_sandbox.faults.kinds import FAULT_KINDS
from economic_sandbox.same_origin import SameOrigin

if t.TYPE_CHECKING:
    from starlette.requests import Request

    from economic_sandbox.apis.exchange import Exchange

PATH = "/faults"


class FaultSpec(msgspec.Struct, forbid_unknown_fields=True):
    """The description of a fault.

    Attributes:
        name: The kind of fault, one of FAULT_KINDS.
        path: The path of the requests to hit, with placeholders as in the inventory of endpoints,
            beginning with ``/rest`` or ``/openapi``; all paths if empty.
        at: The number of the first request to hit, counted per path from 0; or ``first``,
            ``middle`` (a page between the first and the last) or ``last`` (a page without a next).
        lasts: ``once``; ``always``, whenever the same request is repeated; or ``onwards``, for
            every request of that path from then on. The default depends on the kind.
        amount: Seconds for throttled, stall and latency; rows for wrong_count; hours for
            wrong_clock.
    """

    name: str
    path: str = ""
    at: int | t.Literal["first", "middle", "last"] = "first"
    lasts: t.Literal["once", "always", "onwards", ""] = ""
    amount: float | None = None

    def __post_init__(self) -> None:
        """Check the name."""
        if self.name not in FAULT_KINDS:
            msg = f"There is no fault {self.name}; there are {', '.join(FAULT_KINDS)}"
            raise ValueError(msg)


def described(text: str) -> FaultSpec:
    """Parse a description such as ``server_error,path=/rest/customers,at=last``.

    Raises:
        ValueError: The text is not valid.
    """
    name, *rest = text.split(",")
    return spec_of({"name": name, **dict(part.partition("=")[::2] for part in rest)})


def spec_of(options: dict[str, t.Any]) -> FaultSpec:
    """Convert options, whose values may be text, to a description.

    Raises:
        msgspec.ValidationError: The options are not valid.
    """
    if str(options.get("at", "")).isdecimal():
        options = {**options, "at": int(options["at"])}
    return msgspec.convert(options, FaultSpec, strict=False)


@dataclasses.dataclass
class Fault:
    """An active fault.

    Attributes:
        number: The serial number since the sandbox was created, from 1.
        spec: The description.
        hits: The numbers of the requests it has hit.
        is_over: Whether it was removed.
    """

    number: int
    spec: FaultSpec
    hits: list[int] = dataclasses.field(default_factory=list)
    is_over: bool = False
    _turn: int = -1
    _hit_request: object = None
    _rows_before: dict[str, t.Any] = dataclasses.field(default_factory=dict)

    def __post_init__(self) -> None:
        """Compile the path."""
        self._kind = FAULT_KINDS[self.spec.name]
        self._lasts = self.spec.lasts or self._kind.lasts
        literal = re.split(r"\{[^}]*\}", self.spec.path)
        self._path = re.compile("[^/]+".join(map(re.escape, literal)) if self.spec.path else ".*")

    def apply(self, exchange: Exchange, response: Response) -> Response:
        """Return the response with the fault, if it hits; call it once per request."""
        if not self._path.fullmatch(exchange.path):
            return response
        self._turn += 1
        body = body_of(response)
        row_before = self._rows_before.get(exchange.path)
        rows = rows_of(body)
        if rows:
            self._rows_before[exchange.path] = rows[-1]
        if not self._hits(exchange, body):
            return response
        amount = self._kind.amount if self.spec.amount is None else self.spec.amount
        case = Case(exchange, response, amount, lambda: self.is_over, row_before)
        faulty = self._kind.apply(case)
        if faulty is None:
            return response
        self.hits.append(exchange.number)
        self._hit_request = self._hit_request or _identity(exchange)
        return faulty

    def _hits(self, exchange: Exchange, body: object) -> bool:
        if self.hits:
            again = self._lasts == "always" and self._hit_request == _identity(exchange)
            return again or self._lasts == "onwards"
        at = self.spec.at
        if isinstance(at, int):
            # If the fault does not apply to that request, it hits the next.
            return self._turn >= at
        is_last = not has_successor(exchange, body)
        return {
            "first": True,
            "middle": self._turn > 0 and not is_last,
            "last": is_last,
        }[at]


def _identity(exchange: Exchange) -> object:
    return exchange.path, frozenset(exchange.query)


class Faults:
    """The active faults of a sandbox; a request may be hit by several."""

    def __init__(self) -> None:
        """Start without faults."""
        self._on: list[Fault] = []
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    def add(
        self,
        name: str,
        path: str = "",
        *,
        at: int | str = "first",
        lasts: str = "",
        amount: float | None = None,
    ) -> Fault:
        """Inject a fault; see `FaultSpec` for the values of the arguments.

        Args:
            name: The kind of fault.
            path: The path of the requests to hit.
            at: The first request to hit.
            lasts: The duration.
            amount: The amount.

        Returns:
            The fault, whose ``hits`` are the requests it has hit.

        Raises:
            ValueError: There is no such fault.
        """
        options = {"name": name, "path": path, "at": at, "lasts": lasts, "amount": amount}
        return self.inject(msgspec.convert(options, FaultSpec))

    def inject(self, spec: FaultSpec) -> Fault:
        """Inject a fault, and return it."""
        with self._lock:
            fault = Fault(next(self._numbers), spec)
            self._on.append(fault)
        return fault

    def active(self) -> tuple[Fault, ...]:
        """Return the active faults."""
        with self._lock:
            return tuple(self._on)

    def remove(self, number: int) -> Fault:
        """Remove a fault; responses that it delays are sent.

        Args:
            number: The number of the fault.

        Returns:
            The fault.

        Raises:
            LookupError: No active fault has this number.
        """
        with self._lock:
            for fault in self._on:
                if fault.number == number:
                    fault.is_over = True
                    self._on.remove(fault)
                    return fault
        message = f"There is no fault number {number}"
        raise LookupError(message)

    def clear(self) -> None:
        """Remove all faults; delayed responses are sent."""
        with self._lock:
            for fault in self._on:
                fault.is_over = True
            self._on.clear()

    def apply(self, exchange: Exchange, response: Response) -> Response:
        """Return the response with the faults that hit."""
        with self._lock:
            for fault in self._on:
                response = fault.apply(exchange, response)
        return response

    def route(self) -> Route:
        """Return the route of the HTTP endpoint."""
        methods = ["GET", "POST", "DELETE"]
        return Route(PATH, self._handle, methods=methods, middleware=[Middleware(SameOrigin)])

    async def _handle(self, request: Request) -> Response:
        """List the faults for GET, inject one for POST, remove one or all for DELETE."""
        try:
            if request.method == "DELETE":
                self._remove(request.query_params.get("number"))
            elif request.method == "POST":
                body = await request.body()
                wished = msgspec.json.decode(body, type=dict[str, t.Any]) if body else {}
                self.inject(spec_of({**wished, **request.query_params}))
        except (msgspec.ValidationError, msgspec.DecodeError) as error:
            return _json({"error": str(error)}, 400)
        except LookupError as error:
            return _json({"error": str(error.args[0])}, 404)
        on = [
            {"number": fault.number, **msgspec.structs.asdict(fault.spec), "hits": fault.hits}
            for fault in self.active()
        ]
        return _json({"faults": on, "names": list(FAULT_KINDS)})

    def _remove(self, number: str | None) -> None:
        if number is None:
            self.clear()
        else:
            self.remove(msgspec.convert(number, int, strict=False))


def _json(body: dict[str, t.Any], status: int = 200) -> Response:
    return Response(msgspec.json.encode(body), status, media_type="application/json")
