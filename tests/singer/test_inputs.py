"""Stream maps, catalogs and states that make no sense: a sentence before anything is read."""

from __future__ import annotations

import json
import logging
import typing as t

import pytest

from tap_economic.errors import SettingsError
from tests.support import secrets
from tests.support.catalogs import selecting
from tests.support.commands import TOKENS, tap
from tests.support.running import run_tap
from tests.support.scripted import collection, with_self

if t.TYPE_CHECKING:
    from pathlib import Path

    from tests.support.scripted import ScriptedApi, Serve


@pytest.fixture
def api(serve: Serve) -> ScriptedApi:
    return serve(with_self(lambda _: collection([{"customerNumber": 1}])))


# Stream maps


@pytest.mark.parametrize(
    ("maps", "words"),
    [
        ({"customers": {"customerNumber": None}}, "Removing key property 'customerNumber'"),
        ({"customers": {"name": "1 +"}}, "Failed to parse expression 1 +"),
        ({"__nobody__": {"name": None}}, "is not expected"),
        ({"customers": {"__key_properties__": ["nobody"]}}, "Property 'nobody' was not detected"),
    ],
)
def test_what_the_sdk_says_of_a_stream_map_is_passed_on(
    api: ScriptedApi, maps: dict[str, t.Any], words: str
) -> None:
    with pytest.raises(SettingsError) as refused:
        run_tap(api.url, "customers", stream_maps=maps)
    assert str(refused.value).startswith("The setting stream_maps cannot be used: ")
    assert words in str(refused.value)
    assert api.requests == []


def test_a_map_that_fails_tells_its_property_and_at_debug_its_expression_but_no_value(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    row = {"customerNumber": 1, "name": secrets.BODY}
    api = serve(with_self(lambda _: collection([row])))
    with caplog.at_level(logging.DEBUG):
        run = run_tap(api.url, "customers", stream_maps={"customers": {"number": "int(name)"}})
    reason = run.results["customers"].reason
    assert "customers, the property number raises ValueError: check the setting" in reason
    (told,) = [log.getMessage() for log in caplog.records if "int(name)" in log.getMessage()]
    assert told.startswith("The expression int(name) raised ValueError:\n")
    assert "in _eval" in told
    assert secrets.BODY not in caplog.text


# Catalogs


def test_a_stream_without_key_properties_in_the_catalog_has_the_tap_s_own(
    api: ScriptedApi,
) -> None:
    catalog = selecting("customers")
    del catalog["streams"][0]["key_properties"]
    del catalog["streams"][0]["metadata"][-1]["metadata"]["table-key-properties"]
    run = run_tap(api.url, catalog=catalog)
    assert run.exit_code == 0
    (schema,) = [message for message in run.messages if message["type"] == "SCHEMA"]
    assert schema["key_properties"] == ["agreementNumber", "customerNumber"]
    assert len(run.records("customers")) == 1


@pytest.mark.parametrize("catalog", ["unknown", "deselected", "empty"])
def test_a_catalog_that_selects_nothing_is_refused_before_anything_is_asked(
    api: ScriptedApi, catalog: str
) -> None:
    content = selecting("customers")
    if catalog == "unknown":
        content["streams"][0].update(stream="unicorns", tap_stream_id="unicorns")
    elif catalog == "deselected":
        content["streams"][0]["metadata"][-1]["metadata"]["selected"] = False
    else:
        content["streams"].clear()
    with pytest.raises(SettingsError, match="selects none of the tap's streams"):
        run_tap(api.url, catalog=content)
    assert api.requests == []


@pytest.mark.parametrize(
    ("member", "value", "where"),
    [
        ("tap_stream_id", 5, "$.streams[0].tap_stream_id"),
        ("schema", [], "$.streams[0].schema"),
        ("metadata", [{"metadata": {}}], "$.streams[0].metadata[0]"),
        ("metadata", {"breadcrumb": []}, "$.streams[0].metadata"),
        ("key_properties", "customerNumber", "$.streams[0].key_properties"),
        ("replication_method", "LOG_BASED", "$.streams[0].replication_method"),
    ],
)
def test_a_catalog_of_another_form_is_refused_and_the_member_named(
    tmp_path: Path, member: str, value: object, where: str
) -> None:
    catalog = selecting("customers")
    catalog["streams"][0][member] = value
    ended = tap_with(tmp_path, "--catalog", catalog)
    assert "The catalog cannot be used: " in ended
    assert where in ended


def tap_with(folder: Path, option: str, content: object) -> str:
    """Return what the tap says of a file; nobody listens where it would ask."""
    nobody = {"rest_url": "http://127.0.0.1:9", "openapi_url": "http://127.0.0.1:9"}
    (folder / "config.json").write_text(json.dumps({**TOKENS, **nobody}), encoding="utf-8")
    (folder / "file.json").write_text(json.dumps(content), encoding="utf-8")
    ended = tap(*("--config", str(folder / "config.json")), *(option, str(folder / "file.json")))
    assert ended.code == 1
    assert ended.stdout == ""
    assert "127.0.0.1" not in ended.stderr
    return ended.stderr


# States

BOOKMARK: dict[str, t.Any] = {
    "context": {"agreementNumber": 111111},
    "replication_key": "entryNumber",
    "replication_key_value": 7,
    "rows_passed": 7,
    "open_keys": [2, 3],
    "start_date": "",
}


def state_with(stream: str = "booked_entries", **members: t.Any) -> dict[str, t.Any]:
    return {"bookmarks": {stream: {"partitions": [{**BOOKMARK, **members}]}}}


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("replication_key_value", "7"),
        ("replication_key_value", [7]),
        ("replication_key_value", True),
        ("replication_key_value", 2**70),
        ("rows_passed", -1),
        ("rows_passed", "7"),
        ("open_keys", {"2": 3}),
        ("open_keys", [2, "3"]),
        ("open_keys", [2, 0]),
        ("open_keys", [2, -3]),
        ("remainders", ["100"]),
        ("remainders", [100, 200]),
        ("remainders", "100"),
        ("context", None),
        ("context", {"agreementNumber": "111111"}),
        ("start_date", 5),
        ("progress_markers", 5),
    ],
)
def test_a_member_of_a_bookmark_that_makes_no_sense_is_named_before_anything_is_asked(
    api: ScriptedApi, member: str, value: t.Any
) -> None:
    named = rf"The state cannot be used: bookmarks\.booked_entries\.partitions\[0\]\.{member}"
    with pytest.raises(SettingsError, match=named):
        run_tap(api.url, "booked_entries", state=state_with(**{member: value}))
    assert api.requests == []


@pytest.mark.parametrize(
    ("state", "named"),
    [
        ({"bookmarks": [1, 2]}, "its member bookmarks must be an object"),
        (
            {"bookmarks": {"customers": {"partitions": 5}}},
            "customers.partitions: it must be a list",
        ),
        ({"bookmarks": {"customers": {"partitions": [5]}}}, "bookmarks.customers.partitions[0]"),
        (state_with("customers", replication_key="lastUpdated"), "replication_key_value"),
        (
            state_with("customers", replication_key="lastUpdated", replication_key_value="soon"),
            "replication_key_value: it must be a timestamp",
        ),
    ],
)
def test_a_state_that_makes_no_sense_ends_the_tap_with_a_sentence(
    tmp_path: Path, state: object, named: str
) -> None:
    assert named in tap_with(tmp_path, "--state", state)


def test_a_state_that_makes_sense_is_gone_on_from(api: ScriptedApi) -> None:
    empty: dict[str, t.Any] = {}
    known: dict[str, t.Any]
    for known in (state_with(), state_with(remainders=["1", "2 3"]), {"bookmarks": {}}, empty):
        run_tap(api.url, "customers", state=known)
    assert api.requests
