"""Results: what came of each probe, when; kept in a file, so that a run can go on."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import typing as t
from pathlib import Path

if t.TYPE_CHECKING:
    from collections.abc import Mapping

FILE = Path(__file__).with_name("results.json")

Status: t.TypeAlias = t.Literal["confirmed", "contradicted", "not answerable"]

FRESH = dt.timedelta(days=1)


@dataclasses.dataclass(frozen=True)
class Result:
    """What came of one probe.

    Attributes:
        status: Whether the fact is one.
        when: When it was asked, in UTC.
        expected: What the fact says, if it was contradicted.
        came: What came instead, masked; or why the agreement cannot answer.
        notes: What else was seen, such as undeclared properties.
    """

    status: Status
    when: str
    expected: str = ""
    came: str = ""
    notes: tuple[str, ...] = ()

    @property
    def day(self) -> str:
        """The day it was asked."""
        return self.when[:10]


@dataclasses.dataclass(frozen=True)
class Results:
    """The results of a target, by the names of the probes.

    Attributes:
        target: Who was asked.
        by_name: The results.
    """

    target: str
    by_name: dict[str, Result] = dataclasses.field(default_factory=dict)

    def fresh(self, now: dt.datetime) -> Mapping[str, Result]:
        """Return the results of the last day, but no contradictions: they are asked again."""
        since = (now - FRESH).isoformat(timespec="seconds")
        return {
            name: result
            for name, result in self.by_name.items()
            if result.when >= since and result.status != "contradicted"
        }

    def of_status(self, status: Status) -> dict[str, Result]:
        """Return the results with this status."""
        return {name: result for name, result in self.by_name.items() if result.status == status}

    def save(self, file: Path = FILE) -> None:
        """Write the file whole, or not at all."""
        text = json.dumps(dataclasses.asdict(self), indent=1, ensure_ascii=False) + "\n"
        beside = file.with_suffix(".tmp")
        beside.write_text(text, "utf-8")
        beside.replace(file)


def load(file: Path = FILE) -> Results | None:
    """Return the results of the last live run, if there was one."""
    if not file.exists():
        return None
    read = json.loads(file.read_text("utf-8"))
    by_name = {
        name: Result(**{**result, "notes": tuple(result["notes"])})
        for name, result in read["by_name"].items()
    }
    return Results(read["target"], by_name)
