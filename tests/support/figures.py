"""The figures of the fault matrix, and their table in docs/reliability.md."""

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
        moot: How many more there were in which the fault did not apply.
        seconds: How long they took.
        complete: How many first runs were complete, by fault.
        warned: How many of these logged a warning, by fault.
        skipped: How many skipped the stream with a reason, by fault.
        named: How many exited non-zero and named the stream, by fault.
    """

    cases: int = 0
    moot: int = 0
    seconds: int = 0
    complete: collections.Counter[str] = dataclasses.field(default_factory=collections.Counter)
    warned: collections.Counter[str] = dataclasses.field(default_factory=collections.Counter)
    skipped: collections.Counter[str] = dataclasses.field(default_factory=collections.Counter)
    named: collections.Counter[str] = dataclasses.field(default_factory=collections.Counter)

    def add(self, case: Case, ended: Ended, *, hit: bool) -> None:
        """Count a case that passed."""
        if not hit:
            self.moot += 1
            return
        fault = f"{case.trouble.name}, {case.trouble.lasts}"
        self.cases += 1
        if ended.code:
            self.named[fault] += 1
        elif ended.results[case.shape.stream].status is Status.SKIPPED:
            self.skipped[fault] += 1
        else:
            self.complete[fault] += 1
            self.warned[fault] += bool(ended.warnings)

    def text(self) -> str:
        """Return the text and the table."""
        complete, skipped, named = (
            counter.total() for counter in (self.complete, self.skipped, self.named)
        )
        return "\n".join(
            [
                (
                    f"{self.cases:,} runs with a fault, each followed by one without, took "
                    f"{self.seconds:,} seconds: {complete:,} were complete despite the fault and "
                    f"equal to the oracle, {named:,} exited non-zero and named the stream, "
                    f"{skipped:,} skipped it with the reason because its first page was "
                    f"forbidden, none was silently incomplete. All {self.cases:,} runs that "
                    "followed were complete and equal to the oracle."
                ),
                "",
                "| fault | runs | complete | of these with a warning | skipped | exited non-zero |",
                "| --- | ---: | ---: | ---: | ---: | ---: |",
                *map(self._row, sorted(self.complete | self.skipped | self.named)),
            ]
        )

    def _row(self, fault: str) -> str:
        ends = self.complete[fault], self.skipped[fault], self.named[fault]
        figures = sum(ends), ends[0], self.warned[fault], *ends[1:]
        return f"| {' | '.join([fault, *map(str, figures)])} |"


def write_down(figures: Figures) -> None:
    """Write the figures to docs/reliability.md."""
    page = PAGE.read_text("utf-8")
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n\n{figures.text()}\n\n{END}{after}", "utf-8")
