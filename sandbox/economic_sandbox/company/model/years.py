"""Accounting years and their periods."""

from __future__ import annotations

import dataclasses
import datetime
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FIRST_DAY = datetime.date(2022, 7, 1)
_ONE_DAY = datetime.timedelta(days=1)


@dataclasses.dataclass(slots=True)
class AccountingYear:
    """An accounting year; its name is text, for one that spans two calendar years too."""

    name: str
    start: datetime.date
    end: datetime.date
    closed: bool = False

    def __contains__(self, day: datetime.date) -> bool:
        """Return whether a day is in the year."""
        return self.start <= day <= self.end


@dataclasses.dataclass(frozen=True, slots=True)
class Period:
    """A month of an accounting year, numbered from the start of the books."""

    number: int
    year: AccountingYear
    start: datetime.date
    end: datetime.date


def accounting_years(today: datetime.date) -> list[AccountingYear]:
    """Return the years from the first day of the books to the one that holds ``today``.

    The second is the long one: a year that moves to the calendar year may take 18 months.
    """
    years = [
        AccountingYear("2022/2023", FIRST_DAY, datetime.date(2023, 6, 30)),
        AccountingYear("2023/2024", datetime.date(2023, 7, 1), datetime.date(2024, 12, 31)),
    ]
    years += [
        AccountingYear(str(year), datetime.date(year, 1, 1), datetime.date(year, 12, 31))
        for year in range(2025, today.year + 1)
    ]
    return years


def following_year(year: AccountingYear) -> AccountingYear:
    """Return the calendar year after a year."""
    following = year.end.year + 1
    return AccountingYear(
        str(following), datetime.date(following, 1, 1), datetime.date(following, 12, 31)
    )


def periods(years: Iterable[AccountingYear]) -> Iterator[Period]:
    """Yield the months of years."""
    number = 0
    for year in years:
        start = year.start
        while start < year.end:
            number += 1
            end = month_end(start)
            yield Period(number, year, start, end)
            start = end + _ONE_DAY


def month_end(day: datetime.date) -> datetime.date:
    """Return the last day of a day's month."""
    return next_month(day) - _ONE_DAY


def next_month(day: datetime.date) -> datetime.date:
    """Return the first day of the month after a day's."""
    return (day.replace(day=1) + datetime.timedelta(days=31)).replace(day=1)
