"""Suppliers and their groups."""

from __future__ import annotations

import typing as t

from economic_sandbox.resources.accounts import account_reference
from economic_sandbox.resources.resource import Resource
from economic_sandbox.resources.shapes import link, present, reference, versioned

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from economic_sandbox.company import Company
    from economic_sandbox.company.model.masters import Supplier
    from economic_sandbox.resources.resource import Row

_LAYOUT = 19


def supplier_groups(company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the supplier groups, each with its account."""
    return [
        {
            "supplierGroupNumber": group.number,
            "name": group.name,
            "account": account_reference(group.account),
            "self": link("supplier-groups", group.number),
        }
        for group in company.supplier_groups.values()
    ]


def suppliers(company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the suppliers."""
    return [_row(supplier) for _, supplier in sorted(company.suppliers.items())]


def _row(supplier: Supplier) -> Row:
    number = supplier.number
    return present(
        supplierNumber=number,
        name=supplier.name,
        address=supplier.address.street,
        zip=supplier.address.zip,
        city=supplier.address.city,
        country=supplier.address.country,
        currency=supplier.currency,
        barred=supplier.barred,
        bankAccount=supplier.bank_account,
        corporateIdentificationNumber=supplier.cvr,
        defaultInvoiceText=supplier.invoice_text,
        email=supplier.email,
        phone=supplier.phone,
        costAccount=account_reference(supplier.cost_account),
        supplierGroup=reference("supplier-groups", "supplierGroupNumber", supplier.group),
        paymentTerms=reference("payment-terms", "paymentTermsNumber", supplier.terms),
        vatZone=reference("vat-zones", "vatZoneNumber", supplier.vat_zone),
        layout=reference("layouts", "layoutNumber", _LAYOUT),
        attention=_contact(supplier),
        supplierContact=_contact(supplier),
        remittanceAdvice=_remittance_advice(supplier),
        contacts=link("suppliers", number, "contacts"),
        # Recorded suppliers carry their actions in each item of the collection.
        metaData={
            "delete": {
                "description": "Delete the supplier.",
                "href": link("suppliers", number),
                "httpMethod": "delete",
            }
        },
        self=link("suppliers", number),
    )


def _contact(supplier: Supplier) -> Row | None:
    if supplier.contact is None:
        return None
    contact = link("suppliers", supplier.number, "contacts", supplier.contact)
    return {"supplierContactNumber": supplier.contact, "self": contact}


def _remittance_advice(supplier: Supplier) -> Row | None:
    if supplier.payment_type is None:
        return None
    return present(
        creditorId=supplier.creditor_id,
        paymentType=reference("payment-types", "paymentTypeNumber", supplier.payment_type),
    )


def openapi_groups(company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the supplier groups as the OpenAPI service writes them."""
    return [
        versioned(number=group.number, name=group.name, accountNumber=group.account)
        for group in company.supplier_groups.values()
    ]


RESOURCES = (
    Resource(None, "/supplier-groups", supplier_groups, ("supplierGroupNumber",)),
    Resource(None, "/suppliers", suppliers, ("supplierNumber",)),
    Resource("suppliersapi", "/Groups", openapi_groups, ("number",)),
)
