"""Products, their groups and prices."""

from __future__ import annotations

from tap_economic.replication.per_parent import Parent, PerParent
from tap_economic.singer.families import OpenAPIStream, RestStream
from tap_economic.streams.roles import SALES

# For classic REST it is only known that Bookkeeping may not read products (an integrator's guide,
# Apideck); in the OpenAPI service, Sales may read them.


class ProductsStream(RestStream):
    """Products with their sales price, cost price and current stock."""

    name = "products"
    path = "/products"
    primary_keys = ("agreementNumber", "productNumber")
    last_updated = True
    sort = "productNumber"
    roles = SALES


class ProductGroupsStream(RestStream):
    """The product groups."""

    name = "product_groups"
    path = "/product-groups"
    primary_keys = ("agreementNumber", "productGroupNumber")
    sort = "productGroupNumber"
    roles = SALES


class ProductGroupSalesAccountsStream(RestStream):
    """The sales account of each product group in each VAT zone."""

    name = "product_group_sales_accounts"
    path = "/product-groups/{productGroupNumber}/sales-accounts"
    primary_keys = ("agreementNumber", "productGroupNumber", "vatZoneNumber")
    copied_keys = {"vatZoneNumber": ("vatZone", "vatZoneNumber")}  # noqa: RUF012 - a ClassVar by the base
    replication = PerParent(
        Parent(
            ProductGroupsStream,
            "productGroupNumber",
            in_parent="productGroupNumber",
            in_record="productGroupNumber",
        )
    )
    roles = SALES


class ProductSalesPricesInCurrencyStream(OpenAPIStream):
    """Sales prices of products in other currencies."""

    name = "product_sales_prices_in_currency"
    service = "productsapi"
    path = "/salespriceincurrencies"
    primary_keys = ("agreementNumber", "productNumber", "currency")
    roles = SALES


class PriceGroupsStream(OpenAPIStream):
    """The price groups of customers."""

    name = "price_groups"
    service = "productsapi"
    path = "/pricegroups"
    primary_keys = ("agreementNumber", "number")
    roles = SALES


class SpecialPricesStream(OpenAPIStream):
    """Special prices of products in each price group."""

    name = "special_prices"
    service = "productsapi"
    path = "/pricegroups/{priceGroupNumber}/specialprices"
    primary_keys = ("agreementNumber", "priceGroupNumber", "number")
    replication = PerParent(
        Parent(
            PriceGroupsStream, "priceGroupNumber", in_parent="number", in_record="priceGroupNumber"
        )
    )
    roles = SALES


class SpecialPricesInCurrencyStream(OpenAPIStream):
    """Special prices in other currencies."""

    name = "special_prices_in_currency"
    service = "productsapi"
    path = "/specialprices/{productSpecialPriceNumber}/specialpricesincurrency"
    primary_keys = ("agreementNumber", "productSpecialPriceNumber", "currency")
    replication = PerParent(
        Parent(
            SpecialPricesStream,
            "productSpecialPriceNumber",
            in_parent="number",
            in_record="productSpecialPriceNumber",
        )
    )
    roles = SALES
    selected_by_default = False


class OpenAPIProductsStream(OpenAPIStream):
    """The OpenAPI variant of products, without stock."""

    name = "openapi_products"
    service = "productsapi"
    path = "/products"
    primary_keys = ("agreementNumber", "productNumber")
    counted = False
    last_updated = True
    roles = SALES
    selected_by_default = False


class OpenAPIProductGroupsStream(OpenAPIStream):
    """The OpenAPI variant of the product groups."""

    name = "openapi_product_groups"
    service = "productsapi"
    path = "/productgroups"
    primary_keys = ("agreementNumber", "id")
    roles = SALES
    selected_by_default = False
