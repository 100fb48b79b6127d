"""Three agreements of the sandbox, run by the fleet of orchestrate/: `docs/fleet.md`."""

from __future__ import annotations

import time
import typing as t

from psycopg import sql

from tests.support.fleet import CLOSED, CROOKED, FINE, GRANTS, SECRET

if t.TYPE_CHECKING:
    from economic_sandbox.server import Sandbox
    from tests.support.fleet import Fleet, Row
    from tests.support.warehouse import Warehouse

LOAD, BOOKS = "economic_tables", "books"
_WITHIN = 15
"""Seconds from a webhook to the run that it leads to."""


def events(run: Row, step: str) -> list[str]:
    """How the attempts of a step began and ended."""
    found = [event["type"] for event in run["steps"] if event["step"] == step]
    return [
        kind
        for kind in found
        if kind.startswith("STEP_") and kind not in {"STEP_OUTPUT", "STEP_INPUT"}
    ]


def test_two_are_loaded_or_built_at_once_and_never_three(fleet: Fleet) -> None:
    changes = []
    for run in fleet.runs.values():
        for event in run["steps"]:
            if event["type"] in {"STEP_START", "STEP_RESTARTED"}:
                changes.append((event["time"], 1))
            elif event["type"] in {"STEP_SUCCESS", "STEP_FAILURE", "STEP_UP_FOR_RETRY"}:
                changes.append((event["time"], -1))
    running, most = 0, 0
    for _, change in sorted(changes):
        running += change
        most = max(most, running)
    assert running == 0
    assert most == 2
    first_end = min(when for when, change in changes if change < 0)
    assert all(run["started"] < first_end for run in fleet.runs.values())  # the third one waited


def test_a_revoked_agreement_is_not_retried_and_says_so(fleet: Fleet) -> None:
    run = fleet.runs[CLOSED]
    assert run["status"] == "FAILURE"
    assert events(run, LOAD) == ["STEP_START", "STEP_FAILURE"]
    assert events(run, BOOKS) == []
    assert run["checks"] == {"complete": [False, CLOSED]}
    assert "e-conomic rejects the tokens" in run["reasons"][0]


def test_another_failure_is_retried_until_the_agreement_is_complete(
    fleet: Fleet, companies: Sandbox, loaded: Warehouse
) -> None:
    run = fleet.runs[FINE]
    assert run["status"] == "SUCCESS"
    assert events(run, LOAD) == [
        "STEP_START",
        "STEP_UP_FOR_RETRY",
        "STEP_RESTARTED",
        "STEP_SUCCESS",
    ]
    assert "Come again" in run["reasons"][0]
    assert run["checks"]["complete"] == [True, FINE]
    # Else Dagster takes a check for one of an earlier materialization; the first attempt had none.
    assert run["untargeted"] == ["complete"]
    assert run["checks"]["trial_balance_equals_accounting_year_totals"] == [True, FINE]
    sums = loaded.connection.execute(
        sql.SQL(
            "SELECT account_number, sum(net_change) FROM {} GROUP BY 1 HAVING sum(net_change) <> 0"
        ).format(sql.Identifier(f"books_{FINE}", "trial_balance"))
    ).fetchall()
    expected = companies.company.balances()
    assert dict(sums) == {number: balance for number, balance in expected.items() if balance}


def test_books_that_do_not_tie_fail_the_agreement_by_name_and_are_not_built_again(
    fleet: Fleet,
) -> None:
    run = fleet.runs[CROOKED]
    assert run["status"] == "FAILURE"
    assert events(run, LOAD) == ["STEP_START", "STEP_SUCCESS"]
    assert events(run, BOOKS) == ["STEP_START", "STEP_FAILURE"]
    assert run["checks"]["complete"] == [True, CROOKED]
    assert run["checks"]["vouchers_sum_to_zero"] == [False, CROOKED]
    assert run["checks"]["accounts_have_one_report_line"] == [True, CROOKED]
    assert "The books do not tie: vouchers_sum_to_zero" in run["reasons"][0]


def test_the_check_of_the_morning_names_the_agreement_that_was_not_read(fleet: Fleet) -> None:
    assert fleet.morning["checks"] == {"fresh": [False, None]}
    assert fleet.morning["found"] == {"stale streams by agreement": {CLOSED: ["agreement"]}}


def test_each_agreement_is_in_a_schema_of_its_own(
    fleet: Fleet, companies: Sandbox, loaded: Warehouse
) -> None:
    assert fleet.runs.keys() == {FINE, CROOKED, CLOSED}
    numbers = [
        loaded.connection.execute(
            sql.SQL('SELECT DISTINCT "agreementNumber" FROM {}').format(
                sql.Identifier(f"economic_{name}", "booked_entries")
            )
        ).fetchall()
        for name in (FINE, CROOKED)
    ]
    assert numbers[0] == [(companies.company.agreement_number,)]
    assert numbers[1] != numbers[0]


def test_a_webhook_leads_to_one_run_of_its_agreement_and_a_wrong_secret_to_none(
    fleet: Fleet, companies: Sandbox
) -> None:
    companies.clear()
    assert fleet.call(CROOKED, "INVOICE_BOOKED") == 403  # the secret of another agreement
    assert fleet.call(CROOKED, "INVOICE_BOOKED", "") == 403
    assert fleet.call(CROOKED, "INVOICE_BOOKED", None) == 403
    assert fleet.call(CLOSED, "INVOICE_BOOKED", "") == 403  # it has none
    assert fleet.call("unknown", "INVOICE_BOOKED") == 403
    assert fleet.call(FINE, "NEVER_HEARD_OF") == 404
    fleet.enlist(FINE, CROOKED)
    fleet.report()  # the sensors have just looked, and will not for some seconds
    called = time.time()
    for _ in range(3):
        assert fleet.call(FINE, "INVOICE_BOOKED") == 202

    report = fleet.report()

    (run,) = report["preset"]
    assert (run["agreement"], run["status"]) == (FINE, "SUCCESS")
    assert run["started"] - called <= _WITHIN
    assert events(run, LOAD) == ["STEP_START", "STEP_SUCCESS"]
    assert events(run, BOOKS) == []
    paths = {request.path for request in companies.requests}
    assert "/rest/invoices/booked" in paths
    assert "/rest/accounts" not in paths  # of the ledger, not of the preset
    assert {request.agreement_number for request in companies.requests} == {
        companies.company.agreement_number
    }


def test_an_agreement_that_leaves_the_roster_is_no_partition_any_more(fleet: Fleet) -> None:
    fleet.enlist(FINE)
    assert fleet.report() == {"partitions": [FINE]}


def test_nothing_more_is_run_and_no_token_is_in_what_dagster_keeps(fleet: Fleet) -> None:
    assert fleet.end() == ""
    files = [path for path in (fleet.folder / "orchestrate").rglob("*") if path.is_file()]
    files.append(fleet.folder / "driver.log")
    written = b"".join(path.read_bytes() for path in files)
    assert b"Reading agreement" in written  # the log of the tap is in it
    for token in (*GRANTS.values(), SECRET):
        assert token.encode() not in written
