"""What the tests of faults share."""

from __future__ import annotations

import logging
import typing as t

import pytest

from tests.support.secrets import PLANTED

if t.TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _nothing_secret_is_printed(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> Iterator[None]:
    """Look for planted tokens and bodies also in what is printed, and in every logger's log."""
    caplog.set_level(logging.DEBUG)
    yield
    captured = capfd.readouterr()
    logged = "\n".join(caplog.handler.format(record) for record in caplog.get_records("call"))
    for secret in PLANTED:
        for said in (captured.out, captured.err, logged):
            assert secret not in said
    assert "Traceback" not in captured.err
