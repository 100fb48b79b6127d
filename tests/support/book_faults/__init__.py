"""Faults put into loaded tables on purpose, and the tests of the dbt project that catch them."""

from __future__ import annotations

from tests.support.book_faults import ledger, sales, sub_ledgers
from tests.support.book_faults.statements import Fault

__all__ = ["FAULTS", "Fault"]

FAULTS = (*ledger.FAULTS, *sub_ledgers.FAULTS, *sales.FAULTS)
