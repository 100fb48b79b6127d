"""Every fact that the tap rests on holds in the sandbox."""

from __future__ import annotations

import re
import typing as t

import pytest

from contract.__main__ import main
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


def test_the_command_shows_how_many_of_each_kind_hold(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any(re.fullmatch(rf"│ all\s+│\s+{len(PROBES)} │\s+│\s+│\s+│", line) for line in lines)
    assert lines[-1].startswith("└")
