"""Accounting years, their periods, totals and entries, and the booked entries of all years."""

from __future__ import annotations

import typing as t

from economic_sandbox.company.model.ledger import EntryType
from economic_sandbox.company.model.money import NOTHING
from economic_sandbox.company.model.years import periods
from economic_sandbox.resources.accounts import account_reference
from economic_sandbox.resources.departments import distribution_reference
from economic_sandbox.resources.resource import Resource
from economic_sandbox.resources.shapes import (
    link,
    midnight,
    present,
    reference,
    single,
    versioned,
)

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from economic_sandbox.company import Company
    from economic_sandbox.company.model.ledger import Entry
    from economic_sandbox.company.model.years import AccountingYear
    from economic_sandbox.resources.resource import Row

_CLASSIC_TYPES = {
    EntryType.CUSTOMER_INVOICE: "customerInvoice",
    EntryType.CUSTOMER_PAYMENT: "customerPayment",
    EntryType.SUPPLIER_INVOICE: "supplierInvoice",
    EntryType.SUPPLIER_PAYMENT: "supplierPayment",
    EntryType.FINANCE_VOUCHER: "financeVoucher",
    EntryType.OPENING_ENTRY: "openingEntry",
    EntryType.TRANSFERRED_OPENING_ENTRY: "transferredOpeningEntry",
    EntryType.SYSTEM_ENTRY: "systemEntry",
}


def accounting_years(company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the accounting years."""
    return [
        {
            "fromDate": str(year.start),
            "toDate": str(year.end),
            "year": year.name,
            "closed": year.closed,
            "periods": link("accounting-years", year.name, "periods"),
            "entries": link("accounting-years", year.name, "entries"),
            "totals": link("accounting-years", year.name, "totals"),
            "vouchers": link("accounting-years", year.name, "vouchers"),
            "self": link("accounting-years", year.name),
        }
        for year in company.ledger.years
    ]


def year_totals(company: Company, values: Mapping[str, str]) -> list[Row] | None:
    """List a year's total of each account; total accounts come with 0, as the API sends them."""
    year = company.ledger.year(values["accountingYear"])
    if year is None:
        return None
    sums = company.year_totals(year)
    return [
        {
            "account": account_reference(number),
            "fromDate": str(year.start),
            "toDate": str(year.end),
            "totalInBaseCurrency": sums.get(number, NOTHING),
            "self": link("accounts", number, "accounting-years", year.name, "totals"),
        }
        for number in company.accounts
    ]


def year_entries(company: Company, values: Mapping[str, str]) -> list[Row] | None:
    """List a year's entries."""
    year = company.ledger.year(values["accountingYear"])
    if year is None:
        return None
    return [_classic_entry(company, year, entry) for entry in company.ledger.in_year(year)]


def _classic_entry(company: Company, year: AccountingYear, entry: Entry) -> Row:
    return present(
        account=account_reference(entry.account),
        amount=entry.amount,
        amountInBaseCurrency=entry.base,
        currency=entry.currency,
        date=str(entry.date),
        dueDate=None if entry.due_date is None else str(entry.due_date),
        departmentalDistribution=distribution_reference(company, entry.dimension_key),
        project=_optional("projects", "projectNumber", entry.project),
        costType=_optional("cost-types", "costTypeNumber", entry.cost_type),
        entryNumber=entry.number,
        text=entry.text,
        entryType=_CLASSIC_TYPES[entry.type],
        vatAccount=_optional("vat-accounts", "vatCode", entry.vat_code),
        customer=_optional("customers", "customerNumber", entry.customer),
        supplier=_optional("suppliers", "supplierNumber", entry.supplier),
        unit1=_optional("units", "unitNumber", entry.unit),
        quantity1=entry.quantity,
        voucherNumber=entry.voucher,
        bookedInvoice=_booked_invoice(entry.invoice),
        invoiceNumber=entry.invoice,
        supplierInvoiceNumber=entry.supplier_invoice,
        remainder=company.ledger.remainder(entry),
        remainderInBaseCurrency=company.ledger.base_remainder(entry),
        paymentDetails=_payment_details(entry.payment_type),
        self=link("accounting-years", year.name, "entries", entry.number),
    )


def _optional(collection: str, key: str, value: str | int | None) -> Row | None:
    return None if value is None else reference(collection, key, value)


def _booked_invoice(number: int | None) -> Row | None:
    if number is None:
        return None
    return {"bookedInvoiceNumber": number, "self": link("invoices", "booked", number)}


def _payment_details(payment_type: int | None) -> Row | None:
    if payment_type is None:
        return None
    return {"paymentType": reference("payment-types", "paymentTypeNumber", payment_type)}


def openapi_years(company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the accounting years as the OpenAPI service writes them."""
    return [
        versioned(
            year=year.name,
            dateFrom=midnight(year.start),
            dateTo=midnight(year.end),
            isClosed=year.closed,
        )
        for year in company.ledger.years
    ]


def openapi_periods(company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the periods of all years; those before the last VAT return are barred."""
    return [
        versioned(
            periodNumber=period.number,
            year=period.year.name,
            dateFrom=midnight(period.start),
            dateTo=midnight(period.end),
            isClosed=period.year.closed,
            isBarred=period.end <= company.barred_until,
        )
        for period in periods(company.ledger.years)
    ]


def booked_entries(company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the entries of all years."""
    return [
        versioned(
            entryNumber=entry.number,
            accountNumber=entry.account,
            projectNumber=entry.project,
            amount=entry.amount,
            amountInBaseCurrency=entry.base,
            currencyCode=entry.currency,
            date=midnight(entry.date),
            dueDate=midnight(entry.due_date),
            text=entry.text,
            type=int(entry.type),
            vatAccountNumber=entry.vat_code,
            voucherNumber=entry.voucher,
            customerNumber=entry.customer,
            customerInvoiceNumber=entry.invoice,
            supplierNumber=entry.supplier,
            supplierInvoiceNumber=entry.supplier_invoice,
            remainder=company.ledger.remainder(entry),
        )
        for entry in company.ledger.entries.values()
    ]


def matched_pairs(company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List which entries are matched, with their full amounts and not what was matched."""
    pairs = (
        (match.from_entry, match.to_entry)
        for match in sorted(
            company.ledger.matches,
            key=lambda match: (match.from_entry.number, match.to_entry.number),
        )
    )
    return [
        {
            "fromEntry": source.number,
            "fromEntryDate": midnight(source.date),
            "fromEntryAmount": source.amount,
            "fromEntryAmountDKK": source.base,
            "toEntry": target.number,
            "toEntryDate": midnight(target.date),
            "toEntryAmount": target.amount,
            "toEntryAmountDKK": target.base,
        }
        for source, target in pairs
    ]


_YEAR = "/accounting-years/{accountingYear}"
RESOURCES = (
    Resource(
        None, "/accounting-years", accounting_years, ("fromDate",), ("accountingYear", "year")
    ),
    Resource(None, _YEAR, single(accounting_years, "year", "accountingYear")),
    Resource(None, f"{_YEAR}/totals", year_totals, ("account.accountNumber",)),
    Resource(None, f"{_YEAR}/entries", year_entries, ("entryNumber",)),
    Resource("accountingyearsapi", "/AccountingYears/paged", openapi_years, ("year",)),
    Resource(
        "accountingyearsapi", "/accountingYears/periods", openapi_periods, ("year", "periodNumber")
    ),
    Resource("bookedEntriesapi", "/booked-entries", booked_entries, ("entryNumber",)),
    Resource(
        "bookedEntriesapi",
        "/booked-entries/matched-pairs",
        matched_pairs,
        ("fromEntry", "toEntry"),
    ),
)
