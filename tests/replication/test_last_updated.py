"""Reading by ``lastUpdated``, where a user asks for it in the catalog."""

from __future__ import annotations

import datetime as dt
import re
import typing as t

import pytest

from tap_economic.report import Status
from tap_economic.streams import STREAMS
from tests.support.catalogs import discovered, entry_of, metadata_of, selecting
from tests.support.running import run_tap
from tests.support.scripted import Answer, collection, items, with_self

if t.TYPE_CHECKING:
    from tests.support.catalogs import Catalog
    from tests.support.running import Run
    from tests.support.scripted import Request, ScriptedApi, Serve

# One of each API: the stream, its path, and how its filters write the start of a day.
CUSTOMERS = ("customers", "/rest/customers", "{day}T00:00:00Z")
PROJECTS = ("projects", "/openapi/projectsapi/v1.1.0/Projects", "{day}")
both = pytest.mark.parametrize(("stream", "path", "start"), [CUSTOMERS, PROJECTS])


def chosen(stream: str, **changes: object) -> Catalog:
    """Return the catalog with one stream selected, and its entry changed."""
    catalog = selecting(stream)
    entry_of(catalog, stream).update(changes)
    return catalog


def by_last_updated(stream: str) -> Catalog:
    return chosen(stream, replication_method="INCREMENTAL", replication_key="lastUpdated")


def rows(*updated: str | None, null_filter: bool = True) -> t.Callable[[Request], Answer]:
    """Answer one row for each time of an update, as far as a filter lets it pass.

    Args:
        updated: The times; None stands for a row that does not say when it was updated.
        null_filter: Whether ``$null:`` finds such a row.
    """
    found = [
        {
            "customerNumber": n,
            "number": n,
            "productNumber": f"{n}",
            **({"lastUpdated": time} if time else {}),
        }
        for n, time in enumerate(updated, start=1)
    ]

    def passes(row: dict[str, t.Any], filter_: str) -> bool:
        time = row.get("lastUpdated")
        if time is None:
            return null_filter and "$null:" in filter_
        (operator, day), *_ = re.findall(r"lastUpdated[$](gte|lt):([0-9-]{10})", filter_)
        return bool(time >= day if operator == "gte" else time < day)

    def answer(request: Request) -> Answer:
        filter_ = request.parameter("filter")
        passing = [row for row in found if filter_ is None or passes(row, filter_)]
        if request.path.endswith("/count"):
            return Answer(len(passing))
        return collection(passing) if request.path.startswith("/rest") else items(passing)

    return with_self(answer)


def since(start: str, day: str) -> str:
    return f"lastUpdated$gte:{start.format(day=day)}$or:lastUpdated$eq:$null:"


def bookmark(run: Run, stream: str) -> object:
    (partition,) = run.state["bookmarks"][stream]["partitions"]
    return partition.get("replication_key_value")


def read(api: ScriptedApi, catalog: Catalog, state: t.Any = None, **config: t.Any) -> Run:
    return run_tap(api.url, catalog=catalog, state=state, **config)


def filters(api: ScriptedApi, path: str) -> list[str | None]:
    """Return the filters of the requests for rows, not of those that only count."""
    listings = [r for r in api.requested(path) if r.parameter("pagesize") != "1"]
    return [request.parameter("filter") for request in listings]


@both
def test_the_first_run_reads_everything_and_the_next_from_the_day_before_the_latest_change(
    serve: Serve, stream: str, path: str, start: str
) -> None:
    api = serve(rows("2026-03-01T08:00:00Z", "2026-03-05T23:30:00Z", "2026-02-01T08:00:00Z"))
    first = read(api, by_last_updated(stream))
    assert len(first.records(stream)) == 3
    second = read(api, by_last_updated(stream), first.state)
    assert len(second.records(stream)) == 1
    assert filters(api, path) == [None, since(start, "2026-03-04")]


@both
def test_start_date_is_where_the_first_run_begins(
    serve: Serve, stream: str, path: str, start: str
) -> None:
    api = serve(rows("2026-03-01T08:00:00Z"))
    read(api, by_last_updated(stream), start_date="2026-01-15")
    assert filters(api, path) == [since(start, "2026-01-14")]


@both
def test_a_start_date_that_moves_back_reads_the_older_rows(
    serve: Serve, stream: str, path: str, start: str
) -> None:
    assert path
    assert start
    api = serve(rows("2026-01-10T08:00:00Z", "2026-03-01T08:00:00Z"))
    first = read(api, by_last_updated(stream), start_date="2026-02-01")
    second = read(api, by_last_updated(stream), first.state, start_date="2026-01-01")
    third = read(api, by_last_updated(stream), second.state, start_date="2026-01-01")
    fourth = read(api, by_last_updated(stream), third.state)
    assert [len(run.records(stream)) for run in (first, second, third, fourth)] == [1, 2, 1, 2]


@both
def test_a_start_date_that_moves_forward_goes_on_from_the_bookmark(
    serve: Serve, stream: str, path: str, start: str
) -> None:
    api = serve(rows("2026-01-10T08:00:00Z", "2026-03-01T08:00:00Z"))
    first = read(api, by_last_updated(stream))
    second = read(api, by_last_updated(stream), first.state, start_date="2026-02-01")
    read(api, by_last_updated(stream), second.state)
    assert filters(api, path)[1:] == [since(start, "2026-02-28")] * 2


@both
def test_a_row_that_is_dated_in_the_future_hides_no_later_update(
    serve: Serve, stream: str, path: str, start: str
) -> None:
    before = f"{dt.datetime.now(dt.timezone.utc):%Y-%m-%dT%H:%M:%SZ}"
    api = serve(rows("2026-03-01T08:00:00Z", "2099-01-01T00:00:00Z"))
    first = read(api, by_last_updated(stream))
    after = f"{dt.datetime.now(dt.timezone.utc):%Y-%m-%dT%H:%M:%SZ}"
    assert before <= str(bookmark(first, stream)) <= after
    read(api, by_last_updated(stream), first.state)
    day_before = dt.date.fromisoformat(str(bookmark(first, stream))[:10]) - dt.timedelta(days=1)
    assert filters(api, path)[-1] == since(start, day_before.isoformat())


def test_a_bookmark_in_the_future_from_an_earlier_release_is_not_believed(serve: Serve) -> None:
    api = serve(rows("2026-03-01T08:00:00Z"))
    first = read(api, by_last_updated("customers"))
    (partition,) = first.state["bookmarks"]["customers"]["partitions"]
    partition["replication_key_value"] = "2099-01-01T00:00:00Z"
    second = read(api, by_last_updated("customers"), first.state)
    assert str(bookmark(second, "customers")) < "2099"


@both
def test_rows_that_do_not_say_when_they_were_updated_come_with_every_run(
    serve: Serve, stream: str, path: str, start: str
) -> None:
    assert path
    assert start
    api = serve(rows(None, "2026-01-01T08:00:00Z", "2026-03-01T08:00:00Z"))
    first = read(api, by_last_updated(stream))
    second = read(api, by_last_updated(stream), first.state)
    key = {"customers": "customerNumber"}.get(stream, "number")
    assert [row[key] for row in second.records(stream)] == [1, 3]


@both
def test_where_no_filter_finds_such_rows_all_are_read_with_a_warning(
    serve: Serve, caplog: pytest.LogCaptureFixture, stream: str, path: str, start: str
) -> None:
    assert start
    api = serve(rows(None, "2026-01-01T08:00:00Z", "2026-03-01T08:00:00Z", null_filter=False))
    first = read(api, by_last_updated(stream))
    second = read(api, by_last_updated(stream), first.state)
    assert {row["lastUpdated"] for row in second.records(stream) if "lastUpdated" in row} == {
        "2026-01-01T08:00:00Z",
        "2026-03-01T08:00:00Z",
    }
    assert filters(api, path)[-1] is None
    assert second.results[stream].status is Status.COMPLETE
    assert "do not add up to all rows; all rows are read" in caplog.text


@pytest.mark.usefixtures("waits")
@pytest.mark.parametrize("status", [400, 500])
def test_where_the_filter_is_refused_all_rows_are_read_with_a_warning(
    serve: Serve, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    answer = rows("2026-01-01T08:00:00Z", "2026-03-01T08:00:00Z")
    first = read(serve(answer), by_last_updated("products"))

    def refusing(request: Request) -> Answer:
        refused = "$null:" in (request.parameter("filter") or "")
        return Answer({"message": "No such filter"}, status) if refused else answer(request)

    second = read(serve(refusing), by_last_updated("products"), first.state)
    assert len(second.records("products")) == 2
    assert second.results["products"].status is Status.COMPLETE
    assert "rejects the filter for updated rows; all rows are read" in caplog.text


@both
def test_it_is_not_done_unasked(serve: Serve, stream: str, path: str, start: str) -> None:
    assert start
    api = serve(rows("2026-03-01T08:00:00Z"))
    first = read(api, chosen(stream), start_date="2026-01-15")
    read(api, chosen(stream), first.state)
    assert filters(api, path) == [None, None]


def test_rows_that_were_never_changed_are_read_and_do_not_move_the_bookmark(serve: Serve) -> None:
    api = serve(rows(None, "2026-03-01T08:00:00Z", None))
    run = read(api, by_last_updated("customers"))
    assert len(run.records("customers")) == 3
    assert bookmark(run, "customers") == "2026-03-01T08:00:00Z"


def test_a_run_that_fails_keeps_the_bookmark_of_the_one_before(serve: Serve) -> None:
    good = rows("2026-03-01T08:00:00Z")
    late = [{"customerNumber": 2, "lastUpdated": "2026-09-01T08:00:00Z"}]

    def fail_on_page_two(request: Request) -> Answer:
        if request.parameter("filter", "").count("$gt:2"):  # type: ignore[union-attr] # has a default
            return Answer({"message": "No"}, 400)
        return collection(late, next_page="https://x/customers?skippages=1", count=2)

    first = read(serve(good), by_last_updated("customers"))
    api = serve(with_self(fail_on_page_two))
    second = read(api, by_last_updated("customers"), first.state)
    assert second.results["customers"].status is Status.FAILED
    assert len(second.records("customers")) == 1
    assert bookmark(second, "customers") == "2026-03-01T08:00:00Z"


def test_it_is_offered_where_rows_can_be_filtered_by_it_and_nowhere_else() -> None:
    offered = {
        entry["tap_stream_id"]
        for entry in discovered()["streams"]
        if "lastUpdated" in metadata_of(entry).get("valid-replication-keys", ())
    }
    assert offered == {stream.name for stream in STREAMS if stream.last_updated}
    assert {"customers", "products", "projects"} <= offered
    assert not offered & {"openapi_customers", "accounts", "booked_entries", "invoices_booked"}


class TestCatalogsThatCannotBeFollowed:
    @pytest.mark.parametrize(
        ("stream", "key"),
        [
            ("accounts", "lastUpdated"),
            ("customers", "balance"),
            ("booked_entries", "date"),
            ("customers", None),
        ],
    )
    def test_asking_for_a_key_that_is_none_is_warned_about_and_reads_in_full(
        self, serve: Serve, caplog: pytest.LogCaptureFixture, stream: str, key: str | None
    ) -> None:
        api = serve(rows("2026-03-01T08:00:00Z"))
        catalog = chosen(stream, replication_method="INCREMENTAL", replication_key=key)
        read(api, catalog)
        assert f"Stream {stream} cannot be read incrementally by {key}: it is read in full" in (
            caplog.text
        )

    def test_a_catalog_that_has_lost_a_replication_key_is_warned_about(
        self, serve: Serve, caplog: pytest.LogCaptureFixture
    ) -> None:
        api = serve(with_self(lambda _: items([{"entryNumber": 1}])))
        catalog = chosen("booked_entries")
        entry = entry_of(catalog, "booked_entries")
        del entry["replication_key"], entry["replication_method"]
        del metadata_of(entry)["replication-key"]
        run = read(api, catalog)
        assert len(run.records("booked_entries")) == 1
        assert "has lost the replication key entryNumber of stream booked_entries" in caplog.text

    def test_the_catalog_as_discovered_is_not_warned_about(
        self, serve: Serve, caplog: pytest.LogCaptureFixture
    ) -> None:
        read(serve(rows("2026-03-01T08:00:00Z")), chosen("customers"))
        assert "replication key" not in caplog.text
        assert "incrementally" not in caplog.text

    def test_full_table_on_purpose_is_not_warned_about_and_keeps_the_bookmark_in_step(
        self, serve: Serve, caplog: pytest.LogCaptureFixture
    ) -> None:
        api = serve(with_self(lambda _: items([{"entryNumber": 1}])))
        run = read(api, chosen("booked_entries", replication_method="FULL_TABLE"))
        assert "replication key" not in caplog.text
        assert "incrementally" not in caplog.text
        (partition,) = run.state["bookmarks"]["booked_entries"]["partitions"]
        assert partition["rows_passed"] == 0  # one row: the bookmark trails by more
