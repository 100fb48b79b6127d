"""A request and its response, as the log and hooks see them."""

from __future__ import annotations

import dataclasses
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.responses import Response

    Hook: t.TypeAlias = Callable[["Exchange"], Response | None]


@dataclasses.dataclass(frozen=True)
class LoggedRequest:
    """A request that the sandbox has answered.

    Attributes:
        method: The HTTP method.
        path: The path as it was sent, with ``/rest`` or ``/openapi`` in front.
        query: The decoded parameters in their order.
        status: The status of the answer; 0 where the connection was reset instead.
        agreement_number: The agreement that the tokens stand for; None for wrong tokens.
    """

    method: str
    path: str
    query: list[tuple[str, str]]
    status: int
    agreement_number: int | None


@dataclasses.dataclass(frozen=True)
class Exchange:
    """A request that is about to be answered, as a hook sees it.

    Attributes:
        number: 0 for the first request since the sandbox started or was cleared, and so on.
        method: The HTTP method.
        path: The path as it was sent, with ``/rest`` or ``/openapi`` in front.
        query: The decoded parameters in their order.
        agreement_number: The agreement that the tokens stand for; None for wrong tokens.
        answer: Gives the sandbox's own answer, from the company as it is at that moment.
    """

    number: int
    method: str
    path: str
    query: list[tuple[str, str]]
    agreement_number: int | None
    answer: Callable[[], Response]
