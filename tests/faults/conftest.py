"""What the tests of faults share."""

from __future__ import annotations

import logging
import typing as t

import pytest

from tests.faults.secrets import PLANTED

if t.TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _no_secret_gets_out(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> Iterator[None]:
    """Look for planted tokens and bodies in all that a test's runs of the tap say, at DEBUG."""
    caplog.set_level(logging.DEBUG)
    yield
    captured = capfd.readouterr()
    logged = "\n".join(caplog.handler.format(record) for record in caplog.get_records("call"))
    for secret in PLANTED:
        for said in (captured.out, captured.err, logged):
            assert secret not in said
    assert "Traceback" not in captured.err
