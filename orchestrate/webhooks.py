"""The receiver of e-conomic's webhooks: an ASGI app, for `uvicorn orchestrate.webhooks:app`.

e-conomic does not sign its calls, so a secret in one of their custom headers stands for a
signature. The address says which agreement and which event; the body is not read.
"""

from __future__ import annotations

import hmac
import typing as t

from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from . import spool
from .roster import WEBHOOK_SECRET, RosterError, load_roster, secret_of

if t.TYPE_CHECKING:
    from starlette.requests import Request

HEADER = "X-Webhook-Secret"
PRESETS = {
    "CUSTOMER_UPDATED": "tap-economic--sales",
    "INVOICE_BOOKED": "tap-economic--sales",
    "JOURNAL_BOOKED": "tap-economic--receivables-payables",
}
"""What to read after which event; e-conomic's EventTypes lists the events."""


def receive(request: Request) -> Response:
    """Accept a call (202); refuse one without the agreement's secret (403)."""
    agreement, event = request.path_params["agreement"], request.path_params["event"]
    if not _is_genuine(agreement, request.headers.get(HEADER, "")):
        return Response(status_code=403)
    if event not in PRESETS:
        return Response(status_code=404)
    spool.add(agreement, PRESETS[event])
    return Response(status_code=202)


def _is_genuine(agreement: str, given: str) -> bool:
    """Return whether the header has the agreement's secret, and nothing of why it has not."""
    try:
        expected = secret_of(agreement, WEBHOOK_SECRET) if agreement in load_roster() else ""
    except RosterError:
        expected = ""
    return hmac.compare_digest(expected.encode(), given.encode()) and bool(expected)


app = Starlette(routes=[Route("/{agreement}/{event}", receive, methods=["POST"])])
