"""How far readers get ahead of the writer, and what waits for it meanwhile."""

from __future__ import annotations

import functools
import itertools
import threading
import typing as t

import pytest

from tests.support.pools import PATIENCE, Watched, meeting, pool

if t.TYPE_CHECKING:
    from collections.abc import Generator

    from tap_economic.client.pages import Page

pytestmark = pytest.mark.usefixtures("threads_take_turns_often")


def test_a_reader_that_is_ahead_waits_with_two_pages() -> None:
    watched = Watched()
    with pool(4) as under_way:
        under_way.begin([functools.partial(watched.pages, 50)] * 4)
        watched.settle(4, alive=4 * 2)
        assert watched.alive == 4 * 2
        for pages in under_way.begun:
            for page in pages:
                del page
    assert watched.most <= 4 * 2 + 2  # and one that is written, while another is read


def test_readers_begin_no_more_than_four_streams_a_worker_before_the_writer() -> None:
    watched = Watched(rows=1)
    with pool(3) as under_way:
        under_way.begin([functools.partial(watched.pages, 1)] * 60)
        watched.settle(4 * 3 + 1)
        assert watched.begun == 4 * 3 + 1
        first = under_way.begun[0]
        assert len(list(first)) == 1
        watched.settle(4 * 3 + 2)
        assert watched.begun == 4 * 3 + 2
        assert sum(len(list(pages)) for pages in under_way.begun[1:]) == 59


def test_readers_begin_no_more_parts_than_there_are_workers_before_the_writer() -> None:
    watched = Watched()
    with pool(3) as under_way:
        parts = (functools.partial(watched.pages, 1) for _ in itertools.count())
        under_way.begin([lambda: under_way.readers.in_order(parts)])
        pages = under_way.begun[0]
        for taken in range(1, 6):
            next(pages)
            watched.settle()
            # Two pages wait for the writer, and behind them as many parts as there are workers.
            assert watched.begun <= taken + 2 + 3
        pages.close()


@pytest.mark.parametrize("pages", [1, 2, 3])
def test_large_streams_side_by_side_wait_in_bounded_memory_before_a_slow_writer(
    pages: int,
) -> None:
    workers, watched = 4, Watched()
    with pool(workers) as under_way:
        under_way.begin(
            [
                functools.partial(
                    under_way.readers.in_order, [functools.partial(watched.pages, pages)] * 100
                )
            ]
            * 20
        )
        watched.settle()
        at_rest = watched.most
        for begun in under_way.begun[:2]:
            for page in begun:
                del page
        # 2,500 rows a worker, and what each may add that it began before; of the stream that is
        # written two pages, two of each of its next parts, and one with the writer.
        most = (2.5 * workers + workers) + (2 + 2 * workers + 1)
        assert at_rest <= watched.most <= most
    del under_way
    assert watched.alive == 0


def test_large_streams_that_wait_leave_the_workers_to_the_stream_that_is_written() -> None:
    watched = Watched()
    with pool(4) as under_way:
        may_begin = threading.Event()

        def written() -> Generator[Page, None, None]:
            may_begin.wait(PATIENCE)
            yield from under_way.readers.in_order([meeting(3)] * 3)

        under_way.begin([written, *[functools.partial(watched.pages, 50)] * 8])
        watched.settle(4)
        may_begin.set()
        assert len(list(under_way.begun[0])) == 3
