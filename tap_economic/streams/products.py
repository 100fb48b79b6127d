"""Products, their groups and prices."""

from __future__ import annotations

from tap_economic.openapi import OpenAPIStream
from tap_economic.parents import ParentKey, PerParentStream
from tap_economic.rest import RestStream

# Of the classic API it is known only that Bookkeeping may not read products (a guide to it by an
# integrator, Apideck); Sales may read those of the newer one.
_SALES = ("SuperUser", "Sales")


class ProductsStream(RestStream):
    """Products with sales and cost price and current stock."""

    name = "products"
    path = "/products"
    primary_keys = ("agreementNumber", "productNumber")
    last_updated = True
    sort = "productNumber"
    roles = _SALES


class ProductGroupsStream(RestStream):
    """The groups of products."""

    name = "product_groups"
    path = "/product-groups"
    primary_keys = ("agreementNumber", "productGroupNumber")
    sort = "productGroupNumber"
    roles = _SALES


class ProductGroupSalesAccountsStream(PerParentStream, RestStream):
    """The sales account of each product group in each VAT zone."""

    name = "product_group_sales_accounts"
    path = "/product-groups/{productGroupNumber}/sales-accounts"
    primary_keys = ("agreementNumber", "productGroupNumber", "vatZoneNumber")
    copied_keys = {"vatZoneNumber": ("vatZone", "vatZoneNumber")}  # noqa: RUF012 - a ClassVar by the base
    parent = ProductGroupsStream
    parent_key = ParentKey(
        "productGroupNumber", in_parent="productGroupNumber", in_record="productGroupNumber"
    )
    roles = _SALES


class ProductSalesPricesInCurrencyStream(OpenAPIStream):
    """Sales prices of products in other currencies."""

    name = "product_sales_prices_in_currency"
    service = "productsapi"
    path = "/salespriceincurrencies"
    primary_keys = ("agreementNumber", "productNumber", "currency")
    roles = _SALES


class PriceGroupsStream(OpenAPIStream):
    """The price groups, to which customers belong."""

    name = "price_groups"
    service = "productsapi"
    path = "/pricegroups"
    primary_keys = ("agreementNumber", "number")
    roles = _SALES


class SpecialPricesStream(PerParentStream, OpenAPIStream):
    """Special prices of products in each price group."""

    name = "special_prices"
    service = "productsapi"
    path = "/pricegroups/{priceGroupNumber}/specialprices"
    primary_keys = ("agreementNumber", "priceGroupNumber", "number")
    parent = PriceGroupsStream
    parent_key = ParentKey("priceGroupNumber", in_parent="number", in_record="priceGroupNumber")
    roles = _SALES


class SpecialPricesInCurrencyStream(PerParentStream, OpenAPIStream):
    """Special prices in other currencies."""

    name = "special_prices_in_currency"
    service = "productsapi"
    path = "/specialprices/{productSpecialPriceNumber}/specialpricesincurrency"
    primary_keys = ("agreementNumber", "productSpecialPriceNumber", "currency")
    parent = SpecialPricesStream
    parent_key = ParentKey(
        "productSpecialPriceNumber", in_parent="number", in_record="productSpecialPriceNumber"
    )
    roles = _SALES
    selected_by_default = False


class OpenAPIProductsStream(OpenAPIStream):
    """The newer API's view of products; without stock."""

    name = "openapi_products"
    service = "productsapi"
    path = "/products"
    primary_keys = ("agreementNumber", "productNumber")
    counted = False
    last_updated = True
    roles = _SALES
    selected_by_default = False


class OpenAPIProductGroupsStream(OpenAPIStream):
    """The newer API's view of the groups of products."""

    name = "openapi_product_groups"
    service = "productsapi"
    path = "/productgroups"
    primary_keys = ("agreementNumber", "id")
    roles = _SALES
    selected_by_default = False
