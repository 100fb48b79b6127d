"""``tap-economic | target-postgres`` where the tap may fail, or die."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import threading
import typing as t

from tests.support.programs import TAP, program

if t.TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_TIMEOUT = 120


class Ended(t.NamedTuple):
    """How a pipeline ended.

    Attributes:
        tap_code: The exit code of the tap.
        tap_log: What the tap said.
        state: The last state that the target confirmed.
    """

    tap_code: int
    tap_log: str
    state: dict[str, t.Any] | None


def pipe(  # noqa: PLR0913 - the two programs, and what each is given
    folder: Path,
    config: Mapping[str, t.Any],
    target: Mapping[str, t.Any],
    *,
    state: Mapping[str, t.Any] | None,
    catalog: Mapping[str, t.Any],
    killed_after: int | None = None,
) -> Ended:
    """Run the tap into the target, which must end well whatever becomes of the tap.

    Args:
        folder: Where to keep files.
        config: The tap's settings.
        target: The target's settings.
        state: The state to start from.
        catalog: The streams to read.
        killed_after: How many messages the target gets before the tap is killed; all by default.
    """
    contents = {"config": config, "state": state, "catalog": catalog}
    command: list[str | Path] = [TAP]
    for option, content in contents.items():
        if content is not None:
            path = folder / f"{option}.json"
            path.write_text(json.dumps(content), encoding="utf-8")
            command += [f"--{option}", path]
    settings = folder / "target.json"
    settings.write_text(json.dumps(target), encoding="utf-8")
    log, loader_log = folder / "tap.log", folder / "loader.log"
    with (
        log.open("wb") as said,
        loader_log.open("wb") as answered,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said) as tap,
        subprocess.Popen(
            [program("target-postgres"), "--config", settings],
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=answered,
        ) as loader,
    ):
        pump = threading.Thread(target=_pump, args=(tap, loader.stdin, killed_after))
        pump.start()
        output = t.cast("t.IO[bytes]", loader.stdout).read()
        pump.join()
        tap_code = tap.wait(_TIMEOUT)
        assert loader.wait(_TIMEOUT) == 0, loader_log.read_text("utf-8")
    lines = output.splitlines()
    return Ended(tap_code, log.read_text("utf-8"), json.loads(lines[-1]) if lines else None)


def _pump(tap: subprocess.Popen[bytes], sink: t.IO[bytes], killed_after: int | None) -> None:
    """Pass on whole messages until the tap ends, or has written so many and is killed."""
    # If the loader ends early, the tap finds its output closed, and the test the loader's log.
    with t.cast("t.IO[bytes]", tap.stdout) as source, contextlib.suppress(BrokenPipeError), sink:
        for number, line in enumerate(source, start=1):
            sink.write(line)
            if number == killed_after:
                tap.send_signal(signal.SIGKILL)
                break
