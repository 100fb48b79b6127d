"""One run: from opening the agreements, through their streams, to the report.

Only the main thread writes messages and state. Workers read the streams ahead of it; without
workers, it reads them itself.
"""

from __future__ import annotations

import contextlib
import logging
import os
import time
import typing as t
from functools import cached_property

from tap_economic.agreements import open_agreements
from tap_economic.client.http import AGREEMENT, AgreementClient, HttpClient
from tap_economic.client.session import guarded_session
from tap_economic.errors import (
    AccessDeniedError,
    SettingsError,
    StoppedBySignal,
    user_message,
)
from tap_economic.file_store import open_file_store
from tap_economic.replication.full import Track
from tap_economic.replication.reader import Reader
from tap_economic.replication.workers import WorkerPool
from tap_economic.report import Report, Status, status_after
from tap_economic.sanitize import trace_of
from tap_economic.singer.data_warnings import log_data_warnings
from tap_economic.singer.metrics import log_request
from tap_economic.singer.progress import Progress
from tap_economic.singer.stream import EconomicStream
from tap_economic.stats import ReadStats

if t.TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Mapping, Sequence

    import requests
    from singer_sdk.helpers.types import Context, Record
    from singer_sdk.singerlib import RecordMessage
    from singer_sdk.streams import Stream

    from tap_economic.client.credentials import Agreement
    from tap_economic.file_store import FileStore
    from tap_economic.replication.plan import Batch
    from tap_economic.report import StreamResult
    from tap_economic.singer.encoder import Encode
    from tap_economic.singer.writer import BufferedWriter

_SMALL_STATE = 100_000  # bytes


class StreamRead:
    """The planned read of one stream for one agreement, which a worker may have begun."""

    def __init__(
        self, stream: EconomicStream, client: AgreementClient, workers: WorkerPool
    ) -> None:
        """Plan the read, according to state.

        Args:
            stream: The stream.
            client: The HTTP client of the agreement.
            workers: Reads parts in parallel.
        """
        self.stats = ReadStats()
        self._source = stream.source
        self.state: dict[str, t.Any] = {}
        if self._source.replication.keeps_bookmark:
            self.state = stream.get_context_state({AGREEMENT: client.agreement.number})
        self._reader = Reader(client, workers, self.stats)
        self.plan = self._source.replication.plan(self._source, self.state)
        self.begun: Generator[Batch, None, None] | None = None

    def batches(self) -> Generator[Batch, None, None]:
        """Return the batches to write."""
        return self._source.replication.batches(self._source, self.plan, self._reader)

    def track(self) -> Track:
        """Return the track of the written batches, which advances the bookmark."""
        return self._source.replication.track(self._source, self.plan, self.state)


class Run:
    """One run of the tap.

    Attributes:
        report: The results.
        run_id: Identifies the run in sync_audit.
        agreements: The opened agreements, by number.
        state_interval: Minimum seconds between two STATE messages within a stream; for state larger
            than 100 KB, longer in proportion to its size.
    """

    state_interval = 1.0

    def __init__(
        self,
        config: Mapping[str, t.Any],
        *,
        writer: BufferedWriter,
        user_agent: str,
        logger: logging.Logger,
    ) -> None:
        """Create a run; this sends no request yet.

        Args:
            config: The settings.
            writer: Writes the messages.
            user_agent: The User-Agent header.
            logger: The tap's logger.
        """
        self.report = Report()
        self.run_id = os.urandom(8).hex()
        self.agreements: dict[int, Agreement] = {}
        self._config = config
        self._writer = writer
        self._user_agent = user_agent
        self._logger = logger
        self._reads: dict[tuple[str, int], StreamRead] = {}
        self._last_state = 0.0

    # The agreements

    @cached_property
    def session(self) -> requests.Session:
        """The HTTP session for both hosts."""
        urls = self._config["rest_url"], self._config["openapi_url"]
        return guarded_session(urls, self._config["concurrency"])

    @cached_property
    def file_store(self) -> FileStore:
        """Where files are written.

        Raises:
            SettingsError: If documents_url is missing or cannot be used.
        """
        url = self._config.get("documents_url")
        if not url:
            msg = (
                "The setting documents_url is missing: a folder, or a URL such as "
                "s3://bucket/folder, that the selected streams of files write to"
            )
            raise SettingsError(msg)
        return open_file_store(url)

    @cached_property
    def _workers(self) -> WorkerPool:
        return WorkerPool(self._config["concurrency"])

    @cached_property
    def _http(self) -> HttpClient:
        return HttpClient(
            self.session,
            user_agent=self._user_agent,
            timeout=self._config["request_timeout"],
            observer=log_request,
        )

    def check_file_store(self, streams: Iterable[Stream]) -> None:
        """Open the file store if one of the streams needs it, before anything is read.

        Raises:
            SettingsError: As documented for ``file_store``.
        """
        for stream in streams:
            if isinstance(stream, EconomicStream) and stream.selected:
                _ = stream.replication.writes_files and self.file_store

    def open(self) -> None:
        """Open the configured agreements.

        Raises:
            SettingsError: If a number is unknown, is not that of the tokens, or occurs twice.
            AgreementRefusedError: If the tokens of the only agreement are rejected.
        """
        opened = open_agreements(self._http, self._config, self.report, self._logger)
        self.agreements = {t.cast("int", agreement.number): agreement for agreement in opened}

    @property
    def agreement_numbers(self) -> list[int]:
        """The agreements to read; opened on demand if the SDK itself syncs the streams."""
        if not (self.agreements or self.report.openings):
            self.open()
        return [*self.agreements]

    @property
    def refused(self) -> dict[int, str]:
        """The reason by number, for agreements whose tokens were rejected during the run."""
        return {
            number: agreement.refused
            for number, agreement in self.agreements.items()
            if agreement.refused is not None
        }

    # The streams

    def begin(self, streams: Iterable[Stream]) -> None:
        """Plan the reads of the selected streams, and start the workers on them."""
        if not self._workers.side_by_side:
            return
        for stream in streams:
            if isinstance(stream, EconomicStream) and stream.selected:
                for number in self.agreements:
                    self._reads[stream.name, number] = self._planned(stream, number)
        reads = [*self._reads.values()]
        for read, batches in zip(
            reads, self._workers.begin([read.batches for read in reads]), strict=True
        ):
            read.begun = batches

    def stop(self) -> None:
        """Stop the workers."""
        self._workers.stop()

    def _planned(self, stream: EconomicStream, number: int) -> StreamRead:
        return StreamRead(stream, self._client(number), self._workers)

    def _client(self, number: int) -> AgreementClient:
        return AgreementClient(self._http, self.agreements[number])

    def records(
        self, stream: EconomicStream, contexts: Sequence[Context], *, write: bool
    ) -> Generator[Record, None, None]:
        """Read a stream; write its records and state, or yield its mapped records.

        Args:
            stream: The stream.
            contexts: The agreements.
            write: Whether to write; otherwise the records are for batch files.
        """
        encode = stream.encoder.lines if write else stream.encoder.mapped
        with stream.get_record_counter() as counter, stream.get_sync_timer() as timer:
            for context in contexts:
                counter.with_context(context)
                timer.with_context(context)
                rows = yield from self._read(stream, context, encode, states=write)
                counter.increment(rows)
                stream.finalize_state(context)
        stream.finalize_state(None)
        if write:
            stream.write_state()

    def raw_records(
        self, stream: EconomicStream, context: Context
    ) -> Generator[Record, None, None]:
        """Read a stream for one agreement, and yield its records unmapped."""
        yield from self._read(stream, context, stream.encoder.unmapped, states=False)

    def _read(
        self, stream: EconomicStream, context: Context, encode: Encode, *, states: bool
    ) -> Generator[Record, None, int]:
        """Read a stream for one agreement; a failure is recorded, and the run continues.

        Args:
            stream: The stream.
            context: The agreement.
            encode: Encodes the records of a batch.
            states: Whether to write STATE messages periodically, not only where required.

        Returns:
            How many rows were read.
        """
        number = t.cast("int", context[AGREEMENT])
        result = self.report.begin(stream.name, number)
        track, has_begun = Track(), False
        try:
            read = self._reads.pop((stream.name, number), None) or self._planned(stream, number)
            has_begun, result.stats, track = read.plan.read_before, read.stats, read.track()
            title = f"Stream {stream.name} of agreement {self.agreements[number].label}"
            progress = Progress(stream.logger, title, read.stats)
            if track.starts_with_state:
                self._write_state(stream, track)
            with contextlib.closing(read.begun or read.batches()) as batches:
                while (batch := self._next(batches)) is not None:
                    has_begun = True
                    if track.announce(batch):
                        self._write_state(stream, track)
                    encoded = encode(batch)
                    self._writer.write_lines(encoded.lines)
                    yield from encoded.records
                    track.commit(batch)
                    progress.note(batch)
                    result.rows_sent += encoded.sent
                    result.reads = max(result.reads, batch.read + 1)
                    if states and self._state_is_due():
                        self._write_state(stream, track)
            track.settle()
            log_data_warnings(read.stats, stream.name, stream.logger)
        except Exception as exc:  # noqa: BLE001 - one stream's failure must not end the run
            self._note_failure(exc, stream, result, has_begun=has_begun)
        else:
            result.end(Status.COMPLETE)
        finally:
            result.rows, result.rows_new = track.rows, track.rows_new
            result.bookmark_before, result.bookmark_after = track.before, track.after
            track.save()
            with stream.get_http_request_counter() as counter:
                counter.with_context(context)
                counter.increment(result.stats.usage.calls)
        return track.rows

    def write_message(self, message: RecordMessage) -> None:
        """Write a single RECORD message."""
        self._writer.write_message(message)

    # State

    def _write_state(self, stream: EconomicStream, track: Track) -> None:
        track.save()
        stream.write_state()

    def _state_is_due(self) -> bool:
        """Return whether the interval since the last periodic STATE has passed."""
        now = time.monotonic()
        size = self._writer.state_bytes / _SMALL_STATE
        if now - self._last_state < self.state_interval * max(size, 1):
            return False
        self._last_state = now
        return True

    # Signals: the run stops only while it waits for a batch.

    _stop: int | None = None
    may_stop_at_once = True

    def handle_signal(self, number: int) -> None:
        """Stop the run, at once or before the next batch.

        Raises:
            StoppedBySignal: If the run may stop at once.
        """
        self._stop = number
        if self.may_stop_at_once:
            self.may_stop_at_once = False  # a second signal must not interrupt the shutdown
            raise StoppedBySignal(number)

    def _next(self, batches: Generator[Batch, None, None]) -> Batch | None:
        self.may_stop_at_once = True
        try:
            if self._stop is not None:
                raise StoppedBySignal(self._stop)
            return next(batches, None)
        finally:
            self.may_stop_at_once = False

    # The end of a stream

    def preview(self, stream: EconomicStream, number: int) -> None:
        """Check whether a stream can be read for an agreement, and record the result."""
        result = self.report.begin(stream.name, number)
        reader = Reader(self._client(number), self._workers, result.stats)
        try:
            source = stream.source
            result.stats.add_counted(source.replication.preview(source, reader))
        except Exception as exc:  # noqa: BLE001 - as when it is read
            self._note_failure(exc, stream, result, has_begun=False)
        else:
            result.end(Status.READABLE)

    def _note_failure(
        self, exc: Exception, stream: EconomicStream, result: StreamResult, *, has_begun: bool
    ) -> None:
        """Record and log the failure of a stream.

        Args:
            exc: The failure.
            stream: The stream.
            result: The result to update.
            has_begun: Whether a page of the stream was read, in this run or an earlier one; if so,
                it is not reported as skipped.
        """
        reason = user_message(exc)
        label = self.agreements[result.agreement_number].label
        if isinstance(exc, AccessDeniedError) and not has_begun:
            result.end(Status.SKIPPED, f"{reason}; {stream.needs}")
            stream.logger.warning(
                "Stream %s of agreement %s is skipped: %s.", stream.name, label, result.reason
            )
            return
        result.end(status_after(exc), reason)
        # A rejected agreement stops all of its streams: the run reports it once.
        level = logging.DEBUG if result.status is Status.REFUSED else logging.ERROR
        stream.logger.log(
            level,
            "Stream %s of agreement %s %s: %s.",
            stream.name,
            label,
            "is incomplete" if result.status is Status.INCOMPLETE else "failed",
            reason,
        )
        stream.logger.debug("Raised at:\n%s", trace_of(exc))
