"""A straightforward SDK tap for booked invoices.

python plain_tap.py --config CONFIG
"""

from __future__ import annotations

import typing as t
from importlib import resources
from urllib.parse import parse_qsl

from singer_sdk import RESTStream, SchemaDirectory, StreamSchema, Tap
from singer_sdk import typing as th
from singer_sdk.pagination import BaseHATEOASPaginator
from typing_extensions import override

if t.TYPE_CHECKING:
    from urllib.parse import ParseResult

    import requests
    from singer_sdk.helpers.types import Context

# The schema of the measured tap, so that both conform the same properties.
_SCHEMAS = SchemaDirectory(resources.files("tap_economic") / "schemas" / "rest")


class NextPagePaginator(BaseHATEOASPaginator):
    """Follows the link in the response."""

    @override
    def get_next_url(self, response: requests.Response) -> str | None:
        link: str | None = response.json()["pagination"].get("nextPage")
        return link


class InvoicesBookedStream(RESTStream[t.Any]):
    """Booked invoices."""

    name = "invoices_booked"
    path = "/invoices/booked"
    primary_keys = ("bookedInvoiceNumber",)
    records_jsonpath = "$.collection[*]"
    schema = StreamSchema(_SCHEMAS)

    @property
    @override
    def url_base(self) -> str:
        return str(self.config["rest_url"])

    @property
    @override
    def http_headers(self) -> dict[str, str]:
        return {
            "X-AppSecretToken": self.config["app_secret_token"],
            "X-AgreementGrantToken": self.config["agreement_grant_token"],
        }

    @override
    def get_new_paginator(self) -> NextPagePaginator:
        return NextPagePaginator()

    @override
    def get_url_params(
        self, context: Context | None, next_page_token: ParseResult | None
    ) -> dict[str, t.Any]:
        return dict(parse_qsl(next_page_token.query)) if next_page_token else {"pagesize": 1000}


class PlainTap(Tap):
    """The tap."""

    name = "tap-plain"
    config_jsonschema = th.PropertiesList(
        th.Property("app_secret_token", th.StringType, required=True, secret=True),
        th.Property("agreement_grant_token", th.StringType, required=True, secret=True),
        th.Property("rest_url", th.StringType, required=True),
    ).to_dict()

    @override
    def discover_streams(self) -> list[InvoicesBookedStream]:
        return [InvoicesBookedStream(self)]


if __name__ == "__main__":
    PlainTap.cli()
