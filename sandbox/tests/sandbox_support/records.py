"""How the tests of the made-up company read its records."""

from __future__ import annotations

import collections
import typing as t
from decimal import Decimal

from economic_sandbox.resources import RESOURCES

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from economic_sandbox.company import Company
    from economic_sandbox.resources.resource import Resource, Row

VALUES = {
    "accountNumber": "1010",
    "accountingYear": "2023/2024",
    "bookedInvoiceNumber": "1001",
    "customerNumber": "101",
    "documentStatus": "sent",
    "draftInvoiceNumber": "4",
    "priceGroupNumber": "1",
    "productGroupNumber": "1",
    "productSpecialPriceNumber": "1",
}
# Orders and quotes are found only below the status that they have.
NUMBERS = {
    "drafts": {"orderNumber": "5001", "quoteNumber": "301"},
    "sent": {"orderNumber": "5002", "quoteNumber": "302"},
    "archived": {"orderNumber": "5003", "quoteNumber": "303"},
}


def rows_of(resource: Resource, company: Company) -> list[Row] | Row | None:
    """Give a resource's rows, for some parent that exists where it has one."""
    status = resource.path.strip("/").split("/")[1:2]
    found = resource.rows(company, VALUES | NUMBERS.get("".join(status), {}))
    assert not isinstance(found, bytes)
    return found


def rows(company: Company, path: str, service: str | None = None, **values: str) -> list[Row]:
    resource = next(r for r in RESOURCES if (r.service, r.path) == (service, path))
    found = resource.rows(company, values)
    assert isinstance(found, list)
    assert found
    return found


def entries(company: Company) -> list[Row]:
    return rows(company, "/booked-entries", "bookedEntriesapi")


def classic_entries(company: Company) -> Iterator[tuple[str, Row]]:
    for year in rows(company, "/accounting-years"):
        name = year["year"]
        for row in rows(company, "/accounting-years/{accountingYear}/entries", accountingYear=name):
            yield name, row


def every_row(company: Company) -> list[tuple[str, t.Any]]:
    return [
        (f"{resource.service} {resource.path}", rows_of(resource, company))
        for resource in RESOURCES
    ]


def summed(pairs: Iterator[tuple[t.Any, Decimal]]) -> dict[t.Any, Decimal]:
    sums: dict[t.Any, Decimal] = collections.defaultdict(Decimal)
    for key, amount in pairs:
        sums[key] += amount
    return dict(sums)


def walk(value: object) -> Iterator[object]:
    yield value
    if isinstance(value, dict):
        for member in value.values():
            yield from walk(member)
    elif isinstance(value, list):
        for item in value:
            yield from walk(item)


def objects_in(value: object) -> Iterator[Row]:
    """Yield all objects in a value, at any depth."""
    waiting = [value]
    while waiting:
        found = waiting.pop()
        if isinstance(found, dict):
            yield found
            waiting += found.values()
        elif isinstance(found, list):
            waiting += found


def assert_references_exist(company: Company, found: list[tuple[str, t.Any]]) -> None:
    """Look up every number of another record that stands anywhere in one of these records."""
    known = _known(company)
    checked = collections.Counter[str]()
    for source, records in found:
        for value in objects_in(records):
            for name in known.keys() & value.keys():
                assert value[name] in known[name], (source, name, value[name])
                checked[name] += 1
    assert set(checked) == set(known)


def _known(company: Company) -> Mapping[str, set[object]]:
    listings = {
        "accountNumber": "/accounts",
        "bookedInvoiceNumber": "/invoices/booked",
        "customerGroupNumber": "/customer-groups",
        "customerNumber": "/customers",
        "departmentNumber": "/departments",
        "departmentalDistributionNumber": "/departmental-distributions",
        "employeeNumber": "/employees",
        "layoutNumber": "/layouts",
        "paymentTermsNumber": "/payment-terms",
        "paymentTypeNumber": "/payment-types",
        "productGroupNumber": "/product-groups",
        "productNumber": "/products",
        "supplierGroupNumber": "/supplier-groups",
        "supplierNumber": "/suppliers",
        "unitNumber": "/units",
        "vatTypeNumber": "/vat-types",
        "vatZoneNumber": "/vat-zones",
    }
    return {name: {row[name] for row in rows(company, path)} for name, path in listings.items()}
