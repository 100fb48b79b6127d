"""Many agreements in one run."""

from __future__ import annotations

import json
import sys
import typing as t
from pathlib import Path

import pytest

from benchmarks.audit import FIRST, IncompleteError, audit
from benchmarks.place import Place
from benchmarks.works import WORK

if t.TYPE_CHECKING:
    from benchmarks.serving import Served

    Row: t.TypeAlias = dict[str, t.Any]

COMPLETE = {"status": "complete", "rowsSent": 7, "rowsCounted": 7}
SKIPPED = {"status": "skipped", "rowsSent": 0, "rowsCounted": None}
REVOKED = {"status": "refused", "rowsSent": 0, "rowsCounted": None}


@pytest.fixture
def rows() -> list[Row]:
    """What is said of two streams: of an agreement that has no modules, and of a whole one."""
    ends = {
        (0, "units"): REVOKED,
        (1, "units"): COMPLETE,
        (1, "projects"): SKIPPED,
        (2, "units"): COMPLETE,
        (2, "projects"): COMPLETE | {"rowsCounted": None},
    }
    return [
        {"agreementNumber": FIRST + place, "stream": stream, **end}
        for (place, stream), end in ends.items()
    ]


@pytest.fixture
def out(tmp_path: Path, rows: list[Row]) -> t.Callable[[], Path]:
    """Writes the rows down as the tap does."""

    def write() -> Path:
        messages: list[Row] = [
            {"type": "RECORD", "stream": "units", "record": {"status": "none"}},
            *({"type": "RECORD", "stream": "sync_audit", "record": row} for row in rows),
            {"type": "STATE", "value": {}},
        ]
        lines = [json.dumps(message, separators=(",", ":")) + "\n" for message in messages]
        (tmp_path / "out").write_text("".join(lines))
        return tmp_path / "out"

    return write


def test_a_fleet_is_read_and_tells_of_each_stream(served: Served) -> None:
    (case,) = WORK["fleet"].cases
    with Place(served) as place:
        run = place.run(case.scaled(0.01), {"tap": Path(sys.executable).parent})
    assert run.audited
    assert run.requests > 100
    assert run.audited["streams of an agreement, refused"] == 1
    assert run.audited["streams of an agreement, complete"] > 100
    assert run.audited["streams of an agreement, skipped"] > 10


def test_what_sync_audit_says_is_counted(out: t.Callable[[], Path]) -> None:
    assert audit(out(), 3) == {
        "streams of an agreement, complete": 3,
        "streams of an agreement, refused": 1,
        "streams of an agreement, skipped": 1,
        "streams of an agreement, compared with e-conomic's count": 2,
        "STATE messages": 1,
        "bytes of the largest STATE message": 28,
    }


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"status": "incomplete"}, "projects of agreement 1000002: incomplete, 7 of None rows"),
        ({"status": "skipped"}, "projects of agreement 1000002: skipped, 7 of None rows"),
        ({"rowsCounted": 8}, "projects of agreement 1000002: complete, 7 of 8 rows"),
        ({"stream": "else"}, "projects of agreement 1000002: missing, None of None rows"),
    ],
)
def test_a_stream_that_fell_short_is_named_with_its_agreement(
    rows: list[Row], out: t.Callable[[], Path], change: Row, said: str
) -> None:
    rows[-1].update(change)
    with pytest.raises(IncompleteError, match=said):
        audit(out(), 3)


def test_an_agreement_without_a_word_and_a_run_without_an_audit_fell_short(
    rows: list[Row], out: t.Callable[[], Path]
) -> None:
    with pytest.raises(IncompleteError, match="units of agreement 1000003: missing"):
        audit(out(), 4)
    rows.clear()
    with pytest.raises(IncompleteError, match="nothing was audited"):
        audit(out(), 3)
