"""A large listing is read as ranges of its key, and comes out ascending and complete."""

from __future__ import annotations

import itertools
import re
import typing as t

import msgspec
import pytest

from sandbox_support.small import SmallCompany, small_sandbox
from tests.support.interrupting import KILLED, hurried, run
from tests.support.running import run_tap
from tests.support.sandboxes import settings

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from starlette.responses import Response

    from economic_sandbox.apis.exchange import Exchange
    from economic_sandbox.server import Sandbox
    from tests.support.running import Run

    Row: t.TypeAlias = dict[str, t.Any]

PAGE = 10
SIDE_BY_SIDE = [2, 8]


class Listing(t.NamedTuple):
    """A stream, where the server has it, and what a row of it looks like."""

    stream: str
    path: str
    key: str
    row: Callable[[int, int], Row]


ENTRIES = Listing(
    "booked_entries",
    "/booked-entries",
    "entryNumber",
    lambda number, _: {"entryNumber": number, "accountNumber": 1, "date": "2026-01-31"},
)
CUSTOMERS = Listing(
    "customers",
    "/customers",
    "customerNumber",
    lambda number, _: {"customerNumber": number, "name": f"Kunde {number}"},
)
LINES = Listing(
    "invoices_booked_lines",
    "/invoices/booked/lines",
    "documentId",
    lambda number, line: {"documentId": number, "number": line},
)


class Served:
    """One listing of a company, and what was asked of it."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.company = SmallCompany()

    def serve(self, listing: Listing, numbers: Sequence[int]) -> list[Row]:
        """Serve a row for each number; a number that comes again is the next line of it."""
        lines: dict[int, itertools.count[int]] = {}
        rows = [listing.row(n, next(lines.setdefault(n, itertools.count(1)))) for n in numbers]
        self.company = SmallCompany()
        self.company.put("/self", {"agreementNumber": 1001, "company": {"name": "A"}})
        self.company.put(listing.path, rows)
        self.sandbox.replace_company(t.cast("t.Any", self.company))
        return rows

    def read(self, listing: Listing, concurrency: int, **options: t.Any) -> Run:
        config = settings(self.sandbox)
        return run_tap(
            None, listing.stream, concurrency=concurrency, page_size=PAGE, **config, **options
        )

    @property
    def limits(self) -> set[str]:
        """The upper ends of ranges that were asked for."""
        filters = (dict(request.query).get("filter", "") for request in self.sandbox.requests)
        return {end for expression in filters for end in re.findall(r"\$lte:(-?\d+)", expression)}


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with small_sandbox(SmallCompany(), page_size=PAGE) as sandbox:
        yield Served(sandbox)


def keys_of(run_: Run, listing: Listing) -> list[int]:
    return [record[listing.key] for record in run_.records(listing.stream)]


NUMBERS = {
    "without gaps": range(1, 201),
    "with gaps": [n * 7 for n in range(1, 120)],
    "sparse at first": [*(n * 50 for n in range(20)), *range(2000, 2150)],
    "sparse at last": [*range(1, 101), *(200 + n * 90 for n in range(60))],
    "with a gap that holds whole ranges": [*range(1, 41), *range(400, 480)],
    "with a number chosen by hand": [*range(1, 151), 9_999_999],
    "64-bit integer": [*range(1, 101), 2**63 - 2, 2**63 - 1],
}


@pytest.mark.parametrize("concurrency", SIDE_BY_SIDE)
@pytest.mark.parametrize("listing", [ENTRIES, CUSTOMERS], ids=lambda one: one.stream)
@pytest.mark.parametrize("numbers", NUMBERS.values(), ids=NUMBERS)
def test_a_large_listing_comes_out_ascending_and_complete(
    served: Served, listing: Listing, numbers: Sequence[int], concurrency: int
) -> None:
    served.serve(listing, numbers)
    done = served.read(listing, concurrency)
    assert done.exit_code == 0
    assert keys_of(done, listing) == [*numbers]
    assert served.limits


@pytest.mark.parametrize("concurrency", SIDE_BY_SIDE)
@pytest.mark.parametrize(
    "numbers",
    [[-9_999_999, *range(-60, 90)], range(-150, 0), [-5, -3, *range(1, 100)]],
    ids=["one far below", "all below zero", "some below zero"],
)
def test_numbers_below_zero_are_read_in_ranges_too(
    served: Served, numbers: Sequence[int], concurrency: int
) -> None:
    served.serve(CUSTOMERS, numbers)
    done = served.read(CUSTOMERS, concurrency)
    assert done.exit_code == 0
    assert keys_of(done, CUSTOMERS) == [*numbers]
    assert served.limits


@pytest.mark.parametrize("concurrency", SIDE_BY_SIDE)
@pytest.mark.parametrize("lines", [1, 3, PAGE - 1, PAGE, PAGE + 1, 3 * PAGE])
def test_a_document_that_goes_on_over_a_page_comes_out_whole_and_once(
    served: Served, lines: int, concurrency: int
) -> None:
    numbers = [1, 2, *(n for n in range(3, 3 + 150 // lines) for _ in range(lines))]
    rows = served.serve(LINES, numbers)
    done = served.read(LINES, concurrency)
    assert done.exit_code == 0
    assert [(row["documentId"], row["number"]) for row in done.records(LINES.stream)] == [
        (row["documentId"], row["number"]) for row in rows
    ]
    assert lines > PAGE or served.limits


def test_one_document_of_many_pages_comes_out_whole(served: Served) -> None:
    rows = served.serve(LINES, [7] * (9 * PAGE))
    done = served.read(LINES, 8)
    assert done.exit_code == 0
    assert [row["number"] for row in done.records(LINES.stream)] == [row["number"] for row in rows]


@pytest.mark.parametrize("listing", [ENTRIES, CUSTOMERS], ids=lambda one: one.stream)
def test_no_key_is_asked_for_that_cannot_be(served: Served, listing: Listing) -> None:
    """Where the first keys lie far apart, and the API says which is the highest."""
    spread = [n * 100_000_000 for n in range(1, 11)]
    served.serve(listing, [*spread, *range(spread[-1] + 1, spread[-1] + 151)])
    done = served.read(listing, 8)
    assert len(keys_of(done, listing)) == 160
    highest = spread[-1] + 150 if listing is CUSTOMERS else 2**31 - 1
    assert max(map(int, served.limits)) <= highest


def test_without_workers_no_ranges_are_asked(served: Served) -> None:
    served.serve(ENTRIES, range(1, 201))
    assert keys_of(served.read(ENTRIES, 1), ENTRIES) == [*range(1, 201)]
    assert not served.limits


COMING, GOING = {51, 300}, {40, 120}
CHANGES = {
    "come": (COMING, set[int]()),
    "go": (set[int](), GOING),
    # Then the API counts as many as before, so that what came may be left to the next run.
    "come and go": (COMING, GOING),
}


@pytest.mark.parametrize("listing", [ENTRIES, CUSTOMERS, LINES], ids=lambda one: one.stream)
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("before", [3, 7])
def test_rows_that_come_and_go_while_ranges_are_read_take_no_others_along(
    served: Served, listing: Listing, change: tuple[set[int], set[int]], before: int
) -> None:
    coming, going = change
    numbers = {n * 2 for n in range(1, 101)}
    served.serve(listing, sorted(numbers))

    @served.sandbox.before_response
    def pass_time(exchange: Exchange) -> Response | None:
        if exchange.number == before:
            rows = [listing.row(n, 1) for n in sorted((numbers | coming) - going)]
            with served.sandbox.lock:
                served.company.put(listing.path, rows)
        return None

    done = served.read(listing, 8)
    assert done.exit_code == 0
    certain = numbers - going if going else numbers | coming
    assert certain <= set(keys_of(done, listing)) <= numbers | coming
    assert served.limits


@pytest.mark.parametrize("listing", [ENTRIES, LINES], ids=lambda one: one.stream)
@pytest.mark.parametrize("concurrency", SIDE_BY_SIDE)
def test_a_run_that_is_killed_between_ranges_goes_on_without_loss(
    served: Served, listing: Listing, concurrency: int
) -> None:
    lines = 1 if listing is ENTRIES else 3
    numbers = [n for n in range(1, 91 // lines) for _ in range(lines)]
    rows = served.serve(listing, numbers)
    config = {**settings(served.sandbox), "concurrency": concurrency}
    with hurried(5):
        for lasts in range(2, len(numbers), 19):
            first = run(config, (listing.stream,), None, lasts=lasts)
            assert first.code == KILLED
            messages = [msgspec.json.decode(line) for line in first.lines]
            states = [one["value"] for one in messages if one["type"] == "STATE"]
            second = run(config, (listing.stream,), states[-1] if states else None)
            assert second.code == 0
            messages += [msgspec.json.decode(line) for line in second.lines]
            sent = [one["record"] for one in messages if one["type"] == "RECORD"]
            key = ("entryNumber",) if listing is ENTRIES else ("documentId", "number")
            assert {tuple(row[name] for name in key) for row in sent} == {
                tuple(row[name] for name in key) for row in rows
            }
    assert served.limits
