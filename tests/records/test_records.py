"""What becomes of the values of a body on their way to the target, over a real socket."""

from __future__ import annotations

import re
import typing as t

import pytest

from tap_economic.report import Status
from tests.support.running import run_tap
from tests.support.scripted import SELF, Answer, collection, customers_answer, items

if t.TYPE_CHECKING:
    from tests.support.scripted import Request, Serve


def test_a_mistyped_value_fails_its_stream_by_the_property_s_name(serve: Serve) -> None:
    api = serve(customers_answer([collection([{"customerNumber": 1, "balance": "a lot"}])]))
    run = run_tap(api.url, "customers", "suppliers")
    assert run.results["customers"].status is Status.FAILED
    assert "'balance'" in run.results["customers"].reason
    assert "a lot" not in run.results["customers"].reason
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
    assert run.results["customers"].status is Status.FAILED
    assert [row["customerNumber"] for row in run.records("customers")] == [1]
    assert run.results["customers"].rows == 1


def test_a_record_without_its_key_leaves_the_stream_incomplete(serve: Serve) -> None:
    def answer(request: Request) -> Answer:
        if request.path == "/rest/self":
            return SELF
        return items([{"entryNumber": 1}, {"accountNumber": 1010}, {"entryNumber": 3}])

    api = serve(answer)
    run = run_tap(api.url, "booked_entries")
    assert [row["entryNumber"] for row in run.records("booked_entries")] == [1, 3]
    assert run.results["booked_entries"].status is Status.INCOMPLETE
    assert "entryNumber (1)" in run.results["booked_entries"].reason
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
    (warning,) = (text for text in caplog.messages if "databases reject" in text)
    assert warning.endswith("in: name, odd\ufffd.")


def test_amounts_leave_as_the_same_json_number(serve: Serve) -> None:
    body = (
        b'{"collection": [{"customerNumber": 1, "balance": 0.10, "dueAmount": '
        b'12345678901234567.89, "creditLimit": 100.000000}], "pagination": {"results": 1}}'
    )
    api = serve(customers_answer([Answer(body)]))
    (line,) = (line for line in run_tap(api.url, "customers").lines if b'"RECORD"' in line)
    figures = {
        "balance": b"0.10",
        "dueAmount": b"12345678901234567.89",
        "creditLimit": b"100.000000",
    }
    for name, figure in figures.items():
        assert re.search(rb'"%s": ?%s[,}]' % (name.encode(), re.escape(figure)), line)
