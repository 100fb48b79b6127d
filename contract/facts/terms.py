"""The words that the tables of facts are written in."""

from __future__ import annotations

from contract.asking import Get, Listing
from tap_economic.client.openapi import DEFAULT_VERSIONS

# Where facts are known from. Live checks were published by open-source clients of the API.
REST_DOCS = "classic REST documentation, {}"
SERVICE_DOCS = "OpenAPI documentation, {}"
SCHEMA = "published schemas"
SPEC = "published OpenAPI documents"
PERMISSIONS = "permissions page of the documentation"
RECORDED = "recorded sample"
LIVE = "published live check"
ASSUMED = "assumption of the sandbox"

_RECORDS = "tests/records/test_records.py"
_PAGINATORS = "tests/client/test_paginators.py"
_COMPLETENESS = "tests/replication/test_completeness.py"
_ERRORS = "tests/client/test_error_responses.py"
_SERVICES = "tests/client/test_services.py"
_BUDGET = "tests/client/test_budget.py"
_LAST_UPDATED = "tests/replication/test_last_updated.py"

# Tests that the tap is right, or says that it is not, whether or not a fact is one.
MISTYPED = f"{_RECORDS}::test_a_mistyped_value_fails_its_stream_by_the_property_s_name"
ABSENT = "tests/records/test_decodings.py::test_what_is_absent_is_absent_or_false_alike"
DECODED = (
    "tests/records/test_decodings.py::test_a_record_of_the_declared_types_is_decoded_into_them"
)
UNSORTED = f"{_PAGINATORS}::TestKeyset::test_a_server_that_does_not_sort_fails_the_stream"
UNORDERED = f"{_SERVICES}::test_a_cursor_listing_that_does_not_ascend_by_key_fails_the_stream"
NOT_SERVED = (
    f"{_SERVICES}::test_a_version_that_is_not_served_fails_the_streams_of_its_service_alone"
)
DESCENDING = (
    "tests/replication/test_key_ranges.py::"
    "test_where_the_lowest_key_passes_for_the_highest_one_range_holds_the_rest"
)
ANY_CURSOR = f"{_PAGINATORS}::TestCursor::test_a_compound_cursor_is_passed_back_as_it_came"
SPELLING = f"{_PAGINATORS}::TestNextPage::test_the_first_page_asks_for_1000_rows_sorted_by_the_key"
MISCOUNTED = (
    f"{_COMPLETENESS}::TestFewerThanCounted::"
    "test_a_row_that_is_counted_and_never_listed_is_incomplete"
)
UNCOUNTED = f"{_COMPLETENESS}::TestWhatNothingCounts::test_a_count_that_is_missing_is_a_warning"
TOKENS = f"{_ERRORS}::test_401_at_the_start_ends_the_run_with_the_two_settings"
ROLE = f"{_ERRORS}::test_403_on_the_first_page_skips_the_stream_and_names_the_role"
MODULE = f"{_ERRORS}::test_a_module_that_is_off_skips_the_stream_whatever_the_status"
WAITS = f"{_BUDGET}::test_a_wait_that_nobody_understands_is_the_window"
FILTER_REFUSED = (
    f"{_LAST_UPDATED}::test_where_the_filter_is_refused_all_rows_are_read_with_a_warning"
)
CHANGELOG = "tests/replication/test_changelog.py::test_instants_that_fall_fail_the_stream"
NO_PDF = "tests/client/test_pdf.py::test_what_never_becomes_a_whole_pdf_leaves_no_file_and_no_row"
ANY_COST = f"{_BUDGET}::test_calls_slow_down_so_that_the_budget_is_never_used_up"
# The tap never asks for it; if the answer is another one, only the sandbox is wrong.
NEVER_ASKED = (
    "tests/streams/test_every_stream.py::"
    "test_no_run_filters_or_sorts_by_what_the_server_does_not_take"
)
OWN_REQUESTS = (
    "tests/streams/test_every_stream.py::"
    "test_a_stream_asks_for_its_listing_and_those_that_it_walks_and_for_nothing_else"
)


def rest(path: str, **query: str | int) -> Get:
    """Return a request of the classic REST API."""
    return Get("rest", path).where(**_texts(query))


def service(name: str, path: str, version: str = "", **query: str | int) -> Get:
    """Return a request of an OpenAPI service, in the tap's version of it."""
    address = f"/{name}/v{version or DEFAULT_VERSIONS[name]}{path}"
    return Get("openapi", address).where(**_texts(query))


def _texts(query: dict[str, str | int]) -> dict[str, str]:
    return {name: str(value) for name, value in query.items()}


def collection(path: str, **query: str | int) -> Listing:
    """Return a collection of the classic REST API, with pages of 1,000 rows."""
    return Listing(rest(path, **{"pagesize": 1000, **query}), "collection")


def cursor(name: str, path: str, **query: str | int) -> Listing:
    """Return a cursor listing of an OpenAPI service."""
    return Listing(service(name, path).where(**_texts(query)), "cursor")


def array(name: str, path: str, **query: str | int) -> Listing:
    """Return a plain array, or a page of one, of an OpenAPI service."""
    return Listing(service(name, path).where(**_texts(query)), "array")


ENTRIES = cursor("bookedEntriesapi", "/booked-entries")
PAGED_ENTRIES = array("bookedEntriesapi", "/booked-entries/paged")
COUNTED_ENTRIES = service("bookedEntriesapi", "/booked-entries/count")
CUSTOMERS = collection("/customers")
ACCOUNTS = collection("/accounts")
PRODUCTS = collection("/products")
DRAFTS = collection("/invoices/drafts")
BOOKED = collection("/invoices/booked")
