"""Asking the marts of one agreement."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    import datetime

    import psycopg
    from typing_extensions import LiteralString

    from scripts.demo.own_books import OwnBooks


class Year(t.NamedTuple):
    """An accounting year."""

    name: str
    first: datetime.date
    last: datetime.date


class Asking:
    """Asks the marts of one agreement.

    Attributes:
        today: The day of the ageing.
        own: The sandbox's own books; None for another source.
        years: The accounting year before that of today, if there is one, and that of today.
    """

    def __init__(
        self, connection: psycopg.Connection, today: datetime.date, own: OwnBooks | None
    ) -> None:
        """Ask for the years.

        Args:
            connection: Its search path has the marts, and the models that they are made of.
            today: The day of the ageing.
            own: The sandbox's own books, if the sandbox was read.
        """
        self._connection = connection
        self.today = today
        self.own = own
        found = self.rows(
            """
            SELECT DISTINCT accounting_year, year_from_date, year_to_date FROM int_periods
            WHERE year_from_date <= %(today)s ORDER BY year_from_date DESC LIMIT 2
            """
        )
        self.years = [Year(*row) for row in reversed(found)]

    def rows(self, query: LiteralString, **values: object) -> list[tuple[t.Any, ...]]:
        """Return the rows of a query, which may also name ``today``."""
        return self._connection.execute(query, {"today": self.today, **values}).fetchall()

    def company(self) -> tuple[str, int, str]:
        """Return the name, agreement number and base currency of the company."""
        ((name, number, currency),) = self.rows(
            "SELECT company_name, agreement_number, base_currency FROM agreements"
        )
        return name, number, currency
