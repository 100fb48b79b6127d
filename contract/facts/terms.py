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

_CONTRACT = "tests/contract/test_either_way.py"
_PAGINATORS = "tests/client/test_paginators.py"
_ERRORS = "tests/client/test_error_responses.py"
_SERVICES = "tests/client/test_services.py"
_BUDGET = "tests/client/test_budget.py"
_LAST_UPDATED = "tests/replication/test_last_updated.py"
_READ_AGAIN = "tests/replication/test_rows_read_again.py"
_STREAMS = "tests/streams/test_every_stream.py"

# Tests that the tap is right, or says that it is not, whether or not a fact is one.
MISTYPED = "tests/singer/test_what_leaves.py::test_each_value_fits_its_type_and_holds_no_nul"
ABSENT = f"{_CONTRACT}::test_a_boolean_is_sent_as_it_came"
FALSE = f"{_CONTRACT}::test_a_boolean_that_is_left_out_if_false_may_also_be_sent"
UNNAMED = f"{_CONTRACT}::test_a_value_that_no_enum_names_is_sent_as_it_came"
UNSORTED = f"{_CONTRACT}::test_rows_in_another_order_fail_the_stream"
NOT_SERVED = (
    f"{_SERVICES}::test_a_version_that_is_not_served_fails_the_streams_of_its_service_alone"
)
DESCENDING = (
    "tests/replication/test_key_ranges.py::"
    "test_where_the_lowest_key_passes_for_the_highest_one_range_holds_the_rest"
)
ANY_CURSOR = f"{_PAGINATORS}::TestCursor::test_a_compound_cursor_is_passed_back_as_it_came"
ANY_SIZE = f"{_CONTRACT}::test_a_page_under_a_cursor_may_have_any_number_of_rows"
SPELLING = f"{_PAGINATORS}::TestNextPage::test_the_first_page_asks_for_1000_rows_sorted_by_the_key"
MISCOUNTED = f"{_CONTRACT}::TestCounts"
UNCOUNTED = (
    "tests/replication/test_completeness.py::"
    "TestWhatNothingCounts::test_a_count_that_is_missing_is_a_warning"
)
TOKENS = f"{_ERRORS}::test_401_at_the_start_ends_the_run_with_the_two_settings"
ROLE = f"{_ERRORS}::test_403_on_the_first_page_skips_the_stream_and_names_the_role"
ROLE_OF_SELF = f"{_CONTRACT}::test_an_app_that_may_not_read_self_is_told_which_setting_it_needs"
MODULE = f"{_ERRORS}::test_a_module_that_is_off_skips_the_stream_whatever_the_status"
WAITS = f"{_BUDGET}::test_a_wait_that_nobody_understands_is_the_window"
ESCAPED = f"{_CONTRACT}::test_a_year_whose_key_is_escaped_otherwise_is_incomplete"
FILTER_REFUSED = (
    f"{_LAST_UPDATED}::test_where_the_filter_is_refused_all_rows_are_read_with_a_warning"
)
NO_PDF = "tests/client/test_pdf.py::test_what_never_becomes_a_whole_pdf_leaves_no_file_and_no_row"
ANY_COST = f"{_BUDGET}::test_calls_slow_down_so_that_the_budget_is_never_used_up"
BY_KEY = f"{_READ_AGAIN}::test_a_row_that_is_found_by_its_key_otherwise_than_listed_loses_no_change"
NOT_BY_KEY = f"{_READ_AGAIN}::test_an_attached_document_is_never_asked_for_by_its_key"
# The tap never asks for it; if the answer is another one, only the sandbox is wrong.
NEVER_ASKED = f"{_STREAMS}::test_no_run_filters_or_sorts_by_what_the_server_does_not_take"
OWN_REQUESTS = (
    f"{_STREAMS}::test_a_stream_asks_for_its_listing_and_those_that_it_walks_and_for_nothing_else"
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
