"""Customers and their groups."""

from __future__ import annotations

import typing as t

from economic_sandbox.company.model import basics
from economic_sandbox.company.model.money import NOTHING
from economic_sandbox.resources.accounts import summary
from economic_sandbox.resources.resource import Resource
from economic_sandbox.resources.shapes import instant, link, present, reference, single

if t.TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from economic_sandbox.company import Company
    from economic_sandbox.company.model.masters import Customer
    from economic_sandbox.resources.resource import Row


def customer_groups(company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the customer groups, each with its account."""
    balances = company.balances()
    return [
        present(
            customerGroupNumber=group.number,
            name=group.name,
            account=summary(company.accounts[group.account], balances.get(group.account, NOTHING)),
            layout=_group_layout(group.layout),
            customers=link("customer-groups", group.number, "customers"),
            self=link("customer-groups", group.number),
        )
        for group in company.customer_groups.values()
    ]


def _group_layout(number: int | None) -> Row | None:
    if number is None:
        return None
    layout = next(layout for layout in basics.LAYOUTS if layout.number == number)
    return {"layoutNumber": number, "name": layout.name, "self": link("layouts", number)}


def customers(company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the customers with their balances."""
    balances = company.owed_by_customer()
    due = _due_amounts(company)
    return [
        _row(customer, balances.get(number, NOTHING), due.get(number, NOTHING))
        for number, customer in sorted(company.customers.items())
    ]


def _due_amounts(company: Company) -> dict[int, Decimal]:
    """Sum the overdue open amounts per customer; payments without due date count too."""
    sums: dict[int, Decimal] = {}
    for entry in company.ledger.entries.values():
        if entry.customer is not None and (entry.due_date or entry.date) <= company.today:
            remainder = company.ledger.remainder(entry)
            sums[entry.customer] = sums.get(entry.customer, NOTHING) + remainder
    return sums


def _row(customer: Customer, balance: Decimal, due: Decimal) -> Row:
    number = customer.number
    layout = customer.layout
    return present(
        customerNumber=number,
        name=customer.name,
        address=customer.address.street,
        zip=customer.address.zip,
        city=customer.address.city,
        country=customer.address.country,
        currency=customer.currency,
        balance=balance,
        dueAmount=due,
        barred=customer.barred,
        corporateIdentificationNumber=customer.cvr,
        ean=customer.ean,
        email=customer.email,
        telephoneAndFaxNumber=customer.phone,
        mobilePhone=customer.mobile,
        website=customer.website,
        creditLimit=customer.credit_limit,
        eInvoicingDisabledByDefault=customer.e_invoicing_disabled,
        lastUpdated=instant(customer.updated),
        paymentTerms=reference("payment-terms", "paymentTermsNumber", customer.terms),
        customerGroup=reference("customer-groups", "customerGroupNumber", customer.group),
        vatZone=reference("vat-zones", "vatZoneNumber", customer.vat_zone),
        layout=None if layout is None else reference("layouts", "layoutNumber", layout),
        salesPerson=employee_reference(customer.sales_person),
        attention=_contact(customer),
        customerContact=_contact(customer),
        defaultDeliveryLocation=delivery_location_reference(number, customer.delivery_location),
        contacts=link("customers", number, "contacts"),
        deliveryLocations=link("customers", number, "delivery-locations"),
        **_links(number),
        self=link("customers", number),
    )


def _links(number: int) -> Row:
    return {
        "templates": {
            "invoice": link("customers", number, "templates", "invoice"),
            "invoiceLine": link("customers", number, "templates", "invoiceline"),
            "self": link("customers", number, "templates"),
        },
        "totals": {
            "drafts": link("invoices", "totals", "drafts", "customers", number),
            "booked": link("invoices", "totals", "booked", "customers", number),
            "self": link("customers", number, "totals"),
        },
        "invoices": {
            "drafts": link("customers", number, "invoices", "drafts"),
            "booked": link("customers", number, "invoices", "booked"),
            "self": link("customers", number, "invoices"),
        },
    }


def employee_reference(number: int | None) -> Row | None:
    """Refer to an employee, if there is one."""
    return None if number is None else reference("employees", "employeeNumber", number)


def contact_reference(customer: int, number: int | None) -> Row | None:
    """Refer to a customer's contact, if there is one."""
    if number is None:
        return None
    return {
        "customerContactNumber": number,
        "self": link("customers", customer, "contacts", number),
    }


def _contact(customer: Customer) -> Row | None:
    row = contact_reference(customer.number, customer.contact)
    if row:
        row["customer"] = reference("customers", "customerNumber", customer.number)
    return row


def delivery_location_reference(customer: int, number: int | None) -> Row | None:
    """Refer to a customer's delivery location, if there is one."""
    if number is None:
        return None
    return {
        "deliveryLocationNumber": number,
        "self": link("customers", customer, "delivery-locations", number),
    }


RESOURCES = (
    Resource(None, "/customer-groups", customer_groups, ("customerGroupNumber",)),
    Resource(None, "/customers", customers, ("customerNumber",)),
    Resource(
        None, "/customers/{customerNumber}", single(customers, "customerNumber", "customerNumber")
    ),
)
