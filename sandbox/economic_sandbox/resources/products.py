"""Products and their groups."""

from __future__ import annotations

import typing as t

from economic_sandbox.company.model.money import NOTHING
from economic_sandbox.resources.accounts import summary
from economic_sandbox.resources.departments import typed_distribution_reference
from economic_sandbox.resources.registers import unit_row, vat_zone_row
from economic_sandbox.resources.resource import Resource
from economic_sandbox.resources.shapes import instant, link, present

if t.TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from economic_sandbox.company import Company
    from economic_sandbox.company.model.masters import Product, ProductGroup
    from economic_sandbox.resources.resource import Row

_INVENTORY_MODULE = 15


def _group_row(group: ProductGroup) -> Row:
    return {
        "productGroupNumber": group.number,
        "name": group.name,
        "salesAccounts": link("product-groups", group.number, "sales-accounts"),
        "products": link("product-groups", group.number, "products"),
        "inventoryEnabled": group.stocked,
        "self": link("product-groups", group.number),
    }


def product_groups(company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the product groups."""
    balances = company.balances()
    rows = []
    for group in company.product_groups.values():
        row = _group_row(group)
        if group.accrual_account is not None:
            balance = balances.get(group.accrual_account, NOTHING)
            accrual = summary(company.accounts[group.accrual_account], balance)
            del accrual["self"]  # alone among accounts, this one has no link of its own
            row["accrual"] = accrual
        rows.append(row)
    return rows


def sales_accounts(company: Company, values: Mapping[str, str]) -> list[Row] | None:
    """List a product group's sales account in each VAT zone."""
    groups = {str(number): group for number, group in company.product_groups.items()}
    group = groups.get(values["productGroupNumber"])
    if group is None:
        return None
    balances = company.balances()
    rows = [
        {
            "salesAccount": summary(company.accounts[account], balances.get(account, NOTHING)),
            "vatZone": vat_zone_row(zone),
        }
        for zone, account in group.sales_accounts.items()
    ]
    return sorted(rows, key=lambda row: int(row["salesAccount"]["accountNumber"]))


def products(company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the products, with their stock where the agreement keeps one."""
    sold = _quantities_sold(company)
    rows = []
    for number, product in sorted(company.products.items()):
        row = _row(company, product)
        if product.purchased is not None and _INVENTORY_MODULE in company.modules:
            in_stock = product.purchased - sold.get(number, NOTHING)
            row["inventory"] = {
                "available": in_stock,
                "inStock": in_stock,
                "orderedByCustomers": NOTHING,
                "orderedFromSuppliers": NOTHING,
                "recommendedCostPrice": product.cost,
                "inventoryLastUpdated": f"{company.today}T00:00:00Z",
            }
        rows.append(row)
    return rows


def _quantities_sold(company: Company) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for invoice in company.invoices.values():
        for line in invoice.lines:
            if line.product is not None:
                sums[line.product] = sums.get(line.product, NOTHING) + line.quantity
    return sums


def product_link(number: str, *rest: str) -> str:
    """Link to a product, or to something of it."""
    return link("products", number, *rest)


def _row(company: Company, product: Product) -> Row:
    number = product.number
    return present(
        productNumber=number,
        name=product.name,
        description=product.description,
        costPrice=product.cost,
        recommendedPrice=product.recommended_price,
        salesPrice=product.price,
        barCode=product.bar_code,
        barred=product.barred,
        lastUpdated=instant(product.updated),
        productGroup=_group_row(company.product_groups[product.group]),
        unit=None if product.unit is None else unit_row(product.unit),
        departmentalDistribution=typed_distribution_reference(company, product.dimension_key),
        invoices={
            "drafts": product_link(number, "invoices", "drafts"),
            "booked": product_link(number, "invoices", "booked"),
            "self": product_link(number, "invoices"),
        },
        pricing={
            "currencySpecificSalesPrices": product_link(
                number, "pricing", "currency-specific-sales-prices"
            )
        },
        self=product_link(number),
    )


RESOURCES = (
    Resource(
        None,
        "/product-groups",
        product_groups,
        ("productGroupNumber",),
        ("productGroupNumber", "productGroupNumber"),
    ),
    Resource(
        None,
        "/product-groups/{productGroupNumber}/sales-accounts",
        sales_accounts,
        ("salesAccount.accountNumber",),
    ),
    Resource(None, "/products", products, ("productNumber",)),
)
