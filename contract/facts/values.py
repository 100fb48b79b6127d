"""Facts about values: booleans that are left out, forms of dates, enums, rows by their keys."""

from __future__ import annotations

import typing as t

from contract.facts import terms as f
from contract.kinds.listings import Envelope
from contract.kinds.records import (
    FormOf,
    NeverFalse,
    NoFalse,
    OneOf,
    SameByKey,
    SentWhenFalse,
    Without,
)
from contract.probe import Probe

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from contract.asking import Listing

_ABSENT = "tap_economic.singer.families.RestStream"
_ROWS = "tap_economic.records.rows"
_DAYS = "tap_economic.records.rows.midnights"
_LAST_UPDATED = "tap_economic.replication.last_updated.LastUpdated"

_DAY = r"\d{4}-\d\d-\d\d"
_MIDNIGHT = rf"{_DAY}T00:00:00"
_SECOND = rf"{_DAY}T\d\d:\d\d:\d\dZ"
_MINUTE = rf"{_DAY}T\d\d:\d\d:00Z"

_YEARS = f.collection("/accounting-years")
_DISTRIBUTIONS = f.collection("/departmental-distributions")

# Left out where false. In every recording of the unconfirmed ones they are absent, so that nobody
# can tell false from unknown.
LEFT_OUT = (
    ("/customers", "barred", "2024"),
    ("/suppliers", "barred", None),
    ("/layouts", "deleted", None),
    ("/departments", "barred", None),
    ("/accounting-years", "closed", None),
)
SENT = (
    ("/products", "barred", "2024"),
    ("/accounts", "blockDirectEntries", "2026-08"),
    ("/vat-zones", "enabledForSupplier", "2024"),
    ("/customers", "eInvoicingDisabledByDefault", "2024"),
    ("/departmental-distributions", "barred", "2024"),
)
# Services whose records have booleans: none of them is ever false.
WITH_BOOLEANS = (
    ("accountsapi", "/Accounts"),
    ("customersapi", "/Customers"),
    ("customersapi", "/Contacts"),
    ("dimensionsapi", "/dimensions"),
    ("productsapi", "/products"),
    ("projectsapi", "/Projects"),
    ("subscriptionsapi", "/Subscriptions"),
)
FORMS = (
    (_YEARS, "fromDate", _DAY, "2024"),
    (f.BOOKED, "date", _DAY, "2024"),
    (f.collection("/invoices/sent"), "creationDate", _DAY, None),
    (f.CUSTOMERS, "lastUpdated", _SECOND, "2024"),
    (f.PRODUCTS, "lastUpdated", _MINUTE, "2024"),
    (f.DRAFTS, "lastUpdated", _MINUTE, "2024"),
    (f.ENTRIES, "date", _MIDNIGHT, "2026-10-08"),
    (f.ENTRIES, "dueDate", _MIDNIGHT, "2026-10-08"),
    (f.cursor("projectsapi", "/project-employees"), "cutOffDate", _MIDNIGHT, "2026-08-14"),
    (f.cursor("subscriptionsapi", "/Subscribers"), "startDate", _MIDNIGHT, None),
    (f.CUSTOMERS, "self", r"https?://[^?]+/customers/\d+", "2024"),
    (_YEARS, "self", r".*/accounting-years/\d{4}(_6_\d{4})?", None),
    (_YEARS, "year", r"\d{4}(/\d{4})?", "2024"),
    (f.PRODUCTS, "self", r".*/products/([\w~-]|%[0-9a-fA-F]{2})+", "2024"),
)
ENUMS: tuple[tuple[Listing, str, set[str] | set[int], str | None], ...] = (
    (f.ACCOUNTS, "accountType", {"profitAndLoss", "status", "totalFrom", "heading", "headingStart", "sumInterval", "sumAlpha"}, "2026-08"),  # noqa: E501 - one row
    (f.ACCOUNTS, "debitCredit", {"debit", "credit"}, "2026-08"),
    (f.collection("/payment-terms"), "paymentTermsType", {"net", "invoiceMonth", "paidInCash", "prepaid", "dueDate", "factoring", "invoiceWeekStartingSunday", "invoiceWeekStartingMonday", "creditcard"}, "2024"),  # noqa: E501 - one row
    (_DISTRIBUTIONS, "distributionType", {"distribution", "department"}, "2024"),
    (f.collection("/invoices/sent"), "sendBy", {"mobilePay", "ean"}, None),
    (f.collection("/app-roles"), "roleNumber", {1, 2, 3, 4}, "2026-10-08"),
    (f.ENTRIES, "type", set(range(11)), None),
)  # fmt: skip
# Rows that are read again by their keys where they may have changed, or never.
READ_AGAIN = (
    (f.BOOKED, "bookedInvoiceNumber", f.BY_KEY),
    (f.ENTRIES, "entryNumber", f.BY_KEY),
    (f.cursor("documentsapi", "/AttachedDocuments"), "number", f.NOT_BY_KEY),
)


def probes() -> Iterator[Probe]:
    """Yield the probes."""
    yield from _booleans()
    yield from _forms()
    yield from _lines()
    for listing, key, either_way in READ_AGAIN:
        yield Probe(
            f"a row of {listing.get.path} is the same by its {key} as in the listing",
            SameByKey(listing, key),
            f.SPEC if listing.shape == "cursor" else f.REST_DOCS.format("Booked invoices"),
            "tap_economic.replication.incremental.by_keys",
            either_way=either_way,
        )


def _booleans() -> Iterator[Probe]:
    for path, name, confirmed in LEFT_OUT:
        yield Probe(
            f"{name} of {path} is left out where it is false",
            NeverFalse(f.collection(path), name),
            f.RECORDED if confirmed else f.REST_DOCS.format("Booleans"),
            _ABSENT,
            confirmed,
            None if confirmed else f.ABSENT,
        )
    for path, name, confirmed in SENT:
        yield Probe(
            f"{name} of {path} is sent where it is false",
            SentWhenFalse(f.collection(path), name),
            f.RECORDED,
            _ABSENT,
            confirmed,
        )
    for name, path in WITH_BOOLEANS:
        yield Probe(
            f"booleans of {name}{path} are left out where they are false",
            NoFalse(f.cursor(name, path)),
            f.SERVICE_DOCS.format("Booleans"),
            "tap_economic.singer.families.OpenAPIStream",
            either_way=f.FALSE,
        )


def _forms() -> Iterator[Probe]:
    for listing, name, pattern, confirmed in FORMS:
        yield Probe(
            f"{name} of {listing.get.path} is written as {pattern}",
            FormOf(listing, name, pattern),
            _source(listing, confirmed),
            _rests(name, pattern),
            confirmed,
            None if confirmed else f.ESCAPED if name == "self" else f.MISTYPED,
        )
    for enum_listing, name, known, confirmed in ENUMS:
        yield Probe(
            f"{name} of {enum_listing.get.path} has one of {len(known)} values",
            OneOf(enum_listing, name, t.cast("frozenset[str]", frozenset(known))),
            _source(enum_listing, confirmed),
            "tap_economic.schemas.Schemas",
            confirmed,
            None if confirmed else f.UNNAMED,
        )


def _rests(name: str, pattern: str) -> str:
    if name in {"self", "year"}:
        return "tap_economic.replication.per_parent.Parent"
    if name == "lastUpdated":
        return _LAST_UPDATED
    return _DAYS if pattern == _MIDNIGHT else _ROWS


def _source(listing: Listing, confirmed: str | None) -> str:
    """Return where a fact about values is known from: no record of a service was published."""
    is_rest = listing.get.host == "rest"
    if confirmed is None:
        return f.SCHEMA if is_rest else f.SPEC
    is_recorded = is_rest and listing.get.path != "/app-roles"
    return f.RECORDED if is_recorded else f.LIVE


def _lines() -> Iterator[Probe]:
    document = f.rest("/invoices/booked/{bookedInvoiceNumber}")
    yield Probe(
        "a booked invoice by itself has lines",
        Envelope(document.below(f.BOOKED, "bookedInvoiceNumber"), (("lines", "array"),)),
        f.RECORDED,
        "tap_economic.streams.sales.InvoicesBookedDocumentStream",
        "2024",
    )
    for path, confirmed in (
        ("/invoices/booked", "2026-08"),
        ("/invoices/drafts", "2026-08"),
        ("/orders/drafts", "2019"),
        ("/orders/archived", "2019"),
    ):
        yield Probe(
            f"{path} lists documents without their lines",
            Without(f.collection(path), "lines"),
            f.LIVE if confirmed == "2026-08" else f.RECORDED,
            "tap_economic.streams.sales",
            confirmed,
        )
