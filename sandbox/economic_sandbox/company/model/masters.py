"""Master data, which vouchers and documents refer to."""

from __future__ import annotations

import dataclasses
import typing as t

if t.TYPE_CHECKING:
    import datetime
    from decimal import Decimal


@dataclasses.dataclass(slots=True)
class Account:
    """An account of the chart; ``type`` is one of e-conomic's account types."""

    number: int
    type: str
    name: str
    updated: datetime.datetime
    vat_code: str | None = None
    is_credit: bool = False
    total_from: int | None = None
    intervals: tuple[tuple[int, int], ...] = ()
    contra: int | None = None
    dimension_key: int | None = None
    barred: bool = False
    blocked: bool = False
    key_figure_code: int | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class VatAccount:
    """A VAT code with the account that it books on."""

    code: str
    name: str
    rate: Decimal
    type: int
    account: int
    contra: int | None = None
    barred: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class PaymentTerms:
    """Payment terms; only some types have a number of days."""

    number: int
    name: str
    type: str
    days: int | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class VatZone:
    """A VAT zone, such as domestic or EU."""

    number: int
    name: str
    for_customers: bool = True
    for_suppliers: bool = True


@dataclasses.dataclass(frozen=True, slots=True)
class Named:
    """A number with a name, such as a unit or a layout."""

    number: int
    name: str
    barred: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Currency:
    """A currency and its rate per 100, which changes a little every month."""

    code: str
    iso_number: str
    name: str
    rate: Decimal


@dataclasses.dataclass(frozen=True, slots=True)
class Group:
    """A customer or supplier group and the account that it books on."""

    number: int
    name: str
    account: int
    layout: int | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Employee:
    """An employee."""

    number: int
    name: str
    group: int
    email: str
    phone: str
    barred: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Address:
    """A postal address."""

    street: str
    zip: str
    city: str
    country: str | None = None


@dataclasses.dataclass(slots=True)
class Customer:
    """A customer; ``updated`` is the last change of these members, not of the balance."""

    number: int
    name: str
    address: Address
    group: int
    vat_zone: int
    terms: int
    currency: str
    updated: datetime.datetime
    email: str | None = None
    phone: str | None = None
    mobile: str | None = None
    cvr: str | None = None
    ean: str | None = None
    website: str | None = None
    credit_limit: Decimal | None = None
    sales_person: int | None = None
    contact: int | None = None
    delivery_location: int | None = None
    layout: int | None = None
    price_group: int | None = None
    barred: bool = False
    e_invoicing_disabled: bool = False


@dataclasses.dataclass(slots=True)
class Contact:
    """A contact of a customer or a supplier, whose number is ``owner``."""

    number: int
    owner: int
    ui_number: int
    name: str
    updated: datetime.datetime
    email: str | None = None
    phone: str | None = None
    notes: str | None = None
    e_invoice_id: str | None = None
    receives_invoices: bool = False
    deleted: bool = False


@dataclasses.dataclass(slots=True)
class DeliveryLocation:
    """A delivery location of a customer."""

    number: int
    customer: int
    ui_number: int
    address: Address
    updated: datetime.datetime
    terms: str | None = None
    barred: bool = False


@dataclasses.dataclass(slots=True)
class Supplier:
    """A supplier and the account that its invoices are booked on."""

    number: int
    name: str
    address: Address
    group: int
    vat_zone: int
    terms: int
    currency: str
    cost_account: int
    cvr: str | None = None
    email: str | None = None
    phone: str | None = None
    bank_account: str | None = None
    invoice_text: str | None = None
    contact: int | None = None
    payment_type: int | None = None
    creditor_id: str | None = None
    barred: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class ProductGroup:
    """A product group and its sales account in each VAT zone."""

    number: int
    name: str
    sales_accounts: dict[int, int]
    stocked: bool = False
    accrual_account: int | None = None


@dataclasses.dataclass(slots=True)
class Product:
    """A product; its number is text."""

    number: str
    name: str
    group: int
    price: Decimal
    cost: Decimal
    updated: datetime.datetime
    description: str | None = None
    recommended_price: Decimal | None = None
    unit: int | None = None
    bar_code: str | None = None
    dimension_key: int | None = None
    purchased: Decimal | None = None
    barred: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class DimensionKey:
    """A value of a dimension or, where ``shares`` say how it is split, a distribution."""

    dimension: int
    key: int
    name: str
    shares: tuple[tuple[int, Decimal], ...] = ()
    active: bool = True
