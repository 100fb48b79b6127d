"""The command line of a case, and the files that it names."""

from __future__ import annotations

import functools
import json
import subprocess
import typing as t
from pathlib import Path

from benchmarks.runs import FailedError

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmarks.work import Case

    Programs: t.TypeAlias = Mapping[str, Path]

_PEERS = Path(__file__).parent / "peers"


class Into(t.NamedTuple):
    """What is loaded into.

    Attributes:
        database: The address of the database.
        schema: The schema in it.
    """

    database: str
    schema: str


def command_line(
    case: Case,
    programs: Programs,
    folder: Path,
    settings: Mapping[str, t.Any],
    into: Into | None,
) -> list[str]:
    """Return the words of a case's command line, and write its files.

    Args:
        case: The case.
        programs: The folders of its programs, by the name of the environment.
        folder: The folder for its files; the state in it must exist already.
        settings: The settings of a tap for the server to read.
        into: What to load into, if the program loads.
    """
    contents: dict[str, Mapping[str, t.Any]] = {"config": settings}
    if case.concurrency:
        contents["config"] = {**settings, "concurrency": case.concurrency}
    if "{catalog}" in case.program.command:
        contents["catalog"] = catalog_of(programs["tap"] / "tap-economic", case.streams)
    if into and case.program.target is not None:
        contents["target"] = {
            **case.program.target,
            "sqlalchemy_url": into.database.replace("postgresql:", "postgresql+psycopg:", 1),
            "default_target_schema": into.schema,
        }
    for name, content in contents.items():
        (folder / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    filled_in = {
        **programs,
        **{name: folder / f"{name}.json" for name in (*contents, "state")},
        **(into._asdict() if into else {}),
        "peers": _PEERS,
        "folder": folder,
        "listing": case.listing,
        "rows": case.rows,
    }
    return [word.format(**filled_in) for word in case.program.command.split()]


@functools.cache
def catalog_of(tap: Path, streams: tuple[str, ...]) -> dict[str, t.Any]:
    """Return the tap's catalog with some streams selected, by default the default ones.

    Raises:
        FailedError: If discovery fails.
    """
    found = subprocess.run([tap, "--discover"], capture_output=True, check=False)
    if found.returncode:
        msg = f"discovery failed: {found.stderr.decode(errors='replace')[-1000:]}"
        raise FailedError(msg)
    catalog: dict[str, t.Any] = json.loads(found.stdout)
    for stream in catalog["streams"] if streams else ():
        (whole,) = (entry for entry in stream["metadata"] if not entry["breadcrumb"])
        whole["metadata"]["selected"] = stream["tap_stream_id"] in streams
    return catalog
