"""What is known of each stream's endpoint, from the catalogue and the inventory of both APIs.

They are in the folder of `sandbox_support.published`. Nothing here is taken from the tap's own
classes.
"""

from __future__ import annotations

import csv
import functools
import json
import re
import typing as t

from sandbox_support.published import FACTS

ROLES = ("SuperUser", "Sales", "Bookkeeping", "ProjectEmployee")


class Walk(t.NamedTuple):
    """How a stream walks the rows of another.

    Attributes:
        parent: The stream whose rows it walks.
        key: Where the parent's key stands in its own records.
    """

    parent: str
    key: str


WALKS = {
    "accounting_year_totals": Walk("accounting_years", "year"),
    "accounting_year_entries": Walk("accounting_years", "year"),
    "product_group_sales_accounts": Walk("product_groups", "productGroupNumber"),
    "special_prices": Walk("price_groups", "priceGroupNumber"),
    "special_prices_in_currency": Walk("special_prices", "productSpecialPriceNumber"),
    "invoices_booked_document": Walk("invoices_booked", "bookedInvoiceNumber"),
}


class Listing:
    """One row of the catalogue, with what the inventory says of its endpoint."""

    def __init__(self, row: dict[str, str]) -> None:
        self.name = row["stream"]
        self.service = None if row["api"] == "rest" else row["api"]
        self.shape = row["shape"]
        self.version = row["version"]
        self.path = row["path"]
        own = [key.strip() for key in row["key"].split(",")]
        incremental, on_request = (
            re.search(pattern, row["replication"])
            for pattern in (r"^INCREMENTAL (\w+)", r"\((\w+) on request\)")
        )
        self.replication_key = incremental[1] if incremental else None
        self.key_on_request = on_request[1] if on_request else None
        self.keys = ["agreementNumber", *(key for key in own if key != "agreementNumber")]
        self.endpoint = _endpoint(self.service, self.path)

    @property
    def address(self) -> str:
        """The path of a request, which holds a placeholder where the stream walks others."""
        if self.service is None:
            return f"/rest{self.path}"
        return f"/openapi/{self.service}/v{self.version}{self.path}"

    def is_requested_by(self, path: str) -> bool:
        """Tell whether a request for this path reads the listing, or counts it."""
        own = re.sub(r"\\\{.*?\\\}", "[^/]+", re.escape(self.address.removesuffix("/paged")))
        return bool(re.fullmatch(rf"{own}(/paged|/count)?", path))

    @property
    def has_pages(self) -> bool:
        if self.service is None:
            return bool(self.endpoint["paginated"])
        return str(self.endpoint["pagination"]) != "none"

    @property
    def counts_pages(self) -> bool:
        """Whether it is a listing of an OpenAPI service that has no cursor."""
        return self.service is not None and str(self.endpoint["pagination"]) == "paged"

    @property
    def sortable(self) -> set[str]:
        live = self.endpoint.get("accepted_live_but_not_in_schema", {"sort": []})
        return {*self.endpoint["sortable"], *live["sort"]}

    @property
    def filterable(self) -> set[str]:
        live = self.endpoint.get("accepted_live_but_not_in_schema", {"filter": []})
        broken = self.endpoint.get("filter_broken", {})
        return {*self.endpoint["filterable"], *live["filter"]} - set(broken)

    def operators(self, name: str) -> set[str]:
        """The operators that filter by a property; classic REST takes all but on enums."""
        if self.service is None:
            return {"eq", "ne", "gt", "gte", "lt", "lte", "in", "nin"}
        return set(self.endpoint["filterable"][name])

    def is_first_query(self, query: list[tuple[str, str]]) -> bool:
        """Tell whether this is how the first page is asked for."""
        requested = dict(query)
        if len(requested) != len(query):
            return False
        sort = requested.pop("sort", None)
        if self.service is None:
            by_key = [key for key in self.endpoint["primary_key"] if key in self.sortable]
            expected = {"pagesize": "1000"} if self.has_pages else {}
            return requested == expected and sort == (by_key[-1] if by_key else None)
        if self.counts_pages:
            return requested == {"pageSize": "100", "skipPages": "0"} and sort in self.sortable
        return not query

    def refused_roles(self) -> set[str]:
        """The roles that may not read it, as far as that is known."""
        needs = self.endpoint["module_or_role"]
        allowed = needs.get("roles") or ROLES
        return {*needs.get("refused", ())} | {*ROLES} - {*allowed}

    def needed_module(self) -> str | None:
        """The module without which the API is known, or taken, to answer 403."""
        module: str | None = self.endpoint["module_or_role"].get("module")
        return module


def _endpoint(service: str | None, path: str) -> dict[str, t.Any]:
    found = [
        endpoint
        for endpoint in _endpoints(service)
        if re.fullmatch(re.sub(r"\\\{.*?\\\}", "[^/]+", re.escape(endpoint["path"])), path)
    ]
    # A literal path goes before one with a placeholder: /orders/drafts before /orders/{number}.
    return min(found, key=lambda endpoint: endpoint["path"].count("{"))


def _endpoints(service: str | None) -> list[dict[str, t.Any]]:
    every = _inventory("rest" if service is None else "openapi")
    return [endpoint for endpoint in every if endpoint.get("api") == service]


@functools.cache
def _inventory(api: str) -> list[dict[str, t.Any]]:
    text = (FACTS / api / "endpoints.json").read_text("utf-8")
    return t.cast("list[dict[str, t.Any]]", json.loads(text))


@functools.cache
def listings() -> dict[str, Listing]:
    """Every row of the catalogue by its stream's name."""
    with (FACTS / "streams.csv").open(encoding="utf-8", newline="") as lines:
        return {row["stream"]: Listing(row) for row in csv.DictReader(lines)}


def chain(name: str) -> list[Listing]:
    """A stream's listing, and before it those that it walks."""
    above = chain(WALKS[name].parent) if name in WALKS else []
    return [*above, listings()[name]]


@functools.cache
def counts() -> re.Pattern[str]:
    """The paths that count a listing of an OpenAPI service, in the versions of the catalogue."""
    versions = {listing.service: listing.version for listing in listings().values()}
    paths = (
        f"/openapi/{endpoint['api']}/v{versions[endpoint['api']]}{endpoint['path']}"
        for endpoint in _inventory("openapi")
        if endpoint["kind"] == "count"
    )
    return re.compile("|".join(re.sub(r"\\\{.*?\\\}", "[^/]+", re.escape(path)) for path in paths))
