"""Facts about the collections of the classic REST API: pages, links, sorts, filters."""

from __future__ import annotations

import typing as t

from contract.asking import Listing
from contract.facts import terms as f
from contract.kinds.answers import Accepted, Alike, Empty, Refused
from contract.kinds.listings import AscendingBy, Envelope, LinkCarries, PageOf
from contract.probe import Probe

if t.TYPE_CHECKING:
    from collections.abc import Iterator

_LISTING = "tap_economic.client.rest.CollectionListing"
_LINKS = "tap_economic.client.paginators.NextPagePaginator"
_FILTERS = "tap_economic.client.filters"
_SANDBOX = "economic_sandbox.apis.rest.RestApi"
_SANDBOX_FILTERS = "economic_sandbox.apis.filters.parse_filter"
_SANDBOX_SORTS = "economic_sandbox.apis.sorting.parse_sort"

_PAGE = (
    ("collection", "array"),
    ("self", "string"),
    ("pagination.skipPages", "integer"),
    ("pagination.pageSize", "integer"),
    ("pagination.maxPageSizeAllowed", "integer"),
    ("pagination.results", "integer"),
    ("pagination.resultsWithoutFilter", "integer"),
    ("pagination.firstPage", "string"),
    ("pagination.lastPage", "string"),
)
_ONE_ACCOUNT = f.rest("/accounts", pagesize=1)
NOBODY = "customerNumber$eq:999999999"
_LINKED = (("filter", "accountNumber$gt:0"), ("sort", "-accountNumber"), ("pagesize", "5"))

# The order of a listing without a sort. Of the customers, 3,684 recorded ones were in this order;
# the others are the default sorts of the published schemas.
DEFAULT_ORDERS = {
    "/customers": "customerNumber",
    "/accounts": "accountNumber",
    "/accounting-years": "fromDate",
    "/app-roles": "roleNumber",
    "/invoices/drafts": "draftInvoiceNumber",
    "/orders/drafts": "orderNumber",
    "/orders/sent": "orderNumber",
    "/orders/archived": "orderNumber",
    "/quotes/drafts": "quoteNumber",
    "/quotes/sent": "quoteNumber",
    "/quotes/archived": "quoteNumber",
}

# Filters that are answered, by what is special about them.
ACCEPTED = (
    ("/customers", "ean$eq:$null:", "null as a value", "2026-08"),
    ("/customers", "name$like:*a*", "wildcards", "2026-08"),
    ("/customers", "city$like:a$or:zip$eq:8000", "alternatives", "2026-08"),
    ("/customers", "(city$eq:a$or:city$eq:b)$and:name$like:c", "parentheses", "2026-08"),
    ("/customers", "lastUpdated$gte:2000-01-02T03:04:05Z", "an instant in UTC", "2026"),
    (
        "/customers",
        f"customerNumber$in:[{','.join(map(str, range(1, 201)))}]",
        "200 values of $in",
        "2026-08",
    ),
    ("/invoices/booked", "date$gte:2000-01-01", "a day", "2024"),
    ("/accounts", "accountType$eq:profitAndLoss", "$eq on an enum", "2026-08"),
    ("/accounts", "accountType$ne:heading", "$ne on an enum", "2026-08"),
    ("/products", "barred$eq:true", "$eq on products' barred", "2026-08"),
    ("/customers", "lastUpdated$gte:2000-01-02T03:04:05.123Z", "fractions of a second", None),
)
# Filters that are a 400.
REFUSED = (
    (
        "/customers",
        f"customerNumber$in:[{','.join(map(str, range(1, 202)))}]",
        "201 values of $in",
        "2026-08",
    ),
    ("/customers", "customerNumber$in:1,2", "$in without brackets", "2026-08"),
    ("/customers", "ean$null:", "null as an operator", "2026-08"),
    ("/accounts", "accountType$like:head", "$like on an enum", "2026-08"),
    ("/products", "inventory.grossWeight$gt:1", "products' grossWeight", "2026-08"),
    ("/customers", "paymentTerms.paymentTermsNumber$eq:1", "customers' payment terms", "2026-08"),
    ("/customers", "lastUpdated$gte:2000-01-02T03:04:05+00:00", "an instant with an offset", None),
)
# Filters that are a 500.
CRASHES = (
    *(
        (f"/{kind}/{status}", "paymentTerms.paymentTermsNumber$eq:1", f"payment terms of {status} {kind}")  # noqa: E501 - one row
        for kind in ("orders", "quotes")
        for status in ("drafts", "sent", "archived")
    ),
    ("/products", "departmentalDistribution.departmentalDistributionNumber$gt:0", "products' distribution"),  # noqa: E501 - one row
    ("/products", "barred$ne:true", "$ne on products' barred"),
    ("/products", "barred$eq:$null:", "null as products' barred"),
)  # fmt: skip
# Sorts that are a 400.
UNSORTABLE = (
    ("/payment-terms", "paymentTermsNumber", "2026"),
    ("/invoices/drafts", "lastUpdated", "2026"),
    ("/customers", "shoeSize", "2026-08"),
)


def probes() -> Iterator[Probe]:
    """Yield the probes."""
    yield from _pages()
    yield from _links()
    yield from _filters()
    yield from _sorts()


def _pages() -> Iterator[Probe]:
    docs = f.REST_DOCS.format("Pagination")
    first = f.rest("/customers", pagesize=1000)
    yield Probe(
        "a page of a collection has rows and pagination, and the first no link to a previous one",
        Envelope(first, _PAGE, lacks=("pagination.previousPage",)),
        f.RECORDED,
        _LISTING,
        "2024",
    )
    yield Probe(
        "the only page of a collection has no link to a next one",
        Envelope(f.rest("/departments", pagesize=1000), _PAGE, lacks=("pagination.nextPage",)),
        f.RECORDED,
        _LINKS,
        "2024",
    )
    yield Probe(
        "an empty collection has a hint and no links",
        Envelope(
            f.rest("/customers", filter=NOBODY),
            (("collection", "array"), ("pagination.developerHint", "string"), _PAGE[5]),
            lacks=tuple(f"pagination.{name}Page" for name in ("first", "next", "previous", "last")),
        ),
        f.RECORDED,
        _LISTING,
        "2024",
    )
    accounts = Listing(f.rest("/accounts"), "collection")
    beyond = f.collection("/accounts", skippages=99999)
    for name, kind, source, rests, confirmed in (
        (
            "a page has 20 rows unless asked",
            PageOf(accounts, 20, _ONE_ACCOUNT),
            docs,
            _SANDBOX,
            "2024",
        ),
        (
            "a page has as many rows as asked",
            PageOf(f.collection("/accounts", pagesize=3), 3, _ONE_ACCOUNT),
            docs,
            _LISTING,
            "2026-08",
        ),
        ("a page beyond the end is empty", Empty(beyond), f.LIVE, _LISTING, "2026-08"),
        (
            "a page beyond the end tells the number of rows",
            Envelope(beyond.get, (_PAGE[5],)),
            f.LIVE,
            _LISTING,
            "2026-08",
        ),
    ):
        yield Probe(name, kind, source, rests, confirmed)
    yield Probe(
        "a page of 1001 rows is refused with E04810",
        Refused(f.rest("/customers", pagesize=1001), 400, "E04810", "between 1 and 1000"),
        f.LIVE,
        "tap_economic.settings.SETTINGS",
        "2026-08",
    )
    yield Probe(
        "unknown parameters are ignored",
        Alike(accounts, accounts.where(page_size="5"), "accountNumber"),
        f.RECORDED,
        _SANDBOX,
        "2024",
    )
    yield Probe(
        "parameters are spelled in lower case: pageSize is ignored",
        Alike(accounts, accounts.where(pageSize="5"), "accountNumber"),
        docs,
        _LISTING,
        either_way=f.SPELLING,
    )
    yield Probe(
        "departmental distributions name their two parts",
        Envelope(
            f.rest("/departmental-distributions"),
            (("subCollections.departments", "string"), ("subCollections.distributions", "string")),
        ),
        f.RECORDED,
        _SANDBOX,
        "2024",
    )


def _links() -> Iterator[Probe]:
    second = f.rest("/accounts", pagesize=5, skippages=1)
    asked = f.rest("/accounts", **dict(_LINKED))
    for name, get, link, parameters, confirmed in (
        (
            "nextPage leads to the page after this one",
            second,
            "nextPage",
            (("skippages", "2"), ("pagesize", "5")),
            "2024",
        ),
        (
            "previousPage leads to the page before this one",
            second,
            "previousPage",
            (("skippages", "0"),),
            "2024",
        ),
        ("nextPage carries filter, sort and page size", asked, "nextPage", _LINKED, "2024"),
        (
            "nextPage carries unknown parameters",
            f.rest("/accounts", pagesize=5, page_size=7),
            "nextPage",
            (("page_size", "7"),),
            "2024",
        ),
        ("firstPage leads to page 0", second, "firstPage", (("skippages", "0"),), "2024"),
    ):
        kind = LinkCarries(get, f"pagination.{link}", parameters)
        yield Probe(name, kind, f.RECORDED, _LINKS, confirmed)


def _filters() -> Iterator[Probe]:
    for path, text, what, confirmed in ACCEPTED:
        yield Probe(
            f"a filter of {path} with {what} is answered",
            Accepted(f.rest(path, filter=text)),
            f.LIVE if confirmed else f.REST_DOCS.format("Filtering"),
            _FILTERS if confirmed else _SANDBOX_FILTERS,
            confirmed,
            None if confirmed else f.NEVER_ASKED,
        )
    for path, text, what, confirmed in REFUSED:
        yield Probe(
            f"a filter of {path} with {what} is a 400",
            Refused(f.rest(path, filter=text), 400),
            f.LIVE if confirmed else f.REST_DOCS.format("Filtering"),
            "tap_economic.client.filters.MAX_VALUES" if "201" in what else _SANDBOX_FILTERS,
            confirmed,
            None if confirmed else f.NEVER_ASKED,
        )
    for path, text, what in CRASHES:
        yield Probe(
            f"a filter by {what} is a 500",
            Refused(f.rest(path, filter=text), 500, needs=f.collection(path)),
            f.LIVE,
            _SANDBOX_FILTERS,
            "2026-08",
        )
    yield Probe(
        "$in finds no text, though it answers",
        Empty(f.collection("/customers", filter="currency$in:[DKK]")),
        f.LIVE,
        _SANDBOX_FILTERS,
        "2026-08",
    )


def _sorts() -> Iterator[Probe]:
    for path, name, confirmed in UNSORTABLE:
        yield Probe(
            f"{path} cannot be sorted by {name}: a 400 without a list of what can",
            Refused(
                f.rest(path, sort=name),
                400,
                says="Could not parse query string sort parameter",
                lacks=("allowedFilteringFields",),
            ),
            f.LIVE,
            _SANDBOX_SORTS,
            confirmed,
        )
    yield Probe(
        "a minus sorts in descending order",
        AscendingBy(
            f.collection("/invoices/booked", sort="-bookedInvoiceNumber"),
            ("bookedInvoiceNumber",),
            descending=True,
        ),
        f.REST_DOCS.format("Sorting"),
        "tap_economic.client.rest.CollectionListing.descending",
        either_way=f.DESCENDING,
    )
    yield Probe(
        "a sort by several properties is answered",
        Accepted(f.rest("/customers", sort="city,-name")),
        f.REST_DOCS.format("Sorting"),
        _SANDBOX_SORTS,
        either_way=f.NEVER_ASKED,
    )
    for path, key in DEFAULT_ORDERS.items():
        is_recorded = path == "/customers"
        yield Probe(
            f"{path} ascends by {key} without a sort",
            AscendingBy(f.collection(path), (key,)),
            f.RECORDED if is_recorded else f.SCHEMA,
            "economic_sandbox.apis.facts.rest_endpoints",
            "2024" if is_recorded else None,
            None if is_recorded else f.OWN_REQUESTS,
        )
