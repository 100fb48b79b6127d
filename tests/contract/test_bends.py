"""A probe fails when the answer is bent against it, whatever part of the answer it looks at."""

from __future__ import annotations

import typing as t

import pytest

from contract.asking import Asker
from contract.facts import PROBES
from contract.running import result_of
from tests.contract.bends import bends, bent

if t.TYPE_CHECKING:
    from contract.asking import Transport
    from contract.probe import Probe


@pytest.mark.parametrize("probe", PROBES, ids=[probe.name for probe in PROBES])
def test_it_fails_for_each_bent_answer(probe: Probe, transport: Transport) -> None:
    ways = list(bends(probe.kind))
    assert ways
    statuses = {
        name: result_of(probe, Asker(bent(transport, at, change))).status
        for name, at, change in ways
    }
    assert statuses == dict.fromkeys(statuses, "contradicted")
