"""Reading only what was updated since the last run, where a user chose ``lastUpdated`` for it.

The bookmark is the latest update that a complete run has seen, and never beyond the run's own
start: a row that is dated in the future would hide all later updates. Each run asks from the day
before it.
"""

from __future__ import annotations

import datetime as dt
import typing as t

from tap_economic import filters
from tap_economic.completeness import read_completely
from tap_economic.errors import RequestRejectedError, UnansweredError
from tap_economic.question import Question, day_before, order_of

if t.TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from singer_sdk.helpers.types import Context

    from tap_economic.client import EconomicStream
    from tap_economic.pagination import Page
    from tap_economic.report import Findings, Outcome

LAST_UPDATED = "lastUpdated"
"""The property that moves when a row is edited; not when a balance or stock changes."""
_MOST_COUNTS = 2
"""How often the counts are asked for before a difference is believed: rows may move meanwhile."""


def question(stream: EconomicStream, context: Context) -> Question:
    """Settle from when on to read: the bookmark, or start_date where that has moved back."""
    state = stream.get_context_state(context)
    start = str(stream.config.get("start_date") or "")[:10]
    bookmark, covered = state.get("replication_key_value"), state.get("start_date")
    since = None
    if bookmark is not None and covered is not None and start >= covered:
        since = min(bookmark, _now(), key=order_of)
    return Question(context, since=since, start=start, read_before=bookmark is not None)


def pages(
    stream: EconomicStream, question: Question, findings: Findings
) -> Generator[Page, None, None]:
    """Yield the rows that were updated since, and those that do not say when.

    What is left out must be the rows that the API counts as updated before. Where it is not, or the
    API refuses the question, all rows are read.
    """
    since = question.since or question.start
    if not since:
        yield from read_completely(stream, question, stream.first_query(), findings)
        return
    day = stream.start_of(day_before(str(since)))
    updated = filters.either(
        filters.compare(LAST_UPDATED, "gte", day), filters.compare(LAST_UPDATED, "eq", "$null:")
    )
    reading = read_completely(stream, question, stream.first_query(updated), findings)
    try:
        first = next(reading)
    except (RequestRejectedError, UnansweredError):
        reason = "e-conomic refuses the filter for updated rows"
    else:
        yield first
        yield from reading
        before = filters.compare(LAST_UPDATED, "lt", day)
        if _add_up(stream, question, (updated, before), findings):
            return
        reason = "the rows updated before and since do not add up to all rows"
    stream.logger.warning("Stream %s: %s; all rows are read.", stream.name, reason)
    findings.rows_counted = None
    yield from read_completely(stream, question, stream.first_query(), findings)


def _add_up(
    stream: EconomicStream, question: Question, parts: tuple[str, ...], findings: Findings
) -> bool:
    """Tell whether parts of a listing have as many rows together as all of it, if that is known."""

    def count(filter_: str | None) -> int | None:
        return stream.count(question, stream.first_query(filter_), findings)

    for _ in range(_MOST_COUNTS):
        total = count(None)
        if total is None or total == sum(count(part) or 0 for part in parts):
            return True
    return False


def account(
    stream: EconomicStream, pages: Iterator[Page], question: Question, outcome: Outcome
) -> Iterator[Page]:
    """Pass pages on, and move the bookmark when all have come."""
    begun = _now()
    state = stream.get_context_state(question.context)
    latest = outcome.bookmark_before = outcome.bookmark_after = state.get("replication_key_value")
    for page in pages:
        # Before the SDK takes deselected properties out of the records.
        times = (row.get(LAST_UPDATED) for row in page.records)
        latest = max(filter(None, (latest, *times)), key=order_of, default=None)
        yield page
        outcome.rows += len(page.records)
    state["replication_key"] = LAST_UPDATED
    state["start_date"] = min(question.start, state.get("start_date", question.start))
    if latest is not None:
        state["replication_key_value"] = min(latest, begun, key=order_of)
        outcome.bookmark_after = state["replication_key_value"]


def _now() -> str:
    return f"{dt.datetime.now(dt.timezone.utc):%Y-%m-%dT%H:%M:%SZ}"
