from __future__ import annotations

import http.client
import typing as t
from urllib.parse import urlsplit

import pytest
import requests

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.serving import Served

    Get: t.TypeAlias = t.Callable[..., requests.Response]

INVOICES = "/rest/invoices/booked"
ENTRIES = "/openapi/bookedEntriesapi/v4.0.0/booked-entries"
LINES = "/openapi/q2capi/v5.3.0/invoices/booked/lines"


@pytest.fixture
def get(served: Served) -> Iterator[Get]:
    """Ask the server, which has 2,500 invoices and as many entries."""
    served.begin(invoices=2500, entries=2500)
    base = served.settings["rest_url"].removesuffix("/rest")
    with requests.Session() as session:
        yield lambda path, **query: session.get(base + path, params=query)


def test_the_links_of_a_classic_listing_lead_through_all_rows(get: Get) -> None:
    numbers: list[int] = []
    page = get(INVOICES, pagesize=1000, sort="bookedInvoiceNumber").json()
    while True:
        numbers += [row["bookedInvoiceNumber"] for row in page["collection"]]
        assert page["pagination"]["results"] == 2500
        if "nextPage" not in page["pagination"]:
            break
        page = requests.get(page["pagination"]["nextPage"], timeout=10).json()
    assert numbers == list(range(1, 2501))


def test_a_classic_range_holds_its_rows_and_counts_them(get: Get) -> None:
    wanted = "date$gt:2019-01-01$and:bookedInvoiceNumber$gt:1500"
    assert get(INVOICES, filter=wanted).status_code == 400
    wanted = "bookedInvoiceNumber$gt:1500$and:bookedInvoiceNumber$lte:2400"
    page = get(INVOICES, filter=wanted, pagesize=1000).json()
    assert [row["bookedInvoiceNumber"] for row in page["collection"]] == list(range(1501, 2401))
    assert page["pagination"]["results"] == 900
    assert "nextPage" not in page["pagination"]


def test_the_highest_number_of_a_range_comes_first_in_the_descending_order(get: Get) -> None:
    wanted = "bookedInvoiceNumber$lte:2400"
    page = get(INVOICES, filter=wanted, pagesize=1, sort="-bookedInvoiceNumber").json()
    assert [row["bookedInvoiceNumber"] for row in page["collection"]] == [2400]


def test_invoices_are_found_by_their_numbers(get: Get) -> None:
    page = get(INVOICES, filter="bookedInvoiceNumber$in:[2499,17,2501]", pagesize=1000).json()
    assert [row["bookedInvoiceNumber"] for row in page["collection"]] == [17, 2499]
    assert page["pagination"]["results"] == 2


def test_a_payment_moves_an_invoice_from_the_unpaid_to_the_paid(served: Served, get: Get) -> None:
    def numbers(status: str) -> list[int]:
        query = {"filter": "bookedInvoiceNumber$lte:500", "pagesize": 1000}
        return [
            row["bookedInvoiceNumber"]
            for row in get(f"/rest/invoices/{status}", **query).json()["collection"]
        ]

    def remainders() -> dict[int, float]:
        rows = get(INVOICES, pagesize=500).json()["collection"]
        return {row["bookedInvoiceNumber"]: row["remainder"] for row in rows if row["remainder"]}

    assert numbers("unpaid") == list(remainders()) == [100, 200, 300, 400, 500]
    assert sorted(numbers("paid") + numbers("unpaid")) == list(range(1, 501))
    served.begin(invoices=2500, paid=300)
    assert numbers("unpaid") == list(remainders()) == [400, 500]
    assert sorted(numbers("paid") + numbers("unpaid")) == list(range(1, 501))
    served.begin(invoices=2500)
    assert numbers("unpaid") == [100, 200, 300, 400, 500]


def test_a_booked_invoice_has_the_size_of_a_recorded_one(get: Get) -> None:
    body = get(INVOICES, pagesize=1000).content
    assert 1600 < len(body) / 1000 < 1800


@pytest.mark.parametrize(
    ("filter_", "expected"),
    [
        (None, range(1, 2501)),
        ("entryNumber$gt:700", range(701, 2501)),
        ("entryNumber$gte:700$and:entryNumber$lt:702", range(700, 702)),
        ("(entryNumber$gt:100)$and:(entryNumber$lte:1900)", range(101, 1901)),
        ("entryNumber$gt:2500", range(0)),
    ],
)
def test_a_cursor_leads_through_the_rows_of_a_filter(
    get: Get, filter_: str | None, expected: range
) -> None:
    query = {"filter": filter_} if filter_ else {}
    numbers: list[int] = []
    page = get(ENTRIES, **query).json()
    while True:
        numbers += [row["entryNumber"] for row in page["items"]]
        if "cursor" not in page:
            break
        page = get(ENTRIES, **query, cursor=page["cursor"]).json()
    assert numbers == list(expected)
    assert get(f"{ENTRIES}/count", **query).json() == len(expected)


def test_the_lines_of_an_invoice_go_with_its_document(get: Get) -> None:
    (document,) = [get(f"{INVOICES}/1234").json()]
    lines = get(LINES, filter="documentId$eq:1234").json()["items"]
    assert document["bookedInvoiceNumber"] == 1234
    assert [line["totalNetAmount"] for line in lines] == [
        line["totalNetAmount"] for line in document["lines"]
    ]
    assert get(f"{LINES}/count").json() == 2500 * len(lines)


@pytest.mark.parametrize(
    ("path", "query"),
    [
        (INVOICES, {"filter": "customer.customerNumber$eq:7"}),
        (INVOICES, {"filter": "date$in:[1,2]"}),
        (INVOICES, {"filter": "bookedInvoiceNumber$in:[1,2,3]", "pagesize": "2"}),
        (INVOICES, {"sort": "-bookedInvoiceNumber"}),
        (f"{INVOICES}/2501", {}),
        (ENTRIES, {"sort": "entryNumber"}),
        (f"{ENTRIES}/count", {"filter": "date$gte:2020-01-01"}),
    ],
)
def test_a_question_of_a_large_listing_that_is_not_understood_is_refused(
    get: Get, path: str, query: dict[str, str]
) -> None:
    assert get(path, **query).status_code == 400


def test_all_else_is_answered_by_the_sandbox_with_links_to_this_server(
    served: Served, get: Get
) -> None:
    first = get("/rest/customers", pagesize=5)
    assert len(first.json()["collection"]) == 5
    assert first.json()["self"].startswith(served.settings["rest_url"])
    assert get("/rest/customers", pagesize=5).content == first.content
    assert get("/rest/nothing-here").status_code == 404


def test_without_large_listings_the_small_agreement_has_its_own(served: Served, get: Get) -> None:
    served.begin()
    assert 0 < get(INVOICES).json()["pagination"]["results"] < 2500


def test_only_the_requests_of_the_api_are_counted(served: Served, get: Get) -> None:
    get(ENTRIES)
    get("/rest/self")
    assert served.requests() == 2
    assert served.requests() == 2
    served.begin()
    assert served.requests() == 0


def test_a_request_that_waits_does_not_hold_up_others(served: Served, get: Get) -> None:
    served.begin(entries=10, delay=3600)
    waiting = http.client.HTTPConnection(urlsplit(served.settings["rest_url"]).netloc)
    waiting.request("GET", ENTRIES)
    assert any(served.requests() for _ in range(1000))
    served.begin(entries=10)
    assert len(get(ENTRIES).json()["items"]) == 10
    waiting.close()
