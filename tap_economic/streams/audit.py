"""The audit stream: the tap's own record of its runs."""

from __future__ import annotations

import typing as t

from singer_sdk import Stream
from singer_sdk import typing as th
from typing_extensions import override

from tap_economic.errors import MappingError
from tap_economic.report import Status
from tap_economic.singer.encoder import messages_of

if t.TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from singer_sdk.helpers.types import Context, Record
    from singer_sdk.singerlib import RecordMessage

    from tap_economic.report import Report, StreamResult


class AuditedRun(t.Protocol):
    """The run that the stream reports on."""

    report: Report
    run_id: str

    def write_message(self, message: RecordMessage) -> None:
        """Write a RECORD message."""


class SyncAuditStream(Stream):
    """How fresh and how complete each stream of each agreement is: a row per run.

    Attributes:
        runner: The run that it reports on.
    """

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
            description="Of the read ones, the others: open items, and the bookmark's lookback.",
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

    runner: AuditedRun

    @property
    @override
    def emit_activate_version_messages(self) -> bool:
        return False  # it would remove the rows of all earlier runs

    @override
    def get_records(self, context: Context | None) -> Iterator[Record]:
        for result in self.runner.report.endings:
            yield {"runId": self.runner.run_id, **_row(result)}

    # As with the other streams, a failing stream map ends this stream only, and batch files contain
    # mapped records.
    @override
    def _sync_records(
        self, context: Context | None = None, *, write_messages: bool = True
    ) -> Generator[Record, t.Any, t.Any]:
        records = [*self.get_records(context)]
        try:
            messages = messages_of(self, records)
        except MappingError as exc:
            number = records[0]["agreementNumber"]
            self.runner.report.begin(self.name, number).end(Status.FAILED, str(exc))
            self.logger.error("Stream %s failed: %s.", self.name, exc)  # noqa: TRY400 - a sentence
            return
        for message in messages:
            if write_messages:
                self.runner.write_message(message)
            else:
                yield message.record


def _row(result: StreamResult) -> Record:
    stats, new = result.stats, result.rows_new
    return {
        "agreementNumber": result.agreement_number,
        "agreementName": result.label,
        "stream": result.stream,
        "startedAt": result.started.isoformat(),
        "endedAt": result.ended.isoformat() if result.ended else None,
        "status": result.status.value,
        "reason": result.reason or None,
        "completeness": result.completeness and result.completeness.value,
        "rowsRead": result.rows,
        "rowsSent": result.rows_sent,
        "rowsCounted": stats.rows_counted,
        "rowsNew": new,
        "rowsReread": None if new is None else result.rows - new,
        "bookmarkBefore": _text(result.bookmark_before),
        "bookmarkAfter": _text(result.bookmark_after),
        "calls": stats.usage.calls,
        "callCost": stats.usage.cost,
    }


def _text(bookmark: object) -> str | None:
    return None if bookmark is None else str(bookmark)
