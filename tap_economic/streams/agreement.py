"""The agreement itself."""

from __future__ import annotations

from tap_economic.rest import RestSingleStream


class AgreementStream(RestSingleStream):
    """The company behind the tokens: its address, bank, modules, and the app's role."""

    name = "agreement"
    path = "/self"
    primary_keys = ("agreementNumber",)
    roles = ("SuperUser", "Sales")
