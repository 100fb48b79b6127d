"""Many companies in one run, none in the way of another."""

from __future__ import annotations

import contextlib
import json
import threading
import time
import typing as t

import pytest
from singer_sdk.exceptions import ConfigValidationError, SingerSDKError
from starlette.responses import Response

from economic_sandbox.company import generate_company
from economic_sandbox.server import Sandbox
from tap_economic.errors import AgreementRefusedError, MistypedValueError, SettingsError
from tests.support.clock import simulated_time
from tests.support.lookback import shorten_lookback
from tests.support.running import Collector, run_tap
from tests.support.scripted import Answer, collection

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.running import Run
    from tests.support.scripted import Request, Serve

STREAMS = ("accounts", "invoices_booked", "projects")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    companies = {f"grant-{seed}": generate_company(seed, invoices=20) for seed in (1, 2, 3)}
    companies["grant-2"].modules = set()  # no Project module
    with Sandbox(agreements=companies) as running:
        yield running


@pytest.fixture(autouse=True)
def forget(sandbox: Sandbox) -> None:
    sandbox.clear()


def numbers(*seeds: int) -> list[int]:
    return [generate_company(seed, invoices=20).agreement_number for seed in seeds]


def settings(sandbox: Sandbox, *grants: str, **more: t.Any) -> dict[str, t.Any]:
    return {
        "rest_url": sandbox.rest_url,
        "openapi_url": sandbox.openapi_url,
        "app_secret_token": sandbox.app_secret_token,
        "agreement_grant_token": None,
        "agreements": [{"agreement_grant_token": grant} for grant in grants],
        **more,
    }


@pytest.mark.parametrize("concurrency", [1, 8])
def test_each_company_s_rows_carry_its_number_and_one_schema_is_sent(
    sandbox: Sandbox, concurrency: int
) -> None:
    grants = ("grant-1", "grant-2", "grant-3")
    run = run_tap(None, *STREAMS, **settings(sandbox, *grants), concurrency=concurrency)
    assert run.exit_code == 0
    for stream in ("accounts", "invoices_booked"):
        seen = {row["agreementNumber"] for row in run.records(stream)}
        assert seen == set(numbers(1, 2, 3))
        schemas = [m for m in run.messages if m["type"] == "SCHEMA" and m["stream"] == stream]
        assert len(schemas) == 1


def test_the_messages_of_many_agreements_come_in_the_same_order_whatever_the_concurrency(
    sandbox: Sandbox,
) -> None:
    grants = ("grant-1", "grant-2", "grant-3")
    records = [
        [
            (message["stream"], message["record"])
            for message in run_tap(
                None, *STREAMS, **settings(sandbox, *grants), concurrency=concurrency
            ).messages
            if message["type"] == "RECORD"
        ]
        for concurrency in (1, 2, 8)
    ]
    assert records[0] == records[1] == records[2]


def test_a_company_without_a_module_changes_nothing_for_the_others(sandbox: Sandbox) -> None:
    run = run_tap(None, *STREAMS, **settings(sandbox, "grant-1", "grant-2", "grant-3"))
    assert run.exit_code == 0
    assert {row["agreementNumber"] for row in run.records("projects")} == set(numbers(1, 3))


def test_a_grant_that_is_revoked_stops_that_agreement_alone(
    sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    config = settings(sandbox, "grant-1", "grant-3")
    config["agreements"].insert(1, {"agreement_grant_token": "planted-grant", "name": "Lukket ApS"})
    run = run_tap(None, *STREAMS, **config)
    assert run.exit_code == 1
    assert {row["agreementNumber"] for row in run.records("accounts")} == set(numbers(1, 3))
    assert "Lukket ApS" in caplog.text
    assert "planted-grant" not in caplog.text


def test_a_grant_that_is_revoked_during_the_run_stops_that_agreement_alone_with_one_error(
    sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = numbers(1, 3)
    refused: list[str] = []

    @sandbox.before_response
    def revoke(exchange: t.Any) -> t.Any:
        if exchange.agreement_number == first and exchange.path.endswith("/invoices/booked"):
            refused.append(exchange.path)
        if refused and exchange.agreement_number == first:
            return Response('{"message": "Unauthorized"}', 401)
        return None

    streams = ("accounts", "customers", "invoices_booked", "orders_sent", "quotes_sent")
    run = run_tap(None, *streams, **settings(sandbox, "grant-1", "grant-3"))
    assert run.exit_code == 1
    assert {row["agreementNumber"] for row in run.records("accounts")} == {first, second}
    assert {row["agreementNumber"] for row in run.records("invoices_booked")} == {second}
    (error,) = (record for record in caplog.records if record.levelname == "ERROR")
    assert error.getMessage().startswith(f"Agreement {first} stopped, with 3 of its streams not ")
    assert "401" in error.getMessage()


def test_every_agreement_has_a_bookmark_of_its_own(sandbox: Sandbox) -> None:
    run = run_tap(None, "invoices_booked", **settings(sandbox, "grant-1", "grant-3"))
    partitions = run.state["bookmarks"]["invoices_booked"]["partitions"]
    assert [one["context"] for one in partitions] == [
        {"agreementNumber": number} for number in numbers(1, 3)
    ]


def test_going_from_the_single_token_to_the_list_keeps_the_bookmark(sandbox: Sandbox) -> None:
    single = settings(sandbox) | {"agreement_grant_token": "grant-1", "agreements": []}
    with small_lookback():
        first = run_tap(None, "invoices_booked", **single)
        before = first.state["bookmarks"]["invoices_booked"]["partitions"][0]
        assert before["replication_key_value"] > 0
        sandbox.clear()
        state = json.loads(json.dumps(first.state))
        both = settings(sandbox, "grant-1", "grant-3")
        second = run_tap(None, "invoices_booked", state=state, **both)
    requested = {request.agreement_number: request.query for request in sandbox.requests}
    known, new = numbers(1, 3)
    assert ("filter", f"bookedInvoiceNumber$gt:{before['replication_key_value']}") in requested[
        known
    ]
    assert not [name for name, _ in requested[new] if name == "filter"]
    partitions = second.state["bookmarks"]["invoices_booked"]["partitions"]
    assert partitions[0] == before
    assert partitions[1]["context"] == {"agreementNumber": new}


@contextlib.contextmanager
def small_lookback() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        shorten_lookback(patch, 3)
        yield


def test_the_same_agreement_twice_is_an_error() -> None:
    number = numbers(1)[0]
    with (
        Sandbox(
            agreements={
                "one": generate_company(1, invoices=20),
                "other": generate_company(1, invoices=20),
            }
        ) as twice,
        pytest.raises(SettingsError, match=f"Agreement {number} is in the settings twice"),
    ):
        run_tap(None, "accounts", **settings(twice, "one", "other"))


def test_the_tokens_of_the_only_agreement_being_refused_ends_the_run(sandbox: Sandbox) -> None:
    with pytest.raises(AgreementRefusedError):
        run_tap(None, "accounts", **settings(sandbox, "revoked"))


def test_a_revoked_agreement_holds_back_deletes(sandbox: Sandbox) -> None:
    config = settings(
        sandbox, "grant-1", "revoked", emit_activate_version_messages=True, agreement_number=None
    )
    run = run_tap(None, "accounts", **config)
    assert not [m for m in run.messages if m["type"] == "ACTIVATE_VERSION"]
    healthy = run_tap(
        None, "accounts", **settings(sandbox, "grant-1", emit_activate_version_messages=True)
    )
    assert [m["stream"] for m in healthy.messages if m["type"] == "ACTIVATE_VERSION"] == [
        "accounts"
    ]


def test_the_same_token_twice_is_an_error_that_does_not_repeat_it() -> None:
    one = {"agreement_grant_token": "planted"}
    for single, several in ((None, [one, one]), ("planted", [one])):
        with pytest.raises(ConfigValidationError) as caught:
            run_tap("http://localhost:1", agreement_grant_token=single, agreements=several)
        assert caught.value.errors == ["The same agreement_grant_token is in the settings twice"]


# What /self may answer

ODD_NUMBERS = (
    "[1]",
    '"111111x"',
    "7.5",
    "true",
    '"abc"',
    "null",
    "0",
    "-7",
    "{}",
    "1e300",
    "9" * 30,
)
REFUSALS = [
    (400, "{}", "e-conomic responded with 400"),
    (401, "{}", "e-conomic rejects the tokens"),
    (403, "{}", "set agreement_number"),
    (404, "{}", "e-conomic responded with 404"),
    (429, "{}", "e-conomic still responds with 429"),
    (500, "{}", "e-conomic responded with 500"),
    (302, "{}", "e-conomic responded with 302"),
    (200, "<html>", "the body is not the expected JSON"),
    (200, "[]", "the body is not the expected JSON"),
    (200, "{}", "e-conomic returned no valid agreement number"),
    *(
        (200, f'{{"agreementNumber": {number}}}', "e-conomic returned no valid agreement number")
        for number in ODD_NUMBERS
    ),
]


def answer_of_self(sandbox: Sandbox, number: int, status: int, body: str) -> None:
    @sandbox.before_response
    def answer(exchange: t.Any) -> Response | None:
        if exchange.agreement_number == number and exchange.path.endswith("/self"):
            return Response(body, status)
        return None


@pytest.mark.usefixtures("waits")
@pytest.mark.parametrize("answer", REFUSALS)
def test_an_agreement_that_does_not_open_is_told_of_and_the_others_are_read(
    sandbox: Sandbox,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
    answer: tuple[int, str, str],
) -> None:
    status, body, reason = answer
    answer_of_self(sandbox, numbers(2)[0], status, body)
    grants = ("grant-1", "grant-2", "grant-3")
    run = run_tap(None, "accounts", **settings(sandbox, *grants, concurrency=8))
    assert run.exit_code == 1
    assert {row["agreementNumber"] for row in run.records("accounts")} == set(numbers(1, 3))
    (left_out,) = run.report.unopened
    assert reason in left_out.reason
    assert f"Agreement agreements.1 is not read: {left_out.reason}." in caplog.messages
    told = capsys.readouterr().err.splitlines()
    reported = told.index("not read: agreements.1")
    assert left_out.reason.startswith(told[reported + 1].strip())


@pytest.mark.usefixtures("waits")
@pytest.mark.parametrize(("status", "body", "reason"), REFUSALS)
def test_the_only_agreement_not_opening_ends_the_run_with_a_sentence(
    sandbox: Sandbox, status: int, body: str, reason: str
) -> None:
    answer_of_self(sandbox, numbers(1)[0], status, body)
    with pytest.raises(SingerSDKError, match=reason):
        run_tap(None, "accounts", **settings(sandbox, "grant-1"))


@pytest.mark.parametrize("number", ["111111", "111111.0", '"111111"'])
def test_whatever_self_answers_a_number_is_an_integer_in_records_and_state(
    serve: Serve, number: str
) -> None:
    def answer(request: Request) -> Answer:
        if request.path == "/rest/self":
            return Answer(f'{{"agreementNumber": {number}, "unheardOf": 1}}'.encode())
        return collection([{"bookedInvoiceNumber": 1}])

    try:
        run = run_tap(serve(answer).url, "agreement", "invoices_booked")
    except MistypedValueError:
        return
    partitions = run.state["bookmarks"]["invoices_booked"]["partitions"]
    seen = [
        *(one["context"]["agreementNumber"] for one in partitions),
        *(row["agreementNumber"] for row in run.records("invoices_booked")),
        *(row["agreementNumber"] for row in run.records("agreement")),
    ]
    assert [(type(value), value) for value in seen] == [(int, 111111)] * 3


def test_a_run_of_which_no_agreement_opens_reads_nothing_and_fails(sandbox: Sandbox) -> None:
    run = run_tap(None, *STREAMS, "sync_audit", **settings(sandbox, "revoked", "gone"))
    assert run.exit_code == 1
    assert len(run.report.unopened) == 2
    assert {message["stream"] for message in run.messages if message["type"] == "RECORD"} == {
        "sync_audit"
    }


def test_an_agreement_that_does_not_open_is_in_the_audit_by_its_number_or_its_place(
    sandbox: Sandbox,
) -> None:
    config = settings(sandbox, "grant-1", "revoked", "planted-grant")
    config["agreements"][2]["name"] = "Lukket ApS"
    config["agreements"] += [{"agreement_grant_token": "gone", "agreement_number": 777}]
    run = run_tap(None, "accounts", "sync_audit", **config)
    rows = {row["agreementNumber"]: row for row in run.records("sync_audit")}
    assert rows.keys() == {*numbers(1), -2, -3, 777}
    for number, name in ((-2, "agreements.1"), (-3, "Lukket ApS"), (777, "777")):
        row = rows[number]
        assert (row["stream"], row["status"], row["agreementName"]) == (
            "agreement",
            "refused",
            name,
        )
        assert "e-conomic responded with 401" in row["reason"]
        assert row["calls"] == 1


@pytest.mark.parametrize(("known", "number"), [(None, -1), (777, 777)])
def test_the_only_agreement_not_opening_is_in_the_audit_too(
    sandbox: Sandbox,
    known: int | None,
    number: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written: list[bytes] = []
    monkeypatch.setattr(Collector, "_write", lambda _, lines: written.extend(lines.splitlines()))
    config = settings(sandbox) | {
        "agreement_grant_token": "revoked",
        "agreements": [],
        "agreement_number": known,
    }
    with pytest.raises(AgreementRefusedError):
        run_tap(None, "accounts", "sync_audit", **config)
    schema, record = map(json.loads, written)
    assert (schema["type"], schema["stream"]) == ("SCHEMA", "sync_audit")
    assert (record["type"], record["record"]["agreementNumber"]) == ("RECORD", number)
    assert record["record"]["status"] == "refused"


@pytest.mark.parametrize("number", [None, 222222])
def test_an_agreement_that_the_settings_confuse_ends_the_run_also_beside_others(
    sandbox: Sandbox, number: int | None
) -> None:
    config = settings(sandbox, "grant-1", "grant-3")
    config["agreements"][1]["agreement_number"] = number or numbers(1)[0]
    with pytest.raises(SettingsError, match="agreement_number says"):
        run_tap(None, "accounts", **config)


def test_the_calls_that_open_agreements_are_counted(
    sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    grants = ("grant-1", "revoked", "grant-3")
    run_tap(None, "accounts", **settings(sandbox, *grants), concurrency=8)
    calls = len(sandbox.requests)
    assert calls > 3
    assert f"{calls} calls that cost {3 * calls}" in " ".join(capsys.readouterr().err.split())


def test_a_429_for_one_agreement_does_not_keep_others_from_opening(serve: Serve) -> None:
    requested: list[str] = []
    all_requested = threading.Event()

    def answer(request: Request) -> Answer:
        grant = request.headers["X-AgreementGrantToken"]
        if request.path != "/rest/self":
            return collection([{"accountNumber": 1}])
        requested.append(grant)
        if grant == "1" and requested.count(grant) == 1:
            return Answer({}, 429, {"Retry-After": "30"})
        while not clock.slept:
            time.sleep(0.01)  # until the tap waits after the 429
        if grant == "4":
            all_requested.set()
        return Answer({"agreementNumber": int(grant)})

    url = serve(answer).url
    runs: list[Run] = []

    def read() -> None:
        grants = [{"agreement_grant_token": grant} for grant in "1234"]
        config: dict[str, t.Any] = {"agreement_grant_token": None, "agreements": grants}
        runs.append(run_tap(url, "accounts", concurrency=2, **config))

    def hold_time() -> None:
        assert all_requested.wait(20)

    with simulated_time() as clock:
        # As hold_time does not wait in it, time passes only once the last agreement was requested.
        clock.run(read, hold_time)
    assert runs[0].exit_code == 0
    assert requested[-1] == "1"
    assert clock.slept == [30]
