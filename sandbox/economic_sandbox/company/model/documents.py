"""Sales documents: drafts, booked invoices, orders and quotes."""

from __future__ import annotations

import dataclasses
import typing as t

from economic_sandbox.company.model.money import (
    HUNDRED,
    NOTHING,
    in_base_currency,
    rounded,
    share,
)

if t.TYPE_CHECKING:
    import datetime
    from decimal import Decimal

    from economic_sandbox.company.model.masters import Address


@dataclasses.dataclass(slots=True)
class SalesLine:
    """A line of a document; a line without product is text only."""

    number: int
    description: str
    product: str | None = None
    quantity: Decimal = NOTHING
    price: Decimal = NOTHING
    discount: Decimal = NOTHING
    cost: Decimal = NOTHING
    unit: int | None = None
    account: int | None = None
    vat_code: str | None = None
    vat_rate: Decimal = NOTHING
    dimension_key: int | None = None
    region: int | None = None
    accrual: tuple[datetime.date, datetime.date] | None = None

    @property
    def net(self) -> Decimal:
        """The amount without VAT."""
        return rounded(self.quantity * self.price * (HUNDRED - self.discount) / HUNDRED)


@dataclasses.dataclass(slots=True)
class Recipient:
    """The recipient of a document; a booked one keeps it when the customer changes."""

    name: str
    address: Address
    vat_zone: int
    ean: str | None = None
    cvr: str | None = None
    contact: int | None = None
    mobile: str | None = None


@dataclasses.dataclass(slots=True)
class Posting:
    """The amount that a document books on an account."""

    account: int
    amount: Decimal
    base: Decimal
    vat_code: str | None
    dimension_key: int | None = None
    region: int | None = None


@dataclasses.dataclass(slots=True)
class SalesDocument:
    """A document; ``id`` is the internal number that q2capi calls documentId."""

    number: int
    id: int
    customer: int
    recipient: Recipient
    date: datetime.date
    due_date: datetime.date
    terms: int
    layout: int
    updated: datetime.datetime
    lines: list[SalesLine]
    currency: str
    rate: Decimal
    status: str = "drafts"
    heading: str | None = None
    text1: str | None = None
    text2: str | None = None
    other_reference: str | None = None
    sales_person: int | None = None
    contact: int | None = None
    delivery: Address | None = None
    delivery_location: int | None = None
    delivery_date: datetime.date | None = None
    project: int | None = None

    @property
    def net(self) -> Decimal:
        """The sum of the lines."""
        return sum((line.net for line in self.lines), NOTHING)

    def line_vat(self) -> list[Decimal]:
        """Return the VAT of each line; the lines add up to the rounded VAT of the document."""
        bases: dict[Decimal, Decimal] = {}
        amounts = []
        for line in self.lines:
            before = bases.get(line.vat_rate, NOTHING)
            bases[line.vat_rate] = before + line.net
            amounts.append(
                share(bases[line.vat_rate], line.vat_rate) - share(before, line.vat_rate)
            )
        return amounts

    @property
    def vat(self) -> Decimal:
        """The VAT of the document."""
        return sum(self.line_vat(), NOTHING)

    @property
    def gross(self) -> Decimal:
        """The amount with VAT."""
        return self.net + self.vat

    def revenue(self) -> list[Posting]:
        """Sum the lines per account, VAT code and dimension value, in both currencies."""
        sums: dict[tuple[int, str | None, int | None, int | None], Decimal] = {}
        for line in self.lines:
            if line.account is not None:
                key = (line.account, line.vat_code, line.dimension_key, line.region)
                sums[key] = sums.get(key, NOTHING) + line.net
        return [
            Posting(account, amount, in_base_currency(amount, self.rate), code, key, region)
            for (account, code, key, region), amount in sums.items()
        ]

    @property
    def net_in_base_currency(self) -> Decimal:
        """The net amount as it is or will be booked in DKK."""
        return sum((posting.base for posting in self.revenue()), NOTHING)

    @property
    def gross_in_base_currency(self) -> Decimal:
        """The gross amount as it is or will be booked in DKK."""
        return self.net_in_base_currency + in_base_currency(self.vat, self.rate)

    @property
    def cost_in_base_currency(self) -> Decimal:
        """The cost of the products; cost prices are in the document's currency."""
        cost = sum((line.quantity * line.cost for line in self.lines), NOTHING)
        return in_base_currency(cost, self.rate)


@dataclasses.dataclass(slots=True)
class BookedInvoice(SalesDocument):
    """A booked invoice, or a credit note if its amounts are negative.

    Attributes:
        entry: The number of its entry on the customers' account, which payments are matched with.
        order: The number of the order that it came from.
    """

    entry: int = 0
    order: int | None = None
    sent_by: str | None = None
