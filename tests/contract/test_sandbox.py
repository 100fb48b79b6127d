"""Every fact that the tap rests on holds in the sandbox."""

from __future__ import annotations

import typing as t

import pytest

from contract.asking import Asker
from contract.facts import PROBES
from contract.running import result_of

if t.TYPE_CHECKING:
    from contract.asking import Transport
    from contract.probe import Probe


@pytest.mark.parametrize("probe", PROBES, ids=[probe.name for probe in PROBES])
def test_the_sandbox_confirms_it(probe: Probe, transport: Transport) -> None:
    result = result_of(probe, Asker(transport))
    assert (result.status, result.expected, result.came) == ("confirmed", "", "")
    assert result.notes == ()
