"""The tap: its settings, its streams in order, and how a run ends."""

from __future__ import annotations

import contextlib
import io
import logging
import os
import sys
import time
import typing as t

import click
import msgspec
from singer_sdk import Tap
from singer_sdk.exceptions import ConfigValidationError
from singer_sdk.tap_base import CliTestOptionValue
from typing_extensions import override

from tap_economic import decimals, inputs, outside, settings
from tap_economic.agreements import opened
from tap_economic.asking import AGREEMENT
from tap_economic.cli import SentenceCommand, check_json, read_json
from tap_economic.client import EconomicStream
from tap_economic.closing import tell, tell_stopped
from tap_economic.connection import guarded_session
from tap_economic.errors import SettingsError, StoppedBySignal
from tap_economic.reader import ReaderPool, Reading
from tap_economic.report import Report
from tap_economic.sdk import keep_details_for_debug, let_hashes_take_null
from tap_economic.sharing import made_once
from tap_economic.streams import STREAMS
from tap_economic.streams.audit import SyncAuditStream
from tap_economic.writer import BufferedWriter, write_text

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import FrameType

    import requests
    from singer_sdk.helpers.types import Context
    from singer_sdk.plugin_base import _ConfigInput
    from singer_sdk.streams import Stream

    from tap_economic.auth import Agreement
    from tap_economic.pagination import Page


_TEST = "tap_economic.test"
_SMALL_STATE = 100_000  # bytes


class TapEconomic(Tap):
    """Singer tap for Visma e-conomic: the classic REST API and the OpenAPI services."""

    name = "tap-economic"
    config_jsonschema = settings.SETTINGS
    message_writer_class = BufferedWriter
    message_writer: BufferedWriter

    # Streams

    @override
    def discover_streams(self) -> Sequence[Stream]:
        streams: list[Stream] = [stream(self) for stream in STREAMS]
        streams.append(SyncAuditStream(self))
        known = {stream.name for stream in streams}
        if unknown := (self.input_catalog or {}).keys() - known:
            self.logger.warning(
                "The catalog names streams that do not exist: %s.", outside.names(unknown)
            )
        return streams

    @override
    def setup_mapper(self) -> None:
        if self.input_catalog is not None:
            inputs.fill_keys(self.input_catalog, [*STREAMS, SyncAuditStream])
        try:
            super().setup_mapper()
        except SettingsError:
            raise
        except Exception as exc:  # whatever a map makes the SDK raise, before there is a record
            msg = f"The setting stream_maps cannot be used: {outside.plain(exc)}"
            raise SettingsError(msg) from exc
        let_hashes_take_null(self.mapper)

    @property
    @override
    def streams(self) -> dict[str, Stream]:
        found = super().streams  # by name; a run reads them domain by domain, the audit last
        order = [*(stream.name for stream in STREAMS), SyncAuditStream.name]
        return {name: found[name] for name in order}

    @property
    @override
    def catalog_json_text(self) -> str:
        # What the SDK's catalog says, without its way there and back through a schema object for
        # each property, which would take most of the time of --discover.
        entries = [
            {
                "tap_stream_id": stream.tap_stream_id,
                "replication_key": stream.replication_key,
                "replication_method": stream.replication_method,
                "key_properties": stream.primary_keys,
                "schema": decimals.declared(
                    stream.schema, as_text=self.config.get("use_singer_decimal", False)
                ),
                "stream": stream.name,
                "metadata": stream.metadata.to_list(),
            }
            for stream in self.streams.values()
        ]
        for entry in entries:
            if entry["replication_key"] is None:
                del entry["replication_key"]
        return msgspec.json.format(msgspec.json.encode({"streams": entries})).decode()

    @override
    def run_discovery(self) -> str:
        text = self.catalog_json_text
        write_text(f"{text}\n")
        return text

    @override
    def load_state(self, state: dict[str, t.Any]) -> None:
        usable, ignored = inputs.bookmarks_in(state, self.streams)
        if ignored:
            self.logger.warning(
                "The state holds bookmarks that are not this tap's; ignored: %s.",
                outside.names(ignored),
            )
        super().load_state({"bookmarks": usable})

    # Agreements

    @made_once
    def agreements(self) -> list[Agreement]:
        """The agreements to read, each with its number.

        Raises:
            SettingsError: If a number is not known, is not that of the tokens, or comes twice.
            AgreementRefusedError: If the tokens of the only agreement are refused.
        """
        return opened(self)

    @made_once
    def _by_number(self) -> dict[object, Agreement]:
        return {agreement.number: agreement for agreement in self.agreements}

    def agreement(self, number: object) -> Agreement:
        """Return an agreement by its number."""
        return self._by_number[number]

    # A run

    @made_once
    def report(self) -> Report:
        """What became of each stream."""
        return Report()

    @made_once
    def run_id(self) -> str:
        """What tells this run from others in sync_audit."""
        return os.urandom(8).hex()

    @made_once
    def user_agent(self) -> str:
        """How the tap introduces itself to e-conomic."""
        return self.config.get("user_agent") or f"{self.name}/{self.plugin_version}"

    @made_once
    def session(self) -> requests.Session:
        """The connections to both hosts."""
        urls = self.config["rest_url"], self.config["openapi_url"]
        return guarded_session(urls, self.config["concurrency"])

    state_interval = 1.0
    """Seconds between two STATE messages, besides those at the end of a stream; of larger state as
    many times longer as it is larger than 100 KB."""
    _last_state = 0.0

    def state_is_due(self) -> bool:
        """Tell whether it is time for a STATE, at most once an interval."""
        now = time.monotonic()
        size = self.message_writer.state_bytes / _SMALL_STATE
        if now - self._last_state < self.state_interval * max(size, 1):
            return False
        self._last_state = now
        return True

    @made_once
    def _readings(self) -> dict[tuple[str, object], Reading]:
        return {}

    @made_once
    def readers(self) -> ReaderPool:
        """Who asks while this thread writes."""
        return ReaderPool(self.config["concurrency"])

    def reading(self, stream: EconomicStream, context: Context) -> Reading:
        """Return the reading of a stream for an agreement, which may be under way."""
        under_way = self._readings.pop((stream.name, context[AGREEMENT]), None)
        return under_way or Reading(stream, stream.question(context))

    def _begin_to_read(self) -> None:
        """Let the readers begin, each with a question that is settled here, from state."""
        for stream in self.streams.values():
            if isinstance(stream, EconomicStream) and stream.selected:
                for context in stream.partitions:
                    reading = Reading(stream, stream.question(context))
                    self._readings[stream.name, context[AGREEMENT]] = reading
        self.readers.begin([*self._readings.values()])

    def run(self) -> None:
        """Read all selected streams.

        Raises:
            SettingsError: If the settings cannot be used together, or as ``agreements`` says.
            SystemExit: If a stream was not read completely, or a signal ended the run.
        """
        inputs.check_selection(self.streams.values())
        inputs.check_batches(self.config, self.streams.values())
        try:
            self._open()
            if self.readers.side_by_side:
                self._begin_to_read()
            self._may_stop_at_once = False
            self.sync_all()
            tell_stopped(self.report, self.logger)
        except StoppedBySignal as stop:
            if not self.config.get("batch_config"):  # else rows wait that no BATCH has named yet
                self.state_writer.write_state(self.state)
            self.message_writer.flush()
            tell_stopped(self.report, self.logger)
            self.logger.warning("Stopped by a signal; the next run goes on from the last STATE.")
            sys.exit(128 + stop.number)
        finally:
            self.readers.stop()
        for name, stream in self.streams.items():
            if isinstance(stream, EconomicStream) and self._has_all_rows(name):
                stream.activate_version()
        self.message_writer.flush()
        self.session.close()
        tell(self.report, whole=self.logger.isEnabledFor(logging.DEBUG))
        if not self.report.is_whole:
            sys.exit(1)

    def _open(self) -> None:
        """Open the agreements; if the only one does not open, the audit tells of it too."""
        try:
            agreements = self.agreements
        except Exception:
            audit = self.streams[SyncAuditStream.name]
            if self.report.unopened and audit.selected:
                audit.sync()
                self.message_writer.flush()
            raise
        for agreement in agreements:
            self.logger.info("Reading agreement %s.", agreement.label)

    def test(self) -> None:
        """Ask one thing of each selected stream, and tell what can be read.

        Raises:
            SystemExit: If something can neither be read nor is skipped for a named reason.
        """
        inputs.check_selection(self.streams.values())
        for stream in self.streams.values():
            if isinstance(stream, EconomicStream) and stream.selected:
                for context in stream.partitions:
                    stream.try_out(context)
        tell_stopped(self.report, self.logger)
        self.session.close()
        one = len(self.report.openings) == 1
        tell(self.report, whole=one or self.logger.isEnabledFor(logging.DEBUG))
        if not self.report.is_whole:
            sys.exit(1)

    def _has_all_rows(self, stream: str) -> bool:
        """Tell whether a stream was read completely for every agreement of the settings."""
        return self.report.completed(stream) and not self.report.unopened

    # Signals: the SDK writes a STATE right into whatever is being written, and exits with 0.

    _stop: int | None = None
    _may_stop_at_once = True

    @override
    def _handle_termination(self, signum: int, frame: FrameType | None) -> None:
        self._stop = signum
        if self._may_stop_at_once:
            self._may_stop_at_once = False  # a second one must not break off the ending
            raise StoppedBySignal(signum)

    def interruptible(self, pages: Iterator[Page]) -> Iterator[Page]:
        """Pass pages on; a signal ends the run where it waits for one, and nowhere else."""
        while True:
            self._may_stop_at_once = True
            try:
                if self._stop is not None:
                    raise StoppedBySignal(self._stop)
                page = next(pages, None)
            finally:
                self._may_stop_at_once = False
            if page is None:
                return
            yield page

    # The command line

    @classmethod
    @override
    def get_singer_command(cls) -> click.Command:
        keep_details_for_debug()
        command = super().get_singer_command()
        return SentenceCommand(
            name=command.name,
            callback=command.callback,
            context_settings=command.context_settings,
            help=command.help,
            params=command.params,
            logger=cls.logger,
        )

    @classmethod
    @override
    def invoke(  # type: ignore[override] # the SDK's Tap narrows its base in the same way
        cls,
        *,
        about: bool = False,
        about_format: str | None = None,
        config: _ConfigInput | None = None,
        state: t.IO[str] | None = None,
        catalog: t.IO[str] | None = None,
    ) -> None:
        if about:
            with contextlib.redirect_stdout(io.StringIO()) as text:
                cls.print_about(about_format)
            write_text(text.getvalue())
            return
        cls.print_version(print_fn=cls.logger.info)
        if config and config.parse_env:
            settings.check_environment()
        tap = cls(
            config=config.config if config else {},
            state=read_json(state, "--state"),
            catalog=inputs.checked_catalog(read_json(catalog, "--catalog")),
            parse_env_config=bool(config and config.parse_env),
        )
        wish = click.get_current_context().meta.get(_TEST, CliTestOptionValue.Disabled.value)
        if wish == CliTestOptionValue.Schema.value:
            tap.write_schemas()
            tap.message_writer.flush()
        elif wish == CliTestOptionValue.All.value:
            tap.test()
        else:
            tap.run()

    @classmethod
    @override
    def cb_test(cls, ctx: click.Context, param: click.Option, value: str) -> None:
        # Only noted here: the SDK would begin at once, before it has seen --catalog.
        ctx.meta[_TEST] = value

    @classmethod
    @override
    def cb_config(
        cls, ctx: click.Context, param: click.Option, value: tuple[str, ...]
    ) -> _ConfigInput:
        for path in value:
            if path != "ENV":
                check_json(path, "--config")
        return super().cb_config(ctx, param, value)

    @override
    def _validate_config(self, *, raise_errors: bool = True) -> list[str]:
        outside.hide(settings.tokens_of(self._config))
        # The SDK's own messages quote the value, which may be a token.
        schema = self.config_jsonschema
        self.append_builtin_config(schema)
        errors = settings.complaints(schema, self._config)
        if errors and raise_errors:
            summary = "The settings are not usable"
            raise ConfigValidationError(summary, errors=errors, schema=schema)
        return errors
