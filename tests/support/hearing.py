"""Remembers all that the runs of a test wrote, so that what is secret can be looked for in it."""

from __future__ import annotations

import io
import logging
import typing as t

from typing_extensions import override

from tests.support.secrets import PLANTED, TOKENS

if t.TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

    from typing_extensions import Self

WRITTEN: list[Callable[[], bytes]] = []
"""Where to look for what was written in the test that runs."""


def remember(content: str | bytes | None) -> None:
    """Remember what a process wrote."""
    written = content.encode() if isinstance(content, str) else content or b""
    WRITTEN.append(lambda: written)


def remember_file(path: Path) -> None:
    """Remember a file, with what will stand in it when the test ends."""
    WRITTEN.append(lambda: path.read_bytes() if path.exists() else b"")


class Pipe(io.FileIO):
    """The end of a pipe that remembers what came through it."""

    def __init__(self, descriptor: int) -> None:
        super().__init__(descriptor)
        came = bytearray()
        WRITTEN.append(lambda: bytes(came))
        self._came = came

    @override
    def readinto(self, buffer: t.Any) -> int | None:
        size = super().readinto(buffer)
        self._came += memoryview(buffer)[: size or 0]
        return size

    @override
    def readall(self) -> bytes:
        content = super().readall() or b""
        self._came += content
        return content


_LOGGERS = [logging.getLogger(name) for name in ("tap-economic", "urllib3")]


class Log(logging.Handler):
    """Keeps the messages that hold something secret, of those who know anything, at DEBUG."""

    def __init__(self) -> None:
        super().__init__()
        self.telling: list[str] = []
        self.setFormatter(logging.Formatter())

    def __enter__(self) -> Self:
        for logger in _LOGGERS:
            logger.setLevel(logging.DEBUG)
        logging.getLogger().addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger().removeHandler(self)
        for logger in _LOGGERS:
            logger.setLevel(logging.NOTSET)

    @override
    def emit(self, record: logging.LogRecord) -> None:
        text = self.format(record)
        if any(secret in text for secret in PLANTED):
            self.telling.append(text)


def hearing(communicate: Callable[..., tuple[t.Any, t.Any]]) -> Callable[..., tuple[t.Any, t.Any]]:
    """Let subprocess.run and communicate() remember what the tap wrote, as a process."""

    def heard(
        process: subprocess.Popen[t.Any], *args: t.Any, **options: t.Any
    ) -> tuple[t.Any, t.Any]:
        written = communicate(process, *args, **options)
        if isinstance(process.args, list) and "tap_economic" in process.args:
            for content in written:
                remember(content)
        return written

    return heard


def secrets_written() -> list[str]:
    """Return the tokens that stand in what was written."""
    written = [look() for look in WRITTEN]
    return [token for token in TOKENS if any(token.encode() in one for one in written)]
