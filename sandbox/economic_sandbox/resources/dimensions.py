"""Dimensions, their values and distributions, and the records that have them."""

from __future__ import annotations

import typing as t

from economic_sandbox.company.model import basics
from economic_sandbox.resources.lines import line_id
from economic_sandbox.resources.resource import Resource
from economic_sandbox.resources.shapes import instant, present, versioned

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from economic_sandbox.company import Company
    from economic_sandbox.resources.resource import Row


def dimensions(_company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the dimensions."""
    return [
        versioned(number=dimension.number, name=dimension.name, active=not dimension.barred)
        for dimension in basics.DIMENSIONS
    ]


def values(company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the values of all dimensions."""
    return [
        versioned(dimensionNumber=key.dimension, key=key.key, name=key.name, active=key.active)
        for key in company.dimension_keys.values()
        if not key.shares
    ]


def distributions(company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the distributions of all dimensions."""
    return [
        versioned(
            dimensionNumber=key.dimension,
            key=key.key,
            name=key.name,
            active=key.active,
            distributions=[
                versioned(key=value, percent=percentage) for value, percentage in key.shares
            ],
        )
        for key in company.dimension_keys.values()
        if key.shares
    ]


def _marks(company: Company, owner: Row, key: int | None, region: int | None) -> Iterator[Row]:
    """Write the dimension values or distributions of a record, one row per dimension."""
    for dimension, value in ((basics.DEPARTMENTS, key), (basics.REGIONS, region)):
        if value is not None:
            yield versioned(
                **owner,
                dimensionNumber=dimension,
                dimensionKey=value,
                isDistribution=bool(company.dimension_keys[dimension, value].shares),
            )


def accounts(company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the accounts that have a department by default."""
    return [
        row
        for number, account in company.accounts.items()
        for row in _marks(company, {"accountNumber": number}, account.dimension_key, None)
    ]


def booked_entries(company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the dimension values of booked entries."""
    return [
        row
        for number, entry in company.ledger.entries.items()
        for row in _marks(company, {"entryNumber": number}, entry.dimension_key, entry.region)
    ]


def draft_entries(company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the dimension values of draft entries."""
    return [
        row
        for entry in company.draft_entries
        for row in _marks(
            company,
            {"journalNumber": entry.journal, "entryNumber": entry.number},
            entry.dimension_key,
            None,
        )
    ]


def budget_figures(company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the dimension values of budget figures."""
    return [
        row
        for number, figure in company.budget_figures.items()
        for row in _marks(company, {"budgetFigureNumber": number}, figure.dimension_key, None)
    ]


def booked_invoice_lines(company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the dimension values of booked invoice lines."""
    return [
        row
        for number, invoice in sorted(company.invoices.items())
        for line in invoice.lines
        for row in _marks(
            company,
            {"invoiceNumber": number, "lineNumber": line_id(number, line)},
            line.dimension_key,
            line.region,
        )
    ]


def sales_document_lines(company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the dimension values of the lines of draft invoices, orders and quotes."""
    documents = [*company.drafts.values(), *company.orders.values(), *company.quotes.values()]
    return [
        row
        for document in sorted(documents, key=lambda document: document.id)
        for line in document.lines
        for row in _marks(
            company,
            {"documentNumber": document.id, "lineNumber": line_id(document.id, line)},
            line.dimension_key,
            line.region,
        )
    ]


def changelog(company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the changes of dimensions on booked entries, newest first."""
    return [
        present(
            entryNumber=change.entry,
            dimension=change.dimension,
            dimensionKeyFrom=change.old,
            dimensionKeyTo=change.new,
            timestamp=instant(change.timestamp),
        )
        for change in sorted(
            company.dimension_changes, key=lambda change: change.timestamp, reverse=True
        )
    ]


_DATA = "/dimension-data"
_SERVICE = "dimensionsapi"
RESOURCES = (
    Resource(_SERVICE, "/dimensions", dimensions, ("number",)),
    Resource(_SERVICE, "/values", values, ("dimensionNumber", "key")),
    Resource(_SERVICE, "/distributions", distributions, ("dimensionNumber", "key")),
    Resource(_SERVICE, f"{_DATA}/accounts", accounts, ("accountNumber", "dimensionNumber")),
    Resource(
        _SERVICE, f"{_DATA}/booked-entries", booked_entries, ("entryNumber", "dimensionNumber")
    ),
    Resource(
        _SERVICE,
        f"{_DATA}/booked-entries/changelog",
        changelog,
        ("entryNumber", "dimension", "timestamp"),
    ),
    Resource(
        _SERVICE,
        f"{_DATA}/booked-invoice-lines",
        booked_invoice_lines,
        ("invoiceNumber", "lineNumber", "dimensionNumber"),
    ),
    Resource(
        _SERVICE,
        f"{_DATA}/budget-figures",
        budget_figures,
        ("budgetFigureNumber", "dimensionNumber"),
    ),
    Resource(
        _SERVICE,
        f"{_DATA}/draft-entries",
        draft_entries,
        ("journalNumber", "entryNumber", "dimensionNumber"),
    ),
    Resource(
        _SERVICE,
        f"{_DATA}/sales-document-lines",
        sales_document_lines,
        ("documentNumber", "lineNumber", "dimensionNumber"),
    ),
)
