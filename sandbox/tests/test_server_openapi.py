from __future__ import annotations

import typing as t
from decimal import Decimal

import pytest
import requests

if t.TYPE_CHECKING:
    from sandbox_support.small import Small

ENTRIES = "/openapi/bookedEntriesapi/v4.0.0/booked-entries"
LINES = "/openapi/q2capi/v5.3.0/invoices/booked/lines"
ACCOUNTS = "/openapi/accountsapi/v7.0.0/Accounts"


def entries(*numbers: int) -> list[dict[str, t.Any]]:
    return [
        {
            "entryNumber": number,
            "accountNumber": 1000 + number % 2,
            "amount": Decimal(number),
            "type": 1 + number % 2,
            "text": f"Entry {number}",
        }
        for number in numbers
    ]


@pytest.fixture
def openapi(small: Small) -> Small:
    small.company.put("/booked-entries", entries(*range(1, 26)))
    return small


def walk(small: Small, path: str, **parameters: t.Any) -> list[list[dict[str, t.Any]]]:
    """All pages of a cursor listing, asked for with the cursors that were answered."""
    pages = []
    cursor: dict[str, str] = {}
    while True:
        body = small.json(path, **parameters, **cursor)
        pages.append(body["items"])
        if "cursor" not in body:
            return pages
        cursor = {"cursor": body["cursor"]}


def test_a_cursor_is_the_key_of_the_first_row_of_the_next_page(openapi: Small) -> None:
    body = openapi.json(ENTRIES)
    assert [row["entryNumber"] for row in body["items"]] == list(range(1, 11))
    assert body["cursor"] == "11"


def test_cursors_lead_through_all_rows_and_are_absent_at_the_end(openapi: Small) -> None:
    pages = walk(openapi, ENTRIES)
    assert [len(page) for page in pages] == [10, 10, 5]
    assert [row["entryNumber"] for page in pages for row in page] == list(range(1, 26))
    assert list(openapi.json(ENTRIES, cursor="21")) == ["items"]


def test_a_last_page_that_is_full_has_no_cursor_either(openapi: Small) -> None:
    openapi.company.put("/booked-entries", entries(*range(1, 21)))
    assert [len(page) for page in walk(openapi, ENTRIES)] == [10, 10]


def test_a_listing_ascends_by_its_key(openapi: Small) -> None:
    openapi.company.put("/booked-entries", entries(3, 100, 20))
    assert openapi.numbers(ENTRIES, "entryNumber") == [3, 20, 100]


def test_rows_inserted_or_deleted_between_two_pages_shift_nothing(openapi: Small) -> None:
    cursor = openapi.json(ENTRIES)["cursor"]
    openapi.company.put("/booked-entries", entries(0, *range(2, 11), *range(12, 27)))
    assert openapi.numbers(ENTRIES, "entryNumber", cursor=cursor) == list(range(12, 22))


def test_a_compound_cursor_joins_the_parts_of_the_key(small: Small) -> None:
    keys = [(document, number) for document in (9, 10) for number in range(1, 13)]
    rows = [{"documentId": document, "number": number} for document, number in keys]
    small.company.put("/invoices/booked/lines", rows[::-1])
    assert small.json(LINES)["cursor"] == "9_11"
    assert small.json(LINES, cursor="9_11")["cursor"] == "10_9"
    walked = [(row["documentId"], row["number"]) for page in walk(small, LINES) for row in page]
    assert walked == keys


def test_the_cursor_does_not_remember_the_filter(openapi: Small) -> None:
    body = openapi.json(ENTRIES, filter="accountNumber$eq:1000")
    assert [row["entryNumber"] for row in body["items"]] == list(range(2, 21, 2))
    assert body["cursor"] == "22"
    with_filter = {"filter": "accountNumber$eq:1000", "cursor": "22"}
    assert openapi.numbers(ENTRIES, "entryNumber", **with_filter) == [22, 24]
    assert openapi.numbers(ENTRIES, "entryNumber", cursor="22") == [22, 23, 24, 25]


def test_a_filter_by_key_starts_in_the_middle(openapi: Small) -> None:
    pages = walk(openapi, ENTRIES, filter="entryNumber$gt:8$and:accountNumber$eq:1001")
    assert [row["entryNumber"] for page in pages for row in page] == list(range(9, 26, 2))


def test_sort_is_ignored_under_a_cursor(openapi: Small) -> None:
    assert openapi.numbers(ENTRIES, "entryNumber", sort="-entryNumber")[0] == 1
    assert openapi.numbers(ENTRIES, "entryNumber", sort="nonsense")[0] == 1


def test_unknown_parameters_are_ignored(openapi: Small) -> None:
    assert len(openapi.json(ENTRIES, pagesize=2, colour="red")["items"]) == 10


@pytest.mark.parametrize("cursor", ["soup", "1_2", "1" * 51])
def test_a_cursor_that_was_never_given_is_400(openapi: Small, cursor: str) -> None:
    assert openapi.get(ENTRIES, cursor=cursor).status_code == 400


def test_an_empty_listing_has_no_items_and_no_cursor(openapi: Small) -> None:
    openapi.company.put("/booked-entries", [])
    assert openapi.json(ENTRIES) == {"items": []}
    assert openapi.json(ENTRIES, cursor="7") == {"items": []}


def test_paths_and_parameters_are_compared_without_case(openapi: Small) -> None:
    path = "/openapi/BOOKEDENTRIESAPI/V4.0.0/Booked-Entries"
    assert openapi.numbers(path, "entryNumber", CURSOR="25") == [25]
    assert len(openapi.json(f"{ENTRIES}/PAGED", pagesize=3)) == 3


@pytest.mark.parametrize("version", ["v1.0.0", "v7.0.0", "v10.20.30"])
def test_every_version_of_a_service_is_answered(openapi: Small, version: str) -> None:
    assert openapi.json(f"/openapi/bookedEntriesapi/{version}/booked-entries/count") == 25


@pytest.mark.parametrize(
    "path",
    [
        "/openapi",
        "/openapi/bookedEntriesapi",
        "/openapi/bookedEntriesapi/booked-entries",
        "/openapi/bookedEntriesapi/v4/booked-entries",
        "/openapi/bookedEntriesapi/v4.0.0/nothing",
        "/openapi/nothingapi/v4.0.0/booked-entries",
        "/openapi/productsapi/v2.0.0/products/count",
    ],
)
def test_what_is_not_there_is_a_404_problem(openapi: Small, path: str) -> None:
    response = openapi.get(path)
    assert response.status_code == 404
    assert response.headers["Content-Type"].startswith("application/problem+json")
    assert response.json()["errorCode"] == "ResourceNotFound"


def test_a_count_is_a_bare_number_and_respects_the_filter(openapi: Small) -> None:
    assert openapi.get(f"{ENTRIES}/count").text == "25"
    assert openapi.get(f"{ENTRIES}/count", filter="entryNumber$lte:7").text == "7"


def test_a_page_is_a_bare_array_of_20_by_default(openapi: Small) -> None:
    assert openapi.numbers(f"{ENTRIES}/paged", "entryNumber") == list(range(1, 21))
    assert openapi.numbers(f"{ENTRIES}/paged", "entryNumber", skipPages=1) == list(range(21, 26))


def test_a_paged_listing_filters_and_sorts(openapi: Small) -> None:
    asked = {"filter": "type$eq:customerPayment", "sort": "-entryNumber", "pageSize": 2}
    assert openapi.numbers(f"{ENTRIES}/paged", "entryNumber", **asked) == [25, 23]


@pytest.mark.parametrize(
    ("parameter", "value", "message"),
    [
        ("pageSize", 101, "The field PageSize must be between 1 and 100"),
        ("pageSize", 0, "The field PageSize must be between 1 and 100"),
        ("skipPages", 101, "The field SkipPages must be between 0 and 100"),
    ],
)
def test_page_parameters_out_of_range_are_400(
    openapi: Small, parameter: str, value: int, message: str
) -> None:
    response = openapi.get(f"{ENTRIES}/paged", **{parameter: value})
    assert response.status_code == 400
    assert response.json()["errors"][0]["message"] == message


def test_a_paged_listing_ends_after_10000_items(openapi: Small) -> None:
    openapi.company.put("/booked-entries", entries(*range(1, 10_051)))
    last = openapi.json(f"{ENTRIES}/paged", pageSize=100, skipPages=99)
    assert last[-1]["entryNumber"] == 10_000
    assert openapi.json(f"{ENTRIES}/paged", pageSize=100, skipPages=100) == []
    assert openapi.json(f"{ENTRIES}/count") == 10_050


def test_accounting_years_are_paged_and_counted_but_have_no_cursor(small: Small) -> None:
    service = "/openapi/accountingyearsapi/v2.0.1/AccountingYears"
    small.company.put("/AccountingYears/paged", [{"year": "2024"}, {"year": "2025"}])
    assert small.numbers(f"{service}/paged", "year") == ["2024", "2025"]
    assert small.json(f"{service}/count") == 2
    assert small.get(service).status_code == 404


def test_products_are_paged_elsewhere(small: Small) -> None:
    small.company.put("/products", [{"productNumber": "b"}, {"productNumber": "A"}])
    service = "/openapi/productsapi/v2.0.0"
    assert small.numbers(f"{service}/products", "productNumber") == ["A", "b"]
    assert small.numbers(f"{service}/productspaged/paged", "productNumber") == ["A", "b"]


def test_the_lines_of_one_document_are_a_bare_array(small: Small) -> None:
    small.company.put("/invoices/booked/7/lines", [{"documentId": 7, "number": 1}])
    path = "/openapi/q2capi/v5.3.0/invoices/booked/7/lines"
    assert small.json(path) == [{"documentId": 7, "number": 1}]


def test_a_single_object_comes_bare(small: Small) -> None:
    small.company.put("/webhooks/INVOICE BOOKED", {"eventType": "INVOICE BOOKED"})
    path = "/openapi/webhooksapi/v1.0.0/webhooks/INVOICE%20BOOKED"
    assert small.json(path) == {"eventType": "INVOICE BOOKED"}


def test_false_booleans_are_left_out_everywhere(small: Small) -> None:
    inner = {"isOpen": False, "isNew": True}
    small.company.put("/Accounts", [{"number": 1, "isBarred": False, "inner": [inner]}])
    assert small.json(ACCOUNTS)["items"] == [{"number": 1, "inner": [{"isNew": True}]}]


def test_a_false_boolean_is_found_by_a_filter(small: Small) -> None:
    small.company.put(
        "/Accounts", [{"number": 1, "isBarred": False}, {"number": 2, "isBarred": True}]
    )
    assert small.numbers(ACCOUNTS, "number", filter="isBarred$eq:false") == [1]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("zzzNoSuchField$eq:1", "Filtering is not allowed on property 'zzzNoSuchField'"),
        ("type$gt:1", "Operator $gt: not supported on property type"),
        ("type$eq:zz", "Requested value 'zz' was not found"),
        (
            f"entryNumber$in:[{','.join(map(str, range(201)))}]",
            (
                "The $in: and $nin: operators only allow filtering on arrays with less than "
                "'200' values. Your array has 201 values."
            ),
        ),
    ],
)
@pytest.mark.parametrize("suffix", ["", "/paged", "/count"])
def test_a_bad_filter_is_refused_in_the_recorded_words(
    openapi: Small, suffix: str, text: str, message: str
) -> None:
    response = openapi.get(f"{ENTRIES}{suffix}", filter=text)
    body = response.json()
    assert response.status_code == 400
    assert response.headers["Content-Type"].startswith("application/problem+json")
    assert body["errorCode"] == "BadFilterRequest"
    assert body["errors"][0]["message"] == message
    assert "allowedFilteringFields" not in body


def test_in_takes_200_values_and_texts(small: Small) -> None:
    rows = [{"number": number, "name": f"n{number}"} for number in range(5)]
    small.company.put("/Subscriptions", rows)
    path = "/openapi/subscriptionsapi/v6.0.3/Subscriptions"
    values = ",".join(map(str, range(3, 203)))
    assert small.numbers(path, "number", filter=f"number$in:[{values}]") == [3, 4]
    assert small.numbers(path, "number", filter="name$in:[N1,n4]") == [1, 4]


@pytest.mark.parametrize("suffix", ["", "/paged", "/count"])
def test_every_filter_on_journals_is_500(small: Small, suffix: str) -> None:
    path = f"/openapi/journalsapi/v15.0.0/journals{suffix}"
    small.company.put("/journals", [{"number": 1}])
    assert small.get(path).status_code == 200
    response = small.get(path, filter="number$eq:1")
    assert response.status_code == 500
    assert response.headers["Content-Type"].startswith("application/problem+json")


def test_some_filters_and_sorts_on_accounts_are_500(small: Small) -> None:
    small.company.put("/Accounts", [{"number": 1}])
    for text in ("assetGroupNumber$gt:1", "isDepartmentMandatory$eq:true"):
        assert small.get(ACCOUNTS, filter=text).status_code == 500
    assert small.numbers(ACCOUNTS, "number", filter="isDepartmentMandatory$eq:$null:") == [1]
    assert small.get(f"{ACCOUNTS}/paged", sort="assetGroupNumber").status_code == 500


def test_a_sort_that_does_not_exist_is_400_on_a_paged_listing(openapi: Small) -> None:
    assert openapi.get(f"{ENTRIES}/paged", sort="-amount").status_code == 200
    assert openapi.get(f"{ENTRIES}/paged", sort="nonsense").status_code == 400


def test_wrong_tokens_are_a_401_problem(openapi: Small) -> None:
    url = openapi.sandbox.openapi_url + ENTRIES.removeprefix("/openapi")
    response = requests.get(url, headers={**openapi.headers, "X-AppSecretToken": "x"}, timeout=10)
    assert response.status_code == 401
    assert response.json()["status"] == 401


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"])
def test_any_method_but_get_is_a_405_problem(openapi: Small, method: str) -> None:
    url = openapi.sandbox.openapi_url + ENTRIES.removeprefix("/openapi")
    response = requests.request(method, url, headers=openapi.headers, timeout=10)
    assert response.status_code == 405
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["status"] == 405
    assert response.json()["detail"] == "The sandbox is read-only: use GET."


def test_a_missing_project_module_is_403_in_the_recorded_words(small: Small) -> None:
    small.company.put("/Projects", [{"number": 1}])
    path = "/openapi/projectsapi/v1.1.0/Projects"
    assert small.get(path).status_code == 200
    small.company.modules = set()
    response = small.get(path)
    assert response.status_code == 403
    assert response.json()["title"] == "Missing modules: Project"
    assert response.json()["errorCode"] == "AccessDeniedAgreementMissingModules"


def test_a_missing_dimension_module_has_its_own_code(small: Small) -> None:
    small.company.put("/dimensions", [])
    small.company.modules = {4, 74}
    response = small.get("/openapi/dimensionsapi/v5.3.1/dimensions")
    assert response.status_code == 403
    assert response.json()["errorCode"] == "DimensionIncorrectModule"


def test_a_role_that_may_not_read_is_403(openapi: Small) -> None:
    openapi.company.role = "Sales"
    assert openapi.get(ENTRIES).status_code == 403
    openapi.company.role = "Bookkeeping"
    assert openapi.get(ENTRIES).status_code == 200
