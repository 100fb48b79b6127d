"""The call budget of an agreement."""

from __future__ import annotations

import functools
import json
import logging
import typing as t

import pytest
import requests

from economic_sandbox.company import generate_company
from economic_sandbox.server import Sandbox
from tap_economic.client.budget import Budget, cost_of, wait_after
from tap_economic.errors import TooManyRequestsError
from tests.support import secrets
from tests.support.clock import Time, simulated_time
from tests.support.running import run_tap
from tests.support.scripted import Answer, collection, with_self

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.support.scripted import Serve


@pytest.fixture
def clock() -> Iterator[Time]:
    with simulated_time() as time:
        yield time


def answer(status: int = 200, **headers: str) -> requests.Response:
    response = requests.Response()
    response.status_code = status
    response.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    return response


def used(tokens: int, *, limit: int = 10_000, window: int = 60, cost: str = "3") -> t.Any:
    policy = f"token-limit-{limit}-per-{window}-seconds: {tokens}/{limit}"
    return answer(X_RateLimiting=policy, X_CallCost=cost)


class Economic:
    """An e-conomic whose calls take a tenth of a second and cost 3."""

    def __init__(self, clock: Time, tokens: int) -> None:
        self.tokens = tokens
        self.most = tokens
        self._clock = clock
        self._turns = clock.now + 60

    def call(self) -> requests.Response:
        self._clock.sleep(0.05)
        while self._clock.now >= self._turns:
            self.tokens = 0
            self._turns += 60
        self.tokens += 3
        self.most = max(self.most, self.tokens)
        response = used(self.tokens)
        self._clock.sleep(0.05)
        return t.cast("requests.Response", response)


def test_with_plenty_left_nobody_waits(clock: Time) -> None:
    budget = Budget()
    for tokens in range(0, 7_900, 100):
        budget.wait()
        budget.note_call(used(tokens))
    assert clock.now == 1000


def test_what_a_429_says_of_the_budget_is_not_taken_for_the_pace(clock: Time) -> None:
    budget = Budget()
    budget.note_call(used(9_990))
    refusal = used(100)
    refusal.status_code = 429
    budget.note_call(refusal)
    budget.wait()
    budget.wait()
    assert clock.now == 1018  # 3 of the 10 that are left, of a minute


def test_a_wait_is_told_once_for_all_readers_and_the_next_one_again(
    clock: Time, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    budget = Budget()
    budget.label = "7"
    for seconds in (30, 20):
        budget.hold(seconds)
        clock.run(budget.wait, budget.wait, budget.wait)
    assert [record.getMessage() for record in caplog.records] == [
        "Agreement 7: rate limited (429); waiting 30 s.",
        "Agreement 7: rate limited (429); waiting 20 s.",
    ]


@pytest.mark.parametrize(("tokens", "told"), [(9_990, True), (8_000, False)])
def test_a_long_wait_for_scarce_budget_is_told_and_a_short_one_is_not(
    clock: Time, caplog: pytest.LogCaptureFixture, tokens: int, *, told: bool
) -> None:
    caplog.set_level(logging.INFO)
    budget = Budget()
    budget.label = "7"
    budget.wait()
    budget.note_call(used(tokens))
    budget.wait()
    assert clock.now > 1000
    message = "Agreement 7: call budget nearly used up; waiting 18 s."
    assert [record.getMessage() for record in caplog.records] == [message] * told


@pytest.mark.parametrize("readers", [1, 8, 32])
def test_calls_slow_down_so_that_the_budget_is_never_used_up(clock: Time, readers: int) -> None:
    budget, economic = Budget(), Economic(clock, 8_000)

    def read() -> None:
        while clock.now < 1059:  # then the window is over
            budget.wait()
            budget.note_call(economic.call())

    clock.run(*[read] * readers)
    assert 9_000 < economic.most < 10_000


@pytest.mark.parametrize(("left", "cost", "seconds"), [(1, "1", 60), (10, "1", 6), (10, "L", 6)])
def test_a_call_takes_its_share_of_the_window_and_one_of_unknown_cost_that_of_a_token(
    clock: Time, left: int, cost: str, seconds: float
) -> None:
    budget = Budget()
    budget.wait()
    budget.note_call(used(10_000 - left, cost=cost))
    budget.wait()
    assert clock.now == pytest.approx(1000 + seconds)


def test_a_new_window_ends_the_slowness_at_once(clock: Time) -> None:
    budget = Budget()
    budget.wait()
    budget.note_call(used(9_990))
    budget.wait()
    assert clock.now == pytest.approx(1018)
    budget.note_call(used(3))
    for _ in range(10):
        budget.wait()
    assert clock.now == pytest.approx(1018)


def nearly_used_up(clock: Time) -> tuple[Budget, Callable[[], None], list[float]]:
    """Return a budget of which little is left, what waits for it, and when each of these went."""
    budget, went = Budget(), list[float]()
    budget.wait()
    budget.note_call(used(9_990))

    def read() -> None:
        budget.wait()
        went.append(clock.now)

    return budget, read, went


def test_who_waits_already_hears_of_a_new_window_and_goes(clock: Time) -> None:
    budget, read, went = nearly_used_up(clock)

    def hear() -> None:
        clock.sleep(5)
        budget.note_call(used(3))

    clock.run(read, read, read, hear)
    assert went == [1005] * 3


def test_who_waits_already_hears_of_a_429_and_waits_on(clock: Time) -> None:
    budget, read, went = nearly_used_up(clock)

    def hear() -> None:
        clock.sleep(5)
        budget.hold(30)

    clock.run(read, hear)
    assert went == [1035]


@pytest.mark.parametrize("tokens", [9_999, 10_000, 20_000])
def test_nobody_waits_for_a_window_that_is_over(clock: Time, tokens: int) -> None:
    budget = Budget()
    budget.wait()
    budget.note_call(used(tokens))
    went: list[float] = []

    def read() -> None:
        budget.wait()
        went.append(clock.now)

    clock.run(*[read] * 64)
    assert max(went) == pytest.approx(1060)


@pytest.mark.parametrize("cost", ["1000000000", "9" * 5_000, "999999"])
def test_a_cost_that_makes_no_sense_keeps_nobody_longer_than_a_window(
    clock: Time, cost: str
) -> None:
    budget = Budget()
    budget.wait()
    budget.note_call(used(9_000, cost=cost))
    budget.wait()
    assert clock.now <= 1060


def test_nor_does_a_window_of_days(clock: Time) -> None:
    budget = Budget()
    budget.wait()
    budget.note_call(used(9_999, window=999_999))
    budget.wait()
    assert clock.now <= 1000 + 15 * 60


def test_after_a_429_every_reader_waits(clock: Time) -> None:
    budget = Budget()
    budget.hold(30)
    went: list[float] = []

    def read() -> None:
        budget.wait()
        went.append(clock.now)

    clock.run(*[read] * 8)
    assert went == [1030] * 8


def test_a_call_is_made_again_after_a_429(clock: Time) -> None:
    calls: list[float] = []

    def call() -> str:
        calls.append(clock.now)
        if len(calls) < 3:
            raise TooManyRequestsError(60)
        return "an answer"

    assert Budget().spend(call) == "an answer"
    assert calls == [1000, 1060, 1120]


def test_a_429_that_does_not_pass_ends_a_call_after_15_minutes(clock: Time) -> None:
    calls: list[float] = []

    def call() -> t.NoReturn:
        calls.append(clock.now)
        raise TooManyRequestsError(600)

    with pytest.raises(TooManyRequestsError):
        Budget().spend(call)
    assert calls == [1000, 1600, 1900]


def test_nor_do_the_429_of_others_make_it_longer(clock: Time) -> None:
    budget = Budget()
    ended: list[float] = []

    def refused() -> t.NoReturn:
        raise TooManyRequestsError(600)

    def read(begins: float) -> None:
        clock.sleep(begins)
        with pytest.raises(TooManyRequestsError):
            budget.spend(refused)
        ended.append(clock.now - begins)

    clock.run(*(functools.partial(read, begins) for begins in (0, 100, 590, 800)))
    assert ended == [1900] * 4


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
    clock: Time, headers: dict[str, t.Any]
) -> None:
    budget = Budget()
    budget.wait()
    budget.note_call(answer(**headers))
    budget.wait()
    budget.wait()
    assert clock.now == 1000


@pytest.mark.parametrize(
    ("header", "cost"),
    [
        ("3", 3),
        (" 13 ", 13),
        ("L", 0),
        ("", 0),
        ("-1", 0),
        ("1000000000", 0),
        ("9" * 5_000, 0),
        ("\u0663", 0),
    ],
)
def test_the_cost_of_a_call_is_read_leniently(header: str, cost: int) -> None:
    assert cost_of(answer(X_CallCost=header)) == cost


@pytest.mark.parametrize(
    "header",
    [
        "Fri, 31 Dec 99999 23:59:59 GMT",
        f"Fri, 31 Dec {'9' * 30} 23:59:59 GMT",
        f"Fri, 31 Dec {'9' * 5_000} 23:59:59 GMT",
        f"Fri, 31 Dec 2027 23:59:59 +{'9' * 30}",
        "Fri, 31 Dec 2027 23:59:59 -0000",
        "soon",
        "-5",
        "7.5",
        "\u0663",
    ],
)
def test_a_wait_that_nobody_understands_is_the_window(header: str) -> None:
    policy = "token-limit-500-per-30-seconds: 501/500"
    assert wait_after(answer(429, Retry_After=header, X_RateLimiting=policy)) == 30


@pytest.mark.parametrize("date", ["", "soon", f"Fri, 31 Dec {'9' * 30} 23:59:59 GMT"])
def test_an_unusable_date_of_an_answer_is_the_date_of_today(date: str) -> None:
    long_ago = "Thu, 01 Jan 1970 00:00:00 GMT"
    assert wait_after(answer(429, Retry_After=long_ago, Date=date)) == 1


def test_a_moment_to_come_back_at_is_told_by_the_clock_of_e_conomic() -> None:
    headers = {
        "Retry_After": "Tue, 01 Aug 2006 10:00:42 GMT",
        "Date": "Tue, 01 Aug 2006 10:00:00 GMT",
    }
    assert wait_after(answer(429, **headers)) == 42


@pytest.mark.parametrize("seconds", ["999999", "9" * 5_000])
def test_no_wait_is_longer_than_15_minutes(seconds: str) -> None:
    assert wait_after(answer(429, Retry_After=seconds)) == 15 * 60


def test_a_used_up_budget_is_told_once_for_all_readers_with_how_long_it_waits(
    serve: Serve, waits: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    busy = Answer({}, 429, {"Retry-After": "30"})
    answers = [busy, collection([{"customerNumber": 1}])]
    api = serve(with_self(lambda _: answers.pop(0) if len(answers) > 1 else answers[0]))
    with caplog.at_level(logging.INFO):
        run_tap(api.url, "customers")
    told = [log.getMessage() for log in caplog.records if "waiting" in log.getMessage()]
    assert told == ["Agreement 111111: rate limited (429); waiting 30 s."]
    assert waits


def test_with_a_small_budget_for_both_hosts_a_run_is_complete_and_never_over_it() -> None:
    company = generate_company(1, invoices=60)
    streams = ("invoices_booked", "booked_entries", "invoices_booked_lines", "customers")
    seen = []
    for limit in (10**6, 150):
        with Sandbox(
            agreements={secrets.GRANT: company}, page_size=10, call_limit=limit, call_window=1
        ) as sandbox:
            url = sandbox.rest_url.removesuffix("/rest")
            app = sandbox.app_secret_token
            run = run_tap(url, *streams, app_secret_token=app, page_size=10, concurrency=8)
            assert run.exit_code == 0
            records = [run.records(stream) for stream in streams]
            seen.append(json.dumps(records).replace(url, ""))  # each sandbox has a port of its own
            answered = [
                (request.path.split("/")[1], request.status) for request in sandbox.requests
            ]
    assert all(records)
    assert seen[0] == seen[1]
    assert len(answered) * 3 > 2 * 150
    assert set(answered) == {("rest", 200), ("openapi", 200)}
