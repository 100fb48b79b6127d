"""What the tests of deletes share."""

from __future__ import annotations

import typing as t

from starlette.responses import JSONResponse

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.responses import Response

    from economic_sandbox.apis.exchange import Exchange

FULL = ("customers", "products")
"""Streams that are read in full."""
STREAMS = (*FULL, "booked_entries", "invoices_booked", "sync_audit")
DELETES: dict[str, t.Any] = {"emit_activate_version_messages": True}


def refuse(path: str, page: int) -> Callable[[Exchange], Response | None]:
    """Refuse a page of a listing, the first being 0."""
    requested: list[Exchange] = []

    def hook(exchange: Exchange) -> Response | None:
        if exchange.path != path:
            return None
        requested.append(exchange)
        return JSONResponse({"message": "No"}, 400) if len(requested) > page else None

    return hook
