"""Run the tap in this process, against real sockets, and keep what it says."""

from __future__ import annotations

import contextlib
import typing as t

import msgspec
from typing_extensions import override

from tap_economic.singer.writer import BufferedWriter
from tap_economic.tap import TapEconomic
from tests.support import hearing, secrets
from tests.support.catalogs import selecting

if t.TYPE_CHECKING:
    from tap_economic.report import StreamResult


class Collector(BufferedWriter):
    """Keeps the lines that would go to stdout."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[bytes] = []
        hearing.WRITTEN.append(lambda: b"".join(self.lines))

    @override
    def _write(self, whole_lines: bytes | bytearray) -> None:
        self.lines.extend(bytes(whole_lines).splitlines(keepends=True))


class Run:
    """What one run of the tap wrote, and how it ended."""

    def __init__(self, tap: TapEconomic, lines: list[bytes], exit_code: int) -> None:
        self.lines = lines
        self.exit_code = exit_code
        self.messages: list[dict[str, t.Any]] = [msgspec.json.decode(line) for line in lines]
        self.report = tap.current_run.report
        self.results: dict[str, StreamResult] = {
            result.stream: result for result in tap.current_run.report.results
        }

    def records(self, stream: str) -> list[dict[str, t.Any]]:
        return [
            message["record"]
            for message in self.messages
            if message["type"] == "RECORD" and message["stream"] == stream
        ]

    @property
    def state(self) -> dict[str, t.Any]:
        states = [message["value"] for message in self.messages if message["type"] == "STATE"]
        return t.cast("dict[str, t.Any]", states[-1]) if states else {}


def run_tap(
    url: str | None = None,
    *streams: str,
    state: dict[str, t.Any] | None = None,
    catalog: dict[str, t.Any] | None = None,
    **config: t.Any,
) -> Run:
    """Run the tap with the given streams selected; without any, those that are by default."""
    settings = {
        "app_secret_token": secrets.APP,
        "agreement_grant_token": secrets.GRANT,
        "concurrency": 1,
        **({"rest_url": f"{url}/rest", "openapi_url": f"{url}/openapi"} if url else {}),
        **config,
    }
    if streams and catalog is None:
        catalog = selecting(*streams)
    collector = Collector()
    tap = TapEconomic(config=settings, state=state, catalog=catalog, message_writer=collector)
    exit_code: t.Any = 0
    with contextlib.ExitStack() as stack:
        stack.callback(tap.current_run.session.close)
        try:
            tap.run()
        except SystemExit as exc:
            exit_code = exc.code
    return Run(tap, collector.lines, int(exit_code))
