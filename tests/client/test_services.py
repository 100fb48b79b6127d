"""A service that does not do as documented fails its streams, and says in what."""

from __future__ import annotations

import typing as t

import pytest

from tap_economic.report import Status
from tests.support.running import run_tap
from tests.support.scripted import Answer, items, with_count, with_self

if t.TYPE_CHECKING:
    from tests.support.scripted import Request, Serve

NOT_SERVED = Answer({"title": "Resource not found.", "errorCode": "ResourceNotFound"}, status=404)


@pytest.mark.parametrize(
    ("stream", "key", "rows"),
    [
        ("booked_entries", "entryNumber", [{"entryNumber": 2}, {"entryNumber": 1}]),
        ("attached_documents", "number", [{"number": 2}, {"number": 1}]),
        (
            "invoices_booked_lines",
            "documentId",
            [{"documentId": 8, "number": 1}, {"documentId": 7, "number": 2}],
        ),
    ],
)
def test_a_cursor_listing_that_does_not_ascend_by_key_fails_the_stream(
    serve: Serve, stream: str, key: str, rows: list[dict[str, t.Any]]
) -> None:
    api = serve(with_self(with_count(2, lambda _: items(rows))))
    run = run_tap(api.url, stream)
    assert run.results[stream].status is Status.FAILED
    assert f"ascending order of {key}" in run.results[stream].reason


def test_a_version_that_is_not_served_fails_the_streams_of_its_service_alone(serve: Serve) -> None:
    def answer(request: Request) -> Answer:
        return NOT_SERVED if "/bookedEntriesapi/" in request.path else items([{"number": 1}])

    api = serve(with_self(answer))
    run = run_tap(api.url, "booked_entries", "budget_figures", uncounted_streams=["budget_figures"])
    assert run.exit_code == 1
    assert run.results["booked_entries"].status is Status.FAILED
    assert "404" in run.results["booked_entries"].reason
    assert run.results["budget_figures"].status is Status.COMPLETE
