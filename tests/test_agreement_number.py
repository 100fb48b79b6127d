"""Where the number of an agreement comes from."""

from __future__ import annotations

import typing as t

import pytest

from tap_economic.errors import SettingsError
from tests.support.running import run_tap
from tests.support.scripted import ONE_CUSTOMER, SELF, Answer, customers_answer

if t.TYPE_CHECKING:
    from tests.support.scripted import Request, Serve


def test_it_comes_from_self(serve: Serve) -> None:
    api = serve(customers_answer([ONE_CUSTOMER]))
    assert run_tap(api.url, "customers").records("customers")[0]["agreementNumber"] == 111111


def test_it_comes_from_the_setting_where_the_grant_may_not_read_self(serve: Serve) -> None:
    def answer(request: Request) -> Answer:
        return Answer({}, 403) if request.path == "/rest/self" else ONE_CUSTOMER

    api = serve(answer)
    run = run_tap(api.url, "customers", agreement_number=222222)
    assert run.records("customers")[0]["agreementNumber"] == 222222


def test_without_either_the_run_ends_and_names_the_setting(serve: Serve) -> None:
    api = serve(lambda _: Answer({}, 403))
    with pytest.raises(SettingsError, match="set agreement_number"):
        run_tap(api.url)


def test_tokens_of_another_agreement_than_the_setting_names_end_the_run(serve: Serve) -> None:
    api = serve(lambda _: SELF)
    with pytest.raises(SettingsError, match=r"open agreement 111111, but .* says 222222"):
        run_tap(api.url, agreement_number=222222)


def test_state_is_partitioned_by_it(serve: Serve) -> None:
    api = serve(customers_answer([ONE_CUSTOMER]))
    run = run_tap(api.url, "invoices_booked")
    (partition,) = run.state["bookmarks"]["invoices_booked"]["partitions"]
    assert partition["context"] == {"agreementNumber": 111111}
