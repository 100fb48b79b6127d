"""Runs in which a stream is incomplete."""

from __future__ import annotations

import typing as t

from tap_economic.report import Status

if t.TYPE_CHECKING:
    from tests.support.running import Run


def reason(run: Run, stream: str) -> str:
    """Return why a stream is incomplete, and see that the run says so and removes nothing."""
    assert run.results[stream].status is Status.INCOMPLETE
    assert run.exit_code == 1
    assert not [one for one in run.messages if one["type"] == "ACTIVATE_VERSION"]
    return run.results[stream].reason
