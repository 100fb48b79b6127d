"""Faults, switched on while the sandbox runs: in Python, and at ``/faults`` beside the two APIs."""

from __future__ import annotations

import dataclasses
import re
import threading
import typing as t

import msgspec
from starlette.responses import Response
from starlette.routing import Route

from economic_sandbox.faults.case import Case, body_of, has_successor, rows_of
from economic_sandbox.faults.kinds import FAULT_KINDS

if t.TYPE_CHECKING:
    from starlette.requests import Request

    from economic_sandbox.apis.exchange import Exchange

PATH = "/faults"


class FaultSpec(msgspec.Struct, forbid_unknown_fields=True):
    """What goes wrong, where, and for how long.

    Attributes:
        name: The kind of fault, one of FAULT_KINDS.
        path: The path of the requests that it can hit, with placeholders as in the inventory of
            endpoints and with ``/rest`` or ``/openapi`` in front; any path if empty.
        at: The first request that it hits, the first of that path being 0; or ``first``,
            ``middle`` (a page between the first and the last) or ``last`` (a page without a next).
        lasts: ``once``; ``always``, whenever the same thing is asked for again; or ``onwards``, for
            every request of that path from then on. By default as suits the kind.
        amount: Seconds for throttled, stall and latency; rows for wrong_count; hours for
            wrong_clock.
    """

    name: str
    path: str = ""
    at: int | t.Literal["first", "middle", "last"] = "first"
    lasts: t.Literal["once", "always", "onwards", ""] = ""
    amount: float | None = None

    def __post_init__(self) -> None:
        """See that there is such a fault."""
        if self.name not in FAULT_KINDS:
            msg = f"There is no fault {self.name}; there are {', '.join(FAULT_KINDS)}"
            raise ValueError(msg)


def spec_of(options: dict[str, t.Any]) -> FaultSpec:
    """Return the aim that some texts describe.

    Raises:
        msgspec.ValidationError: They describe none.
    """
    if str(options.get("at", "")).isdecimal():
        options = {**options, "at": int(options["at"])}
    return msgspec.convert(options, FaultSpec, strict=False)


@dataclasses.dataclass
class Fault:
    """A fault that is switched on.

    Attributes:
        spec: What goes wrong, where, and for how long.
        hits: The numbers of the requests that it has hit.
        is_over: Whether it was switched off.
    """

    spec: FaultSpec
    hits: list[int] = dataclasses.field(default_factory=list)
    is_over: bool = False
    _turn: int = -1
    _asked: object = None
    _rows_before: dict[str, t.Any] = dataclasses.field(default_factory=dict)

    def __post_init__(self) -> None:
        """Take the path apart."""
        self._kind = FAULT_KINDS[self.spec.name]
        self._lasts = self.spec.lasts or self._kind.lasts
        literal = re.split(r"\{[^}]*\}", self.spec.path)
        self._path = re.compile("[^/]+".join(map(re.escape, literal)) if self.spec.path else ".*")

    def meet(self, exchange: Exchange, answer: Response) -> Response:
        """Return what becomes of an answer; to be asked once for every request."""
        if not self._path.fullmatch(exchange.path):
            return answer
        self._turn += 1
        body = body_of(answer)
        row_before = self._rows_before.get(exchange.path)
        rows = rows_of(body)
        if rows:
            self._rows_before[exchange.path] = rows[-1]
        if not self._hits(exchange, body):
            return answer
        amount = self._kind.amount if self.spec.amount is None else self.spec.amount
        case = Case(exchange, answer, amount, lambda: self.is_over, row_before)
        other = self._kind.happen(case)
        if other is None:
            return answer
        self.hits.append(exchange.number)
        self._asked = self._asked or _identity(exchange)
        return other

    def _hits(self, exchange: Exchange, body: object) -> bool:
        if self.hits:
            again = self._lasts == "always" and self._asked == _identity(exchange)
            return again or self._lasts == "onwards"
        at = self.spec.at
        if isinstance(at, int):
            # A request to which it could not happen leaves it to the next.
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
    """The faults of a sandbox; each request may be hit by several."""

    def __init__(self) -> None:
        """Start with none."""
        self._on: list[Fault] = []
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
        """Switch a fault on; `FaultSpec` says what the arguments mean.

        Args:
            name: The kind of fault.
            path: Where it can happen.
            at: From which request on.
            lasts: How long.
            amount: How much.

        Returns:
            What tells in ``hits`` which requests were hit.

        Raises:
            ValueError: There is no such fault.
        """
        options = {"name": name, "path": path, "at": at, "lasts": lasts, "amount": amount}
        return self._add(msgspec.convert(options, FaultSpec))

    def _add(self, spec: FaultSpec) -> Fault:
        fault = Fault(spec)
        with self._lock:
            self._on.append(fault)
        return fault

    def add_described(self, text: str) -> Fault:
        """Switch a fault on by a text such as ``server_error,path=/rest/customers,at=last``.

        Raises:
            ValueError: The text describes none.
        """
        name, *rest = text.split(",")
        return self._add(spec_of({"name": name, **dict(part.partition("=")[::2] for part in rest)}))

    def clear(self) -> None:
        """Switch all faults off; answers that wait go out."""
        with self._lock:
            for fault in self._on:
                fault.is_over = True
            self._on.clear()

    def meet(self, exchange: Exchange, answer: Response) -> Response:
        """Return what becomes of an answer."""
        with self._lock:
            for fault in self._on:
                answer = fault.meet(exchange, answer)
        return answer

    # The endpoint

    def route(self) -> Route:
        """Where they are switched on and off over HTTP."""
        return Route(PATH, self._handle, methods=["GET", "POST", "DELETE"])

    async def _handle(self, request: Request) -> Response:
        """Answer GET with all that are on, POST with one more, DELETE with none."""
        if request.method == "DELETE":
            self.clear()
        elif request.method == "POST":
            body = await request.body()
            try:
                wished = msgspec.json.decode(body, type=dict[str, t.Any]) if body else {}
                self._add(spec_of({**wished, **request.query_params}))
            except (msgspec.ValidationError, msgspec.DecodeError) as error:
                return _answer({"error": str(error)}, 400)
        with self._lock:
            on = [{**msgspec.structs.asdict(fault.spec), "hits": fault.hits} for fault in self._on]
        return _answer({"faults": on, "names": list(FAULT_KINDS)})


def _answer(body: dict[str, t.Any], status: int = 200) -> Response:
    return Response(msgspec.json.encode(body), status, media_type="application/json")
