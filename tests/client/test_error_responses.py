"""What happens when e-conomic says no, over a real socket."""

from __future__ import annotations

import gzip
import json
import logging
import re
import typing as t

import pytest

from tap_economic.errors import AgreementRefusedError, SettingsError
from tap_economic.report import Status
from tests.support import secrets
from tests.support.running import run_tap
from tests.support.scripted import SELF, Answer, collection, items

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.scripted import Request, Serve

CUSTOMERS = "/rest/customers"
SUPPLIERS = "/rest/suppliers"


def customers_answer(answers: list[Answer]) -> Callable[[Request], Answer]:
    """Answer /self, an empty list of suppliers, and for customers the given answers in turn."""

    def answer(request: Request) -> Answer:
        if request.path == "/rest/self":
            return SELF
        if request.path == CUSTOMERS:
            return answers.pop(0) if len(answers) > 1 else answers[0]
        return collection([{"supplierNumber": 1}])

    return answer


ONE_CUSTOMER = collection([{"customerNumber": 1}])


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
    assert len(api.asked(CUSTOMERS)) == 2
    assert len(waits) == 1


def test_what_does_not_pass_fails_its_stream_after_five_tries_and_the_others_go_on(
    serve: Serve, waits: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    broken = Answer({"message": "Oops", "logId": "abc-CPH", "secret": "do not repeat"}, 500)
    api = serve(customers_answer([broken]))
    run = run_tap(api.url, "customers", "suppliers")
    assert len(api.asked(CUSTOMERS)) == 5
    assert len(waits) == 4
    assert waits == sorted(waits)
    assert run.exit_code == 1
    assert run.outcomes["customers"].status is Status.FAILED
    assert run.outcomes["suppliers"].status is Status.COMPLETE
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
    assert {outcome.status for outcome in run.outcomes.values()} == {Status.FAILED}
    assert api.asked(SUPPLIERS) == []


def test_403_on_the_first_page_skips_the_stream_and_names_the_role(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    api = serve(customers_answer([Answer({"message": "Forbidden"}, 403)]))
    run = run_tap(api.url, "customers", "suppliers")
    assert run.exit_code == 0
    assert run.outcomes["customers"].status is Status.SKIPPED
    assert "SuperUser or Sales" in caplog.text


@pytest.mark.parametrize("concurrency", [1, 8])
@pytest.mark.parametrize("rows", [[{"customerNumber": 1}], []], ids=["a row", "no row"])
def test_403_after_the_first_page_is_a_failure(
    serve: Serve, rows: list[dict[str, t.Any]], concurrency: int
) -> None:
    first = collection(rows, next_page="https://x/customers?skippages=1")
    api = serve(customers_answer([first, Answer({}, 403)]))
    run = run_tap(api.url, "customers", concurrency=concurrency)
    assert run.outcomes["customers"].status is Status.FAILED
    assert run.exit_code == 1


@pytest.mark.parametrize("status", [400, 403])
def test_a_module_that_is_off_skips_the_stream_whatever_the_status(
    serve: Serve, status: int
) -> None:
    problem = {"title": "Missing", "errorCode": "DimensionIncorrectModule", "status": status}
    api = serve(customers_answer([Answer(problem, status)]))
    assert run_tap(api.url, "customers").outcomes["customers"].status is Status.SKIPPED


def test_400_fails_the_stream_with_the_api_s_own_words(serve: Serve) -> None:
    api = serve(
        customers_answer(
            [Answer({"message": "Could not parse\nquery", "errorCode": "E1", "logId": "L9"}, 400)]
        )
    )
    reason = run_tap(api.url, "customers").outcomes["customers"].reason
    assert "e-conomic answered 400: Could not parse query" in reason
    assert "errorCode E1" in reason
    assert "logId L9" in reason


def test_a_redirect_is_refused_and_nobody_else_sees_the_tokens(serve: Serve) -> None:
    foreign = serve(lambda _: Answer({}))
    api = serve(customers_answer([Answer({}, 302, {"Location": f"{foreign.url}/rest/customers"})]))
    run = run_tap(api.url, "customers")
    assert run.outcomes["customers"].status is Status.FAILED
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


def test_an_accounting_year_with_a_slash_is_spelled_as_in_self_links(serve: Serve) -> None:
    def answer(request: Request) -> Answer:
        if request.path == "/rest/self":
            return SELF
        if request.path == "/rest/accounting-years":
            return collection([{"year": "2023/2024"}, {"year": "2025"}])
        return collection([{"account": {"accountNumber": 1010}, "fromDate": "2025-01-01"}])

    api = serve(answer)
    run = run_tap(api.url, "accounting_year_totals")
    assert [request.path for request in api.requests[2:]] == [
        "/rest/accounting-years/2023_6_2024/totals",
        "/rest/accounting-years/2025/totals",
    ]
    keys = [(row["year"], row["accountNumber"]) for row in run.records("accounting_year_totals")]
    assert keys == [("2023/2024", 1010), ("2025", 1010)]


def test_a_mistyped_value_fails_its_stream_by_the_property_s_name(serve: Serve) -> None:
    api = serve(customers_answer([collection([{"customerNumber": 1, "balance": "a lot"}])]))
    run = run_tap(api.url, "customers", "suppliers")
    assert run.outcomes["customers"].status is Status.FAILED
    assert "'balance'" in run.outcomes["customers"].reason
    assert "a lot" not in run.outcomes["customers"].reason
    assert run.records("customers") == []
    assert len(run.records("suppliers")) == 1


@pytest.mark.parametrize("concurrency", [1, 8])
def test_rows_of_a_page_that_cannot_be_written_are_not_counted_as_sent(
    serve: Serve, concurrency: int
) -> None:
    first = collection([{"customerNumber": 1}], next_page="https://x/customers?skippages=1")
    second = collection([{"customerNumber": 2, "balance": "NaN"}])
    api = serve(customers_answer([first, second]))
    run = run_tap(api.url, "customers", concurrency=concurrency)
    assert run.outcomes["customers"].status is Status.FAILED
    assert [row["customerNumber"] for row in run.records("customers")] == [1]
    assert run.outcomes["customers"].rows == 1


def test_a_record_without_its_key_leaves_the_stream_incomplete(serve: Serve) -> None:
    def answer(request: Request) -> Answer:
        if request.path == "/rest/self":
            return SELF
        return items([{"entryNumber": 1}, {"accountNumber": 1010}, {"entryNumber": 3}])

    api = serve(answer)
    run = run_tap(api.url, "booked_entries")
    assert [row["entryNumber"] for row in run.records("booked_entries")] == [1, 3]
    assert run.outcomes["booked_entries"].status is Status.INCOMPLETE
    assert "entryNumber (1)" in run.outcomes["booked_entries"].reason
    assert run.exit_code == 1


def test_undeclared_properties_are_sent_and_named_in_one_warning(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    rows = [{"customerNumber": number, "favouriteColour": "blue"} for number in (1, 2)]
    api = serve(customers_answer([collection(rows)]))
    run = run_tap(api.url, "customers")
    assert [row["favouriteColour"] for row in run.records("customers")] == ["blue", "blue"]
    warnings = [record for record in caplog.records if "favouriteColour" in record.getMessage()]
    assert len(warnings) == 1


def test_a_nul_character_never_reaches_the_target(serve: Serve) -> None:
    row = rb'{"customerNumber": 1, "name": "A\u0000B"}'
    body = b'{"collection": [' + row + b'], "pagination": {"results": 1}}'
    api = serve(customers_answer([Answer(body)]))
    run = run_tap(api.url, "customers")
    assert run.records("customers")[0]["name"] == "AB"
    assert not any(rb"\u0000" in line for line in run.lines)


@pytest.mark.parametrize("concurrency", [1, 8])
@pytest.mark.parametrize("maps", [{}, {"customers": {"city": "city"}}])
def test_half_of_a_surrogate_pair_is_replaced_and_named_and_the_stream_is_complete(
    serve: Serve, caplog: pytest.LogCaptureFixture, concurrency: int, maps: dict[str, t.Any]
) -> None:
    body = (
        rb'{"collection": [{"customerNumber": 1, "name": "A\ud800B", "city": "\ud83d\ude00",'
        rb' "balance": 0.10, "odd\udc00": 1}], "pagination": {"results": 1}}'
    )
    api = serve(customers_answer([Answer(body)]))
    run = run_tap(api.url, "customers", concurrency=concurrency, stream_maps=maps)
    assert run.exit_code == 0
    (record,) = run.records("customers")
    assert record["name"] == "A\ufffdB"
    assert record["city"] == "\N{GRINNING FACE}"
    assert record["odd\ufffd"] == 1
    assert any(b'"balance":0.10' in line for line in run.lines)
    (warning,) = (text for text in caplog.messages if "databases refuse" in text)
    assert warning.endswith("in: name, odd\ufffd.")


@pytest.mark.usefixtures("waits")
@pytest.mark.parametrize("rest", [b"NaN}]}", b"}", b"1"])
def test_a_body_that_is_no_json_stays_so_where_half_of_a_surrogate_pair_stands_in_it(
    serve: Serve, rest: bytes
) -> None:
    body = rb'{"collection": [{"customerNumber": 1, "name": "\ud800", "balance": ' + rest
    api = serve(customers_answer([Answer(body)]))
    assert run_tap(api.url, "customers").outcomes["customers"].status.value == "failed"
    assert len(api.asked(CUSTOMERS)) == 5  # tried again, as any broken body


def test_amounts_leave_as_the_same_json_number(serve: Serve) -> None:
    body = (
        b'{"collection": [{"customerNumber": 1, "balance": 0.10, "dueAmount": '
        b'12345678901234567.89, "creditLimit": 100.000000}], "pagination": {"results": 1}}'
    )
    api = serve(customers_answer([Answer(body)]))
    (line,) = (line for line in run_tap(api.url, "customers").lines if b'"RECORD"' in line)
    for figure in (b'"balance":0.10', b'"dueAmount":12345678901234567.89', b":100.000000"):
        assert re.search(re.escape(figure) + b"[,}]", line)


class TestAgreementNumber:
    def test_it_comes_from_self(self, serve: Serve) -> None:
        api = serve(customers_answer([ONE_CUSTOMER]))
        assert run_tap(api.url, "customers").records("customers")[0]["agreementNumber"] == 111111

    def test_it_comes_from_the_setting_where_the_grant_may_not_read_self(
        self, serve: Serve
    ) -> None:
        def answer(request: Request) -> Answer:
            return Answer({}, 403) if request.path == "/rest/self" else ONE_CUSTOMER

        api = serve(answer)
        run = run_tap(api.url, "customers", agreement_number=222222)
        assert run.records("customers")[0]["agreementNumber"] == 222222

    def test_without_either_the_run_ends_and_names_the_setting(self, serve: Serve) -> None:
        api = serve(lambda _: Answer({}, 403))
        with pytest.raises(SettingsError, match="set agreement_number"):
            run_tap(api.url)

    def test_tokens_of_another_agreement_than_the_setting_names_end_the_run(
        self, serve: Serve
    ) -> None:
        api = serve(lambda _: SELF)
        with pytest.raises(SettingsError, match=r"open agreement 111111, but .* says 222222"):
            run_tap(api.url, agreement_number=222222)

    def test_state_is_partitioned_by_it(self, serve: Serve) -> None:
        api = serve(customers_answer([ONE_CUSTOMER]))
        run = run_tap(api.url, "invoices_booked")
        (partition,) = run.state["bookmarks"]["invoices_booked"]["partitions"]
        assert partition["context"] == {"agreementNumber": 111111}


def test_both_tokens_and_the_user_agent_are_on_every_request_and_only_get_is_used(
    serve: Serve,
) -> None:
    api = serve(customers_answer([ONE_CUSTOMER]))
    run_tap(api.url, "customers", user_agent="books/1.0")
    for request in api.requests:
        assert request.headers["X-AppSecretToken"] == secrets.APP
        assert request.headers["X-AgreementGrantToken"] == secrets.GRANT
        assert request.headers["User-Agent"] == "books/1.0"


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
