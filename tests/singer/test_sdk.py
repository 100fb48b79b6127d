"""What the tap relies on inside the SDK: an update that changes it must not go unnoticed."""

from __future__ import annotations

import ast
import datetime as dt
import inspect
import typing as t
from pathlib import Path

import pytest
from singer_sdk import Stream, Tap
from singer_sdk.contrib.msgspec import MsgSpecWriter, enc_hook
from singer_sdk.helpers._util import load_json, utc_now
from singer_sdk.mapper import SameRecordTransform, StreamMap
from singer_sdk.pagination import BaseAPIPaginator

from economic_sandbox.server import Sandbox
from tap_economic.cli import TapCommand
from tap_economic.singer.stream import EconomicStream
from tap_economic.streams import STREAMS
from tap_economic.streams.audit import SyncAuditStream
from tap_economic.streams.customers import CustomersStream
from tap_economic.tap import TapEconomic
from tests.support.comparing import told
from tests.support.running import Collector, run_tap
from tests.support.sandboxes import settings

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_economic.client.paginators import EconomicPaginator

# The private names of the SDK that the tap uses or overrides, and what is held against each.
PRIVATE = {
    "_config": "checked by the tap",
    "_finalize_state": "a step of reading",
    "_generate_schema_messages": "overridden",
    "_handle_termination": "overridden",
    "_increment_stream_state": "overridden",
    "_initialized_at": "the version of a table",
    "_stream_version": "the version of a table",
    "_sync_records": "overridden",
    "_validate_config": "overridden",
    "_write_activate_version_message": "sent last",
    "_write_starting_replication_value": "overridden",
    "_write_state_message": "a step of reading",
}


def test_no_other_private_name_of_the_sdk_is_used() -> None:
    assert private_names_of_the_sdk() & names_in_the_tap() == PRIVATE.keys()


def private_names_of_the_sdk() -> set[str]:
    """The private members of the classes that the tap derives from."""
    names: set[str] = set()
    for owner in classes("singer_sdk"):
        names |= {*vars(owner)} | attributes(inspect.getsource(owner))
    return {name for name in names if name.startswith("_") and not name.startswith("__")}


def names_in_the_tap() -> set[str]:
    return {
        name for ours in classes("tap_economic") for name in attributes(inspect.getsource(ours))
    }


def classes(package: str) -> set[type]:
    """The classes of a package that the tap and its streams are made of."""
    made = (TapEconomic, TapCommand, SyncAuditStream, *STREAMS)
    family = {owner for kind in made for owner in kind.__mro__}
    return {owner for owner in family if owner.__module__.startswith(package)}


def attributes(source: str) -> set[str]:
    """The names of methods and the attributes of ``self`` and the like in a class."""
    tree = [*ast.walk(ast.parse(source))]
    methods = {node.name for node in tree if isinstance(node, ast.FunctionDef)}
    return methods | {node.attr for node in tree if isinstance(node, ast.Attribute)}


@pytest.mark.parametrize(
    ("ours", "theirs", "name"),
    [
        (EconomicStream, Stream, "_generate_schema_messages"),
        (EconomicStream, Stream, "_increment_stream_state"),
        (EconomicStream, Stream, "_sync_records"),
        (EconomicStream, Stream, "_write_starting_replication_value"),
        (EconomicStream, Stream, "apply_catalog"),
        (EconomicStream, Stream, "get_batches"),
        (EconomicStream, Stream, "get_records"),
        (EconomicStream, Stream, "get_replication_key_signpost"),
        (SyncAuditStream, Stream, "_sync_records"),
        (TapEconomic, Tap, "_handle_termination"),
        (TapEconomic, Tap, "_validate_config"),
        (TapEconomic, Tap, "cb_config"),
        (TapEconomic, Tap, "cb_test"),
        (TapEconomic, Tap, "invoke"),
        (TapEconomic, Tap, "load_state"),
    ],
)
def test_what_is_overridden_is_still_there_and_takes_the_same_arguments(
    ours: type, theirs: type, name: str
) -> None:
    signatures = [inspect.signature(getattr(kind, name)) for kind in (ours, theirs)]
    assert name in ours.__dict__
    assert [*signatures[0].parameters] == [*signatures[1].parameters]


@pytest.mark.parametrize(
    ("owner", "name", "arguments"),
    [
        (Stream, "_finalize_state", ["self", "state"]),
        (Stream, "_write_activate_version_message", ["self", "full_table_version"]),
        (Stream, "_write_state_message", ["self"]),
        (Stream, "get_batch_config", ["self", "config"]),
        (Stream, "get_record_counter", ["self", "endpoint", "log_interval"]),
        (Stream, "get_sync_timer", ["self"]),
        (Tap, "append_builtin_config", ["config_jsonschema"]),
        (MsgSpecWriter, "write_message", ["self", "message"]),
    ],
)
def test_what_is_called_takes_the_same_arguments(
    owner: type, name: str, arguments: list[str]
) -> None:
    assert [*inspect.signature(getattr(owner, name)).parameters] == arguments


@pytest.mark.parametrize(
    "step",
    [
        "self._write_starting_replication_value(",
        "self._increment_stream_state(",
        "self._finalize_state(",
        "self._write_state_message(",
        "self._check_max_record_limit(",
        "self.get_records(",
        "self.post_process(",
    ],
)
def test_reading_still_takes_the_steps_that_the_tap_takes_or_leaves_out(step: str) -> None:
    assert step in inspect.getsource(Stream._sync_records)


@pytest.mark.parametrize(
    ("method", "delegate"),
    [
        ("_increment_stream_state", "self.state_manager.increment_state("),
        ("_write_starting_replication_value", "write_starting_replication_value("),
        ("_write_state_message", "self.state_manager.is_flushed"),
        ("_generate_record_messages", "version=self._stream_version"),
        ("_generate_record_messages", "pop_deselected_record_properties("),
        ("_generate_record_messages", "stream_map.transform("),
        ("sync", "self._sync_records("),
        ("sync", "self.get_batch_config("),
        ("sync", "self.emit_activate_version_messages"),
        ("get_batches", "write_messages=False"),
    ],
)
def test_the_sdk_still_does_its_part_in_that_place(method: str, delegate: str) -> None:
    assert delegate in inspect.getsource(getattr(Stream, method))


def test_activate_version_is_left_out_by_a_property() -> None:
    assert isinstance(inspect.getattr_static(Stream, "emit_activate_version_messages"), property)


@pytest.fixture
def customers() -> EconomicStream:
    tap = TapEconomic(config={"user_agent": "somebody"}, validate_config=False)
    return t.cast("EconomicStream", tap.streams["customers"])


def test_a_stream_knows_its_tap_its_map_and_what_is_selected(customers: EconomicStream) -> None:
    tap = customers._tap
    assert tap._config["user_agent"] == customers.config["user_agent"] == "somebody"
    (only,) = customers.stream_maps
    assert only is tap.mapper.stream_maps["customers"][0]
    assert type(only) is SameRecordTransform
    assert only.flattening_enabled is False
    record = {"customerNumber": 1}
    assert only.transform(record) == record
    assert issubclass(SameRecordTransform, StreamMap)
    assert all(customers.mask.values())
    assert customers.mask["properties", "name"]
    assert customers.ABORT_AT_RECORD_COUNT is None
    assert customers.get_batch_config(customers.config) is None


def test_a_tap_begins_at_a_time_in_milliseconds(customers: EconomicStream) -> None:
    begun = dt.datetime.fromtimestamp(customers._initialized_at / 1000, dt.timezone.utc)
    assert abs(dt.datetime.now(dt.timezone.utc) - begun) < dt.timedelta(minutes=5)
    assert isinstance(customers._initialized_at, int)


def test_a_state_is_written_once_after_it_was_marked_as_new(
    customers: EconomicStream, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[t.Any] = []
    monkeypatch.setattr(customers._tap.state_writer, "write_state", written.append)
    customers.state_manager.is_flushed = False
    customers._write_state_message()
    customers._write_state_message()
    assert len(written) == 1
    customers._finalize_state({})
    customers._write_state_message()
    assert len(written) == 2


def test_small_things_are_as_they_were() -> None:
    assert utc_now().tzinfo is dt.timezone.utc
    assert load_json('{"a": 1}') == {"a": 1}
    with pytest.raises(ValueError, match=r"."):
        load_json("{")
    assert enc_hook(Path("a")) == "a"


# The tap's own way and the SDK's, side by side

FULL = ("customers", "vat_zones", "payment_terms", "project_groups")
INCREMENTAL = ("booked_entries", "invoices_booked", "invoices_booked_lines")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(page_size=50) as served:
        yield served


@pytest.mark.parametrize("deletes", [False, True])
def test_both_ways_send_the_same_messages_and_end_with_the_same_state(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, *, deletes: bool
) -> None:
    config = {**settings(sandbox), "emit_activate_version_messages": deletes, "page_size": 50}
    monkeypatch.setattr(TapEconomic, "initialized_at", 1_785_582_733_456)
    streams = (*FULL, *INCREMENTAL)
    own = run_tap(None, *streams, **config)
    monkeypatch.setattr(Stream, "ABORT_AT_RECORD_COUNT", 10**9)
    theirs = run_tap(None, *streams, **config)
    assert own.exit_code == theirs.exit_code == 0
    assert told(own) == told(theirs)
    versions = {message.get("version") for message in own.messages if message["type"] == "RECORD"}
    assert versions == ({None, 1_785_582_733_456} if deletes else {None})
    again = [run_tap(None, *streams, state=run.state, **config) for run in (own, theirs)]
    assert told(again[0]) == told(again[1])


def test_the_sdk_s_own_dry_run_reads_a_record_of_each_stream(sandbox: Sandbox) -> None:
    collector = Collector()
    tap = TapEconomic(config={**settings(sandbox), "concurrency": 1}, message_writer=collector)
    streams = [tap.streams[name] for name in (*FULL, *INCREMENTAL)]
    assert tap.run_sync_dry_run(1, streams)
    tap.message_writer.flush()
    records = [line for line in collector.lines if b'"type":"RECORD"' in line]
    assert len(records) == len(streams)
    tap.current_run.session.close()


def test_the_run_takes_the_paginators_of_get_new_paginator(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    queries: list[dict[str, str]] = []
    own = CustomersStream.get_new_paginator

    def spy(query: dict[str, str]) -> EconomicPaginator:
        queries.append(query)
        return own(query)

    monkeypatch.setattr(CustomersStream, "get_new_paginator", spy)
    run = run_tap(None, "customers", **settings(sandbox), page_size=50)
    assert run.exit_code == 0
    assert queries == [{"pagesize": "50", "sort": "customerNumber"}]
    assert isinstance(own(), BaseAPIPaginator)
