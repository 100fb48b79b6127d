"""What the tap writes, says and loads stays as it was recorded, but for times and run ids."""

from __future__ import annotations

import json

import pytest

from tests.e2e.pipeline.golden import PATH, record
from tests.support.programs import program


@pytest.fixture(autouse=True)
def _loader() -> None:
    program("target-postgres")


def test_messages_state_log_and_tables_are_those_of_the_golden_run() -> None:
    assert record() == json.loads(PATH.read_text(encoding="utf-8"))
