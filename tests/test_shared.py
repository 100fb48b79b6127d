"""What the readers share is made once, also where nothing keeps threads from making it twice."""

from __future__ import annotations

import collections
import threading
import time
import typing as t
from functools import cached_property

import pytest
from tap_economic.sharing import made_once

from tap_economic import streams
from tap_economic.tap import TapEconomic
from tests.running import run_tap
from tests.scripted import SELF, Answer

if t.TYPE_CHECKING:
    from tests.scripted import Serve

STREAMS = ("app_roles", "currencies", "payment_terms", "payment_types", "vat_accounts", "vat_zones")
KINDS: tuple[type, ...] = (*streams.STREAMS, TapEconomic)
OWN: list[tuple[type, str, object]] = [
    (kind, name, one)
    for kind in {base for user in KINDS for base in user.__mro__}
    if kind.__module__.startswith("tap_economic")
    for name, one in vars(kind).items()
    if isinstance(one, cached_property)
]


class Thing:
    """Takes its time to make something."""

    def __init__(self) -> None:
        self.made = 0

    @made_once
    def value(self) -> object:
        time.sleep(0.05)
        self.made += 1
        return object()


def test_threads_that_want_it_at_the_same_time_get_the_same() -> None:
    thing, seen = Thing(), list[object]()
    start = threading.Barrier(8)

    def want() -> None:
        start.wait()
        seen.append(thing.value)

    threads = [threading.Thread(target=want) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert thing.made == 1
    assert len(set(seen)) == 1
    assert len(seen) == 8


def test_whatever_the_tap_or_a_stream_keeps_is_made_so() -> None:
    assert {"report", "session", "_typed_decoder", "row_type"} <= {name for _, name, _ in OWN}
    assert [(kind, name) for kind, name, one in OWN if not isinstance(one, made_once)] == []


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> collections.Counter[str]:
    """How often each of the tap's own values was made, each of which takes a while."""
    counter: collections.Counter[str] = collections.Counter()

    def slowly(name: str, one: object) -> made_once[t.Any]:
        def make(owner: object) -> object:
            time.sleep(0.02)
            counter[name] += 1
            return t.cast("cached_property[t.Any]", one).func(owner)

        slow = made_once(make)
        slow.__set_name__(TapEconomic, name)
        return slow

    for kind, name, one in OWN:
        if kind is TapEconomic:
            monkeypatch.setattr(TapEconomic, name, slowly(name, one))
    return counter


def test_a_run_with_many_readers_makes_it_once_and_loses_no_outcome(
    serve: Serve, made: collections.Counter[str]
) -> None:
    api = serve(lambda r: SELF if r.path == "/rest/self" else Answer({"message": "No"}, 400))
    run = run_tap(api.url, *STREAMS, concurrency=8)
    assert run.outcomes.keys() == set(STREAMS)
    assert {"report", "session"} <= made.keys()
    assert set(made.values()) == {1}


def test_so_does_trying_out_several_agreements(
    serve: Serve, made: collections.Counter[str]
) -> None:
    numbers = {"one": 1, "two": 2, "three": 3}
    api = serve(
        lambda r: (
            Answer({"agreementNumber": numbers[r.headers["X-AgreementGrantToken"]]})
            if r.path == "/rest/self"
            else Answer({"message": "No"}, 400)
        )
    )
    tap = TapEconomic(
        config={
            "app_secret_token": "app",
            "agreements": [{"agreement_grant_token": name} for name in numbers],
            "rest_url": f"{api.url}/rest",
            "openapi_url": f"{api.url}/openapi",
        }
    )
    for stream in tap.streams.values():
        stream.selected = stream.name == "vat_zones"
    with pytest.raises(SystemExit):
        tap.test()
    assert len(tap.current_run.report.results) == len(numbers)
    assert set(made.values()) == {1}
