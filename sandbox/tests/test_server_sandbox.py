from __future__ import annotations

import re
import socket
import threading
import types
import typing as t

import pytest
import requests
from starlette.responses import Response

from economic_sandbox.apis import access
from economic_sandbox.server import Sandbox
from sandbox_support.small import SmallCompany, resource, small_sandbox, tokens

if t.TYPE_CHECKING:
    from economic_sandbox.apis.exchange import Exchange
    from economic_sandbox.company import Company
    from sandbox_support.small import Small

ENTRIES = "/openapi/bookedEntriesapi/v4.0.0/booked-entries"


@pytest.fixture
def books(small: Small) -> Small:
    small.company.put("/customers", [{"customerNumber": 1, "name": "x" * 600}])
    small.company.put("/booked-entries", [{"entryNumber": 1}])
    return small


def test_every_answer_says_what_it_cost(books: Small) -> None:
    answers = [
        books.get("/rest/customers"),
        books.get("/rest/nothing"),
        books.get(ENTRIES),
        books.get(ENTRIES, filter="nonsense"),
    ]
    spent = [
        re.fullmatch(
            r"token-limit-10000-per-60-seconds: (\d+)/10000", answer.headers["X-RateLimiting"]
        )
        for answer in answers
    ]
    assert [match[1] for match in spent if match] == ["3", "6", "9", "12"]
    assert {answer.headers["X-CallCost"] for answer in answers} == {"3"}
    assert len({answer.headers["X-RequestId"] for answer in answers}) == 4


def test_an_unauthenticated_client_spends_nothing_of_the_agreement(books: Small) -> None:
    url = f"{books.sandbox.rest_url}/customers"
    unauthenticated = requests.get(url, timeout=10)
    assert unauthenticated.status_code == 401
    assert unauthenticated.headers["X-CallCost"] == "3"
    assert ": 3/" in books.get("/rest/customers").headers["X-RateLimiting"]


def test_both_hosts_draw_on_one_budget_and_say_429_when_it_is_spent() -> None:
    company = SmallCompany()
    company.put("/customers", [])
    company.put("/booked-entries", [])
    with small_sandbox(company, call_limit=7) as sandbox:
        urls = [
            f"{sandbox.rest_url}/customers",
            f"{sandbox.openapi_url}/bookedEntriesapi/v4.0.0/booked-entries",
        ]
        answers = [requests.get(url, headers=tokens(sandbox), timeout=10) for url in [*urls, *urls]]
    assert [answer.status_code for answer in answers] == [200, 200, 429, 429]
    assert answers[2].json()["httpStatusCode"] == 429
    assert answers[3].json()["status"] == 429
    assert answers[2].headers["X-RateLimiting"] == "token-limit-7-per-60-seconds: 7/7"


def test_a_spent_budget_is_full_again_in_the_next_window(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr(access, "time", types.SimpleNamespace(monotonic=lambda: now))
    company = SmallCompany()
    company.put("/customers", [])
    statuses = []
    with small_sandbox(company, call_limit=3, call_window=60) as sandbox:
        for now in (0.0, 59.9, 60.0):  # noqa: B007 - what the sandbox takes for the time
            answer = requests.get(
                f"{sandbox.rest_url}/customers", headers=tokens(sandbox), timeout=10
            )
            statuses.append(answer.status_code)
    assert statuses == [200, 429, 200]


def test_several_agreements_each_have_their_books_and_budget() -> None:
    companies = {f"grant-{number}": SmallCompany(number) for number in (7, 8)}
    for company in companies.values():
        company.put("/self", {"agreementNumber": company.agreement_number})
    agreements = t.cast("dict[str, Company]", companies)
    with small_sandbox(companies["grant-7"], agreements=agreements) as sandbox:
        assert sandbox.agreement_grant_token == next(iter(companies))
        answers = {
            grant: requests.get(
                f"{sandbox.rest_url}/self",
                headers=tokens(sandbox, **{"X-AgreementGrantToken": grant}),
                timeout=10,
            )
            for grant in ("grant-7", "grant-8")
        }
        logged = [request.agreement_number for request in sandbox.requests]
    assert [answer.json()["agreementNumber"] for answer in answers.values()] == [7, 8]
    assert all(": 3/" in answer.headers["X-RateLimiting"] for answer in answers.values())
    assert logged == [7, 8]


def test_a_long_answer_is_compressed_for_those_who_accept_it(books: Small) -> None:
    url = f"{books.sandbox.rest_url}/customers"
    plain = requests.get(url, headers={**books.headers, "Accept-Encoding": "identity"}, timeout=10)
    packed = requests.get(url, headers={**books.headers, "Accept-Encoding": "gzip"}, timeout=10)
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.json() == plain.json()


def test_the_log_tells_what_was_asked(books: Small) -> None:
    books.get("/rest/customers", filter="name$like:a&b", pagesize=5)
    books.get("/rest/accounting-years/2023_6_2024/entries")
    requests.post(f"{books.sandbox.rest_url}/customers", timeout=10)
    first, second, third = books.sandbox.requests
    assert (first.method, first.path, first.status) == ("GET", "/rest/customers", 200)
    assert first.query == [("filter", "name$like:a&b"), ("pagesize", "5")]
    assert first.agreement_number == 1001
    assert second.path == "/rest/accounting-years/2023_6_2024/entries"
    assert (third.method, third.status, third.agreement_number) == ("POST", 401, None)


def test_clear_forgets_the_log_the_hook_and_the_budget(books: Small) -> None:
    books.sandbox.before_response(lambda _exchange: Response(status_code=503))
    assert books.get("/rest/customers").status_code == 503
    books.sandbox.clear()
    assert books.sandbox.requests == []
    answer = books.get("/rest/customers")
    assert answer.status_code == 200
    assert ": 3/" in answer.headers["X-RateLimiting"]


def test_a_hook_changes_the_company_between_two_pages(books: Small) -> None:
    @books.sandbox.before_response
    def book_another(exchange: Exchange) -> None:
        if exchange.number == 1:
            books.company.put("/booked-entries", [{"entryNumber": 1}, {"entryNumber": 2}])

    counts = [books.json(f"{ENTRIES}/count") for _ in range(3)]
    assert counts == [1, 2, 2]


def test_a_hook_answers_in_place_of_the_sandbox(books: Small) -> None:
    @books.sandbox.before_response
    def fail_once(exchange: Exchange) -> Response | None:
        return Response("oops", 502) if exchange.number == 0 else None

    assert [books.get("/rest/customers").status_code for _ in range(2)] == [502, 200]
    assert [request.status for request in books.sandbox.requests] == [502, 200]


def test_a_hook_alters_the_answer_of_the_sandbox(books: Small) -> None:
    @books.sandbox.before_response
    def truncate(exchange: Exchange) -> Response:
        answer = exchange.respond()
        return Response(bytes(answer.body)[:20], answer.status_code, media_type="application/json")

    answer = books.get("/rest/customers")
    assert answer.status_code == 200
    assert len(answer.content) == 20


def test_a_slow_answer_does_not_hold_up_the_others(books: Small) -> None:
    release = threading.Event()

    @books.sandbox.before_response
    def wait(exchange: Exchange) -> None:
        if exchange.path == "/rest/customers":
            release.wait(10)

    slow = threading.Thread(target=books.get, args=("/rest/customers",))
    slow.start()
    assert books.get(ENTRIES).status_code == 200
    assert slow.is_alive()
    release.set()
    slow.join()


def test_other_paths_name_the_two_apis(books: Small) -> None:
    answer = books.get("/nothing")
    assert answer.status_code == 404
    assert "/rest" in answer.text
    assert "/openapi" in answer.text


def test_the_port_is_given_back_at_the_end() -> None:
    with small_sandbox(SmallCompany()) as sandbox:
        port = int(sandbox.rest_url.split(":")[2].split("/")[0])
    with socket.create_server(("127.0.0.1", port)):
        pass


def test_a_resource_without_facts_is_refused_at_once() -> None:
    for service in (None, "accountsapi", "nothingapi"):
        with pytest.raises(LookupError):
            Sandbox(t.cast("Company", SmallCompany()), resources=[resource(service, "/nothing")])


def test_a_hundred_thousand_rows_are_read_by_key_to_the_end() -> None:
    company = SmallCompany()
    path = "/accounting-years/2025/entries"
    company.put(path, [{"entryNumber": n, "text": f"Entry {n}"} for n in range(1, 100_001)])
    with small_sandbox(company) as sandbox, requests.Session() as session:
        session.headers.update(tokens(sandbox))
        last, pages = 0, 0
        while last < 100_000:
            asked = {
                "pagesize": "1000",
                "sort": "entryNumber",
                "filter": f"entryNumber$gt:{last}",
            }
            body = session.get(f"{sandbox.rest_url}{path}", params=asked, timeout=10).json()
            last = body["collection"][-1]["entryNumber"]
            pages += 1
        assert pages == 100
