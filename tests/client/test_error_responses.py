"""What happens when e-conomic says no, over a real socket."""

from __future__ import annotations

import gzip
import json
import logging
import typing as t

import pytest

from tap_economic.errors import AgreementRefusedError
from tap_economic.report import Status
from tests.support.running import run_tap
from tests.support.scripted import (
    CUSTOMERS,
    ONE_CUSTOMER,
    SUPPLIERS,
    Answer,
    collection,
    customers_answer,
)

if t.TYPE_CHECKING:
    from tests.support.scripted import Serve


@pytest.mark.parametrize(
    "broken",
    [
        Answer({"message": "Oops", "logId": "abc-CPH"}, 500),
        Answer(b"<html>Bad gateway</html>", 502),
        Answer(b"<html>Maintenance</html>"),
        Answer(b'{"collection": [{"customerNumber": 1'),
        Answer(b'{"collection": [{"customerNumber": 1}]}', headers={"Content-Length": "200"}),
        Answer(gzip.compress(b"{}" * 500, mtime=0)[:-12], headers={"Content-Encoding": "gzip"}),
        Answer([]),
        Answer({"collection": 5}),
        Answer({"collection": [7]}),
        Answer({"message": "an error with status 200"}),
        Answer({"collection": [], "pagination": {"nextPage": 5}}),
        Answer(b"[" * 5000),
        Answer(b"null"),
        Answer(b""),
    ],
    ids=lambda answer: f"{answer.status} {answer.content[:30]!r}",
)
def test_what_may_pass_by_itself_is_asked_for_again(
    serve: Serve, waits: list[float], broken: Answer
) -> None:
    api = serve(customers_answer([broken, ONE_CUSTOMER]))
    run = run_tap(api.url, "customers")
    assert [row["customerNumber"] for row in run.records("customers")] == [1]
    assert len(api.requested(CUSTOMERS)) == 2
    assert len(waits) == 1


def test_what_does_not_pass_fails_its_stream_after_five_tries_and_the_others_go_on(
    serve: Serve, waits: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    broken = Answer({"message": "Oops", "logId": "abc-CPH", "secret": "do not repeat"}, 500)
    api = serve(customers_answer([broken]))
    run = run_tap(api.url, "customers", "suppliers")
    assert len(api.requested(CUSTOMERS)) == 5
    assert len(waits) == 4
    assert waits == sorted(waits)
    assert run.exit_code == 1
    assert run.results["customers"].status is Status.FAILED
    assert run.results["suppliers"].status is Status.COMPLETE
    assert len(run.records("suppliers")) == 1
    assert "Stream customers of agreement 111111 failed" in caplog.text
    assert "Oops" in caplog.text
    assert "abc-CPH" in caplog.text
    assert "do not repeat" not in caplog.text


def test_401_at_the_start_ends_the_run_with_the_two_settings(serve: Serve) -> None:
    api = serve(lambda _: Answer({"message": "Unauthorized access."}, 401))
    with pytest.raises(AgreementRefusedError, match=r"app_secret_token and agreement_grant_token"):
        run_tap(api.url)
    assert len(api.requests) == 1


def test_401_later_stops_the_agreement_without_asking_for_its_other_streams(serve: Serve) -> None:
    api = serve(customers_answer([Answer({}, 401)]))
    run = run_tap(api.url, "customers", "suppliers")
    assert run.exit_code == 1
    assert {result.status for result in run.results.values()} == {Status.REFUSED}
    assert api.requested(SUPPLIERS) == []


def test_403_on_the_first_page_skips_the_stream_and_names_the_role(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    api = serve(customers_answer([Answer({"message": "Forbidden"}, 403)]))
    run = run_tap(api.url, "customers", "suppliers")
    assert run.exit_code == 0
    assert run.results["customers"].status is Status.SKIPPED
    assert "SuperUser or Sales" in caplog.text


@pytest.mark.parametrize("concurrency", [1, 8])
@pytest.mark.parametrize("rows", [[{"customerNumber": 1}], []], ids=["a row", "no row"])
def test_403_after_the_first_page_is_a_failure(
    serve: Serve, rows: list[dict[str, t.Any]], concurrency: int
) -> None:
    first = collection(rows, next_page="https://x/customers?skippages=1")
    api = serve(customers_answer([first, Answer({}, 403)]))
    run = run_tap(api.url, "customers", concurrency=concurrency)
    assert run.results["customers"].status is Status.FAILED
    assert run.exit_code == 1


@pytest.mark.parametrize("status", [400, 403])
def test_a_module_that_is_off_skips_the_stream_whatever_the_status(
    serve: Serve, status: int
) -> None:
    problem = {"title": "Missing", "errorCode": "DimensionIncorrectModule", "status": status}
    api = serve(customers_answer([Answer(problem, status)]))
    assert run_tap(api.url, "customers").results["customers"].status is Status.SKIPPED


def test_400_fails_the_stream_with_the_api_s_own_words(serve: Serve) -> None:
    api = serve(
        customers_answer(
            [Answer({"message": "Could not parse\nquery", "errorCode": "E1", "logId": "L9"}, 400)]
        )
    )
    reason = run_tap(api.url, "customers").results["customers"].reason
    assert "e-conomic responded with 400: Could not parse query" in reason
    assert "errorCode E1" in reason
    assert "logId L9" in reason


def test_a_redirect_is_refused_and_nobody_else_sees_the_tokens(serve: Serve) -> None:
    foreign = serve(lambda _: Answer({}))
    api = serve(customers_answer([Answer({}, 302, {"Location": f"{foreign.url}/rest/customers"})]))
    run = run_tap(api.url, "customers")
    assert run.results["customers"].status is Status.FAILED
    assert foreign.requests == []


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Retry-After": "7"}, 7),
        ({"X-RateLimiting": "token-limit-500-per-30-seconds: 501/500"}, 30),
        ({"X-RateLimiting": "L"}, 60),
        ({}, 60),
        ({"Retry-After": "soon"}, 60),
        ({"Retry-After": "Thu, 01 Jan 1970 00:00:00 GMT"}, 1),
    ],
)
def test_429_waits_as_told_and_is_no_try(
    serve: Serve, waits: list[float], headers: dict[str, str], expected: float
) -> None:
    api = serve(customers_answer([*[Answer({}, 429, headers)] * 7, ONE_CUSTOMER]))
    run = run_tap(api.url, "customers")
    assert run.exit_code == 0
    assert [wait for wait in waits if wait] == [expected] * 7


@pytest.mark.usefixtures("waits")
@pytest.mark.parametrize("rest", [b"NaN}]}", b"}", b"1"])
def test_a_body_that_is_no_json_stays_so_where_half_of_a_surrogate_pair_stands_in_it(
    serve: Serve, rest: bytes
) -> None:
    body = rb'{"collection": [{"customerNumber": 1, "name": "\ud800", "balance": ' + rest
    api = serve(customers_answer([Answer(body)]))
    assert run_tap(api.url, "customers").results["customers"].status.value == "failed"
    assert len(api.requested(CUSTOMERS)) == 5  # tried again, as any broken body


def test_no_token_and_no_body_is_logged_at_any_level(
    serve: Serve, waits: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    answers = [
        Answer({"message": "Oops", "body": "private"}, 500),
        Answer(b'{"private": "cut'),
        Answer({}, 429),
        collection([{"customerNumber": 1, "name": "private", "balance": "private"}]),
    ]
    api = serve(customers_answer(answers))
    run = run_tap(
        api.url, "customers", app_secret_token="secret-app", agreement_grant_token="secret-grant"
    )
    assert run.exit_code == 1
    assert len([wait for wait in waits if wait]) == 3
    assert "customers" in caplog.text
    for word in ("private", "secret-app", "secret-grant"):
        assert word not in caplog.text
    assert not any(b"secret-" in json.dumps(message).encode() for message in run.messages)
