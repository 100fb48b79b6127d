from __future__ import annotations

import typing as t
from decimal import Decimal
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

if t.TYPE_CHECKING:
    from sandbox_support.small import Small

HOST = "https://restapi.e-conomic.com"


def customers(count: int) -> list[dict[str, t.Any]]:
    return [
        {
            "customerNumber": number,
            "name": f"Customer {number:04}",
            "city": "Aarhus" if number % 2 else "Odense",
            "barred": number == 1,
            "self": f"{HOST}/customers/{number}",
        }
        for number in range(1, count + 1)
    ]


@pytest.fixture
def rest(small: Small) -> Small:
    small.company.put("/customers", customers(45))
    return small


def query_of(link: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(link).query))


def test_a_collection_has_20_rows_a_page_by_default(rest: Small) -> None:
    body = rest.json("/rest/customers")
    assert [row["customerNumber"] for row in body["collection"]] == list(range(1, 21))
    assert body["pagination"]["pageSize"] == 20
    assert body["pagination"]["maxPageSizeAllowed"] == 1000
    assert body["pagination"]["results"] == 45
    assert body["pagination"]["resultsWithoutFilter"] == 45
    assert body["metaData"] == {}


def test_the_next_links_lead_through_all_rows(rest: Small) -> None:
    link = f"{rest.sandbox.rest_url}/customers?pagesize=20"
    numbers = []
    pages = 0
    while link:
        body = requests.get(link, headers=rest.headers, timeout=10).json()
        numbers += [row["customerNumber"] for row in body["collection"]]
        link = body["pagination"].get("nextPage")
        pages += 1
    assert numbers == list(range(1, 46))
    assert pages == 3


def test_the_first_page_has_no_previous_and_the_last_no_next(rest: Small) -> None:
    first = rest.json("/rest/customers", pagesize=20)["pagination"]
    middle = rest.json("/rest/customers", pagesize=20, skippages=1)["pagination"]
    last = rest.json("/rest/customers", pagesize=20, skippages=2)["pagination"]
    assert "previousPage" not in first
    assert query_of(first["nextPage"])["skippages"] == "1"
    assert query_of(middle["previousPage"])["skippages"] == "0"
    assert query_of(middle["nextPage"])["skippages"] == "2"
    assert query_of(middle["firstPage"])["skippages"] == "0"
    assert query_of(middle["lastPage"])["skippages"] == "2"
    assert "nextPage" not in last
    assert query_of(last["previousPage"])["skippages"] == "1"


def test_links_are_absolute_on_the_sandbox_and_carry_filter_and_sort(rest: Small) -> None:
    asked = {"pagesize": "5", "filter": "city$like:aar*", "sort": "-name"}
    body = rest.json("/rest/customers", **asked)
    link = body["pagination"]["nextPage"]
    assert link.startswith(f"{rest.sandbox.rest_url}/customers?")
    assert query_of(link) == {**asked, "skippages": "1"}
    assert query_of(body["self"]) == asked
    assert "filter=city%24like%3aaar" in link


def test_unknown_parameters_are_ignored_and_copied_into_every_link(rest: Small) -> None:
    body = rest.json("/rest/customers", page_size=1000, pagesize=2)
    assert len(body["collection"]) == 2
    assert query_of(body["pagination"]["nextPage"])["page_size"] == "1000"
    assert query_of(body["collection"][0]["self"]) == {"page_size": "1000"}


def test_the_parameters_are_lower_case(rest: Small) -> None:
    assert len(rest.json("/rest/customers", pageSize=2)["collection"]) == 20


def test_1000_rows_are_the_most_of_a_page(rest: Small) -> None:
    assert len(rest.json("/rest/customers", pagesize=1000)["collection"]) == 45
    assert rest.get("/rest/customers", pagesize=1001).status_code == 400


@pytest.mark.parametrize("size", ["1001", "0", "-1", "many", "1.5", ""])
def test_a_page_size_out_of_range_is_e04810(rest: Small, size: str) -> None:
    body = rest.get("/rest/customers", pagesize=size)
    assert body.status_code == 400
    assert body.json()["errorCode"] == "E04810"
    assert "must be a positive whole number between 1 and 1000" in body.json()["message"]


def test_a_page_beyond_the_end_is_empty_with_the_true_results(rest: Small) -> None:
    body = rest.json("/rest/customers", skippages=99999)
    assert body["collection"] == []
    assert body["pagination"]["results"] == 45
    assert "nextPage" not in body["pagination"]


def test_an_empty_collection_has_no_links_but_a_hint(rest: Small) -> None:
    pagination = rest.json("/rest/customers", filter="name$eq:nobody")["pagination"]
    assert pagination == {
        "skipPages": 0,
        "pageSize": 20,
        "maxPageSizeAllowed": 1000,
        "results": 0,
        "resultsWithoutFilter": 45,
        "developerHint": "Pagination links are suppressed when there are no results.",
    }


def test_rows_shift_when_one_is_deleted_between_two_pages(rest: Small) -> None:
    rest.json("/rest/customers", pagesize=20)
    rest.company.put("/customers", customers(45)[1:])
    numbers = rest.numbers("/rest/customers", "customerNumber", pagesize=20, skippages=1)
    assert numbers[0] == 22


def test_a_filter_narrows_the_results_but_not_those_without_filter(rest: Small) -> None:
    body = rest.json("/rest/customers", filter="city$eq:odense$and:customerNumber$gt:40")
    assert [row["customerNumber"] for row in body["collection"]] == [42, 44]
    assert body["pagination"]["results"] == 2
    assert body["pagination"]["resultsWithoutFilter"] == 45


def test_a_filter_by_key_finds_its_rows_wherever_they_stand(rest: Small) -> None:
    shuffled = customers(45)[20:] + customers(45)[:20]
    for rows in (customers(45), shuffled):
        rest.company.put("/customers", rows)
        found = {
            text: sorted(
                rest.numbers("/rest/customers", "customerNumber", filter=text, pagesize=1000)
            )
            for text in (
                "customerNumber$gt:43",
                "customerNumber$lte:2",
                "customerNumber$gte:10$and:customerNumber$lt:12",
                "customerNumber$eq:7",
                "customerNumber$gt:99",
                "customerNumber$gt:2.5$and:customerNumber$lt:4$or:customerNumber$eq:40",
            )
        }
        assert list(found.values()) == [[44, 45], [1, 2], [10, 11], [7], [], [3, 40]]


def test_a_property_that_does_not_filter_is_400_with_those_that_do(rest: Small) -> None:
    response = rest.get("/rest/customers", filter="shoeSize$eq:43")
    body = response.json()
    assert response.status_code == 400
    assert body["errors"] == ["Filtering is not allowed on property 'shoeSize'."]
    assert {"customerNumber", "customerGroup.customerGroupNumber", "lastUpdated"} <= set(
        body["allowedFilteringFields"]
    )
    assert "paymentTerms.paymentTermsNumber" not in body["allowedFilteringFields"]


def test_what_the_schemas_call_filterable_may_still_be_refused(small: Small) -> None:
    small.company.put("/products", [{"productNumber": "1"}])
    assert small.get("/rest/products", filter="inventory.grossWeight$gt:1").status_code == 400


def test_a_filter_that_cannot_be_read_is_400(rest: Small) -> None:
    for text in ("name$is:x", "ean$null:", "customerNumber$in:1,2", "name$eq:)"):
        response = rest.get("/rest/customers", filter=text)
        assert response.status_code == 400, text
        assert response.json()["message"] == "Could not parse query string filter."


def test_in_takes_200_values(rest: Small) -> None:
    values = ",".join(map(str, range(1, 202)))
    assert rest.get("/rest/customers", filter=f"customerNumber$in:[{values}]").status_code == 400
    values = ",".join(map(str, range(1, 201)))
    found = rest.json("/rest/customers", filter=f"customerNumber$in:[{values}]")
    assert found["pagination"]["results"] == 45


def test_in_answers_for_texts_and_finds_nothing(rest: Small) -> None:
    body = rest.json("/rest/customers", filter="city$in:[Aarhus,Odense]")
    assert body["pagination"]["results"] == 0


def test_enums_take_eq_and_ne_alone(small: Small) -> None:
    small.company.put("/accounts", [{"accountNumber": 1, "accountType": "heading"}])
    assert small.numbers("/rest/accounts", "accountNumber", filter="accountType$eq:heading") == [1]
    assert small.numbers("/rest/accounts", "accountNumber", filter="accountType$ne:heading") == []
    for operator in ("like", "in", "gt"):
        response = small.get("/rest/accounts", filter=f"accountType${operator}:[heading]")
        assert response.status_code == 400


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/orders/drafts", "paymentTerms.paymentTermsNumber$eq:1"),
        ("/products", "departmentalDistribution.departmentalDistributionNumber$gt:1"),
        ("/products", "barred$ne:true"),
        ("/products", "barred$eq:$null:"),
    ],
)
def test_some_filters_are_500(small: Small, path: str, text: str) -> None:
    small.company.put(path, [{"barred": True}])
    assert small.get(f"/rest{path}", filter=text).status_code == 500


def test_products_filter_by_barred_with_eq(small: Small) -> None:
    small.company.put(
        "/products",
        [{"productNumber": "1", "barred": True}, {"productNumber": "2", "barred": False}],
    )
    assert small.numbers("/rest/products", "productNumber", filter="barred$eq:false") == ["2"]


def test_sort_takes_several_properties_and_directions(rest: Small) -> None:
    numbers = rest.numbers("/rest/customers", "customerNumber", sort="-city,-name", pagesize=3)
    assert numbers == [44, 42, 40]
    numbers = rest.numbers("/rest/customers", "customerNumber", sort="city,-customerNumber")
    assert numbers[:2] == [45, 43]


def test_sort_is_blind_to_case_and_puts_absent_values_first(small: Small) -> None:
    rows = [{"customerNumber": 1, "name": "b"}, {"customerNumber": 2, "name": "A"}]
    small.company.put("/customers", [*rows, {"customerNumber": 3}])
    assert small.numbers("/rest/customers", "customerNumber", sort="name") == [3, 2, 1]


def test_a_tilde_sorts_numbers_as_texts(small: Small) -> None:
    small.company.put("/customers", [{"customerNumber": number} for number in (9, 10, 100)])
    numbers = small.numbers("/rest/customers", "customerNumber", sort="~customerNumber")
    assert numbers == [10, 100, 9]


def test_a_property_that_does_not_sort_is_400_without_a_list(small: Small) -> None:
    small.company.put("/invoices/drafts", [])
    small.company.put("/payment-terms", [])
    for path, name in (
        ("/rest/invoices/drafts", "lastUpdated"),
        ("/rest/payment-terms", "paymentTermsNumber"),
    ):
        response = small.get(path, sort=name)
        assert response.status_code == 400
        assert "Could not parse query string sort parameter" in response.json()["message"]
        assert "allowedFilteringFields" not in response.json()


def test_a_listing_without_sort_stands_in_its_default_order(small: Small) -> None:
    small.company.put("/accounts", [{"accountNumber": number} for number in (3, 1, 2)])
    small.company.put("/customers", [{"customerNumber": number} for number in (3, 1, 2)])
    assert small.numbers("/rest/accounts", "accountNumber") == [1, 2, 3]
    assert small.numbers("/rest/customers", "customerNumber") == [3, 1, 2]


def test_false_booleans_are_left_out_or_sent_as_the_real_api_does(small: Small) -> None:
    small.company.put(
        "/customers",
        [{"customerNumber": 1, "barred": False, "eInvoicingDisabledByDefault": False}],
    )
    small.company.put("/products", [{"productNumber": "1", "barred": False}])
    small.company.put("/accounts", [{"barred": False, "blockDirectEntries": False}])
    small.company.put("/departments", [{"departmentNumber": 1, "barred": False}])
    small.company.put("/departmental-distributions", [{"barred": False}])
    small.company.put("/accounting-years", [{"year": "2025", "closed": False}])
    answers = {
        path: small.json(f"/rest{path}")["collection"][0] for path in list(small.company.tables)
    }
    assert answers == {
        "/customers": {"customerNumber": 1, "eInvoicingDisabledByDefault": False},
        "/products": {"productNumber": "1", "barred": False},
        "/accounts": {"blockDirectEntries": False},
        "/departments": {"departmentNumber": 1},
        "/departmental-distributions": {"barred": False},
        "/accounting-years": {"year": "2025"},
    }


def test_a_single_object_comes_without_an_envelope(small: Small) -> None:
    small.company.put("/self", {"agreementNumber": 1001, "self": f"{HOST}/self"})
    assert small.json("/rest/self") == {
        "agreementNumber": 1001,
        "self": f"{small.sandbox.rest_url}/self",
    }


def test_links_in_records_point_to_the_sandbox(rest: Small) -> None:
    row = rest.json("/rest/customers")["collection"][6]
    assert row["self"] == f"{rest.sandbox.rest_url}/customers/7"


@pytest.mark.parametrize("year", ["2023_6_2024", "2023%2F2024", "2023%2f2024"])
def test_a_year_of_two_names_is_found_in_both_spellings(small: Small, year: str) -> None:
    small.company.put("/accounting-years/2023/2024/entries", [{"entryNumber": 1}])
    assert small.numbers(f"/rest/accounting-years/{year}/entries", "entryNumber") == [1]


def test_all_escapes_of_links_are_decoded(small: Small) -> None:
    number = "<>*%:&/\\_ ?.#+"
    small.company.put(f"/products/{number}", {"productNumber": number})
    path = "".join(f"_{code}_" for code in range(14))
    assert small.json(f"/rest/products/{path}") == {"productNumber": number}
    small.company.put("/products/123132_2", {"productNumber": "123132_2"})
    assert small.json("/rest/products/123132_8_2") == {"productNumber": "123132_2"}


def test_amounts_come_out_digit_for_digit(small: Small) -> None:
    small.company.put("/customers", [{"balance": Decimal("100.00"), "due": Decimal("0.100000")}])
    assert '"balance":100.00,"due":0.100000' in small.get("/rest/customers").text


@pytest.mark.parametrize("path", ["/customers/99", "/nothing", "/customers/1/nothing", ""])
def test_what_is_not_there_is_404_e06000(rest: Small, path: str) -> None:
    response = rest.get(f"/rest{path}")
    assert response.status_code == 404
    assert response.json()["errorCode"] == "E06000"


def test_paths_are_compared_with_case(rest: Small) -> None:
    assert rest.get("/rest/Customers").status_code == 404


@pytest.mark.parametrize("header", ["X-AppSecretToken", "X-AgreementGrantToken"])
def test_a_wrong_or_missing_token_is_401(rest: Small, header: str) -> None:
    url = f"{rest.sandbox.rest_url}/customers"
    for headers in ({**rest.headers, header: "wrong"}, {**rest.headers, header: None}):
        response = requests.get(url, headers=headers, timeout=10)
        assert response.status_code == 401
        assert response.json()["httpStatusCode"] == 401
        assert response.json()["demoLink"] == f"{url}?demo=true"


def test_demo_is_accepted_for_both_tokens(rest: Small) -> None:
    url = f"{rest.sandbox.rest_url}/customers"
    demo = {"X-AppSecretToken": "demo", "X-AgreementGrantToken": "demo"}
    assert requests.get(url, headers=demo, timeout=10).status_code == 200
    half = {**rest.headers, "X-AppSecretToken": "demo"}
    assert requests.get(url, headers=half, timeout=10).status_code == 401


def test_demo_in_the_address_needs_no_tokens_and_is_carried_on(rest: Small) -> None:
    body = requests.get(f"{rest.sandbox.rest_url}/customers?demo=true", timeout=10).json()
    assert query_of(body["pagination"]["nextPage"])["demo"] == "true"


@pytest.mark.parametrize("path", ["/customers", "/customers/1", "/nothing"])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"])
def test_any_method_but_get_is_405_in_the_form_of_the_api(
    rest: Small, method: str, path: str
) -> None:
    url = f"{rest.sandbox.rest_url}{path}"
    response = requests.request(method, url, headers=rest.headers, timeout=10)
    assert response.status_code == 405
    assert response.json()["httpStatusCode"] == 405
    assert response.json()["message"] == "The sandbox is read-only: use GET."


def test_a_head_request_is_405_too(rest: Small) -> None:
    url = f"{rest.sandbox.rest_url}/customers"
    assert requests.head(url, headers=rest.headers, timeout=10).status_code == 405


def test_a_role_that_may_not_read_is_403(rest: Small) -> None:
    rest.company.role = "Bookkeeping"
    response = rest.get("/rest/customers")
    assert response.status_code == 403
    assert response.json()["httpStatusCode"] == 403
