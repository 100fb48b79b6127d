"""The tap's own account of its runs."""

from __future__ import annotations

import typing as t

from singer_sdk import typing as th
from typing_extensions import override

from tap_economic.report import Status
from tap_economic.sdk import OwnStream

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from singer_sdk.helpers.types import Context, Record

    from tap_economic.report import Outcome
    from tap_economic.tap import TapEconomic


class SyncAuditStream(OwnStream):
    """How fresh and how complete each stream of each agreement is: a row per run."""

    name: str = "sync_audit"
    primary_keys = ("agreementNumber", "runId", "stream")
    schema = th.PropertiesList(
        th.Property(
            "agreementNumber",
            th.IntegerType,
            required=True,
            description=(
                "Whose books. Of an agreement that did not open and whose number the settings do "
                "not tell, its place in the settings, as a negative number."
            ),
        ),
        th.Property("runId", th.StringType, required=True, description="The run of the tap."),
        th.Property("stream", th.StringType, required=True, description="Name of the stream."),
        th.Property(
            "agreementName",
            th.StringType,
            description="The agreement's number, and what the settings call it.",
        ),
        th.Property("startedAt", th.DateTimeType, description="When the stream began."),
        th.Property("endedAt", th.DateTimeType, description="When it ended."),
        th.Property(
            "status",
            th.StringType,
            description="How it ended: complete, incomplete, skipped or failed.",
        ),
        th.Property("reason", th.StringType, description="Why it is not complete, in a sentence."),
        th.Property(
            "completeness",
            th.StringType,
            description=(
                "How it is known to be complete: counted (as many rows as the API counts), surplus "
                "(more than it counts, twice the same: its count is taken for wrong), read_twice "
                "(it does not count them; two reads gave the same) or uncounted (it does not count "
                "them)."
            ),
        ),
        th.Property("rowsRead", th.IntegerType, description="How many rows were read."),
        th.Property(
            "rowsSent",
            th.IntegerType,
            description="How many records were sent, after stream maps.",
        ),
        th.Property(
            "rowsCounted",
            th.IntegerType,
            description="How many rows the API counts for what was asked, where it counts them.",
        ),
        th.Property(
            "rowsNew",
            th.IntegerType,
            description="Of the read ones, those that no run had read before, by a bookmark.",
        ),
        th.Property(
            "rowsReread",
            th.IntegerType,
            description="Of the read ones, the others: open items, and the bookmark's trail.",
        ),
        th.Property("bookmarkBefore", th.StringType, description="The bookmark at the start."),
        th.Property("bookmarkAfter", th.StringType, description="The bookmark at the end."),
        th.Property("calls", th.IntegerType, description="How many requests were answered."),
        th.Property(
            "callCost",
            th.IntegerType,
            description="What they cost of the agreement's call budget, as the API says.",
        ),
    ).to_dict()

    _tap: TapEconomic

    @property
    @override
    def emit_activate_version_messages(self) -> bool:
        return False  # it would remove the rows of all earlier runs

    @override
    def get_records(self, context: Context | None) -> Iterator[Record]:
        for outcome in self._tap.report.endings:
            yield {"runId": self._tap.run_id, **_row(outcome)}

    @override
    def note_failure(self, record: Record, reason: str) -> None:
        self._tap.report.begin(self.name, record["agreementNumber"]).end(Status.FAILED, reason)


def _row(outcome: Outcome) -> Record:
    findings, new = outcome.findings, outcome.rows_new
    return {
        "agreementNumber": outcome.agreement_number,
        "agreementName": outcome.label,
        "stream": outcome.stream,
        "startedAt": outcome.started.isoformat(),
        "endedAt": outcome.ended.isoformat() if outcome.ended else None,
        "status": outcome.status.value,
        "reason": outcome.reason or None,
        "completeness": outcome.completeness and outcome.completeness.value,
        "rowsRead": outcome.rows,
        "rowsSent": outcome.rows_sent,
        "rowsCounted": findings.rows_counted,
        "rowsNew": new,
        "rowsReread": None if new is None else outcome.rows - new,
        "bookmarkBefore": _text(outcome.bookmark_before),
        "bookmarkAfter": _text(outcome.bookmark_after),
        "calls": findings.calls,
        "callCost": findings.call_cost,
    }


def _text(bookmark: object) -> str | None:
    return None if bookmark is None else str(bookmark)
