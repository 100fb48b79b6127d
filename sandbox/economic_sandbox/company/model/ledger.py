"""The general ledger: balanced vouchers, and matches of open items."""

from __future__ import annotations

import collections
import dataclasses
import enum
import typing as t

from economic_sandbox.company.model.money import (
    BASE_CURRENCY,
    HUNDRED,
    NOTHING,
    in_base_currency,
    rounded,
)

if t.TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Iterator
    from decimal import Decimal

    from economic_sandbox.company.model.years import AccountingYear


class EntryType(enum.IntEnum):
    """The types of booked entries, with their numbers in the OpenAPI service."""

    CUSTOMER_INVOICE = 1
    CUSTOMER_PAYMENT = 2
    SUPPLIER_INVOICE = 3
    SUPPLIER_PAYMENT = 4
    FINANCE_VOUCHER = 5
    OPENING_ENTRY = 7
    TRANSFERRED_OPENING_ENTRY = 8
    SYSTEM_ENTRY = 9


class Series(enum.IntEnum):
    """The first number of a series of vouchers; each restarts in every accounting year."""

    FINANCE = 1
    INVOICES = 200_001
    CUSTOMER_PAYMENTS = 500_001
    SUPPLIERS = 800_001


@dataclasses.dataclass(slots=True)
class Entry:
    """One line of a booked voucher."""

    account: int
    amount: Decimal
    base: Decimal
    currency: str
    date: datetime.date
    type: EntryType
    text: str
    number: int = 0
    voucher: int = 0
    due_date: datetime.date | None = None
    vat_code: str | None = None
    customer: int | None = None
    supplier: int | None = None
    invoice: int | None = None
    supplier_invoice: str | None = None
    dimension_key: int | None = None
    region: int | None = None
    project: int | None = None
    cost_type: int | None = None
    quantity: Decimal | None = None
    unit: int | None = None
    payment_type: int | None = None

    @property
    def is_open_item(self) -> bool:
        """Whether the entry can be matched: only those of customers and suppliers can."""
        return self.customer is not None or self.supplier is not None


@dataclasses.dataclass(slots=True)
class Match:
    """An amount of one entry settled by another of the same customer or supplier."""

    from_entry: Entry
    to_entry: Entry
    amount: Decimal


@dataclasses.dataclass(slots=True)
class Voucher:
    """A voucher that is not booked yet."""

    date: datetime.date
    type: EntryType
    text: str
    currency: str = BASE_CURRENCY
    rate: Decimal = HUNDRED
    lines: list[Entry] = dataclasses.field(default_factory=list)

    def add(self, account: int, amount: Decimal, base: Decimal | None = None) -> Entry:
        """Add a line.

        Args:
            account: The account to book on.
            amount: Debit is positive, credit negative.
            base: The amount in DKK; by default from the exchange rate.

        Returns:
            The line, to set its other members.
        """
        if base is None:
            base = in_base_currency(amount, self.rate)
        entry = Entry(account, amount, base, self.currency, self.date, self.type, self.text)
        self.lines.append(entry)
        return entry

    def balance(self, account: int) -> Entry:
        """Add the line that balances the voucher, in its currency and in DKK."""
        amount = -sum((line.amount for line in self.lines), NOTHING)
        return self.add(account, amount, -sum((line.base for line in self.lines), NOTHING))


class Ledger:
    """All booked entries by their serial numbers, and all matches."""

    def __init__(self, years: list[AccountingYear]) -> None:
        """Start without entries.

        Args:
            years: The accounting years to book in.
        """
        self.years = years
        self.entries: dict[int, Entry] = {}
        self._matches: dict[tuple[int, int], Match] = {}
        self._matched: dict[int, Decimal] = {}
        self._vouchers: collections.Counter[tuple[str, Series]] = collections.Counter()

    def year_of(self, day: datetime.date) -> AccountingYear:
        """Return the accounting year of a day."""
        for year in self.years:
            if day in year:
                return year
        message = f"no accounting year holds {day}"
        raise ValueError(message)

    def year(self, name: str) -> AccountingYear | None:
        """Return an accounting year by its name."""
        return next((year for year in self.years if year.name == name), None)

    def next_voucher_number(self, day: datetime.date, series: Series) -> int:
        """Return the number of the next voucher of a series in the year of a day."""
        return series + self._vouchers[self.year_of(day).name, series]

    def book(self, voucher: Voucher, series: Series) -> None:
        """Book a voucher: its lines get their entry and voucher numbers.

        Args:
            voucher: The voucher.
            series: The series of its number.

        Raises:
            ValueError: If it does not balance in DKK, or its year is closed.
        """
        if sum(line.base for line in voucher.lines):
            message = f"voucher {voucher.text!r} does not balance"
            raise ValueError(message)
        year = self.year_of(voucher.date)
        if year.closed:
            message = f"accounting year {year.name} is closed"
            raise ValueError(message)
        number = self.next_voucher_number(voucher.date, series)
        self._vouchers[year.name, series] += 1
        for line in voucher.lines:
            line.number = len(self.entries) + 1
            line.voucher = number
            self.entries[line.number] = line

    @property
    def matches(self) -> list[Match]:
        """All matches; there is at most one of the same two entries."""
        return list(self._matches.values())

    def match(self, from_entry: Entry, to_entry: Entry, amount: Decimal) -> Match:
        """Match two entries, or increase the amount of their match.

        Args:
            from_entry: The entry to settle.
            to_entry: The entry that settles it.
            amount: The amount without sign.

        Raises:
            ValueError: If one of the two has less than that left.
        """
        if amount > min(abs(self.remainder(from_entry)), abs(self.remainder(to_entry))):
            message = f"entries {from_entry.number} and {to_entry.number} have less than {amount}"
            raise ValueError(message)
        match = self._matches.setdefault(
            (from_entry.number, to_entry.number), Match(from_entry, to_entry, NOTHING)
        )
        match.amount += amount
        for entry in (from_entry, to_entry):
            self._matched[entry.number] = self._matched.get(entry.number, NOTHING) + amount
        return match

    def unmatch(self, match: Match) -> None:
        """Undo a match."""
        del self._matches[match.from_entry.number, match.to_entry.number]
        for entry in (match.from_entry, match.to_entry):
            self._matched[entry.number] -= match.amount

    def remainder(self, entry: Entry) -> Decimal:
        """Return the open amount of an entry; that of a finance entry is always all of it."""
        if not entry.is_open_item:
            return entry.amount
        matched = self._matched.get(entry.number, NOTHING)
        return entry.amount - matched if entry.amount > 0 else entry.amount + matched

    def base_remainder(self, entry: Entry) -> Decimal:
        """Return the open amount in DKK, at the rate of the entry itself."""
        if not entry.is_open_item:
            return entry.base
        if not entry.amount:  # an exchange difference: in DKK only, never open
            return NOTHING
        return rounded(entry.base * self.remainder(entry) / entry.amount)

    def in_year(self, year: AccountingYear) -> Iterator[Entry]:
        """Yield the entries of a year in the order of their numbers."""
        return (entry for entry in self.entries.values() if entry.date in year)


def totals(entries: Iterable[Entry]) -> dict[int, Decimal]:
    """Sum entries in DKK per account."""
    sums: dict[int, Decimal] = {}
    for entry in entries:
        sums[entry.account] = sums.get(entry.account, NOTHING) + entry.base
    return dict(sorted(sums.items()))
