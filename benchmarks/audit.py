"""Verification of a run of many agreements by its STATE messages and `sync_audit`."""

from __future__ import annotations

import json
import typing as t
from collections import Counter

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    Row: t.TypeAlias = Mapping[str, t.Any]

FIRST = 1_000_000  # the agreement with the revoked grant; the others are numbered from it
WITHOUT_MODULES = FIRST + 1


class IncompleteError(Exception):
    """An agreement that was not read completely."""


def audit(out: Path, agreements: int) -> dict[str, int]:
    """Return figures about the streams and the STATE messages, by description.

    Args:
        out: The output of the tap.
        agreements: The expected number of agreements.

    Raises:
        IncompleteError: If in ``sync_audit`` a stream of an agreement is missing, is not complete,
            or has sent another number of rows than e-conomic counts.
    """
    rows, states = [], []
    with out.open("rb") as lines:
        for line in lines:
            if line.startswith(b'{"type":"RECORD","stream":"sync_audit"'):
                rows.append(json.loads(line)["record"])
            elif line.startswith(b'{"type":"STATE"'):
                states.append(len(line))
    if found := list(_shortfalls(rows, agreements)):
        raise IncompleteError("\n".join(found))
    ends = Counter(row["status"] for row in rows)
    return {
        **{f"streams of an agreement, {end}": number for end, number in ends.most_common()},
        "streams of an agreement, compared with e-conomic's count": sum(
            row["rowsCounted"] is not None for row in rows
        ),
        "STATE messages": len(states),
        "bytes of the largest STATE message": max(states, default=0),
    }


def _shortfalls(rows: Iterable[Row], agreements: int) -> Iterable[str]:
    """Yield what each agreement lacks, except the revoked one."""
    ended = {(row["agreementNumber"], row["stream"]): row for row in rows}
    streams = sorted({stream for _, stream in ended})
    if not streams:
        yield "nothing was audited"
    for number in range(FIRST + 1, FIRST + agreements):
        fine = {"complete", "skipped"} if number == WITHOUT_MODULES else {"complete"}
        for stream in streams:
            row = ended.get((number, stream), {})
            status, sent, counted = (
                row.get(name) for name in ("status", "rowsSent", "rowsCounted")
            )
            if status not in fine or counted not in {None, sent}:
                end = f"{status or 'missing'}, {sent} of {counted} rows"
                yield f"{stream} of agreement {number}: {end}"
