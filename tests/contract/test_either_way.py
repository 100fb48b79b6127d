"""The tap is right, or says that it is not, where an unconfirmed fact is wrong."""

from __future__ import annotations

import functools
import re
import typing as t

import pytest

from contract.facts import PROBES
from contract.kinds.listings import AscendingBy
from contract.kinds.records import NeverFalse
from tap_economic.errors import SettingsError
from tap_economic.report import Status
from tests.support.decoding import (
    NAMES,
    Record,
    envelope,
    listing_of,
    plain_record,
    send_each_way,
    stream,
)
from tests.support.running import run_tap
from tests.support.scripted import (
    Answer,
    collection,
    customers,
    items,
    projects,
    with_count,
    with_self,
)

if t.TYPE_CHECKING:
    from tests.support.running import Run
    from tests.support.scripted import Request, Serve

READ_IN_ORDER = {
    probe.name.partition(" ascend by ")[0]: kind.key[0]
    for probe in PROBES
    if isinstance(kind := probe.kind, AscendingBy) and " ascend by " in probe.name
}
YEAR = {"year": "2026", "fromDate": "2026-01-01", "toDate": "2026-12-31"}


def listed(name: str, *records: Record) -> t.Callable[[Request], Answer]:
    """Answer a stream's records, and their count."""

    def answer(request: Request) -> Answer:
        if request.path.endswith("/count"):
            return Answer(len(records))
        if request.path.endswith("/accounting-years"):
            return collection([YEAR])
        return Answer(envelope(name, list(records)))

    return with_self(answer)


def test_rows_in_another_order_fail_the_stream(serve: Serve) -> None:
    falling, paths = {}, {}
    for name, key in READ_IN_ORDER.items():
        record, kind = plain_record(stream(name)), stream(name).schema["properties"][key]["type"]
        later = 8 if kind == "integer" else "2026-08-02T00:00:00Z"
        falling[name] = listed(name, record | {key: later}, record)
        paths[name] = re.compile(re.sub(r"\{.*?\}", "[^/]+", stream(name).path) + "(/count)?")

    def answer(request: Request) -> Answer:
        _, path = re.split(r"^/rest|^/openapi/\w+/v[\d.]+", request.path)
        names = (name for name in READ_IN_ORDER if paths[name].fullmatch(path))
        return falling[next(names, "accounting_year_entries")](request)

    run = run_tap(serve(with_self(answer)).url, *READ_IN_ORDER)
    for name, key in READ_IN_ORDER.items():
        assert run.results[name].status is Status.FAILED, name
        assert f"ascending order of {key}" in run.results[name].reason


COUNTED: dict[str, tuple[list[Record], t.Callable[[list[Record], int], Answer]]] = {
    "customers": (customers(1, 2), lambda rows, count: collection(rows, count=count)),
    "projects": (projects(2), lambda rows, _: items(rows)),
}


@functools.cache
def key_of(name: str) -> str:
    return stream(name).primary_keys[-1]


def counted(serve: Serve, name: str, rows: list[Record], count: int) -> Run:
    _, page = COUNTED[name]
    api = serve(with_self(with_count(count, lambda _: page(rows, count))))
    return run_tap(api.url, name, emit_activate_version_messages=True)


@pytest.mark.parametrize("name", COUNTED)
class TestCounts:
    def test_a_count_of_more_rows_is_incomplete_and_removes_nothing(
        self, serve: Serve, name: str
    ) -> None:
        run = counted(serve, name, COUNTED[name][0], 3)
        assert run.results[name].status is Status.INCOMPLETE
        assert "2 rows were read, but e-conomic counts 3" in run.results[name].reason
        assert not [one for one in run.messages if one["type"] == "ACTIVATE_VERSION"]

    def test_a_count_of_fewer_rows_is_a_warning_and_all_are_sent(
        self, serve: Serve, name: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        run = counted(serve, name, COUNTED[name][0], 1)
        assert {row[key_of(name)] for row in run.records(name)} == {1, 2}
        assert f"Stream {name}: the API counts 1 rows" in caplog.text

    def test_rows_with_an_equal_key_are_all_sent_and_told(
        self, serve: Serve, name: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        rows = COUNTED[name][0]
        run = counted(serve, name, [*rows, rows[-1]], 3)
        assert [row[key_of(name)] for row in run.records(name)] == [1, 2, 2]
        assert f"Stream {name}" in caplog.text


@pytest.mark.parametrize("size", [7, 2_500])
def test_a_page_under_a_cursor_may_have_any_number_of_rows(serve: Serve, size: int) -> None:
    rows = projects(2 * size)

    def answer(request: Request) -> Answer:
        if request.parameter("cursor"):
            return items(rows[size:])
        return items(rows[:size], cursor="anything")

    run = run_tap(serve(with_self(with_count(2 * size, answer))).url, "projects")
    assert run.results["projects"].status is Status.COMPLETE
    assert [row["number"] for row in run.records("projects")] == [row["number"] for row in rows]


@pytest.mark.parametrize(
    "name", [name for name in NAMES if listing_of(name, "untyped").false_when_absent]
)
def test_a_boolean_that_is_left_out_if_false_may_also_be_sent(name: str) -> None:
    record = plain_record(stream(name))
    left_out = listing_of(name, "untyped").false_when_absent
    absent = {key: value for key, value in record.items() if key not in left_out}
    sent = record | dict.fromkeys(left_out, False)
    assert send_each_way(name, envelope(name, [absent])) == send_each_way(
        name, envelope(name, [sent])
    )


@pytest.mark.parametrize(
    ("path", "name"),
    sorted(
        {
            (probe.kind.listing.get.path, probe.kind.property)
            for probe in PROBES
            if isinstance(probe.kind, NeverFalse) and probe.confirmed is None
        }
    ),
)
def test_a_boolean_is_sent_as_it_came(path: str, name: str) -> None:
    of = path.strip("/").replace("-", "_")
    for value in (True, False):
        record = plain_record(stream(of)) | {name: value}
        (line,) = send_each_way(of, envelope(of, [record])).lines
        assert line["record"][name] is value


@pytest.mark.parametrize(
    ("name", "key", "value"),
    [("booked_entries", "type", 99), ("invoices_sent", "sendBy", "pigeon")],
)
def test_a_value_that_no_enum_names_is_sent_as_it_came(
    serve: Serve, name: str, key: str, value: object
) -> None:
    record = plain_record(stream(name)) | {key: value}
    run = run_tap(serve(listed(name, record)).url, name)
    assert [row[key] for row in run.records(name)] == [value]


def test_a_year_whose_key_is_escaped_otherwise_is_incomplete(serve: Serve) -> None:
    def answer(request: Request) -> Answer:
        if request.path.endswith("/accounting-years"):
            return collection([YEAR | {"year": "2025/2026"}])
        return Answer({"message": "Not found"}, status=404)

    run = run_tap(serve(with_self(answer)).url, "accounting_year_totals")
    assert run.exit_code == 1
    assert run.results["accounting_year_totals"].status is not Status.COMPLETE


def test_an_app_that_may_not_read_self_is_told_which_setting_it_needs(serve: Serve) -> None:
    api = serve(lambda _: Answer({"message": "Forbidden"}, status=403))
    with pytest.raises(SettingsError, match="set agreement_number"):
        run_tap(api.url, "customers")
