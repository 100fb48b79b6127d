"""What the fault matrix has tried, and how it is written down."""

from __future__ import annotations

import collections
import dataclasses
import typing as t
from pathlib import Path

from tap_economic.report import Status

if t.TYPE_CHECKING:
    from tests.support.shapes import Case
    from tests.support.world import Ended

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reliability.md"
BEGIN = "<!-- fault matrix: written by make torture -->"
END = "<!-- end of the fault matrix -->"


@dataclasses.dataclass
class Figures:
    """How the cases ended.

    Attributes:
        cases: How many there were, each of two runs.
        moot: How many more there were, in which the fault found nothing to happen to.
        seconds: How long they took.
        complete: How many first runs were complete, by fault.
        warned: How many of these said so with a warning, by fault.
        skipped: How many were skipped for a reason that they named, by fault.
        told: How many ended non-zero and named the stream, by fault.
    """

    cases: int = 0
    moot: int = 0
    seconds: int = 0
    complete: collections.Counter[str] = dataclasses.field(default_factory=collections.Counter)
    warned: collections.Counter[str] = dataclasses.field(default_factory=collections.Counter)
    skipped: collections.Counter[str] = dataclasses.field(default_factory=collections.Counter)
    told: collections.Counter[str] = dataclasses.field(default_factory=collections.Counter)

    def add(self, case: Case, ended: Ended, *, hit: bool) -> None:
        """Count a case that went as it must."""
        if not hit:
            self.moot += 1
            return
        fault = f"{case.trouble.name}, {case.trouble.lasts}"
        self.cases += 1
        if ended.code:
            self.told[fault] += 1
        elif ended.results[case.shape.stream].status is Status.SKIPPED:
            self.skipped[fault] += 1
        else:
            self.complete[fault] += 1
            self.warned[fault] += bool(ended.warnings)

    def text(self) -> str:
        """Return what is written down."""
        complete, skipped, told = (
            counter.total() for counter in (self.complete, self.skipped, self.told)
        )
        return "\n".join(
            [
                (
                    f"{self.cases:,} runs with a fault, each followed by one without, took "
                    f"{self.seconds:,} seconds: {complete:,} were complete in spite of it and "
                    f"equal to the truth, {told:,} ended non-zero and named the stream, "
                    f"{skipped:,} skipped it with the reason, forbidden its first page, "
                    f"none was silently short. All {self.cases:,} runs that followed were complete "
                    "and equal to the truth."
                ),
                "",
                "| fault | runs | complete | of these with a warning | skipped | ended non-zero |",
                "| --- | ---: | ---: | ---: | ---: | ---: |",
                *map(self._row, sorted(self.complete | self.skipped | self.told)),
            ]
        )

    def _row(self, fault: str) -> str:
        ends = self.complete[fault], self.skipped[fault], self.told[fault]
        figures = sum(ends), ends[0], self.warned[fault], *ends[1:]
        return f"| {' | '.join([fault, *map(str, figures)])} |"


def write_down(figures: Figures) -> None:
    """Put the figures where the page of docs has its place for them."""
    page = PAGE.read_text("utf-8")
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n\n{figures.text()}\n\n{END}{after}", "utf-8")
