"""What state holds, how large it grows, and how often it is written."""

from __future__ import annotations

import itertools
import json
import random
import types
import typing as t
from decimal import Decimal
from unittest import mock

import pytest
from typing_extensions import override

from economic_sandbox.company import generate_company
from economic_sandbox.server import Sandbox
from tap_economic import run as run_module
from tap_economic.client.credentials import Agreement
from tap_economic.replication.incremental import Incremental
from tap_economic.replication.plan import Batch
from tap_economic.singer.stream import EconomicStream
from tap_economic.tap import TapEconomic
from tests.support.interrupting import hurried
from tests.support.running import Collector, run_tap
from tests.support.sandboxes import settings

TOKENS = {"app_secret_token": "app", "agreement_grant_token": "grant"}
MEGABYTE = 1_000_000


def test_only_incremental_streams_keep_a_bookmark_for_each_agreement() -> None:
    companies = {f"grant-{seed}": generate_company(seed, invoices=20) for seed in (1, 2)}
    with Sandbox(agreements=companies) as sandbox:
        run = run_tap(
            sandbox.rest_url.removesuffix("/rest"),
            app_secret_token=sandbox.app_secret_token,
            agreement_grant_token=None,
            agreements=[{"agreement_grant_token": grant} for grant in companies],
            concurrency=8,
        )
    assert run.exit_code == 0
    bookmarks = run.state["bookmarks"]
    partitioned = {name: len(of.get("partitions", ())) for name, of in bookmarks.items()}
    assert {name for name, number in partitioned.items() if number} == {
        "attached_documents",
        "booked_entries",
        "invoices_booked",
        "invoices_booked_lines",
    }
    assert set(partitioned.values()) == {0, 2}


def test_the_state_of_200_agreements_with_open_entries_and_invoices_is_below_a_megabyte() -> None:
    chance = random.Random(1)  # noqa: S311 - made-up rows
    collector = Collector()
    tap = TapEconomic(config=TOKENS, message_writer=collector)
    numbers = range(1_000_000, 1_000_200)
    tap.current_run.agreements = {n: Agreement("app", f"{n}", number=n) for n in numbers}
    with hurried(lookback=3):
        for stream in tap.streams.values():
            if isinstance(stream, EconomicStream) and stream.selected:
                for context in stream.partitions:
                    pass_over(stream, context, chance)
    tap.state_writer.write_state(tap.state)
    state = json.loads(collector.lines[-1])["value"]["bookmarks"]
    for name in ("booked_entries", "invoices_booked"):
        assert [len(one["open_keys"]) for one in state[name]["partitions"]] == [100] * 200
    assert len(collector.lines[-1]) < MEGABYTE


@pytest.mark.parametrize(("size", "seconds"), [(1_000, 1), (100_000, 1), (18_000_000, 180)])
def test_the_larger_the_state_the_more_rarely_it_is_written(
    monkeypatch: pytest.MonkeyPatch, size: int, seconds: float
) -> None:
    now = 1000.0
    # For the tap alone: asyncio would sleep for hours where the clock of the process stands still.
    monkeypatch.setattr(run_module, "time", types.SimpleNamespace(monotonic=lambda: now))
    tap = TapEconomic(config=TOKENS, message_writer=Collector())
    assert tap.current_run._state_is_due()
    tap.state_writer.write_state({"bookmarks": {"text": {"long": "x" * size}}})
    now += seconds * 0.99
    assert not tap.current_run._state_is_due()
    now += seconds * 0.02
    assert tap.current_run._state_is_due()


def pass_over(stream: EconomicStream, context: dict[str, t.Any], chance: random.Random) -> None:
    """Let a stream take account of 100 open rows and some that are not, as if it had read them."""
    state = stream.get_context_state(context)
    if not isinstance(stream.replication, Incremental):
        return
    rows: list[t.Any] = []
    key = 0
    for n in range(110):
        key += chance.randint(1, 900)
        remainder = Decimal(chance.randint(1, 10_000_000)).scaleb(-2) if n < 100 else Decimal(0)
        rate = 1 if chance.random() < 0.8 else Decimal("7.46")
        rows.append(
            {
                stream.replication_key: key,
                "customerNumber": 1,
                "remainder": remainder,
                "remainderInBaseCurrency": remainder * rate,
            }
        )
    source, batch = stream.source, Batch(rows)
    track = source.replication.track(source, source.replication.plan(source, state), state)
    track.announce(batch)
    track.commit(batch)
    track.save()


def test_a_stream_without_a_bookmark_needs_no_state_before_its_rows() -> None:
    with Sandbox(generate_company(1, invoices=20)) as sandbox:
        run = run_tap(None, "customers", **settings(sandbox))
    kinds = [message["type"] for message in run.messages]
    assert kinds[:2] == ["SCHEMA", "RECORD"]


class Stamped(Collector):
    """Notes when STATE messages are written."""

    def __init__(self, clock: types.SimpleNamespace) -> None:
        super().__init__()
        self.states: list[float] = []
        self._clock = clock

    @override
    def _write(self, whole_lines: bytes | bytearray) -> None:
        lines = bytes(whole_lines).splitlines()
        self.states += [self._clock.now for line in lines if b'"type":"STATE"' in line]
        super()._write(whole_lines)


def test_a_state_is_written_at_most_once_a_second_but_for_the_end_of_a_stream() -> None:
    clock = types.SimpleNamespace(now=1000.0)
    collector = Stamped(clock)
    with (
        Sandbox(generate_company(1, invoices=100), page_size=10) as sandbox,
        hurried(lookback=3, state_interval=1),  # or no page of these moves a bookmark
        mock.patch.object(run_module, "time", types.SimpleNamespace(monotonic=lambda: clock.now)),
    ):

        @sandbox.before_response
        def pass_time(_: object) -> None:
            clock.now += 0.3

        tap = TapEconomic(
            config={
                "app_secret_token": sandbox.app_secret_token,
                "agreement_grant_token": sandbox.agreement_grant_token,
                "rest_url": sandbox.rest_url,
                "openapi_url": sandbox.openapi_url,
                "concurrency": 1,
            },
            message_writer=collector,
        )
        for stream in tap.streams.values():
            stream.selected = stream.name == "booked_entries"
        tap.run()
        tap.current_run.session.close()
    lasted = clock.now - 1000
    assert lasted > 10
    *during, last = collector.states
    assert clock.now - last < 1  # the count of the rows comes after it, and changes no state
    assert all(later - earlier >= 1 for earlier, later in itertools.pairwise(during))
    assert lasted / 2 < len(during) <= lasted
