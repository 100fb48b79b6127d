"""Run a program, and print its time and memory as one line of JSON.

    python -I -S launch.py OUT ERR PROGRAM [ARGUMENT ...]

On Linux the peak memory of a new process starts at that of its parent, so this script imports as
little as possible.
"""

from __future__ import annotations

import json
import os
import sys
import time

_PEAK_UNIT = 1 if sys.platform == "darwin" else 1024


def main() -> None:
    """Run the program; its standard output and error go to files."""
    out, err, program, *arguments = sys.argv[1:]
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    files = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, out, flags, 0o600),
        (os.POSIX_SPAWN_OPEN, 2, err, flags, 0o600),
    ]
    began = time.perf_counter()
    child = os.posix_spawn(program, [program, *arguments], os.environ, file_actions=files)
    _, status, usage = os.wait4(child, 0)
    seconds = time.perf_counter() - began
    took = {
        "seconds": seconds,
        "peak": usage.ru_maxrss * _PEAK_UNIT,
        "exit_code": os.waitstatus_to_exitcode(status),
    }
    sys.stdout.write(json.dumps(took))


if __name__ == "__main__":
    main()
