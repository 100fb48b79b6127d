"""Rows that are gone from e-conomic: the messages that tell a target of them."""

from __future__ import annotations

import time
import typing as t

import pytest

from economic_sandbox.company import generate_company
from economic_sandbox.server import Sandbox
from tap_economic.report import Status
from tests.support.batches import batch_config
from tests.support.catalogs import entry_of, selecting
from tests.support.deletes import DELETES, FULL, STREAMS, refuse
from tests.support.running import run_tap
from tests.support.sandboxes import settings

if t.TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.running import Run


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(generate_company(seed=4, invoices=30), page_size=50) as sandbox:
        yield sandbox


def activated(run: Run) -> dict[str, int]:
    return {
        message["stream"]: message["version"]
        for message in run.messages
        if message["type"] == "ACTIVATE_VERSION"
    }


class TestMessages:
    def read(self, sandbox: Sandbox, *streams: str, **config: t.Any) -> Run:
        return run_tap(None, *(streams or STREAMS), **settings(sandbox), **config)

    def test_nothing_is_deleted_unless_asked_for(self, sandbox: Sandbox) -> None:
        run = self.read(sandbox)
        assert activated(run) == {}
        assert not [message for message in run.messages if "version" in message]

    def test_only_streams_that_are_read_in_full_activate_a_version(self, sandbox: Sandbox) -> None:
        assert activated(self.read(sandbox, **DELETES)).keys() == set(FULL)

    def test_every_record_of_such_a_stream_carries_the_version_and_no_other_does(
        self, sandbox: Sandbox
    ) -> None:
        run = self.read(sandbox, **DELETES)
        versions: dict[str, set[int | None]] = {}
        for message in run.messages:
            if message["type"] == "RECORD":
                versions.setdefault(message["stream"], set()).add(message.get("version"))
        assert versions == {
            **{name: {version} for name, version in activated(run).items()},
            "booked_entries": {None},
            "invoices_booked": {None},
            "sync_audit": {None},
        }

    def test_it_is_in_milliseconds_so_that_two_runs_in_a_second_differ(
        self, sandbox: Sandbox
    ) -> None:
        before = time.time_ns() // 1_000_000
        versions = [activated(self.read(sandbox, "customers", **DELETES)) for _ in range(2)]
        after = time.time_ns() // 1_000_000
        assert before <= versions[0]["customers"] < versions[1]["customers"] <= after

    def test_versions_are_activated_after_everything_else(self, sandbox: Sandbox) -> None:
        kinds = [message["type"] for message in self.read(sandbox, **DELETES).messages]
        assert kinds[-2:] == ["ACTIVATE_VERSION"] * 2
        assert kinds.count("ACTIVATE_VERSION") == 2

    def test_an_empty_stream_that_is_complete_activates_its_version(self, sandbox: Sandbox) -> None:
        sandbox.company.drafts.clear()
        sandbox.company.revision += 1
        run = self.read(sandbox, "invoices_drafts", **DELETES)
        assert run.records("invoices_drafts") == []
        assert activated(run).keys() == {"invoices_drafts"}

    @pytest.mark.parametrize("page", [0, 1])
    def test_a_stream_that_fails_or_is_incomplete_activates_none(
        self, sandbox: Sandbox, page: int
    ) -> None:
        sandbox.before_response(refuse("/rest/customers", page))
        run = self.read(sandbox, page_size=10, **DELETES)
        assert run.results["customers"].status is Status.FAILED
        assert activated(run).keys() == {"products"}

    def test_a_skipped_stream_activates_none(self, sandbox: Sandbox) -> None:
        sandbox.company.role = "Bookkeeping"
        run = self.read(
            sandbox, *STREAMS, agreement_number=sandbox.company.agreement_number, **DELETES
        )
        assert run.results["customers"].status is Status.SKIPPED
        assert "customers" not in activated(run)

    def test_what_is_read_by_last_updated_activates_none(self, sandbox: Sandbox) -> None:
        catalog = selecting("customers")
        entry_of(catalog, "customers").update(
            replication_method="INCREMENTAL", replication_key="lastUpdated"
        )
        run = run_tap(None, catalog=catalog, **settings(sandbox), **DELETES)
        assert run.records("customers")
        assert activated(run) == {}
        assert not [message for message in run.messages if "version" in message]

    def test_nothing_is_activated_with_batches(self, sandbox: Sandbox, tmp_path: Path) -> None:
        config = {**DELETES, "batch_config": batch_config(tmp_path)}
        run = self.read(sandbox, "customers", **config)
        assert {message["type"] for message in run.messages} == {"SCHEMA", "BATCH", "STATE"}
