"""Many companies in one run, none in the way of another."""

from __future__ import annotations

import contextlib
import json
import typing as t

import pytest

from tap_economic.errors import AgreementRefusedError, SettingsError
from tap_economic.sandbox.company import Company
from tap_economic.sandbox.server import Sandbox
from tests.running import run_tap

if t.TYPE_CHECKING:
    from collections.abc import Iterator

STREAMS = ("accounts", "invoices_booked", "projects")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    companies = {f"grant-{seed}": Company(seed, invoices=20) for seed in (1, 2, 3)}
    companies["grant-2"].modules = set()  # no Project module
    with Sandbox(agreements=companies) as running:
        yield running


@pytest.fixture(autouse=True)
def forget(sandbox: Sandbox) -> None:
    sandbox.clear()


def numbers(*seeds: int) -> list[int]:
    return [Company(seed, invoices=20).agreement_number for seed in seeds]


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


def test_a_grant_that_is_revoked_during_the_run_stops_that_agreement_alone(
    sandbox: Sandbox,
) -> None:
    first, second = numbers(1, 3)
    refused: list[str] = []

    @sandbox.before_response
    def revoke(exchange: t.Any) -> t.Any:
        if exchange.agreement_number == first and exchange.path.endswith("/invoices/booked"):
            refused.append(exchange.path)
        if refused and exchange.agreement_number == first:
            from starlette.responses import JSONResponse  # noqa: PLC0415

            return JSONResponse({"message": "Unauthorized"}, 401)
        return None

    run = run_tap(
        None, "accounts", "customers", "invoices_booked", **settings(sandbox, "grant-1", "grant-3")
    )
    assert run.exit_code == 1
    assert {row["agreementNumber"] for row in run.records("accounts")} == {first, second}
    assert {row["agreementNumber"] for row in run.records("invoices_booked")} == {second}


def test_every_agreement_has_a_bookmark_of_its_own(sandbox: Sandbox) -> None:
    run = run_tap(None, "invoices_booked", **settings(sandbox, "grant-1", "grant-3"))
    partitions = run.state["bookmarks"]["invoices_booked"]["partitions"]
    assert [one["context"] for one in partitions] == [
        {"agreementNumber": number} for number in numbers(1, 3)
    ]


def test_going_from_the_single_token_to_the_list_keeps_the_bookmark(sandbox: Sandbox) -> None:
    single = settings(sandbox) | {"agreement_grant_token": "grant-1", "agreements": []}
    with small_trail():
        first = run_tap(None, "invoices_booked", **single)
        before = first.state["bookmarks"]["invoices_booked"]["partitions"][0]
        assert before["replication_key_value"] > 0
        sandbox.clear()
        state = json.loads(json.dumps(first.state))
        both = settings(sandbox, "grant-1", "grant-3")
        second = run_tap(None, "invoices_booked", state=state, **both)
    asked = {request.agreement_number: request.query for request in sandbox.requests}
    known, new = numbers(1, 3)
    assert ("filter", f"bookedInvoiceNumber$gt:{before['replication_key_value']}") in asked[known]
    assert not [name for name, _ in asked[new] if name == "filter"]
    partitions = second.state["bookmarks"]["invoices_booked"]["partitions"]
    assert partitions[0] == before
    assert partitions[1]["context"] == {"agreementNumber": new}


@contextlib.contextmanager
def small_trail() -> Iterator[None]:
    from tap_economic.streams.sales import InvoicesBookedStream  # noqa: PLC0415

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(InvoicesBookedStream, "trail", 3)
        yield


def test_the_same_agreement_twice_is_an_error() -> None:
    number = numbers(1)[0]
    with (
        Sandbox(
            agreements={"one": Company(1, invoices=20), "other": Company(1, invoices=20)}
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
