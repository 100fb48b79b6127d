"""Nothing that is secret is said, at any level of the log."""

from __future__ import annotations

import json
import typing as t

import pytest

from tests.support import secrets
from tests.support.processes import said, start
from tests.support.scripted import SELF, Answer, collection

if t.TYPE_CHECKING:
    from pathlib import Path

    from tests.support.scripted import Request, Serve

ROW = {"customerNumber": 1, "name": secrets.BODY, "favouriteColour": secrets.BODY}


BODY = {"secret": secrets.BODY}
OOPS = Answer({**BODY, "message": "Oops"}, 500)
HTML = Answer(f"<html>{secrets.BODY}</html>".encode())
HALF = Answer(f'{{"name": "{secrets.BODY}'.encode())
SHORT = Answer(f'{{"name": "{secrets.BODY}"}}'.encode(), headers={"Content-Length": "99"})
BUSY = Answer(BODY, 429, {"Retry-After": "1"})


def serve_customers(serve: Serve, answers: list[Answer]) -> str:
    left = list(answers)

    def answer(request: Request) -> Answer:
        if request.path == "/rest/self":
            return SELF
        return left.pop(0) if len(left) > 1 else left[0]

    return serve(answer).url


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ([OOPS, collection([ROW])], 0),
        ([HTML, collection([{**ROW, "balance": secrets.BODY}])], 1),
        ([HALF, Answer(BODY, 400)], 1),
        ([SHORT, Answer(BODY, 401)], 1),
        ([BUSY, Answer({}, 302, {"Location": f"https://elsewhere.invalid/{secrets.BODY}"})], 1),
    ],
    ids=["a record", "a mistyped record", "400", "401", "a redirect"],
)
def test_no_token_and_no_body_is_said_at_level_debug(
    serve: Serve, tmp_path: Path, answers: list[Answer], code: int
) -> None:
    url = serve_customers(serve, answers)
    config = {"rest_url": f"{url}/rest", "openapi_url": url, "concurrency": 1}
    environment = {
        "TAP_ECONOMIC_LOGLEVEL": "DEBUG",
        "TAP_ECONOMIC_APP_SECRET_TOKEN": secrets.APP,
        "TAP_ECONOMIC_AGREEMENT_GRANT_TOKEN": secrets.GRANT,
    }
    tokens = {"app_secret_token": secrets.APP, "agreement_grant_token": secrets.GRANT}
    with start(tmp_path, {**config, **tokens}, "customers", **environment) as tap:
        output = t.cast("t.IO[bytes]", tap.stdout).read().decode()
        assert tap.wait(60) == code
    log = said(tmp_path)
    assert "DEBUG" in log
    for secret in (secrets.APP, secrets.GRANT):
        assert secret not in log + output
    assert secrets.BODY not in log
    states = [line for line in output.splitlines() if json.loads(line)["type"] == "STATE"]
    assert states
    assert secrets.BODY not in "".join(states)
