"""The envelopes and errors of the sandbox beside those recorded from the real API."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import pytest
import requests

from sandbox_support.published import FACTS

if t.TYPE_CHECKING:
    from sandbox_support.small import Small

ROOT = Path(__file__).parents[2]
HOST = "https://restapi.e-conomic.com"


def recorded(name: str) -> t.Any:
    return json.loads((FACTS / name).read_text(encoding="utf-8"))


def shape(value: t.Any) -> t.Any:
    """The names and types of a body, without its values."""
    if isinstance(value, dict):
        return {name: shape(member) for name, member in value.items()}
    if isinstance(value, list):
        return [shape(member) for member in value[:1]]
    return type(value)


@pytest.mark.parametrize(("page", "skip"), [("first", 0), ("middle", 1), ("last", 3)])
def test_a_page_has_the_recorded_pagination(small: Small, page: str, skip: int) -> None:
    expected = recorded(f"rest/samples/pagination.customers.{page}-page.records-removed.json")
    small.company.put("/customers", [{"customerNumber": n} for n in range(3684)])
    body = small.json("/rest/customers", skippages=skip, pagesize=1000)
    rewritten = json.loads(json.dumps(body).replace(small.sandbox.rest_url, HOST))
    assert rewritten["pagination"] == expected["pagination"]
    assert rewritten["self"] == expected["self"]
    assert rewritten.keys() == expected.keys()


@pytest.mark.parametrize("name", ["accounts", "products"])
def test_the_first_of_several_pages_is_as_recorded_live(small: Small, name: str) -> None:
    expected = recorded(f"rest/samples/{name}.collection.json")
    rows = expected["collection"]
    count = expected["pagination"]["results"]
    padding = [{"accountNumber": 9000 + number} for number in range(count - len(rows))]
    small.company.put(f"/{name}", [*rows, *padding])
    body = small.json(f"/rest/{name}", pagesize=2)
    rewritten = json.loads(json.dumps(body).replace(small.sandbox.rest_url, HOST))
    for member in ("collection", "pagination", "self"):
        assert rewritten[member] == expected[member]


def test_an_empty_collection_is_as_recorded(small: Small) -> None:
    name = "empty-collection.departmental-distributions.distributions.json"
    expected = recorded(f"rest/samples/{name}")
    small.company.put("/departments", [])
    body = small.json("/rest/departments", skippages=0, pagesize=1000)
    # The words of the hint are not recorded.
    assert body["pagination"].pop("developerHint")
    assert expected["pagination"].pop("developerHint")
    assert body["pagination"] == expected["pagination"]
    assert body["collection"] == expected["collection"]


def test_departmental_distributions_name_their_parts_as_recorded(small: Small) -> None:
    expected = recorded("rest/samples/departmental-distributions.collection.json")
    small.company.put("/departmental-distributions", expected["collection"])
    body = small.json("/rest/departmental-distributions", skippages=0, pagesize=1000)
    rewritten = json.loads(json.dumps(body).replace(small.sandbox.rest_url, HOST))
    del rewritten["metaData"]
    assert rewritten == expected


def test_a_bad_filter_has_the_recorded_members(small: Small) -> None:
    expected = recorded("rest/samples/error-400-filter.json")
    small.company.put("/customers", [])
    body = small.get("/rest/customers", filter="bogusProp$eq:1").json()
    assert shape(body) == shape(expected)
    assert body["message"] == expected["message"]
    assert body["errors"] == expected["errors"]
    assert set(expected["allowedFilteringFields"]) <= set(body["allowedFilteringFields"])


def test_wrong_tokens_have_the_recorded_members(small: Small) -> None:
    expected = recorded("rest/samples/error-401.2015.json")
    body = requests.get(f"{small.sandbox.rest_url}/accounts/1", timeout=10).json()
    assert shape(body) == shape(expected)
    assert body["demoLink"].replace(small.sandbox.rest_url, HOST) == expected["demoLink"]


def test_a_missing_entity_has_the_recorded_members(small: Small) -> None:
    expected = recorded("rest/samples/error-404.2015-errorCode.json")
    body = small.get("/rest/customers/1").json()
    # The recording of 2015 also names a .NET exception.
    del expected["exceptionMessage"]
    assert shape(body) == shape(expected)
    assert body["errorCode"] == expected["errorCode"]


def test_a_missing_resource_is_the_recorded_problem(small: Small) -> None:
    expected = recorded("openapi/samples/error_404_problem.json")
    response = small.get("/openapi/accountsapi/v7.0.0/nothing")
    body = response.json()
    assert shape(body) == shape(expected)
    for member in ("type", "title", "status", "errors", "errorCode"):
        assert body[member] == expected[member]


def test_the_limit_headers_have_the_recorded_form(small: Small) -> None:
    seen = recorded("openapi/samples/rate_limit_headers.json")["observations"][0]["headers"]
    headers = small.get("/rest/nothing").headers
    assert headers["X-CallCost"] == seen["X-CallCost"]
    assert headers["X-RateLimiting"].split(":")[0] == seen["X-RateLimiting"].split(":")[0]
    assert headers["X-RateLimiting"].endswith("/10000")
