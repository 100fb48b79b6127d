"""OpenAPI variants of resources of the classic REST API, and contacts."""

from __future__ import annotations

import typing as t

from economic_sandbox.resources.resource import Resource
from economic_sandbox.resources.shapes import instant, midnight, versioned

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from economic_sandbox.company import Company
    from economic_sandbox.company.model.masters import Contact
    from economic_sandbox.resources.resource import Row

_ACCOUNT_TYPES = {
    "profitAndLoss": 1,
    "status": 2,
    "totalFrom": 3,
    "heading": 4,
    "headingStart": 5,
    "sumInterval": 6,
}


def accounts(company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the accounts."""
    return [
        versioned(
            number=number,
            name=account.name,
            type=_ACCOUNT_TYPES[account.type],
            isBarred=account.barred,
            isBlockedForDirectEntries=account.blocked,
            isCredit=account.is_credit,
            isDepartmentMandatory=False,
            isUnitMandatory=False,
            contraAccountNumber=account.contra,
            totalFromAccountNumber=account.total_from,
            keyFigureCodeNumber=account.key_figure_code,
            vatCode=account.vat_code,
            displayNumber=str(number),
            lastUpdated=instant(account.updated),
        )
        for number, account in company.accounts.items()
    ]


def total_intervals(company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the intervals of the total accounts."""
    return [
        versioned(accountNumber=number, fromAccountNumber=first, toAccountNumber=last)
        for number, account in company.accounts.items()
        for first, last in account.intervals
    ]


_KEY_FIGURE_CODES = (
    (1, "Omsætning", 1010, "Salg", False),
    (2, "Debitorer", 5600, "Tilgodehavender", True),
)


def key_figure_codes(_company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the key figure codes."""
    return [
        {
            "number": number,
            "name": name,
            "sumFrom1": account,
            "sum1Text": text,
            "sumFrom2": account,
            "sum2Text": text,
            "isBalance": is_balance,
        }
        for number, name, account, text, is_balance in _KEY_FIGURE_CODES
    ]


def customers(company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the customers; their balances are in the classic API only."""
    return [
        versioned(
            customerNumber=number,
            customerGroupNumber=customer.group,
            zone=customer.vat_zone,
            currency=customer.currency,
            access=not customer.barred,
            name=customer.name,
            address1=customer.address.street,
            postCode=customer.address.zip,
            city=customer.address.city,
            country=customer.address.country,
            phone=customer.phone,
            email=customer.email,
            cvrNo=customer.cvr,
            ourRef=customer.sales_person,
            layoutGroup=customer.layout,
            paymentTermId=customer.terms,
            homepage=customer.website,
            defaultAttention=customer.contact,
            priceGroupNumber=customer.price_group,
            defaultDeliveryLocation=customer.delivery_location,
            eanLocationNumber=customer.ean,
            creditMaximum=customer.credit_limit,
            mobilePhone=customer.mobile,
            emailAttachmentLanguage=1,
            defaultDisableEInvoicing=customer.e_invoicing_disabled,
        )
        for number, customer in sorted(company.customers.items())
    ]


def customer_setup(_company: Company, _values: Mapping[str, str]) -> Row:
    """Return the defaults of new customers."""
    return versioned(defaultCustomerGroupNumber=1, defaultLayoutNumber=19)


def _contact(contact: Contact) -> Row:
    return {
        "number": contact.number,
        "userInterfaceNumber": contact.ui_number,
        "name": contact.name,
        "email": contact.email,
        "phone": contact.phone,
        "notes": contact.notes,
        "lastUpdated": instant(contact.updated),
        "isDeleted": contact.deleted,
        "active": not contact.deleted,
    }


def customer_contacts(company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the contacts of all customers."""
    return [
        versioned(
            **_contact(contact),
            customerNumber=contact.owner,
            eInvoiceId=contact.e_invoice_id,
            receiveQuotes=False,
            receiveOrders=False,
            receiveInvoices=contact.receives_invoices,
            receiveEInvoices=False,
            receiveStatementOfAccounts=False,
            receiveReminders=contact.receives_invoices,
        )
        for contact in company.customer_contacts.values()
    ]


def supplier_contacts(company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the contacts of all suppliers."""
    return [
        versioned(**_contact(contact), supplierNumber=contact.owner)
        for contact in company.supplier_contacts.values()
    ]


def delivery_locations(company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the delivery locations of all customers."""
    return [
        versioned(
            number=number,
            customerNumber=location.customer,
            userInterfaceNumber=location.ui_number,
            address=location.address.street,
            city=location.address.city,
            country=location.address.country,
            postalCode=location.address.zip,
            termsOfDelivery=location.terms,
            isBarred=location.barred,
            lastUpdated=instant(location.updated),
        )
        for number, location in company.delivery_locations.items()
    ]


def invoice_drafts(company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the draft invoices; here ``number`` is their internal number."""
    return [
        versioned(
            number=draft.id,
            draftInvoiceNumber=draft.number,
            customerNumber=draft.customer,
            customerName=draft.recipient.name,
            customerAddress=draft.recipient.address.street,
            customerPostalCode=draft.recipient.address.zip,
            customerCity=draft.recipient.address.city,
            customerCountry=draft.recipient.address.country,
            date=midnight(draft.date),
            dueDate=midnight(draft.due_date),
            currencyCode=draft.currency,
            exchangeRate=draft.rate,
            layoutNumber=draft.layout,
            termOfPaymentNumber=draft.terms,
            vatZoneNumber=draft.recipient.vat_zone,
            isVatIncluded=False,
            amount=draft.gross,
            amountInBaseCurrency=draft.gross_in_base_currency,
            vatAmount=draft.vat,
            totalCostPriceInBaseCurrency=draft.cost_in_base_currency,
            projectNumber=draft.project,
            otherReference=draft.other_reference,
            heading=draft.heading,
            textLine1=draft.text1,
            textLine2=draft.text2,
            ourReferenceNumber=draft.sales_person,
            yourReferenceNumber=draft.contact,
            attentionNumber=draft.recipient.contact,
            deliveryLocationNumber=draft.delivery_location,
            debtorEan=draft.recipient.ean,
            cvr=draft.recipient.cvr,
            lastUpdated=instant(draft.updated),
        )
        for draft in sorted(company.drafts.values(), key=lambda draft: draft.id)
    ]


_KEY = ("number",)
RESOURCES = (
    Resource("accountsapi", "/Accounts", accounts, _KEY),
    Resource(
        "accountsapi", "/TotalIntervals", total_intervals, ("accountNumber", "fromAccountNumber")
    ),
    Resource("accountsapi", "/KeyFigureCodes", key_figure_codes, _KEY),
    Resource("customersapi", "/Customers", customers, ("customerNumber",)),
    Resource("customersapi", "/Setup", customer_setup),
    Resource("customersapi", "/Contacts", customer_contacts, _KEY),
    Resource("customersapi", "/DeliveryLocations", delivery_locations, _KEY),
    Resource("suppliersapi", "/Contacts", supplier_contacts, _KEY),
    Resource("q2capi", "/invoices/drafts", invoice_drafts, _KEY),
)
