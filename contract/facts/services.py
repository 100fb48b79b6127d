"""Facts about the listings of the OpenAPI services: cursors, pages, counts, filters, versions."""

from __future__ import annotations

import typing as t

from contract.asking import Get, Listing
from contract.facts import terms as f
from contract.kinds.answers import Accepted, Alike, Empty, Refused, WholeNumber
from contract.kinds.listings import AscendingBy, CursorOf, Envelope, PageOf
from contract.probe import Probe
from tap_economic.client.openapi import DEFAULT_VERSIONS

if t.TYPE_CHECKING:
    from collections.abc import Iterator

_CURSOR = "tap_economic.client.paginators.CursorPaginator"
_LISTING = "tap_economic.client.openapi.CursorListing"
_PAGED = "tap_economic.client.paginators.PagedPaginator"
_COUNT = "tap_economic.client.http.AgreementClient.count"
_FILTERS = "tap_economic.client.filters"
_VERSIONS = "tap_economic.client.openapi.DEFAULT_VERSIONS"
_SANDBOX = "economic_sandbox.apis.openapi.OpenApi"
_SANDBOX_FILTERS = "economic_sandbox.apis.filters.parse_filter"

_ENTRIES, _PAGED_ENTRIES, _COUNTED = f.ENTRIES, f.PAGED_ENTRIES, f.COUNTED_ENTRIES
_CUSTOMERS = f.cursor("customersapi", "/Customers")
_JOURNALS = f.cursor("journalsapi", "/journals")
_ACCOUNTS = f.cursor("accountsapi", "/Accounts")
_OPEN = "remainder$ne:0$and:customerNumber$ne:$null:"
MANY = ",".join(map(str, range(1, 202)))

# A resource of each service, to ask whether the tap's version answers. Other versions that
# the tap must know of: 6.0.0 was asked live, and 7.0.0 is the newest.
RESOURCES = {
    "accountingyearsapi": "/AccountingYears/count",
    "accountsapi": "/Accounts/count",
    "bookedEntriesapi": "/booked-entries/count",
    "budgetsapi": "/budget-figures/count",
    "customersapi": "/Customers/count",
    "dimensionsapi": "/dimensions/count",
    "documentsapi": "/AttachedDocuments/count",
    "journalsapi": "/draft-entries/count",
    "productsapi": "/pricegroups/count",
    "projectsapi": "/EmployeeGroups/count",
    "q2capi": "/invoices/drafts/count",
    "subscriptionsapi": "/Subscriptions/count",
    "suppliersapi": "/Groups/count",
    "webhooksapi": "/webhooks/count",
}
LIVE_VERSIONS = {"documentsapi": "2026-10-08", "customersapi": "2026-08"}

# Listings whose cursor is said to be made of several numbers.
COMPOUND = (
    ("q2capi", "/invoices/booked/lines", ("documentId", "number")),
    ("dimensionsapi", "/dimension-data/booked-entries", ("entryNumber", "dimensionNumber")),
)

# What the published documents do not have: a request that is a 404.
MISSING = (
    ("productsapi", "/products/count", "products are not counted"),
    ("bookedEntriesapi", "/booked-entries/matched-pairs/count", "matched pairs are not counted"),
    ("projectsapi", "/MileagePrices/count", "mileage prices are not counted"),
    ("projectsapi", "/TimeEntryPrices/count", "time entry prices are not counted"),
    ("accountingyearsapi", "/AccountingYears", "accounting years have no cursor listing"),
)

ACCEPTED = (
    (_COUNTED, _OPEN, "null as a value", "2026-10-08"),
    (_COUNTED, "type$eq:1", "the number of an enum", "2026-08-14"),
    (_COUNTED, "type$eq:financeVoucher", "the name of an enum", "2026-08-14"),
    (_COUNTED, f"entryNumber$in:[{MANY.removesuffix(',201')}]", "200 values of $in", "2026-08-14"),
    (_COUNTED, "(amount$gt:5$or:amount$lt:-5)$and:text$like:a", "parentheses", "2026-08-14"),
    (_COUNTED, "date$gte:2024-02-24", "a day", "2026-08-14"),
    (_ACCOUNTS.get, "isDepartmentMandatory$eq:$null:", "null as isDepartmentMandatory", "2026-08"),
    (f.cursor("documentsapi", "/AttachedDocuments").get, "voucherNumber$eq:$null:", "no voucher", "2026"),  # noqa: E501 - one row
    (f.cursor("customersapi", "/Contacts").get, "lastUpdated$gt:2024-02-24", "a day of change", None),  # noqa: E501 - one row
    (f.cursor("customersapi", "/Contacts").get, "lastUpdated$gt:2024-02-24T01:02:03", "a time without a zone", None),  # noqa: E501 - one row
    (f.cursor("customersapi", "/Contacts").get, "lastUpdated$gt:2024-02-24T01:02:03Z", "a time in UTC", None),  # noqa: E501 - one row
)  # fmt: skip
# A 400: the request, what is special, the words and the code of the error.
REFUSED = (
    (_COUNTED, "zzzNoSuchField$eq:1", "an unknown property", "Filtering is not allowed on property 'zzzNoSuchField'", "BadFilterRequest"),  # noqa: E501 - one row
    (_COUNTED, "type$gt:1", "an operator that the property lacks", "Operator $gt: not supported on property type", "BadFilterRequest"),  # noqa: E501 - one row
    (_COUNTED, "type$eq:zz", "an unknown name of an enum", "Requested value 'zz' was not found", None),  # noqa: E501 - one row
    (_COUNTED, f"entryNumber$in:[{MANY}]", "201 values of $in", "only allow filtering on arrays with less than '200' values", None),  # noqa: E501 - one row
    (_CUSTOMERS.get, "name$eq:x", "customers' name", "Filtering is not allowed on property 'name'", "BadFilterRequest"),  # noqa: E501 - one row
)  # fmt: skip
CRASHES = (
    (_JOURNALS.get, {"filter": "number$eq:1"}, _JOURNALS, "any filter of /journals"),
    (f.service("journalsapi", "/journals/paged"), {"filter": "number$eq:1"}, _JOURNALS, "any filter of /journals/paged"),  # noqa: E501 - one row
    (f.service("journalsapi", "/journals/count"), {"filter": "number$eq:1"}, _JOURNALS, "any filter of /journals/count"),  # noqa: E501 - one row
    (_ACCOUNTS.get, {"filter": "assetGroupNumber$gt:1"}, _ACCOUNTS, "a filter by assetGroupNumber"),
    (_ACCOUNTS.get, {"filter": "isDepartmentMandatory$eq:true"}, _ACCOUNTS, "a filter by isDepartmentMandatory"),  # noqa: E501 - one row
    (f.service("accountsapi", "/Accounts/paged"), {"sort": "assetGroupNumber"}, _ACCOUNTS, "a sort by assetGroupNumber"),  # noqa: E501 - one row
)  # fmt: skip


def probes() -> Iterator[Probe]:
    """Yield the probes."""
    yield from _cursors()
    yield from _pages()
    yield from _filters()
    yield from _spelling()
    yield from _versions()


def _cursors() -> Iterator[Probe]:
    docs = f.SERVICE_DOCS.format("Cursor pagination")
    yield Probe(
        "a last page under a cursor has items and no member cursor",
        Envelope(_CUSTOMERS.get, (("items", "array"),), lacks=("cursor",)),
        f.LIVE,
        _LISTING,
        "2026-08-14",
    )
    yield Probe(
        "a page under a cursor has 1000 rows at most",
        PageOf(_ENTRIES, 1000, _COUNTED),
        f.SPEC,
        "tap_economic.client.listing.Listing",
        either_way=f.ANY_SIZE,
    )
    yield Probe(
        "the cursor of booked entries is the number of the next entry",
        CursorOf(_ENTRIES, ("entryNumber",)),
        docs,
        _CURSOR,
        either_way=f.ANY_CURSOR,
    )
    for name, path, key in COMPOUND:
        yield Probe(
            f"the cursor of {path} is {'_'.join(key)} of the next row",
            CursorOf(f.cursor(name, path), key),
            docs,
            _CURSOR,
            either_way=f.ANY_CURSOR,
        )
    yield Probe(
        "under a cursor a sort is ignored",
        Alike(_CUSTOMERS, _CUSTOMERS.where(sort="-customerNumber"), "customerNumber"),
        f.LIVE,
        _SANDBOX,
        "2026-08-14",
    )
    yield Probe(
        "customers ascend by number under a cursor",
        AscendingBy(_CUSTOMERS, ("customerNumber",)),
        f.LIVE,
        _LISTING,
        "2026-08-14",
    )
    yield Probe(
        "below a parent that does not exist a listing is empty",
        Empty(f.cursor("productsapi", "/pricegroups/999999/specialprices")),
        f.LIVE,
        "tap_economic.replication.per_parent.PerParent",
        "2026-08-14",
    )


def _pages() -> Iterator[Probe]:
    bound = "The field {} must be between {} and 100"
    for name, kind, rests in (
        ("a page by number has 20 rows unless asked", PageOf(_PAGED_ENTRIES, 20, _COUNTED), _SANDBOX),  # noqa: E501 - one row
        ("a page by number has up to 100 rows", PageOf(_PAGED_ENTRIES.where(pageSize="100"), 100, _COUNTED), _PAGED),  # noqa: E501 - one row
        ("a page of 101 rows is refused", Refused(_PAGED_ENTRIES.get.where(pageSize="101"), 400, says=bound.format("PageSize", 1)), _PAGED),  # noqa: E501 - one row
        ("a count is a whole number and nothing else", WholeNumber(_COUNTED), _COUNT),
    ):  # fmt: skip
        yield Probe(name, kind, f.LIVE, rests, "2026-08-14")
    yield Probe(
        "page 101 is refused",
        Refused(_PAGED_ENTRIES.get.where(skipPages="101"), 400, says=bound.format("SkipPages", 0)),
        f.SPEC,
        _PAGED,
        either_way="tests/client/test_page_numbers.py::test_what_pages_cannot_reach_is_an_error",
    )
    yield Probe(
        "a count respects a filter",
        WholeNumber(_COUNTED.where(filter=_OPEN), most=_COUNTED),
        f.LIVE,
        _COUNT,
        "2026-10-08",
    )
    yield Probe(
        "pages by number are sorted as asked",
        AscendingBy(_PAGED_ENTRIES.where(sort="-entryNumber"), ("entryNumber",), descending=True),
        f.LIVE,
        _PAGED,
        "2026-08-14",
    )
    yield Probe(
        "products are paged at /productspaged/paged",
        Accepted(f.service("productsapi", "/productspaged/paged", pageSize=1)),
        f.LIVE,
        _SANDBOX,
        "2026-08-14",
    )
    yield Probe(
        "pages by number cannot be sorted by a property that is not there",
        Refused(_PAGED_ENTRIES.get.where(sort="nonsense"), 400),
        f.SPEC,
        _SANDBOX,
        either_way=f.NEVER_ASKED,
    )
    for name, path, what in MISSING:
        yield Probe(
            what,
            Refused(f.service(name, path), 404),
            f.SPEC,
            "tap_economic.singer.families.OpenAPIStream",
            either_way=f.UNCOUNTED if path.endswith("/count") else f.OWN_REQUESTS,
        )


def _filters() -> Iterator[Probe]:
    for get, text, what, confirmed in ACCEPTED:
        is_change = "lastUpdated" in text
        yield Probe(
            f"a filter of {get.path} with {what} is answered",
            Accepted(get.where(filter=text)),
            f.LIVE if confirmed else f.SERVICE_DOCS.format("lastUpdated"),
            "tap_economic.replication.last_updated.LastUpdated" if is_change else _FILTERS,
            confirmed,
            None if confirmed else f.FILTER_REFUSED,
        )
    for get, text, what, words, code in REFUSED:
        yield Probe(
            f"a filter of {get.path} with {what} is a 400 in these words",
            Refused(
                get.where(filter=text),
                400,
                code=code,
                says=words,
                lacks=("allowedFilteringFields",),
                media_type="application/problem+json",
            ),
            f.LIVE,
            "tap_economic.client.filters.MAX_VALUES" if "201" in what else _SANDBOX_FILTERS,
            "2026-08-14",
        )
    for get, query, needs, what in CRASHES:
        yield Probe(
            f"{what} is a 500",
            Refused(get.where(**query), 500, needs=needs),
            f.LIVE,
            _SANDBOX_FILTERS,
            "2026-08",
        )


def _spelling() -> Iterator[Probe]:
    service = "/bookedentriesapi/v" + DEFAULT_VERSIONS["bookedEntriesapi"]
    lower = Listing(Get("openapi", f"{service}/booked-entries"), "cursor")
    in_lower_case = f.cursor("customersapi", "/customers")
    for name, one, other, key in (
        ("the case of a path does not matter", _CUSTOMERS, in_lower_case, "customerNumber"),
        ("the case of a service does not matter", _ENTRIES, lower, "entryNumber"),
        ("the case of a parameter does not matter", _PAGED_ENTRIES.where(pageSize="5"), _PAGED_ENTRIES.where(pagesize="5"), "entryNumber"),  # noqa: E501 - one row
    ):  # fmt: skip
        yield Probe(name, Alike(one, other, key), f.LIVE, _SANDBOX, "2026-08")


def _versions() -> Iterator[Probe]:
    for name, path in RESOURCES.items():
        confirmed = LIVE_VERSIONS.get(name)
        yield Probe(
            f"{name} answers in version {DEFAULT_VERSIONS[name]}",
            Accepted(f.service(name, path)),
            f.LIVE if confirmed else f.SPEC,
            _VERSIONS,
            confirmed,
            None if confirmed else f.NOT_SERVED,
        )
    for version, confirmed in (("6.0.0", "2026-10-08"), ("7.0.0", None)):
        yield Probe(
            f"bookedEntriesapi answers in version {version} too",
            Accepted(f.service("bookedEntriesapi", "/booked-entries/count", version)),
            f.LIVE if confirmed else f.SPEC,
            "tap_economic.settings.SETTINGS",
            confirmed,
            None if confirmed else f.NOT_SERVED,
        )
    for path, what in (
        ("/bookedEntriesapi/booked-entries/count", "no version"),
        ("/bookedEntriesapi/v4/booked-entries/count", "a part of a version"),
    ):
        yield Probe(
            f"a path with {what} is a 404",
            Refused(Get("openapi", path), 404),
            f.SERVICE_DOCS.format("Versions"),
            _SANDBOX,
            either_way=f.OWN_REQUESTS,
        )
