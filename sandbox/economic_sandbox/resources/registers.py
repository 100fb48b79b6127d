"""The small registers: currencies, terms, VAT, units, layouts, employees."""

from __future__ import annotations

import typing as t

from economic_sandbox.company.model import basics
from economic_sandbox.resources.resource import Resource
from economic_sandbox.resources.shapes import link, present, reference

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from economic_sandbox.company import Company
    from economic_sandbox.company.model.masters import PaymentTerms
    from economic_sandbox.resources.resource import Row

_WIDTH_OF_VAT_CODES = 5


def currencies(company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the currencies."""
    return [
        {
            "code": currency.code,
            "isoNumber": currency.iso_number,
            "name": currency.name,
            "self": link("currencies", currency.code),
        }
        for currency in sorted(company.currencies.values(), key=lambda currency: currency.code)
    ]


def terms_row(terms: PaymentTerms) -> Row:
    """Write payment terms, as they stand on documents too."""
    return present(
        paymentTermsNumber=terms.number,
        daysOfCredit=terms.days,
        name=terms.name,
        paymentTermsType=terms.type,
        self=link("payment-terms", terms.number),
    )


def payment_terms(company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the payment terms."""
    return [terms_row(terms) for terms in company.payment_terms.values()]


def payment_types(_company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the payment types of supplier payments."""
    return [
        {
            "paymentTypeNumber": kind.number,
            "name": kind.name,
            "self": link("payment-types", kind.number),
        }
        for kind in basics.PAYMENT_TYPES
    ]


def vat_types(_company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the VAT types."""
    return [_vat_type(kind.number) for kind in basics.VAT_TYPES]


def _vat_type(number: int) -> Row:
    name = next(kind.name for kind in basics.VAT_TYPES if kind.number == number)
    return {"vatTypeNumber": number, "name": name, "self": link("vat-types", number)}


def vat_accounts(company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the VAT codes, padded with blanks to their full width as a fixed-width column is."""
    return [
        present(
            vatCode=vat.code.ljust(_WIDTH_OF_VAT_CODES),
            name=vat.name,
            ratePercentage=vat.rate,
            barred=vat.barred,
            account=reference("accounts", "accountNumber", vat.account),
            contraAccount=reference("accounts", "accountNumber", vat.contra)
            if vat.contra
            else None,
            vatType=_vat_type(vat.type),
            self=link("vat-accounts", vat.code),
        )
        for vat in company.vat_accounts.values()
    ]


def vat_zone_row(number: int) -> Row:
    """Write a VAT zone, as it stands on documents too."""
    zone = next(zone for zone in basics.VAT_ZONES if zone.number == number)
    return {
        "name": zone.name,
        "vatZoneNumber": number,
        "enabledForCustomer": zone.for_customers,
        "enabledForSupplier": zone.for_suppliers,
        "self": link("vat-zones", number),
    }


def vat_zones(_company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the VAT zones."""
    return [vat_zone_row(zone.number) for zone in basics.VAT_ZONES]


def unit_row(number: int) -> Row:
    """Write a unit, as it stands on products and lines too."""
    name = next(unit.name for unit in basics.UNITS if unit.number == number)
    return {
        "unitNumber": number,
        "name": name,
        "products": link("units", number, "products"),
        "self": link("units", number),
    }


def units(_company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the units."""
    return [unit_row(unit.number) for unit in basics.UNITS]


def layouts(_company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the layouts."""
    return [
        {
            "layoutNumber": layout.number,
            "name": layout.name,
            "deleted": layout.barred,
            "self": link("layouts", layout.number),
        }
        for layout in basics.LAYOUTS
    ]


def employees(_company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the employees."""
    return [
        {
            "employeeNumber": employee.number,
            "employeeGroup": reference("employee-groups", "employeeGroupNumber", employee.group),
            "name": employee.name,
            "email": employee.email,
            "phone": employee.phone,
            "barred": employee.barred,
            "customers": link("employees", employee.number, "customers"),
            "draftInvoices": link("invoices", "totals", "drafts", "employees", employee.number),
            "bookedInvoices": link("invoices", "totals", "booked", "employees", employee.number),
            "self": link("employees", employee.number),
        }
        for employee in basics.EMPLOYEES
    ]


RESOURCES = (
    Resource(None, "/currencies", currencies, ("code",)),
    Resource(None, "/payment-terms", payment_terms, ("paymentTermsNumber",)),
    Resource(None, "/payment-types", payment_types, ("paymentTypeNumber",)),
    Resource(None, "/vat-types", vat_types, ("vatTypeNumber",)),
    Resource(None, "/vat-accounts", vat_accounts, ("vatCode",)),
    Resource(None, "/vat-zones", vat_zones, ("vatZoneNumber",)),
    Resource(None, "/units", units, ("unitNumber",)),
    Resource(None, "/layouts", layouts, ("layoutNumber",)),
    Resource(None, "/employees", employees, ("employeeNumber",)),
)
