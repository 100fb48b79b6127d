"""Reading by ``lastUpdated``, where a user asks for it in the catalog."""

from __future__ import annotations

import typing as t

import pytest

from tap_economic.report import Status
from tap_economic.streams import STREAMS
from tests.replication.catalogs import discovered, entry_of, metadata_of, selecting
from tests.running import run_tap
from tests.scripted import Answer, collection, items, with_self

if t.TYPE_CHECKING:
    from tests.replication.catalogs import Catalog
    from tests.running import Run
    from tests.scripted import Request, ScriptedApi, Serve

# One of each API, and what its filter for the time of the last change looks like.
CUSTOMERS = ("customers", "/rest/customers", "lastUpdated$gte:{day}T00:00:00Z")
PROJECTS = ("projects", "/openapi/projectsapi/v1.1.0/Projects", "lastUpdated$gte:{day}")
both = pytest.mark.parametrize(("stream", "path", "filter_"), [CUSTOMERS, PROJECTS])


def chosen(stream: str, **changes: object) -> Catalog:
    """Return the catalog with one stream selected, and its entry changed."""
    catalog = selecting(stream)
    entry_of(catalog, stream).update(changes)
    return catalog


def by_last_updated(stream: str) -> Catalog:
    return chosen(stream, replication_method="INCREMENTAL", replication_key="lastUpdated")


def rows(*updated: str | None) -> t.Callable[[Request], Answer]:
    """Answer one row for each time of change; None stands for a row that was never changed."""
    found = [
        {"customerNumber": n, "number": n, **({"lastUpdated": time} if time else {})}
        for n, time in enumerate(updated, start=1)
    ]

    def answer(request: Request) -> Answer:
        if request.path.endswith("/count"):
            return Answer(len(found))
        return collection(found) if request.path.startswith("/rest") else items(found)

    return with_self(answer)


def read(api: ScriptedApi, catalog: Catalog, state: t.Any = None, **config: t.Any) -> Run:
    return run_tap(api.url, catalog=catalog, state=state, **config)


def filters(api: ScriptedApi, path: str) -> list[str | None]:
    return [request.parameter("filter") for request in api.asked(path)]


@both
def test_the_first_run_reads_everything_and_the_next_from_the_day_before_the_latest_change(
    serve: Serve, stream: str, path: str, filter_: str
) -> None:
    api = serve(rows("2026-03-01T08:00:00Z", "2026-03-05T23:30:00Z", "2026-02-01T08:00:00Z"))
    first = read(api, by_last_updated(stream))
    assert len(first.records(stream)) == 3
    read(api, by_last_updated(stream), first.state)
    assert filters(api, path) == [None, filter_.format(day="2026-03-04")]


@both
def test_start_date_is_where_the_first_run_begins(
    serve: Serve, stream: str, path: str, filter_: str
) -> None:
    api = serve(rows("2026-03-01T08:00:00Z"))
    read(api, by_last_updated(stream), start_date="2026-01-15")
    assert filters(api, path) == [filter_.format(day="2026-01-14")]


@both
def test_it_is_not_done_unasked(serve: Serve, stream: str, path: str, filter_: str) -> None:
    assert filter_
    api = serve(rows("2026-03-01T08:00:00Z"))
    first = read(api, chosen(stream), start_date="2026-01-15")
    read(api, chosen(stream), first.state)
    assert filters(api, path) == [None, None]


def test_rows_that_were_never_changed_are_read_and_do_not_move_the_bookmark(serve: Serve) -> None:
    api = serve(rows(None, "2026-03-01T08:00:00Z", None))
    run = read(api, by_last_updated("customers"))
    assert len(run.records("customers")) == 3
    (bookmark,) = run.state["bookmarks"]["customers"]["partitions"]
    assert bookmark["replication_key_value"] == "2026-03-01T08:00:00Z"


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
    assert second.outcomes["customers"].status is Status.FAILED
    assert len(second.records("customers")) == 1
    (bookmark,) = second.state["bookmarks"]["customers"]["partitions"]
    assert bookmark["replication_key_value"] == "2026-03-01T08:00:00Z"
    assert "progress_markers" not in bookmark


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

    def test_full_table_on_purpose_is_not_warned_about_and_keeps_no_bookmark(
        self, serve: Serve, caplog: pytest.LogCaptureFixture
    ) -> None:
        api = serve(with_self(lambda _: items([{"entryNumber": 1}])))
        run = read(api, chosen("booked_entries", replication_method="FULL_TABLE"))
        assert "replication key" not in caplog.text
        assert "incrementally" not in caplog.text
        assert run.state["bookmarks"]["booked_entries"] == {}
