"""A request and its response, as the log and hooks see them."""

from __future__ import annotations

import dataclasses
import typing as t

if t.TYPE_CHECKING:
    import datetime
    from collections.abc import Callable

    from starlette.responses import Response

    Hook: t.TypeAlias = Callable[["Exchange"], Response | None]


@dataclasses.dataclass(frozen=True)
class LoggedRequest:
    """A request and the status of its response.

    Attributes:
        method: The HTTP method.
        path: The undecoded path, beginning with ``/rest`` or ``/openapi``.
        query: The decoded parameters in their order.
        status: The status of the response; 0 if the connection was reset.
        agreement_number: The agreement of the tokens; None for wrong tokens.
        cost: The cost of the call.
        time: The time of the response, in UTC.
    """

    method: str
    path: str
    query: list[tuple[str, str]]
    status: int
    agreement_number: int | None
    cost: int
    time: datetime.datetime


@dataclasses.dataclass(frozen=True)
class Exchange:
    """A request that has no response yet.

    Attributes:
        number: The serial number since the sandbox was started or cleared, from 0.
        method: The HTTP method.
        path: The undecoded path, beginning with ``/rest`` or ``/openapi``.
        query: The decoded parameters in their order.
        agreement_number: The agreement of the tokens; None for wrong tokens.
        respond: Makes the sandbox's own response, from the company as it is at that moment.
    """

    number: int
    method: str
    path: str
    query: list[tuple[str, str]]
    agreement_number: int | None
    respond: Callable[[], Response]
