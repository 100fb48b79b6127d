"""Runs, and what of them must not differ."""

from __future__ import annotations

import json
import re
import typing as t

if t.TYPE_CHECKING:
    from tests.support.running import Run


class Told(t.NamedTuple):
    """What a run says, but for the time and for when a STATE comes."""

    lines: list[bytes]
    state: dict[str, t.Any]


def told(run: Run) -> Told:
    """Return what a run says that another run of the same must say too."""
    lines = [line for line in run.lines if not line.startswith(b'{"type":"STATE"')]
    return Told([_timeless(line) for line in lines], run.state)


def _timeless(line: bytes) -> bytes:
    line = re.sub(rb',"time_extracted":"[^"]*"', b"", line)
    if not line.startswith(b'{"type":"RECORD","stream":"sync_audit"'):
        return line
    message = json.loads(line)
    # Ranges take other calls than pages do.
    for name in ("startedAt", "endedAt", "runId", "calls", "callCost"):
        message["record"].pop(name, None)
    return json.dumps(message).encode()
