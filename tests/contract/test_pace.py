"""Live questions stay within a quarter of the agreement's call budget."""

from __future__ import annotations

import pytest

from contract.pace import Pace


class Clock:
    """A clock that only sleeping advances."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.mark.parametrize(
    ("limit", "window", "cost"), [(10_000, 60, 3), (10_000, 60, 13), (400, 60, 3), (90_000, 600, 7)]
)
def test_no_window_holds_more_than_a_quarter_of_the_budget(
    limit: int, window: int, cost: int
) -> None:
    clock = Clock()
    pace = Pace(clock, clock.sleep)
    headers = {
        "x-callcost": str(cost),
        "x-ratelimiting": f"token-limit-{limit}-per-{window}-seconds: 5000/{limit}",
    }
    calls = []
    for _ in range(3000):
        pace.wait()
        calls.append(clock.now)
        pace.note(headers)
        clock.now += 0.01
    for start in calls[::50]:
        within = sum(start <= call < start + window for call in calls)
        assert within * cost <= limit / 4 + cost
    assert pace.spent == 3000 * cost


def test_what_is_far_below_it_never_waits() -> None:
    clock = Clock()
    pace = Pace(clock, clock.sleep)
    for _ in range(800):
        pace.wait()
        pace.note({"x-callcost": "3"})
    assert clock.slept == []


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7),
        ({"retry-after": "99999"}, 900),
        ({}, 60),
        ({"retry-after": "Thu, 01 Jan 2026 00:00:00 GMT"}, 60),
    ],
)
def test_a_429_is_waited_for_as_told_or_for_a_window(headers: dict[str, str], seconds: int) -> None:
    clock = Clock()
    Pace(clock, clock.sleep).hold(headers)
    assert clock.slept == [seconds]


def test_headers_that_make_no_sense_change_nothing() -> None:
    clock = Clock()
    pace = Pace(clock, clock.sleep)
    pace.note({"x-callcost": "L", "x-ratelimiting": "none"})
    pace.wait()
    assert (pace.spent, clock.slept) == (3, [])
