"""The call budget of an agreement."""

from __future__ import annotations

import typing as t

import pytest
import requests

from tap_economic.ratelimit import Budget, cost_of


class Clock:
    """Time that passes only in sleep."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        self.slept: list[float] = []
        monkeypatch.setattr("time.monotonic", lambda: self.now)
        monkeypatch.setattr("time.sleep", self.sleep)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def answer(status: int = 200, **headers: str) -> requests.Response:
    response = requests.Response()
    response.status_code = status
    response.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    return response


def used(tokens: int, *, limit: int = 10_000, cost: str = "3") -> requests.Response:
    policy = f"token-limit-{limit}-per-60-seconds: {tokens}/{limit}"
    return answer(X_RateLimiting=policy, X_CallCost=cost)


def test_with_plenty_left_nobody_waits(clock: Clock) -> None:
    budget = Budget()
    for tokens in range(0, 7_900, 100):
        budget.wait()
        budget.note_call(used(tokens))
    assert clock.slept == []


def test_calls_slow_down_so_that_the_budget_is_never_used_up(clock: Clock) -> None:
    budget, tokens = Budget(), 8_000
    for _ in range(2_000):
        budget.wait()
        tokens += 3
        budget.note_call(used(tokens))
        if clock.now >= 1060:  # the window is over
            break
    assert clock.now >= 1060
    assert tokens < 10_000


def test_a_new_window_ends_the_slowness_at_once(clock: Clock) -> None:
    budget = Budget()
    budget.note_call(used(9_990))
    budget.wait()
    budget.note_call(used(3))
    before = clock.now
    for _ in range(10):
        budget.wait()
    assert clock.now == before


def test_after_a_429_every_reader_waits(clock: Clock) -> None:
    budget = Budget()
    budget.hold(30)
    budget.wait()
    assert clock.slept == [30]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X_RateLimiting": "L", "X_CallCost": "L"},
        {"X_RateLimiting": "per-60-seconds", "X_CallCost": "-5"},
        {"X_RateLimiting": "per-x-seconds: 9999/10000", "X_CallCost": "1e9"},
        {"X_RateLimiting": "token-limit-0-per-0-seconds: 5/0", "X_CallCost": ""},
    ],
)
def test_headers_that_nobody_understands_change_nothing(
    clock: Clock, headers: dict[str, t.Any]
) -> None:
    budget = Budget()
    budget.note_call(answer(**headers))
    budget.wait()
    budget.wait()
    assert clock.slept == []


@pytest.mark.parametrize(("header", "cost"), [("3", 3), (" 13 ", 13), ("L", 0), ("", 0), ("-1", 0)])
def test_the_cost_of_a_call_is_read_leniently(header: str, cost: int) -> None:
    assert cost_of(answer(X_CallCost=header)) == cost
