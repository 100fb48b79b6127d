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
    """Freshness and completeness of each stream: a row per run, agreement and stream.

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
                "The agreement number. If an agreement could not be opened and its number is not "
                "in the settings, its negated position there."
            ),
        ),
        th.Property("runId", th.StringType, required=True, description="Identifies the run."),
        th.Property("stream", th.StringType, required=True, description="The stream's name."),
        th.Property(
            "agreementName",
            th.StringType,
            description="The agreement's number, and its name in the settings.",
        ),
        th.Property("startedAt", th.DateTimeType, description="When the stream began."),
        th.Property("endedAt", th.DateTimeType, description="When it ended."),
        th.Property(
            "status",
            th.StringType,
            description=(
                "The result: complete, incomplete, skipped, failed, or refused if the API rejects "
                "the agreement's tokens."
            ),
        ),
        th.Property("reason", th.StringType, description="Why it is not complete."),
        th.Property(
            "completeness",
            th.StringType,
            description=(
                "How it was shown to be complete: counted (as many rows as the API counts), "
                "surplus (more rows than that, in two identical reads), read_twice (no count; two "
                "identical reads) or uncounted (no count)."
            ),
        ),
        th.Property("rowsRead", th.IntegerType, description="Number of rows read."),
        th.Property(
            "rowsSent",
            th.IntegerType,
            description="Number of records sent, after stream maps.",
        ),
        th.Property(
            "rowsCounted",
            th.IntegerType,
            description="The API's count of the requested rows; null if it does not count them.",
        ),
        th.Property(
            "rowsNew",
            th.IntegerType,
            description="Of the rows read, those that no earlier run had read, by a bookmark.",
        ),
        th.Property(
            "rowsReread",
            th.IntegerType,
            description="Of the rows read, the others: open items, and the bookmark's lookback.",
        ),
        th.Property("bookmarkBefore", th.StringType, description="The bookmark at the start."),
        th.Property("bookmarkAfter", th.StringType, description="The bookmark at the end."),
        th.Property("calls", th.IntegerType, description="Number of HTTP responses."),
        th.Property(
            "callCost",
            th.IntegerType,
            description="Their cost in the agreement's call budget, as reported by the API.",
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
