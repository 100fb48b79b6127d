"""The response that a fault changes, and what its body says about paging."""

from __future__ import annotations

import dataclasses
import decimal
import typing as t

import msgspec
from starlette.responses import Response

from economic_sandbox.apis import errors
from economic_sandbox.apis.listing import JSON

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from economic_sandbox.apis.exchange import Exchange

_decoder = msgspec.json.Decoder(float_hook=decimal.Decimal)


@dataclasses.dataclass
class Case:
    """A response that a fault is injected into.

    Attributes:
        exchange: The request.
        response: The response without the fault.
        amount: The amount of the fault, if its kind has one.
        is_over: Returns whether the fault was removed meanwhile.
        row_before: The last row of the previous page, if there was one.
    """

    exchange: Exchange
    response: Response
    amount: float
    is_over: Callable[[], bool]
    row_before: t.Any = None

    @property
    def body(self) -> t.Any:  # noqa: ANN401 - any JSON value
        """The decoded body; None if there is none."""
        return body_of(self.response)

    def instead(
        self, body: bytes, status: int = 200, kind: str = "application/json", **headers: str
    ) -> Response:
        """Return another response with the same headers of the API.

        Args:
            body: The body.
            status: The status.
            kind: The media type.
            headers: Further headers, with ``_`` for ``-``.
        """
        return Response(body, status, self._headers(headers), kind)

    def _headers(self, further: dict[str, str]) -> dict[str, str]:
        kept = {
            name: value for name, value in self.response.headers.items() if name.startswith("x-")
        }
        return kept | {name.replace("_", "-"): value for name, value in further.items()}

    def page(self, body: t.Any) -> Response:  # noqa: ANN401 - any JSON value
        """Return the response with another body."""
        return self.instead(JSON.encode(body))

    def error(self, status: int, message: str, **headers: str) -> Response:
        """Return an error in the form of the API."""
        refused = errors.ApiError(status, message)
        request_id = self.response.headers["x-requestid"]
        is_classic = self.exchange.path.startswith("/rest/")
        body = errors.classic_body if is_classic else errors.problem_body
        return self.instead(JSON.encode(body(refused, request_id)), status, **headers)


def body_of(response: Response) -> t.Any:  # noqa: ANN401 - any JSON value
    """Return the decoded body of a success; None if it is not JSON."""
    try:
        return _decoder.decode(response.body) if response.status_code == 200 else None  # noqa: PLR2004 - OK
    except msgspec.DecodeError:
        return None


def rows_of(body: t.Any) -> list[t.Any]:  # noqa: ANN401 - any JSON value
    """Return the rows of a page; to change them is to change the body."""
    if isinstance(body, dict):
        body = body.get("collection", body.get("items"))
    return body if isinstance(body, list) else []


def has_successor(exchange: Exchange, body: t.Any) -> bool:  # noqa: ANN401 - any JSON value
    """Return whether a page refers to a next one."""
    if isinstance(body, dict):
        return "cursor" in body or "nextPage" in body.get("pagination", {})
    sizes = [int(value) for name, value in exchange.query if name.lower() == "pagesize"]
    return bool(sizes) and len(rows_of(body)) >= sizes[0]
