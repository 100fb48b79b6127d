"""What a controller wants to see, by SQL on the marts, each beside what it must equal."""

from __future__ import annotations

import typing as t

from scripts.demo.tables import balance_sheet, receivables, result, vat

if t.TYPE_CHECKING:
    from scripts.demo.asking import Asking
    from scripts.demo.page import Table


def tables(ask: Asking) -> list[Table]:
    """Return the tables, in the order of the page."""
    return [part.table(ask) for part in (result, balance_sheet, receivables, vat)]
