"""Text from outside: tokens, control characters and line breaks get nowhere."""

from __future__ import annotations

import json
import logging
import re
import typing as t
from urllib.parse import quote

import pytest

from tap_economic import sanitize
from tap_economic.errors import AgreementRefusedError
from tests.support.commands import TOKENS, tap
from tests.support.running import run_tap
from tests.support.scripted import Answer, collection, with_self

if t.TYPE_CHECKING:
    from pathlib import Path

    from tests.support.scripted import Request, Serve

TOKEN = "Qz/7+secret=Grant"  # noqa: S105 - made up
ENCODED = quote(TOKEN, safe="")
FORMS = [
    TOKEN,
    TOKEN.upper(),
    ENCODED,
    ENCODED.lower(),
    quote(TOKEN),
    quote(ENCODED),
    "".join(f"%{ord(sign):02x}" for sign in TOKEN),
    TOKEN.replace("secret", "sec\u200bret"),
    TOKEN.replace("secret", "sec\nret"),
    TOKEN.replace("secret", "sec\x1b[31mret"),
]
MEMBERS = ["message", "title", "detail", "errorCode", "logId", "traceId"]
MISCHIEF = ["\n", "\r", "\x00", "\x1b", "\x85", "\u2028", "\u2029", "\u202e", "\u2066", "\u200b"]


def bare(text: str) -> str:
    """Return a text as somebody could put it together again."""
    return "".join(sign for sign in text.lower() if sign.isprintable() and sign != " ")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("member", MEMBERS)
def test_a_token_that_an_answer_repeats_is_told_nowhere(
    serve: Serve, caplog: pytest.LogCaptureFixture, form: str, member: str
) -> None:
    api = serve(with_self(lambda _: Answer({member: f"no {form} here"}, 400)))
    run = run_tap(api.url, "customers", "sync_audit", agreement_grant_token=TOKEN)
    (audit,) = run.records("sync_audit")
    assert "no (token) here" in audit["reason"]
    for told in (audit["reason"], caplog.text, run.results["customers"].reason):
        for known in (TOKEN, ENCODED, form):
            assert bare(known) not in bare(told)


def test_the_tokens_of_the_app_and_of_all_agreements_are_told_to_nobody(serve: Serve) -> None:
    grants = {f"{TOKEN}-{number}": number for number in (1, 2)}
    app = f"{TOKEN}-app"

    def answer(request: Request) -> Answer:
        if request.path == "/rest/self":
            return Answer({"agreementNumber": grants[request.headers["X-AgreementGrantToken"]]})
        return Answer({"message": " and ".join([app, *grants])}, 400)

    run = run_tap(
        *(serve(answer).url, "customers"),
        app_secret_token=app,
        agreement_grant_token=None,
        agreements=[{"agreement_grant_token": grant} for grant in grants],
    )
    reasons = [result.reason for result in run.report.results]
    told = "e-conomic responded with 400: (token) and (token) and (token)"
    assert reasons == [told, told]


def test_an_exception_of_the_tap_repeats_no_token(serve: Serve) -> None:
    api = serve(lambda _: Answer({"message": TOKEN}, 401))
    with pytest.raises(AgreementRefusedError) as refused:
        run_tap(api.url, "customers", agreement_grant_token=TOKEN)
    assert TOKEN not in str(refused.value)


@pytest.mark.parametrize("sign", MISCHIEF, ids=lambda sign: f"U+{ord(sign):04X}")
def test_what_an_answer_and_the_settings_say_stays_on_its_line(
    serve: Serve, caplog: pytest.LogCaptureFixture, sign: str
) -> None:
    words = Answer({"message": f"one{sign}two", "logId": f"three{sign}four"}, 400)
    odd = collection([{"supplierNumber": 1, f"five{sign}six": 7}])
    api = serve(with_self(lambda request: odd if "suppliers" in request.path else words))
    agreement = {"agreement_grant_token": TOKEN, "name": f"eight{sign}nine"}
    run = run_tap(
        *(api.url, "customers", "suppliers", "sync_audit"),
        agreement_grant_token=None,
        agreements=[agreement],
    )
    reason = run.results["customers"].reason
    assert reason.endswith("one two (logId three four)")
    told = [log.getMessage() for log in caplog.records if log.levelno >= logging.WARNING]
    assert re.search("five.?six", "".join(told))
    assert "eight nine" in "".join(told)
    assert sign not in "".join(told)


def test_no_answer_makes_a_message_longer_than_a_few_lines(serve: Serve) -> None:
    api = serve(with_self(lambda _: Answer(dict.fromkeys(MEMBERS, "x" * 100_000), 400)))
    reason = run_tap(api.url, "customers").results["customers"].reason
    assert "x" * 200 in reason
    assert len(reason) < 1000


@pytest.mark.parametrize("level", ["INFO", "DEBUG"])
def test_as_a_program_it_tells_no_token_that_a_catalog_or_an_answer_repeats(
    serve: Serve, tmp_path: Path, level: str
) -> None:
    grant = TOKENS["agreement_grant_token"]
    api = serve(with_self(lambda _: Answer({"message": f"no {grant}\n here"}, 400)))
    settings = {**TOKENS, "rest_url": f"{api.url}/rest", "openapi_url": api.url}
    (tmp_path / "config.json").write_text(json.dumps(settings), encoding="utf-8")
    catalog: dict[str, t.Any] = {
        "streams": [
            {"tap_stream_id": name, "stream": name, "key_properties": [], "schema": {}}
            for name in ("customers", f"{grant}\n\x1b[2J")
        ]
    }
    catalog["streams"][0]["metadata"] = [{"breadcrumb": [], "metadata": {"selected": True}}]
    (tmp_path / "catalog.json").write_text(json.dumps(catalog), encoding="utf-8")
    ended = tap(
        *("--config", str(tmp_path / "config.json"), "--catalog", str(tmp_path / "catalog.json")),
        TAP_ECONOMIC_LOGLEVEL=level,
    )
    assert ended.code == 1
    assert "no (token) here" in ended.stderr
    assert "do not exist: (token)" in ended.stderr
    assert "\x1b" not in ended.stderr


def test_a_trace_tells_where_and_what_but_nothing_that_is_quoted() -> None:
    def fail() -> None:
        raise KeyError("a customer's name")  # noqa: EM101, TRY003 - what is looked for

    def fail_in_turn() -> None:
        try:
            fail()
        except KeyError as exc:
            raise ValueError("what they owe") from exc  # noqa: EM101, TRY003

    with pytest.raises(ValueError, match="owe") as failure:
        fail_in_turn()
    trace = sanitize.trace_of(failure.value)
    assert "builtins.KeyError\n\nwhich led to:\n" in trace
    assert trace.endswith("builtins.ValueError\n")
    assert "in fail_in_turn" in trace
    lines = [line for line in trace.splitlines() if "raise " not in line]  # the code itself
    assert "owe" not in "".join(lines)


def test_what_a_library_logs_is_stripped_of_tokens() -> None:
    sanitize.register_tokens([TOKEN])
    record = logging.LogRecord("lib", logging.INFO, __file__, 1, "GET /%s", (ENCODED,), None)
    assert sanitize.TokenFilter().filter(record)
    assert record.getMessage() == "GET /(token)"
