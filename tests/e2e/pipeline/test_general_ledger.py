"""The general ledger in PostgreSQL, after what happened between runs, against the books."""

from __future__ import annotations

import typing as t
from decimal import Decimal

import pytest

from economic_sandbox.company import Company, generate_company
from economic_sandbox.server import Sandbox
from tests.support.catalogs import selecting
from tests.support.piping import pipe
from tests.support.sandboxes import settings

if t.TYPE_CHECKING:
    from pathlib import Path

    from tests.support.warehouse import Warehouse

STREAMS = ("booked_entries", "invoices_booked")
EVENTS = 40  # between two runs
# After how many messages each run is killed; None lets it end.
RUNS = (None, 700, None, 30, None)


def owed(company: Company) -> dict[int, Decimal]:
    """Sum what customers have not paid yet, as the entries say."""
    sums: dict[int, Decimal] = {}
    for entry in company.ledger.entries.values():
        if entry.customer is not None:
            left = company.ledger.remainder(entry)
            sums[entry.customer] = sums.get(entry.customer, Decimal(0)) + left
    return sums


@pytest.mark.parametrize("seed", [1, 2])
def test_every_account_closes_to_the_ore_whatever_happened(
    warehouse: Warehouse, tmp_path: Path, seed: int
) -> None:
    company = generate_company(seed=seed, invoices=150)
    assert len(company.ledger.entries) > 1500  # so that the bookmark, too, moves between runs
    state = None
    with Sandbox(company) as sandbox:
        simulation = sandbox.start_simulation(seed)
        for killed_after in RUNS:
            ended = pipe(
                tmp_path,
                settings(sandbox),
                warehouse.config,
                state=state,
                catalog=selecting(*STREAMS),
                killed_after=killed_after,
            )
            state = ended.state or state
            if killed_after is None:
                assert ended.tap_code == 0, ended.tap_log
                sums = warehouse.sums("booked_entries", "accountNumber", "amountInBaseCurrency")
                assert sums == company.trial_balance()
                assert sum(sums.values()) == 0
                left = warehouse.sums("booked_entries", "customerNumber", "remainder")
                assert {number: left[number] for number in owed(company)} == owed(company)
                remainders = warehouse.sums("invoices_booked", "bookedInvoiceNumber", "remainder")
                assert remainders == {
                    invoice.number: company.remainder(invoice)
                    for invoice in company.invoices.values()
                }
            for _ in range(EVENTS):
                simulation.step()
