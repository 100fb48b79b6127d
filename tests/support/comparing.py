"""Runs, and what of them must not differ."""

from __future__ import annotations

import json
import typing as t
from decimal import Decimal

if t.TYPE_CHECKING:
    from tests.support.running import Run

    Message: t.TypeAlias = dict[str, t.Any]


class Told(t.NamedTuple):
    """What a run says, but for the time and for when a STATE comes."""

    messages: list[Message]
    state: Message


def told(run: Run) -> Told:
    """Return what a run says that another run of the same must say too."""
    lines = [line for line in run.lines if not line.startswith(b'{"type":"STATE"')]
    return Told([_timeless(json.loads(line, parse_float=Decimal)) for line in lines], run.state)


def _timeless(message: Message) -> Message:
    message.pop("time_extracted", None)
    if (message["type"], message["stream"]) == ("RECORD", "sync_audit"):
        # Ranges take other calls than pages do.
        for name in ("startedAt", "endedAt", "runId", "calls", "callCost"):
            message["record"].pop(name, None)
    return message
