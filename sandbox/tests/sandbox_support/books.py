"""What must hold of a company's books at any time, reckoned from the rows of the two APIs."""

from __future__ import annotations

import collections
import typing as t
from decimal import Decimal

from economic_sandbox.resources import RESOURCES
from sandbox_support.records import (
    assert_references_exist,
    classic_entries,
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
    found = every_row(company)
    booked = dict(found)["bookedEntriesapi /booked-entries"]
    _assert_vouchers_balance(company, booked)
    _assert_totals_agree(company, booked)
    _assert_remainders_follow_from_matches(company, booked)
    _assert_invoices_are_booked_as_they_read(company, booked)
    _assert_customers_owe_what_is_open(company, booked)
    _assert_the_changelog_ends_where_the_entries_are(company)
    _assert_keys_are_unique(dict(found))
    assert_references_exist(company, found)


def documents(company: Company) -> list[Row]:
    single = next(resource for resource in RESOURCES if resource.path == DOCUMENT)
    found = []
    for invoice in rows(company, "/invoices/booked"):
        number = str(invoice["bookedInvoiceNumber"])
        document = single.rows(company, {"bookedInvoiceNumber": number})
        assert isinstance(document, dict)
        found.append(document)
    return found


def _assert_vouchers_balance(company: Company, booked: list[Row]) -> None:
    vouchers = summed(
        ((year, row["voucherNumber"]), row["amountInBaseCurrency"])
        for year, row in classic_entries(company)
    )
    assert {key for key, total in vouchers.items() if total} == set()
    numbers = [row["entryNumber"] for row in booked]
    assert numbers == list(range(1, len(numbers) + 1))


def _assert_totals_agree(company: Company, booked: list[Row]) -> None:
    sums = summed((row["accountNumber"], row["amountInBaseCurrency"]) for row in booked)
    totals = summed(
        (row["account"]["accountNumber"], row["totalInBaseCurrency"])
        for year in company.ledger.years
        for row in rows(company, TOTALS, accountingYear=year.name)
    )
    assert company.trial_balance() == sums
    assert {number: total for number, total in totals.items() if total} == {
        number: total for number, total in sums.items() if total
    }


def _assert_remainders_follow_from_matches(company: Company, booked: list[Row]) -> None:
    matched: dict[int, Decimal] = collections.defaultdict(Decimal)
    for match in company.ledger.matches:
        assert match.amount > 0
        matched[match.from_entry.number] += match.amount
        matched[match.to_entry.number] += match.amount
    for row in booked:
        if "customerNumber" in row or "supplierNumber" in row:
            assert abs(row["remainder"]) == abs(row["amount"]) - matched[row["entryNumber"]]
            assert row["remainder"] * row["amount"] >= 0
        else:
            assert row["remainder"] == row["amount"]


def _assert_invoices_are_booked_as_they_read(company: Company, booked: list[Row]) -> None:
    debtors = {
        row["customerInvoiceNumber"]: row
        for row in booked
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


def _assert_customers_owe_what_is_open(company: Company, booked: list[Row]) -> None:
    items = [row for row in booked if "customerNumber" in row]
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


def _assert_keys_are_unique(found: dict[str, t.Any]) -> None:
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
