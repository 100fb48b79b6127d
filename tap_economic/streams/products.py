"""Products."""

from __future__ import annotations

from tap_economic.rest import RestStream


class ProductsStream(RestStream):
    """Products with sales and cost price and current stock."""

    name = "products"
    path = "/products"
    primary_keys = ("agreementNumber", "productNumber")
    sort = "productNumber"
