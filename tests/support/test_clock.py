"""The simulated time that the tests of budgets and retries wait in."""

from __future__ import annotations

import threading

from tests.support.clock import Time


def test_works_that_live_in_it_wake_in_the_order_of_their_times() -> None:
    time = Time()
    woken: list[tuple[float, str]] = []

    def work(name: str, *waits: float) -> None:
        for seconds in waits:
            time.sleep(seconds)
            woken.append((time.now - 1000, name))

    time.run(lambda: work("slow", 7, 7), lambda: work("quick", 3, 3, 3))
    assert woken == [(3, "quick"), (6, "quick"), (7, "slow"), (9, "quick"), (14, "slow")]


def test_any_number_of_threads_that_it_does_not_know_wait_without_waiting() -> None:
    time = Time()
    waits = [9, 3, 7]
    alarms = [time.set_alarm(seconds) for seconds in waits]  # before anybody waits
    threads = [threading.Thread(target=time.wait_for, args=(one,), daemon=True) for one in alarms]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)
        assert not thread.is_alive()
    assert time.slept == waits
    assert time.now == 1009


def test_a_condition_wakes_who_waits_in_it_before_the_time_is_over() -> None:
    time = Time()
    condition = time.condition()
    woken: list[float] = []

    def wait() -> None:
        with condition:
            condition.wait(60)
        woken.append(time.now - 1000)

    def notify() -> None:
        time.sleep(5)
        with condition:
            condition.notify_all()

    time.run(wait, notify)
    assert woken == [5]
