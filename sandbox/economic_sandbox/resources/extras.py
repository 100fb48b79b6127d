"""Budgets, attached documents, prices and webhooks of the OpenAPI services."""

from __future__ import annotations

import typing as t

from economic_sandbox.resources.resource import Resource
from economic_sandbox.resources.shapes import instant, midnight, present, versioned

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from economic_sandbox.company import Company
    from economic_sandbox.resources.resource import Row


def budget_figures(company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the budget."""
    return [
        versioned(
            number=figure.number,
            accountNumber=figure.account_number,
            fromDate=midnight(figure.from_date),
            toDate=midnight(figure.to_date),
            amountDefaultCurrency=figure.amount_default_currency,
            text=f"Budget, {company.accounts[figure.account_number].name}",
        )
        for figure in company.budget_figures.values()
    ]


def attached_documents(company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the scanned vouchers; a voucher number recurs each accounting year."""
    rows = []
    for document in company.attached_documents.values():
        entry = company.ledger.entries[document.entry]
        rows.append(
            present(
                number=document.number,
                note=document.note,
                pageCount=document.page_count,
                voucherNumber=entry.voucher,
                accountingYear=company.ledger.year_of(entry.date).name,
            )
        )
    return rows


def products(company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the products."""
    return [
        versioned(
            productNumber=number,
            productGroupId=product.group,
            name=product.name,
            description=product.description,
            barCode=product.bar_code,
            salesPrice=product.price,
            costPrice=product.cost,
            recommendedPrice=product.recommended_price,
            unitId=product.unit,
            isAccessible=not product.barred,
            lastUpdated=instant(product.updated),
        )
        for number, product in sorted(company.products.items())
    ]


def product_groups(company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the product groups."""
    return [
        versioned(id=number, name=group.name, domesticAccountId=group.sales_accounts[1])
        for number, group in company.product_groups.items()
    ]


def sales_prices_in_currency(company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the products' prices in other currencies."""
    return [
        versioned(productNumber=number, currency=currency, salesPrice=price)
        for (number, currency), price in sorted(company.prices_in_currency.items())
    ]


def price_groups(company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the price groups."""
    return [versioned(number=number, name=name) for number, name in company.price_groups.items()]


def special_prices(company: Company, values: Mapping[str, str]) -> list[Row]:
    """List a price group's special prices; none for an unknown group."""
    return [
        versioned(
            number=number,
            productNumber=special.product,
            salesPriceBaseCurrency=special.price,
            discountPercentage=special.discount,
        )
        for number, special in company.special_prices.items()
        if str(special.price_group) == values["priceGroupNumber"]
    ]


def special_prices_in_currency(company: Company, values: Mapping[str, str]) -> list[Row]:
    """List a special price in other currencies."""
    return [
        versioned(currency=currency, salesPrice=price)
        for number, special in company.special_prices.items()
        if str(number) == values["productSpecialPriceNumber"]
        for currency, price in special.prices_in_currency.items()
    ]


def webhooks(company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the webhooks, with their headers."""
    return [
        versioned(
            eventType=webhook.event_type,
            name=webhook.name,
            url=webhook.url,
            contentType="application/json",
            postData='{"number": "[NUMBER]"}',
            customHeaders=[{"key": key, "value": value} for key, value in webhook.headers.items()]
            or None,
            isDisabled=webhook.disabled is not None,
            lastDisabledDate=None if webhook.disabled is None else instant(webhook.disabled),
            lastUpdated=instant(webhook.last_updated),
        )
        for webhook in company.webhooks.values()
    ]


_EVENTS = {
    "CUSTOMER_UPDATED": ("A customer was changed.", "OLDNUMBER", "NEWNUMBER"),
    "INVOICE_BOOKED": ("An invoice was booked.", "NUMBER"),
    "JOURNAL_BOOKED": ("A daybook was booked.", "NUMBER", "FROMDATE"),
}


def event_types(_company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the event types of webhooks."""
    return [
        {
            "name": name,
            "description": description,
            "mergeFields": [
                {"fieldName": field, "description": f"The {field.lower()}."} for field in fields
            ],
        }
        for name, (description, *fields) in _EVENTS.items()
    ]


RESOURCES = (
    Resource("budgetsapi", "/budget-figures", budget_figures, ("number",)),
    Resource("documentsapi", "/AttachedDocuments", attached_documents, ("number",)),
    Resource("productsapi", "/products", products, ("productNumber",)),
    Resource("productsapi", "/productgroups", product_groups, ("id",)),
    Resource(
        "productsapi",
        "/salespriceincurrencies",
        sales_prices_in_currency,
        ("productNumber", "currency"),
    ),
    Resource(
        "productsapi", "/pricegroups", price_groups, ("number",), ("priceGroupNumber", "number")
    ),
    Resource(
        "productsapi",
        "/pricegroups/{priceGroupNumber}/specialprices",
        special_prices,
        ("number",),
        ("productSpecialPriceNumber", "number"),
    ),
    Resource(
        "productsapi",
        "/specialprices/{productSpecialPriceNumber}/specialpricesincurrency",
        special_prices_in_currency,
        ("currency",),
    ),
    Resource("webhooksapi", "/webhooks", webhooks, ("eventType",)),
    Resource("webhooksapi", "/EventTypes", event_types, ("name",)),
)
