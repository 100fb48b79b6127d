"""Messages leave in whole lines, in their order, and a STATE never waits."""

from __future__ import annotations

import datetime as dt
import io
import sys
import typing as t
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from singer_sdk.contrib.msgspec import MsgSpecWriter
from singer_sdk.singerlib.messages import RecordMessage, SchemaMessage, StateMessage

from tap_economic.errors import MistypedValueError
from tap_economic.records.rows import row_type
from tap_economic.singer import writer
from tap_economic.singer.writer import BufferedWriter, record_lines
from tap_economic.tap import TapEconomic
from tests.support.running import run_tap
from tests.support.scripted import Answer, with_self

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.support.scripted import Request, Serve

NOW = dt.datetime(2026, 8, 1, 11, 12, 13, 456789, tzinfo=dt.timezone.utc)
SCHEMA = {
    "type": "object",
    "properties": {
        "number": {"type": "integer"},
        "name": {"type": ["string", "null"]},
        "amount": {"type": ["number", "null"]},
        "date": {"type": ["string", "null"], "format": "date"},
        "inner": {"type": ["object", "null"], "properties": {"a": {"type": ["number", "null"]}}},
        "list": {"type": ["array", "null"], "items": {"type": ["string", "null"]}},
    },
}
ROW = row_type(SCHEMA, required=["number"], false_when_absent=(), withheld=())


class Stdout(io.BytesIO):
    """Keeps each write apart."""

    def __init__(self) -> None:
        super().__init__()
        self.writes: list[bytes] = []

    def write(self, content: t.Any) -> int:
        self.writes.append(bytes(content))
        return len(content)

    @property
    def lines(self) -> list[bytes]:
        return b"".join(self.writes).splitlines()


@pytest.fixture
def stdout(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Stdout]]:
    """Put something in the place of stdout; in the test itself, because pytest does so before."""

    def replace() -> Stdout:
        kept = Stdout()
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(kept))
        return kept

    yield replace
    monkeypatch.undo()


@pytest.fixture(autouse=True)
def _time_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "utc_now", lambda: NOW)


def by_the_sdk(stream: str, records: list[t.Any], version: int | None) -> bytes:
    """The lines that the SDK itself would write for the records."""
    own = MsgSpecWriter()
    messages = (
        RecordMessage(stream=stream, record=record, version=version, time_extracted=NOW)
        for record in records
    )
    return b"".join(bytes(own.format_message(message)) for message in messages)


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.decimals(-(10**30), 10**30)
    | st.sampled_from([Decimal("1E+40"), Decimal("1E-40"), Decimal("-0.0")])
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text('aæø"\\\n', max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)
VERSIONS = st.none() | st.integers(1, 2**53)


@settings(deadline=None)
@given(
    records=st.lists(st.dictionaries(st.text('abæ"', max_size=5), VALUES), max_size=4),
    version=VERSIONS,
)
def test_records_are_the_bytes_that_the_sdk_would_write(
    records: list[dict[str, t.Any]], version: int | None
) -> None:
    lines = record_lines("customers", records, version)
    assert lines == by_the_sdk("customers", records, version)
    assert lines.count(b"\n") == len(records)


@pytest.mark.parametrize("version", [None, 1_785_582_733_456])
def test_typed_rows_are_the_bytes_that_the_sdk_would_write_for_the_same_records(
    version: int | None,
) -> None:
    records: list[dict[str, t.Any]] = [
        {"number": 1, "name": 'Ærø "A/S"\n', "amount": Decimal("100.00"), "date": "2026-08-01"},
        {"number": 2**63 - 1, "name": None, "inner": {"a": Decimal("-0.10")}, "list": ["a", None]},
        {"number": -1, "inner": {}, "list": []},
    ]
    content = msgspec.json.Encoder(decimal_format="number").encode(records)
    rows: list[t.Any] = msgspec.json.decode(content, type=list[ROW])  # type: ignore[valid-type] # made at run time
    assert record_lines("customers", rows, version) == by_the_sdk("customers", records, version)


@pytest.mark.parametrize("number", ["NaN", "sNaN", "-NaN", "Infinity", "-Infinity", "1E+400"])
def test_a_number_that_is_none_or_that_no_target_can_read_is_refused(number: str) -> None:
    with pytest.raises(MistypedValueError):
        record_lines("customers", [{"number": 1}, {"inner": [Decimal(number)]}], None)


@pytest.mark.parametrize(
    "text", ["NaN", "Infinity", 'a "NaN", b', '":NaN,"', "-Infinity", "1E+400"]
)
def test_a_text_may_say_so(text: str) -> None:
    records = [{"name": text, text: [text]}]
    (line,) = record_lines("customers", records, None).splitlines()
    assert msgspec.json.decode(line)["record"] == records[0]


def test_a_number_that_is_none_fails_its_stream_by_name_and_leaves_no_broken_line(
    serve: Serve,
) -> None:
    def answer(request: Request) -> Answer:
        if request.path.endswith("booked-entries/count"):
            return Answer(1)
        if request.path.endswith("booked-entries"):
            return Answer({"items": [{"entryNumber": 1, "amount": "NaN"}]})
        return Answer({"items": [{"number": 1, "name": "NaN"}]})

    api = serve(with_self(answer))
    run = run_tap(api.url, "booked_entries", "project_groups")  # each line is decoded as it comes
    assert run.exit_code == 1
    failed = run.results["booked_entries"]
    assert (failed.status.value, failed.rows) == ("failed", 0)
    assert "'amount' should be a number" in failed.reason
    assert run.records("booked_entries") == []
    assert [record["name"] for record in run.records("project_groups")] == ["NaN"]


# When they leave

MESSAGES = st.lists(
    st.sampled_from(["record", "state", "schema", "lines", "long", "much"]), max_size=30
)
LONG = record_lines("s", [{"text": "x" * 40_000}], None)
MUCH = record_lines("s", [{"text": "y" * 90_000}], None)


@settings(deadline=None)
@given(plan=MESSAGES)
def test_messages_leave_whole_in_their_order_and_at_once_with_a_state(plan: list[str]) -> None:
    kept = Stdout()
    expected: list[bytes] = []
    writer = Kept(kept)
    for number, step in enumerate(plan):
        line = write(writer, step, number)
        expected.append(line.rstrip(b"\n"))
        assert all(one.endswith(b"\n") for one in kept.writes if one)
        written = kept.lines
        assert written == expected[: len(written)]
        if step == "state":
            assert written == expected  # what came before it, and itself
        waiting = expected[len(written) :]
        assert sum(map(len, waiting)) < 2**16  # memory stays small
    writer.flush()
    assert kept.lines == expected


class Kept(BufferedWriter):
    """Writes to where a test looks."""

    def __init__(self, to: Stdout) -> None:
        super().__init__()
        self._to = to

    def _write(self, whole_lines: bytes | bytearray) -> None:
        self._to.write(whole_lines)


def write(writer: BufferedWriter, step: str, number: int) -> bytes:
    """Write one message, and return its line."""
    if step in {"lines", "long", "much"}:
        small = record_lines("s", [{"number": number}], None)
        lines = {"lines": small, "long": LONG, "much": MUCH}[step]
        writer.write_lines(lines)
        return lines
    message = {
        "record": RecordMessage("s", {"number": number}, time_extracted=NOW),
        "state": StateMessage({"bookmarks": {"s": number}}),
        "schema": SchemaMessage("s", {"type": "object", "properties": {}}, ["number"]),
    }[step]
    writer.write_message(message)
    return bytes(MsgSpecWriter().format_message(message))


def test_what_leaves_goes_to_stdout_and_is_not_kept_back_there(
    stdout: Callable[[], Stdout],
) -> None:
    kept, writer = stdout(), BufferedWriter()
    writer.write_lines(record_lines("s", [{"number": 1}], None))
    assert kept.lines == []
    writer.write_message(StateMessage({}))
    assert len(kept.lines) == 2
    writer.write_lines(record_lines("s", [{"number": 2}], None))
    writer.flush()
    assert len(kept.lines) == 3


def test_a_run_that_ends_leaves_nothing_behind(serve: Serve, stdout: Callable[[], Stdout]) -> None:
    page = Answer({"items": [{"number": n, "name": "A"} for n in range(1, 4)]})
    api = serve(with_self(lambda request: Answer(3) if "/count" in request.path else page))
    urls = {"rest_url": f"{api.url}/rest", "openapi_url": f"{api.url}/openapi"}
    tokens = {"app_secret_token": "app", "agreement_grant_token": "grant"}
    tap = TapEconomic(config={**urls, **tokens})
    for stream in tap.streams.values():
        stream.selected = stream.name == "project_groups"
    kept = stdout()
    tap.run()
    types = [msgspec.json.decode(line)["type"] for line in kept.lines]
    assert types == ["SCHEMA", "RECORD", "RECORD", "RECORD", "STATE"]
