from __future__ import annotations

import contextlib
import functools
import pickle
import typing as t

from hypothesis import given, settings
from hypothesis import strategies as st

from economic_sandbox.company import Company, generate_company
from economic_sandbox.simulation import ImpossibleError, Simulation
from sandbox_support.books import assert_books_hold, documents
from sandbox_support.records import classic_entries, entries, rows

if t.TYPE_CHECKING:
    from economic_sandbox.resources.resource import Row

SEEDS = st.integers(1, 10_000)
EVENTS = st.lists(st.sampled_from(Simulation.names), min_size=1, max_size=12)
# What matching moves, and the version that follows from it.
FOLLOWS_MATCHING = {"remainder", "remainderInBaseCurrency", "objectVersion"}


@functools.cache
def prepared(invoices: int) -> bytes:
    return pickle.dumps(generate_company(seed=invoices, invoices=invoices))


def company_of(invoices: int) -> Company:
    return t.cast("Company", pickle.loads(prepared(invoices)))  # noqa: S301 - the test's own


def move_on(simulation: Simulation, events: list[str]) -> None:
    for name in events:
        with contextlib.suppress(ImpossibleError):
            simulation.do(name)


def booked(company: Company) -> dict[object, Row]:
    """Every booked row, without what may change once it is booked."""
    found: dict[object, Row] = {row["entryNumber"]: row for row in entries(company)}
    for year, row in classic_entries(company):
        # Dimensions of a booked entry may be changed, and tell so in the changelog.
        found[year, row["entryNumber"]] = {**row, "departmentalDistribution": None}
    for row in rows(company, "/invoices/booked/lines", "q2capi"):
        found["line", row["documentId"], row["number"]] = row
    for row in documents(company):
        found["invoice", row["bookedInvoiceNumber"]] = row
    for row in rows(company, "/AttachedDocuments", "documentsapi"):
        found["document", row["number"]] = row
    log = rows(company, "/dimension-data/booked-entries/changelog", "dimensionsapi")
    for row in log:
        found[row["entryNumber"], row["dimension"], row["timestamp"]] = row
    return {
        key: {name: value for name, value in row.items() if name not in FOLLOWS_MATCHING}
        for key, row in found.items()
    }


@settings(max_examples=30, deadline=None, derandomize=True)
@given(invoices=st.sampled_from([1, 20, 45]), seed=SEEDS, events=EVENTS)
def test_the_books_hold_whatever_happens(invoices: int, seed: int, events: list[str]) -> None:
    company = company_of(invoices)
    move_on(Simulation(company, seed), events)
    assert_books_hold(company)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(invoices=st.sampled_from([20, 45]), seed=SEEDS, events=EVENTS)
def test_what_is_booked_stays_as_it_was_but_for_remainders_and_dimensions(
    invoices: int, seed: int, events: list[str]
) -> None:
    company = company_of(invoices)
    before = booked(company)
    move_on(Simulation(company, seed), events)
    after = booked(company)
    assert {key: after.get(key) for key in before} == before


def test_the_books_hold_after_a_long_time() -> None:
    company = company_of(45)
    before = booked(company)
    simulation = Simulation(company, seed=5)
    happened = {simulation.step() for _ in range(400)}
    assert happened == set(simulation.names)
    assert_books_hold(company)
    after = booked(company)
    assert {key: after.get(key) for key in before} == before


def test_matching_moves_the_remainder_alone() -> None:
    company = company_of(45)
    before = {row["entryNumber"]: row for row in entries(company)}
    Simulation(company).do("unmatch")
    changed = [row for row in entries(company) if before.get(row["entryNumber"], row) != row]
    assert len(changed) == 2
    for row in changed:
        old = before[row["entryNumber"]]
        assert {name for name in row if row[name] != old[name]} == {"remainder", "objectVersion"}
