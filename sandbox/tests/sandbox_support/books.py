"""What must hold of a company's books at any time, reckoned from the rows of the two APIs."""

from __future__ import annotations

import collections
import typing as t
from decimal import Decimal

from economic_sandbox.resources import RESOURCES
from sandbox_support.records import (
    assert_references_exist,
    classic_entries,
    entries,
    every_row,
    rows,
    summed,
)

if t.TYPE_CHECKING:
    from economic_sandbox.company import Company
    from economic_sandbox.resources.resource import Row

DOCUMENT = "/invoices/booked/{bookedInvoiceNumber}"
TOTALS = "/accounting-years/{accountingYear}/totals"


def assert_books_hold(company: Company) -> None:
    _assert_vouchers_balance(company)
    _assert_totals_agree(company)
    _assert_remainders_follow_from_matches(company)
    _assert_invoices_are_booked_as_they_read(company)
    _assert_customers_owe_what_is_open(company)
    _assert_the_changelog_ends_where_the_entries_are(company)
    _assert_keys_are_unique(company)
    assert_references_exist(company)


def documents(company: Company) -> list[Row]:
    single = next(resource for resource in RESOURCES if resource.path == DOCUMENT)
    found = []
    for invoice in rows(company, "/invoices/booked"):
        number = str(invoice["bookedInvoiceNumber"])
        document = single.rows(company, {"bookedInvoiceNumber": number})
        assert isinstance(document, dict)
        found.append(document)
    return found


def _assert_vouchers_balance(company: Company) -> None:
    vouchers = summed(
        ((year, row["voucherNumber"]), row["amountInBaseCurrency"])
        for year, row in classic_entries(company)
    )
    assert {key for key, total in vouchers.items() if total} == set()
    numbers = [row["entryNumber"] for row in entries(company)]
    assert numbers == list(range(1, len(numbers) + 1))


def _assert_totals_agree(company: Company) -> None:
    sums = summed((row["accountNumber"], row["amountInBaseCurrency"]) for row in entries(company))
    totals = summed(
        (row["account"]["accountNumber"], row["totalInBaseCurrency"])
        for year in company.ledger.years
        for row in rows(company, TOTALS, accountingYear=year.name)
    )
    assert company.trial_balance() == sums
    assert {number: total for number, total in totals.items() if total} == {
        number: total for number, total in sums.items() if total
    }


def _assert_remainders_follow_from_matches(company: Company) -> None:
    matched: dict[int, Decimal] = collections.defaultdict(Decimal)
    for match in company.ledger.matches:
        assert match.amount > 0
        matched[match.from_entry.number] += match.amount
        matched[match.to_entry.number] += match.amount
    for row in entries(company):
        if "customerNumber" in row or "supplierNumber" in row:
            assert abs(row["remainder"]) == abs(row["amount"]) - matched[row["entryNumber"]]
            assert row["remainder"] * row["amount"] >= 0
        else:
            assert row["remainder"] == row["amount"]


def _assert_invoices_are_booked_as_they_read(company: Company) -> None:
    debtors = {
        row["customerInvoiceNumber"]: row
        for row in entries(company)
        if row["type"] == 1 and "customerNumber" in row
    }
    found = documents(company)
    assert debtors.keys() == {row["bookedInvoiceNumber"] for row in found}
    for invoice in found:
        entry = debtors[invoice["bookedInvoiceNumber"]]
        assert entry["amount"] == invoice["grossAmount"]
        assert entry["remainder"] == invoice["remainder"]
        lines = invoice["lines"]
        assert sum(line.get("totalNetAmount", 0) for line in lines) == invoice["netAmount"]
        assert sum(line.get("vatAmount", 0) for line in lines) == invoice["vatAmount"]
    bulk = rows(company, "/invoices/booked/lines", "q2capi")
    in_bulk = summed((row["documentId"], row.get("totalNetAmount", Decimal(0))) for row in bulk)
    assert in_bulk == {row["bookedInvoiceNumber"]: row["netAmount"] for row in found}


def _assert_customers_owe_what_is_open(company: Company) -> None:
    items = [row for row in entries(company) if "customerNumber" in row]
    left = summed((row["customerNumber"], row["remainder"]) for row in items)
    for customer in rows(company, "/customers"):
        assert customer["balance"] == left.get(customer["customerNumber"], 0)


def _assert_the_changelog_ends_where_the_entries_are(company: Company) -> None:
    newest: dict[tuple[int, int], t.Any] = {}
    log = rows(company, "/dimension-data/booked-entries/changelog", "dimensionsapi")
    assert [row["timestamp"] for row in log] == sorted(row["timestamp"] for row in log)[::-1]
    for row in log:
        newest.setdefault((row["entryNumber"], row["dimension"]), row.get("dimensionKeyTo"))
    data = {
        (row["entryNumber"], row["dimensionNumber"]): row["dimensionKey"]
        for row in rows(company, "/dimension-data/booked-entries", "dimensionsapi")
    }
    assert newest == {key: data.get(key) for key in newest}


def _assert_keys_are_unique(company: Company) -> None:
    found = dict(every_row(company))
    for resource in RESOURCES:
        listing = found[f"{resource.service} {resource.path}"]
        if isinstance(listing, list):
            keys = [tuple(_member(row, key) for key in resource.keys) for row in listing]
            assert len(set(keys)) == len(keys), resource.path


def _member(row: Row, path: str) -> object:
    value: t.Any = row
    for name in path.split("."):
        value = value[name]
    return value
