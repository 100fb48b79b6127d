"""The look for secrets that every test ends with finds one wherever it stands."""

from __future__ import annotations

import logging
import subprocess
import sys
import typing as t

import pytest

from tests.support import hearing, processes, secrets
from tests.support.running import run_tap
from tests.support.scripted import collection, with_self

if t.TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.scripted import Serve


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    yield
    hearing.WRITTEN.clear()


@pytest.fixture
def url(serve: Serve) -> str:
    """Of an API that gives a token for a customer's name."""
    row = {"customerNumber": 1, "name": secrets.GRANT}
    return serve(with_self(lambda _: collection([row]))).url


def test_in_a_record_of_a_run_in_this_process(url: str) -> None:
    run_tap(url, "customers")
    assert hearing.secrets_written() == [secrets.GRANT]


@pytest.mark.parametrize("by_line", [True, False])
def test_in_a_record_of_a_process(url: str, tmp_path: Path, *, by_line: bool) -> None:
    config = {
        "app_secret_token": secrets.APP,
        "agreement_grant_token": secrets.GRANT,
        "rest_url": f"{url}/rest",
        "openapi_url": url,
    }
    with processes.start(tmp_path, config, "customers") as tap:
        output = t.cast("t.IO[bytes]", tap.stdout)
        _ = [*output] if by_line else output.read()
        assert tap.wait(60) == 0
    assert hearing.secrets_written() == [secrets.GRANT]


def test_in_what_a_process_says(tmp_path: Path) -> None:
    with processes.start(tmp_path, {"page_size": 0}, "customers") as tap:
        assert tap.wait(60) == 1
    assert hearing.secrets_written() == []
    with (tmp_path / "stderr").open("a", encoding="utf-8") as stderr:
        stderr.write(secrets.APP)
    assert hearing.secrets_written() == [secrets.APP]


def test_in_what_a_command_prints() -> None:
    code = f"import sys; sys.stderr.write({secrets.APP!r})"
    subprocess.run([sys.executable, "-c", code, "tap_economic"], check=True, capture_output=True)
    assert hearing.secrets_written() == [secrets.APP]


@pytest.mark.parametrize("secret", secrets.PLANTED)
def test_in_a_line_of_the_log_at_level_debug(monkeypatch: pytest.MonkeyPatch, secret: str) -> None:
    with hearing.Log() as log:
        # Alone: the look that this test ends with would find it too.
        monkeypatch.setattr(logging.getLogger(), "handlers", [log])
        logging.getLogger("tap-economic.customers").debug("It is %s.", "harmless")
        assert log.telling == []
        logging.getLogger("tap-economic.customers").debug("It is %s.", secret)
    assert log.telling == [f"It is {secret}."]
