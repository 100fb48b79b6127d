"""The facts, as tables of probes."""

from __future__ import annotations

import typing as t

from contract.facts import access, classic, errors, files, services, streams, values

if t.TYPE_CHECKING:
    from contract.probe import Probe

PROBES: tuple[Probe, ...] = tuple(
    probe
    for facts in (errors, classic, services, values, access, files, streams)
    for probe in facts.probes()
)
