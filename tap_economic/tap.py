"""The tap: its settings, its streams, its run and its command line."""

from __future__ import annotations

import contextlib
import io
import logging
import sys
import typing as t
from functools import cached_property

import click
import msgspec
from singer_sdk import Tap
from singer_sdk.exceptions import ConfigValidationError
from singer_sdk.tap_base import CliTestOptionValue
from typing_extensions import override

from tap_economic import sanitize, settings
from tap_economic.cli import TapCommand, check_json, read_json
from tap_economic.errors import SettingsError, StoppedBySignal
from tap_economic.run import Run
from tap_economic.singer import decimals, inputs
from tap_economic.singer.sdk import make_hashes_null_safe, quiet_sdk_logging
from tap_economic.singer.stream import EconomicStream
from tap_economic.singer.writer import BufferedWriter, write_text
from tap_economic.streams import FILE_STREAMS, STREAMS
from tap_economic.streams.audit import SyncAuditStream
from tap_economic.summary import log_refused, print_summary

if t.TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

    from singer_sdk.plugin_base import _ConfigInput
    from singer_sdk.streams import Stream


_TEST = "tap_economic.test"


class TapEconomic(Tap):
    """Singer tap for Visma e-conomic: the classic REST API and the OpenAPI services."""

    name = "tap-economic"
    config_jsonschema = settings.SETTINGS
    message_writer_class = BufferedWriter
    message_writer: BufferedWriter

    # Streams

    @override
    def discover_streams(self) -> Sequence[Stream]:
        streams: list[EconomicStream | SyncAuditStream] = [
            stream(self) for stream in (*STREAMS, *FILE_STREAMS)
        ]
        streams.append(SyncAuditStream(self))
        for stream in streams:
            stream.runner = self.current_run
        known = {stream.name for stream in streams}
        if unknown := (self.input_catalog or {}).keys() - known:
            self.logger.warning(
                "The catalog names streams that do not exist: %s.", sanitize.names(unknown)
            )
        return streams

    @override
    def setup_mapper(self) -> None:
        if self.input_catalog is not None:
            inputs.fill_keys(self.input_catalog, [*STREAMS, *FILE_STREAMS, SyncAuditStream])
        try:
            super().setup_mapper()
        except SettingsError:
            raise
        except Exception as exc:  # raised by the SDK for an invalid map, before any record
            msg = f"The setting stream_maps cannot be used: {sanitize.plain(exc)}"
            raise SettingsError(msg) from exc
        make_hashes_null_safe(self.mapper)

    @property
    @override
    def streams(self) -> dict[str, Stream]:
        found = super().streams  # sorted by name; a run reads them by domain, the audit last
        order = [*(stream.name for stream in (*STREAMS, *FILE_STREAMS)), SyncAuditStream.name]
        return {name: found[name] for name in order}

    @property
    @override
    def catalog_json_text(self) -> str:
        # The same as the SDK's catalog, but without building a schema object for each property,
        # which would take most of the time of --discover.
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
                "The state has bookmarks that are not this tap's; ignored: %s.",
                sanitize.names(ignored),
            )
        super().load_state({"bookmarks": usable})

    # A run

    @cached_property
    def current_run(self) -> Run:
        """The run of this process."""
        return Run(
            self.config,
            writer=self.message_writer,
            user_agent=self.config.get("user_agent") or f"{self.name}/{self.plugin_version}",
            logger=self.logger,
        )

    def run(self) -> None:
        """Read all selected streams.

        Raises:
            SettingsError: If the settings conflict, or as documented for ``Run.open``.
            SystemExit: If a stream was not read completely, or a signal stopped the run.
        """
        inputs.check_selection(self.streams.values())
        inputs.check_batches(self.config, self.streams.values())
        run = self.current_run
        run.check_file_store(self.streams.values())
        try:
            self._open()
            run.begin(self.streams.values())
            run.may_stop_at_once = False
            self.sync_all()
            log_refused(run.report, run.refused, self.logger)
        except StoppedBySignal as stop:
            if not self.config.get("batch_config"):  # else it would cover rows not in a BATCH yet
                self.state_writer.write_state(self.state)
            self.message_writer.flush()
            log_refused(run.report, run.refused, self.logger)
            self.logger.warning("Stopped by a signal; the next run resumes from the last STATE.")
            sys.exit(128 + stop.number)
        finally:
            run.stop()
        for name, stream in self.streams.items():
            if isinstance(stream, EconomicStream) and self._has_all_rows(name):
                stream.activate_version()
        self.message_writer.flush()
        self._end(whole=False)

    def _open(self) -> None:
        """Open the agreements; if the only one cannot be opened, the audit still records it."""
        run = self.current_run
        try:
            run.open()
        except Exception:
            audit = self.streams[SyncAuditStream.name]
            if run.report.unopened and audit.selected:
                audit.sync()
                self.message_writer.flush()
            raise
        for agreement in run.agreements.values():
            self.logger.info("Reading agreement %s.", agreement.label)

    def test(self) -> None:
        """Send one small request for each selected stream, and report what can be read.

        Raises:
            SystemExit: If a stream can neither be read nor is skipped for lack of access.
        """
        inputs.check_selection(self.streams.values())
        run = self.current_run
        run.check_file_store(self.streams.values())
        run.open()
        for stream in self.streams.values():
            if isinstance(stream, EconomicStream) and stream.selected:
                for number in run.agreements:
                    run.preview(stream, number)
        log_refused(run.report, run.refused, self.logger)
        self._end(whole=len(run.report.openings) == 1)

    def _end(self, *, whole: bool) -> None:
        """Close the session, print the summary, and exit with 1 unless the run is complete."""
        run = self.current_run
        run.session.close()
        print_summary(run.report, whole=whole or self.logger.isEnabledFor(logging.DEBUG))
        if not run.report.is_complete:
            sys.exit(1)

    def _has_all_rows(self, stream: str) -> bool:
        """Return whether a stream is complete for every configured agreement."""
        report = self.current_run.report
        return report.completed(stream) and not report.unopened

    @override
    def _handle_termination(self, signum: int, frame: FrameType | None) -> None:
        # The SDK writes a STATE in the middle of other output, and exits with 0.
        self.current_run.handle_signal(signum)

    # The command line

    @classmethod
    @override
    def get_singer_command(cls) -> click.Command:
        quiet_sdk_logging()
        command = super().get_singer_command()
        return TapCommand(
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
        test = click.get_current_context().meta.get(_TEST, CliTestOptionValue.Disabled.value)
        if test == CliTestOptionValue.Schema.value:
            tap.write_schemas()
            tap.message_writer.flush()
        elif test == CliTestOptionValue.All.value:
            tap.test()
        else:
            tap.run()

    @classmethod
    @override
    def cb_test(cls, ctx: click.Context, param: click.Option, value: str) -> None:
        # Only stored: the SDK would start the test at once, before it parses --catalog.
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
        sanitize.register_tokens(settings.tokens_of(self._config))
        # The SDK's own messages quote the value, which may be a token.
        schema = self.config_jsonschema
        self.append_builtin_config(schema)
        errors = settings.validation_errors(schema, self._config)
        if errors and raise_errors:
            summary = "The settings are invalid"
            raise ConfigValidationError(summary, errors=errors, schema=schema)
        return errors
