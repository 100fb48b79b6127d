"""What the readers share is made once, also where nothing keeps threads from making it twice."""

from __future__ import annotations

import collections
import time
import typing as t
from functools import cached_property

import pytest

from tap_economic.tap import TapEconomic
from tests.running import run_tap
from tests.scripted import SELF, Answer

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from tests.scripted import Serve

STREAMS = ("app_roles", "currencies", "payment_terms", "payment_types", "vat_accounts", "vat_zones")


class Lockless:
    """A cached property as Python has it from 3.12 on; making a value takes a while."""

    def __init__(
        self, name: str, make: Callable[[object], object], made: collections.Counter[str]
    ) -> None:
        self._name, self._make, self._made = name, make, made

    def __get__(self, owner: object, kind: object = None) -> object:
        if self._name not in owner.__dict__:
            time.sleep(0.02)
            value = self._make(owner)
            self._made[self._name] += 1
            owner.__dict__[self._name] = value
        return owner.__dict__[self._name]


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> collections.Counter[str]:
    """How often each of the tap's cached properties was made."""
    counter: collections.Counter[str] = collections.Counter()
    for name, one in [*vars(TapEconomic).items()]:
        if isinstance(one, cached_property):
            monkeypatch.setattr(TapEconomic, name, Lockless(name, one.func, counter))
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
    assert len(tap.report.outcomes) == len(numbers)
    assert set(made.values()) == {1}
