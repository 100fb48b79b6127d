"""Run a program or two in a pipeline, and print what they took as one line of JSON.

    python -I -S launch.py OUT ERR PROGRAM [ARGUMENT ...] [| PROGRAM [ARGUMENT ...]]

On Linux the peak memory of a new process starts at that of its parent, so this script imports as
little as possible.
"""

from __future__ import annotations

import json
import os
import sys
import time

_PEAK_UNIT = 1 if sys.platform == "darwin" else 1024
_MOST_AT_ONCE = 1 << 20


def main() -> None:
    """Run the programs; the last one's output and all errors go to files."""
    out_path, err_path, *words = sys.argv[1:]
    out, err = (
        os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)
        for path in (out_path, err_path)
    )
    nothing = os.open(os.devnull, os.O_RDONLY)
    piped = None
    began = time.perf_counter()
    if "|" in words:
        middle = words.index("|")
        from_first, first_out = os.pipe()
        last_in, to_last = os.pipe()
        children = [
            _spawn(words[:middle], nothing, first_out, err),
            _spawn(words[middle + 1 :], last_in, out, err),
        ]
        os.close(first_out)
        os.close(last_in)
        piped = _pass_on(from_first, to_last)
    else:
        children = [_spawn(words, nothing, out, err)]
    processes = [_ended(child) for child in children]
    seconds = time.perf_counter() - began
    sys.stdout.write(json.dumps({"seconds": seconds, "processes": processes, "piped": piped}))


def _spawn(command: list[str], stdin: int, stdout: int, stderr: int) -> int:
    files = [(os.POSIX_SPAWN_DUP2, source, to) for to, source in enumerate((stdin, stdout, stderr))]
    return os.posix_spawn(command[0], command, os.environ, file_actions=files)


def _pass_on(source: int, sink: int) -> int:
    """Pass on bytes until either side ends, and return how many."""
    passed = 0
    try:
        while some := os.read(source, _MOST_AT_ONCE):
            rest = memoryview(some)
            while rest:
                rest = rest[os.write(sink, rest) :]
            passed += len(some)
    except BrokenPipeError:
        pass  # the second program has ended; its exit code tells why
    os.close(source)
    os.close(sink)
    return passed


def _ended(child: int) -> dict[str, float]:
    _, status, usage = os.wait4(child, 0)
    return {
        "cpu": usage.ru_utime + usage.ru_stime,
        "peak": usage.ru_maxrss * _PEAK_UNIT,
        "exit_code": os.waitstatus_to_exitcode(status),
    }


if __name__ == "__main__":
    main()
