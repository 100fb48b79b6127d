"""Suppliers."""

from __future__ import annotations

from tap_economic.rest import RestStream


class SuppliersStream(RestStream):
    """Suppliers; only classic REST has them."""

    name = "suppliers"
    path = "/suppliers"
    primary_keys = ("agreementNumber", "supplierNumber")
    sort = "supplierNumber"
    keyset = True
    left_out_when_false = ("barred",)
    roles = ("SuperUser", "Bookkeeping")
