"""Customers."""

from __future__ import annotations

from tap_economic.rest import RestStream


class CustomersStream(RestStream):
    """Customers with their current balance."""

    name = "customers"
    path = "/customers"
    primary_keys = ("agreementNumber", "customerNumber")
    sort = "customerNumber"
    keyset = True
    left_out_when_false = ("barred",)
    roles = ("SuperUser", "Sales")
