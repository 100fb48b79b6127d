"""The command line: one-sentence error messages, and exit codes."""

from __future__ import annotations

import gc
import logging
import os
import sys
import typing as t
from pathlib import Path

import click
from singer_sdk.helpers._util import load_json
from singer_sdk.plugin_base import SingerCommand
from typing_extensions import override

from tap_economic.errors import OutputClosed, StoppedBySignal, user_message
from tap_economic.sanitize import TokenFilter, trace_of


class TapCommand(SingerCommand):
    """The SDK's command, logging one sentence instead of a traceback."""

    @override
    def main(self, *args: t.Any, **kwargs: t.Any) -> t.Any:
        for handler in logging.getLogger().handlers:
            handler.addFilter(TokenFilter())
        code = 1
        try:
            return super().main(*args, **kwargs)
        except StoppedBySignal as stop:
            self.logger.warning("Stopped by a signal.")
            code = 128 + stop.number
        except OutputClosed as exc:
            if sys.stdout is not None:
                # Python would try again at exit to flush the rest.
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            self.logger.error("Ended: %s.", exc)  # noqa: TRY400 - a sentence, no traceback
        except Exception as exc:  # noqa: BLE001 - its text may quote what was read
            self.logger.error("%s.", user_message(exc))  # noqa: TRY400 - a sentence, no traceback
            self.logger.debug("Raised at:\n%s", trace_of(exc))
        finally:
            # Skips a last garbage collection, which takes a seventh of the time of --discover.
            gc.freeze()
        sys.exit(code)


def read_json(file: t.IO[str] | None, option: str) -> dict[str, t.Any] | None:
    """Return the JSON object in a file named on the command line.

    Raises:
        click.BadParameter: If the file contains anything else.
    """
    if file is None:
        return None
    try:
        content = load_json(file.read())
    except ValueError:
        content = None
    if not isinstance(content, dict):
        msg = "the file does not contain a JSON object."
        raise click.BadParameter(msg, param_hint=option)
    return content


def check_json(path: str, option: str) -> None:
    """Check that a file named on the command line contains a JSON object.

    Raises:
        click.BadParameter: If it does not, or cannot be read.
    """
    try:
        with Path(path).open(encoding="utf-8") as file:
            read_json(file, option)
    except OSError as exc:
        msg = f"{path}: {exc.strerror}."
        raise click.BadParameter(msg, param_hint=option) from None
