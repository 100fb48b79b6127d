from __future__ import annotations

import json
import typing as t
from decimal import Decimal

import pytest
import requests

from economic_sandbox.apis.errors import ApiError
from economic_sandbox.company import generate_company
from economic_sandbox.server import Sandbox
from sandbox_support.small import tokens

if t.TYPE_CHECKING:
    from collections.abc import Iterator

Body = dict[str, t.Any]


@pytest.fixture(scope="module")
def _running() -> Iterator[Sandbox]:
    with Sandbox(generate_company(invoices=30), page_size=25) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(_running: Sandbox) -> Sandbox:
    """A running sandbox of a company that nothing has happened to yet."""
    _running.replace_company(generate_company(invoices=30))
    return _running


def get(sandbox: Sandbox, path: str, **parameters: t.Any) -> t.Any:
    service = not path.startswith("/rest")
    url = f"{sandbox.openapi_url}{path}" if service else f"{sandbox.rest_url}{path[5:]}"
    response = requests.get(url, parameters, headers=tokens(sandbox), timeout=10)
    assert response.status_code == 200, response.text
    return json.loads(response.content, parse_float=Decimal)


def post(sandbox: Sandbox, body: Body | None = None, **query: t.Any) -> requests.Response:
    return requests.post(sandbox.time_url, params=query, json=body, timeout=10)


def pages(sandbox: Sandbox, path: str, size: int) -> Iterator[list[t.Any]]:
    """The pages of a classic listing, by offset."""
    last, number = 0, 0
    while number <= last:
        body = get(sandbox, f"/rest{path}", pagesize=size, skippages=number)
        last = (body["pagination"]["results"] - 1) // size
        number += 1
        yield body["collection"]


def cursor_rows(sandbox: Sandbox, path: str) -> list[t.Any]:
    found: list[t.Any] = []
    cursor: dict[str, str] = {}
    while True:
        body = get(sandbox, path, **cursor)
        found += body["items"]
        if "cursor" not in body:
            return found
        cursor = {"cursor": body["cursor"]}


class TestEndpoint:
    def test_steps_happen_and_are_told(self, sandbox: Sandbox) -> None:
        entries = len(sandbox.company.ledger.entries)
        told = post(sandbox, steps=12, seed=3).json()
        assert len(told["events"]) == 12
        assert set(told["events"]) <= set(sandbox.simulation.names)
        assert told["revision"] == sandbox.company.revision == 12
        assert told["now"] == sandbox.company.now.isoformat()
        assert len(sandbox.company.ledger.entries) > entries

    def test_the_same_seed_tells_the_same_story(self, sandbox: Sandbox) -> None:
        first = post(sandbox, steps=8, seed=3).json()["events"]
        sandbox.replace_company(generate_company(invoices=30))
        assert post(sandbox, steps=8, seed=3).json()["events"] == first
        sandbox.replace_company(generate_company(invoices=30))
        assert post(sandbox, steps=8, seed=4).json()["events"] != first

    def test_events_are_named_in_a_body_or_in_the_query(self, sandbox: Sandbox) -> None:
        told = post(sandbox, {"events": ["book_invoice", "pay_in_part"], "days": 3}).json()
        assert told["events"] == ["book_invoice", "pay_in_part"]
        told = post(sandbox, events="add_draft,delete_draft").json()
        assert told["events"] == ["add_draft", "delete_draft"]

    def test_what_has_happened_shows_in_the_next_answer(self, sandbox: Sandbox) -> None:
        before = get(sandbox, "/rest/invoices/booked")["pagination"]["results"]
        post(sandbox, events="book_invoice")
        assert get(sandbox, "/rest/invoices/booked")["pagination"]["results"] == before + 1

    def test_days_pass(self, sandbox: Sandbox) -> None:
        today = sandbox.company.today
        assert post(sandbox, days=5).json()["events"] == []
        assert (sandbox.company.today - today).days == 5

    def test_it_tells_the_time_and_what_can_happen(self, sandbox: Sandbox) -> None:
        told = requests.get(sandbox.time_url, timeout=10).json()
        assert told["now"] == sandbox.company.now.isoformat()
        assert told["names"] == list(sandbox.simulation.names)

    @pytest.mark.parametrize(
        ("body", "complaint"),
        [
            ({"events": ["rob_the_bank"]}, "no event 'rob_the_bank'"),
            ({"steps": -1}, "steps"),
            ({"step": 1}, "unknown field `step`"),
            ([], "object"),
        ],
    )
    def test_a_wish_that_it_does_not_understand_is_refused(
        self, sandbox: Sandbox, body: t.Any, complaint: str
    ) -> None:
        # requests sends no body for an empty one.
        answer = requests.post(sandbox.time_url, data=json.dumps(body), timeout=10)
        assert answer.status_code == 400
        assert complaint in answer.json()["error"]

    def test_what_cannot_happen_is_a_conflict_and_tells_what_has_happened(
        self, sandbox: Sandbox
    ) -> None:
        sandbox.company.drafts.clear()
        answer = post(sandbox, {"events": ["book_invoice", "delete_draft", "book_invoice"]})
        assert answer.status_code == 409
        assert answer.json()["events"] == ["book_invoice"]
        assert "no draft" in answer.json()["error"]

    def test_time_passes_in_the_agreement_that_is_named(self) -> None:
        companies = [generate_company(seed, 5) for seed in (1, 2)]
        agreements = {f"grant-{company.agreement_number}": company for company in companies}
        with Sandbox(agreements=agreements) as sandbox:
            numbers = [company.agreement_number for company in companies]
            told = requests.get(sandbox.time_url, timeout=10).json()
            assert (told["agreements"], told["agreement"]) == (numbers, numbers[0])
            told = post(sandbox, {"agreement": numbers[1], "seed": 3, "steps": 2}).json()
            assert told["agreement"] == numbers[1]
            assert [company.revision for company in companies] == [0, 2]
            happened = [event.name for event in sandbox.simulations[numbers[1]].history]
            assert happened == told["events"]
            assert sandbox.simulation.history == []
            unknown = post(sandbox, {"agreement": 7, "steps": 1})
            with pytest.raises(LookupError, match="no agreement 7"):
                sandbox.start_simulation(seed=1, agreement_number=7)
        assert unknown.status_code == 404
        assert "no agreement 7" in unknown.json()["error"]

    def test_it_is_no_part_of_the_apis(self, sandbox: Sandbox) -> None:
        assert post(sandbox, steps=1).headers.get("X-CallCost") is None
        assert sandbox.requests == []
        for url in (f"{sandbox.rest_url}/customers", f"{sandbox.rest_url}/time"):
            answer = requests.post(url, headers=tokens(sandbox), timeout=10)
            assert answer.status_code == 405


class TestBetweenPages:
    def test_a_change_comes_between_the_first_page_and_the_second(self, sandbox: Sandbox) -> None:
        between = sandbox.change_between_pages("add_customer", at={1})
        read = [row for page in pages(sandbox, "/customers", 10) for row in page]
        assert between.changes == [(1, "add_customer")]
        assert len(read) == len(sandbox.company.customers)

    @pytest.mark.parametrize(
        ("event", "path"),
        [
            ("replace_draft", "/invoices/drafts"),
            ("replace_order", "/orders/sent"),
            ("replace_customer", "/customers"),
            ("replace_product", "/products"),
        ],
    )
    def test_one_in_and_one_out_leaves_the_count_as_it_was(
        self, sandbox: Sandbox, event: str, path: str
    ) -> None:
        def rows() -> list[t.Any]:
            return [row["self"] for row in sandbox.oracle.rows(None, path)]

        before = rows()
        between = sandbox.change_between_pages(event, path=path)
        read = [row["self"] for page in pages(sandbox, path, 2) for row in page]
        assert {name for _, name in between.changes} == {event}
        assert len(read) == len(before) == len(rows())
        assert set(before) != set(rows())

    def test_a_row_slips_between_two_pages_of_a_read_by_offset(self, sandbox: Sandbox) -> None:
        first = min(sandbox.company.drafts)
        stayed = {row["self"] for row in sandbox.oracle.rows(None, "/invoices/drafts")}

        @sandbox.before_response
        def delete_the_first(exchange: t.Any) -> None:
            if exchange.number == 1:
                del sandbox.company.drafts[first]
                sandbox.company.revision += 1

        read = {row["self"] for page in pages(sandbox, "/invoices/drafts", 2) for row in page}
        stayed &= {row["self"] for row in sandbox.oracle.rows(None, "/invoices/drafts")}
        assert len(stayed - read) == 1

    def test_chance_decides_the_same_way_for_the_same_seed(self, sandbox: Sandbox) -> None:
        stories = []
        for seed in (1, 1, 2):
            sandbox.replace_company(generate_company(invoices=30))
            between = sandbox.change_between_pages(chance=40, seed=seed)
            for _ in pages(sandbox, "/accounts", 2):
                pass
            stories.append(between.changes)
        assert stories[0] == stories[1] != stories[2]
        assert 5 < len(stories[0]) < 25

    def test_only_requests_of_the_path_and_its_count_are_moments(self, sandbox: Sandbox) -> None:
        between = sandbox.change_between_pages("add_draft", "delete_draft", path="/booked-entries")
        get(sandbox, "/bookedEntriesapi/v4.0.0/booked-entries")
        get(sandbox, "/rest/customers")
        get(sandbox, "/bookedEntriesapi/v4.0.0/booked-entries/count")
        get(sandbox, "/bookedEntriesapi/v4.0.0/booked-entries")
        assert between.changes == [(2, "add_draft"), (3, "delete_draft")]

    def test_what_is_impossible_is_left_out(self, sandbox: Sandbox) -> None:
        sandbox.company.drafts.clear()
        between = sandbox.change_between_pages("delete_draft", "add_draft")
        for _ in range(3):
            get(sandbox, "/rest/self")
        assert between.changes == [(2, "add_draft")]


class TestTruth:
    @pytest.mark.parametrize("path", ["/customers", "/invoices/booked", "/products", "/accounts"])
    def test_it_is_what_the_classic_api_answers(self, sandbox: Sandbox, path: str) -> None:
        post(sandbox, steps=20)
        read = [row for page in pages(sandbox, path, 1000) for row in page]
        assert sandbox.oracle.rows(None, path) == read
        assert read[0]["self"].startswith(sandbox.rest_url)

    @pytest.mark.parametrize(
        ("service", "path"),
        [
            ("bookedEntriesapi", "/booked-entries"),
            ("q2capi", "/invoices/booked/lines"),
            ("documentsapi", "/AttachedDocuments"),
            ("journalsapi", "/draft-entries"),
            ("customersapi", "/Customers"),
        ],
    )
    def test_it_is_what_a_cursor_walks_through(
        self, sandbox: Sandbox, service: str, path: str
    ) -> None:
        post(sandbox, steps=20)
        read = cursor_rows(sandbox, f"/{service}/v1.0.0{path}")
        assert sandbox.oracle.rows(service, path) == read

    def test_false_is_left_out_where_the_api_leaves_it_out(self, sandbox: Sandbox) -> None:
        customers = sandbox.oracle.rows(None, "/customers")
        assert {row.get("barred") for row in customers} == {True, None}
        assert {row["barred"] for row in sandbox.oracle.rows(None, "/products")} == {True, False}

    def test_the_changelog_is_newest_first_and_ascends_when_it_is_sorted(
        self, sandbox: Sandbox
    ) -> None:
        post(sandbox, {"events": ["change_dimension"] * 6})
        path = "/dimension-data/booked-entries/changelog"
        times = [row["timestamp"] for row in sandbox.oracle.rows("dimensionsapi", path)]
        url = f"/dimensionsapi/v5.3.1{path}"
        assert [row["timestamp"] for row in get(sandbox, url, pageSize=100)] == times
        ascending = get(sandbox, url, pageSize=100, sort="timestamp")
        assert [row["timestamp"] for row in ascending] == times[::-1] == sorted(times)

    def test_a_single_resource_is_one_row(self, sandbox: Sandbox) -> None:
        assert sandbox.oracle.rows(None, "/self") == [get(sandbox, "/rest/self")]

    def test_placeholders_are_filled_in(self, sandbox: Sandbox) -> None:
        found = sandbox.oracle.rows(
            None, "/accounting-years/{accountingYear}/totals", accountingYear="2023/2024"
        )
        (read,) = pages(sandbox, "/accounting-years/2023_6_2024/totals", 1000)
        assert found == read

    def test_a_listing_below_parents_is_walked(self, sandbox: Sandbox) -> None:
        post(sandbox, steps=20)
        totals = sandbox.oracle.rows_by_parent(None, "/accounting-years/{accountingYear}/totals")
        assert list(totals) == ["2022/2023", "2023/2024", "2025", "2026"]
        assert sum(row["totalInBaseCurrency"] for rows in totals.values() for row in rows) == 0
        path = "/invoices/booked/{bookedInvoiceNumber}"
        documents = sandbox.oracle.rows_by_parent(None, path)
        assert len(documents) == len(sandbox.company.invoices)
        for number, rows in documents.items():
            assert [get(sandbox, f"/rest/invoices/booked/{number}")] == rows
        prices = sandbox.oracle.rows_by_parent(
            "productsapi", "/specialprices/{productSpecialPriceNumber}/specialpricesincurrency"
        )
        assert len(prices) == len(sandbox.company.special_prices)

    def test_what_is_not_there_is_an_error(self, sandbox: Sandbox) -> None:
        with pytest.raises(ApiError):
            sandbox.oracle.rows(
                None, "/invoices/booked/{bookedInvoiceNumber}", bookedInvoiceNumber=1
            )
        with pytest.raises(ValueError, match="no parent"):
            sandbox.oracle.rows_by_parent(None, "/customers")


def test_another_company_is_served_under_the_same_tokens(sandbox: Sandbox) -> None:
    get(sandbox, "/rest/self")
    sandbox.before_response(lambda exchange: exchange.respond())
    other = generate_company(seed=9, invoices=20)
    sandbox.replace_company(other)
    assert sandbox.requests == []
    assert get(sandbox, "/rest/self")["agreementNumber"] == other.agreement_number
    post(sandbox, events="add_draft")
    assert get(sandbox, "/rest/invoices/drafts")["pagination"]["results"] == len(other.drafts)
