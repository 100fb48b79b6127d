"""The faults that the sandbox can be asked for, looked at with other clients than the tap."""

from __future__ import annotations

import datetime
import email.utils
import gzip
import socket
import time
import typing as t

import pytest
import requests

from economic_sandbox.faults.kinds import FAULT_KINDS
from sandbox_support.command import serving

if t.TYPE_CHECKING:
    from sandbox_support.small import Small

CUSTOMERS = "/rest/customers"
ENTRIES = "/openapi/bookedEntriesapi/v4.0.0/booked-entries"
YEARS = "/openapi/accountingyearsapi/v2.0.1/AccountingYears/paged"


@pytest.fixture
def books(small: Small) -> Small:
    """25 customers and 25 entries: three pages of ten each."""
    numbers = range(1, 26)
    updated = {"lastUpdated": "2026-08-01T12:00:00Z"}
    small.company.put("/customers", [{"customerNumber": n, "name": "x" * 99} for n in numbers])
    small.company.put("/booked-entries", [{"entryNumber": n, **updated} for n in numbers])
    small.company.put("/AccountingYears/paged", [{"year": str(2000 + n)} for n in numbers])
    return small


def page(books: Small, number: int = 0) -> requests.Response:
    return books.get(CUSTOMERS, pagesize=10, skippages=number)


def numbers(response: requests.Response) -> list[int]:
    return [row["customerNumber"] for row in response.json()["collection"]]


def raw(books: Small, path: str) -> bytes:
    """Everything that comes over the wire, until the server closes."""
    host, port = books.sandbox.rest_url.removesuffix("/rest").removeprefix("http://").split(":")
    lines = [f"GET {path} HTTP/1.1", "Host: sandbox", "Accept-Encoding: gzip", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in books.headers.items()]
    received = b""
    with socket.create_connection((host, int(port)), 10) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode())
        while chunk := connection.recv(65536):
            received += chunk
    return received


class TestAim:
    def test_a_fault_hits_once_and_tells_which_request(self, books: Small) -> None:
        fault = books.sandbox.faults.add("server_error", CUSTOMERS)
        assert books.get(ENTRIES).status_code == 200
        assert [page(books).status_code for _ in range(3)] == [500, 200, 200]
        assert fault.hits == [1]

    @pytest.mark.parametrize(
        ("at", "expected"),
        [
            ("first", [500, 200, 200]),
            ("middle", [200, 500, 200]),
            ("last", [200, 200, 500]),
            (1, [200, 500, 200]),
        ],
    )
    def test_it_hits_the_page_that_it_is_aimed_at(
        self, books: Small, at: str | int, expected: list[int]
    ) -> None:
        books.sandbox.faults.add("server_error", CUSTOMERS, at=at)
        assert [page(books, number).status_code for number in range(3)] == expected

    def test_the_last_page_of_a_cursor_is_the_one_without_a_next(self, books: Small) -> None:
        books.sandbox.faults.add("server_error", ENTRIES, at="last")
        assert [books.get(ENTRIES, cursor=n).status_code for n in (1, 11, 21)] == [200, 200, 500]

    def test_the_last_page_of_a_paged_listing_is_the_one_that_is_not_full(
        self, books: Small
    ) -> None:
        books.sandbox.faults.add("server_error", YEARS, at="last")
        answers = [books.get(YEARS, pageSize=10, skipPages=n).status_code for n in range(3)]
        assert answers == [200, 200, 500]

    def test_always_hits_whoever_asks_for_the_same_again(self, books: Small) -> None:
        books.sandbox.faults.add("server_error", CUSTOMERS, at="middle", lasts="always")
        asked = [0, 1, 1, 2, 0, 1]
        answers = [page(books, number).status_code for number in asked]
        assert answers == [200, 500, 500, 200, 200, 500]

    def test_onwards_hits_every_request_from_then_on(self, books: Small) -> None:
        books.sandbox.faults.add("server_error", CUSTOMERS, at=1, lasts="onwards")
        assert [page(books).status_code for _ in range(4)] == [200, 500, 500, 500]

    def test_placeholders_stand_for_any_part_of_a_path_and_no_path_for_any(
        self, books: Small
    ) -> None:
        books.company.put("/customers/7", {"customerNumber": 7})
        books.sandbox.faults.add("server_error", "/rest/customers/{customerNumber}", at=1)
        answers = [books.get(f"{CUSTOMERS}/7").status_code for _ in range(2)]
        assert [page(books).status_code, *answers] == [200, 200, 500]
        books.sandbox.faults.add("html")
        assert books.get(ENTRIES).text.startswith("<html>")

    def test_clear_switches_all_off(self, books: Small) -> None:
        books.sandbox.faults.add("server_error", lasts="onwards")
        books.sandbox.faults.clear()
        assert page(books).status_code == 200
        books.sandbox.faults.add("server_error", lasts="onwards")
        books.sandbox.clear()
        assert page(books).status_code == 200

    def test_what_does_not_exist_is_refused(self, books: Small) -> None:
        with pytest.raises(ValueError, match="There is no fault nonsense; there are throttled"):
            books.sandbox.faults.add("nonsense")
        with pytest.raises(ValueError, match="lasts"):
            books.sandbox.faults.add("html", lasts="a while")


class TestRefusals:
    def test_429_says_how_long_to_wait_or_does_not(self, books: Small) -> None:
        books.sandbox.faults.add("throttled", amount=7)
        assert (page(books).status_code, books.sandbox.requests[-1].status) == (429, 429)
        books.sandbox.faults.add("throttled", amount=7)
        assert page(books).headers["Retry-After"] == "7"
        books.sandbox.faults.add("throttled_silently")
        answer = page(books)
        assert answer.status_code == 429
        assert "Retry-After" not in answer.headers

    def test_errors_are_worded_as_each_api_does(self, books: Small) -> None:
        books.sandbox.faults.add("server_error", lasts="onwards")
        classic, newer = page(books), books.get(ENTRIES)
        assert (classic.status_code, newer.status_code) == (500, 500)
        assert classic.json()["logId"] == classic.headers["X-RequestId"]
        assert newer.json()["traceId"] == newer.headers["X-RequestId"]

    def test_a_grant_that_was_revoked_is_401_from_then_on(self, books: Small) -> None:
        books.sandbox.faults.add("revoked", at=1)
        answers = [page(books), page(books), books.get(ENTRIES), page(books)]
        assert [answer.status_code for answer in answers] == [200, 401, 401, 401]

    @pytest.mark.parametrize(("name", "status"), [("forbidden", 403), ("not_found", 404)])
    def test_one_resource_is_refused_in_each_apis_words(
        self, books: Small, name: str, status: int
    ) -> None:
        books.sandbox.faults.add(name, CUSTOMERS)
        books.sandbox.faults.add(name, ENTRIES)
        classic, newer = page(books), books.get(ENTRIES)
        assert (classic.status_code, newer.status_code) == (status, status)
        assert classic.json()["logId"] == classic.headers["X-RequestId"]
        assert newer.json()["status"] == status
        assert [page(books).status_code, books.get(ENTRIES).status_code] == [200, 200]

    def test_a_redirect_leads_to_another_host(self, books: Small) -> None:
        books.sandbox.faults.add("redirect")
        url = f"{books.sandbox.rest_url}/customers"
        answer = requests.get(url, headers=books.headers, allow_redirects=False, timeout=10)
        assert answer.status_code == 302
        assert answer.headers["Location"] == "https://elsewhere.invalid/rest/customers"

    def test_html_comes_with_status_200(self, books: Small) -> None:
        books.sandbox.faults.add("html")
        answer = page(books)
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith("text/html")


class TestWire:
    def test_a_reset_is_one(self, books: Small) -> None:
        books.sandbox.faults.add("reset")
        with pytest.raises(ConnectionResetError):
            raw(books, CUSTOMERS)
        assert raw(books, CUSTOMERS).startswith(b"HTTP/1.1 200")

    def test_a_truncated_body_is_shorter_than_content_length_says(self, books: Small) -> None:
        books.sandbox.faults.add("truncated")
        head, _, body = raw(books, CUSTOMERS).partition(b"\r\n\r\n")
        (length,) = (
            int(line.split(b":")[1])
            for line in head.splitlines()
            if line.lower().startswith(b"content-length:")
        )
        assert head.startswith(b"HTTP/1.1 200")
        assert 0 < len(body) < length

    def test_a_cut_gzip_ends_in_the_middle(self, books: Small) -> None:
        books.sandbox.faults.add("cut_gzip")
        head, _, body = raw(books, CUSTOMERS).partition(b"\r\n\r\n")
        assert f"content-length: {len(body)}".encode() in head.lower()
        assert b"content-encoding: gzip" in head.lower()
        with pytest.raises(EOFError):
            gzip.decompress(body)

    def test_a_stall_is_silent_until_it_is_over(self, books: Small) -> None:
        books.sandbox.faults.add("stall", CUSTOMERS)
        with pytest.raises(requests.exceptions.ReadTimeout):
            requests.get(f"{books.sandbox.rest_url}/customers", headers=books.headers, timeout=0.3)
        assert numbers(page(books))

    def test_latency_delays_every_answer_and_changes_none(self, books: Small) -> None:
        whole = page(books).json()
        books.sandbox.faults.add("latency", amount=0.1)
        for _ in range(2):
            started = time.monotonic()
            assert page(books).json() == whole
            assert time.monotonic() - started >= 0.1

    def test_stopping_the_sandbox_does_not_wait_for_a_stall(self, books: Small) -> None:
        books.sandbox.faults.add("stall", CUSTOMERS, amount=60)
        with pytest.raises(requests.exceptions.ReadTimeout):
            requests.get(f"{books.sandbox.rest_url}/customers", headers=books.headers, timeout=0.1)
        started = time.monotonic()
        books.sandbox.stop()
        took = time.monotonic() - started
        books.sandbox.start()  # other tests use it too
        assert took < 30


class TestPages:
    def test_a_count_is_off(self, books: Small) -> None:
        books.sandbox.faults.add("wrong_count", lasts="onwards", amount=-3)
        assert page(books).json()["pagination"]["results"] == 22
        assert books.json(f"{ENTRIES}/count") == 22

    def test_the_last_row_of_a_page_comes_again_on_the_next(self, books: Small) -> None:
        books.sandbox.faults.add("duplicate_row", CUSTOMERS, at="middle")
        assert numbers(page(books, 0)) == [*range(1, 11)]
        assert numbers(page(books, 1)) == [*range(10, 21)]
        assert numbers(page(books, 1)) == [*range(11, 21)]

    def test_a_row_is_missing_and_the_count_is_as_it_was(self, books: Small) -> None:
        books.sandbox.faults.add("missing_row")
        answer = page(books)
        assert len(numbers(answer)) == 9
        assert answer.json()["pagination"]["results"] == 25

    def test_a_page_names_itself_as_the_next(self, books: Small) -> None:
        books.sandbox.faults.add("repeated_cursor", at="middle", lasts="onwards")
        books.json(ENTRIES)
        assert books.json(ENTRIES, cursor="11")["cursor"] == "11"
        link = page(books, 1).json()["pagination"]["nextPage"]
        assert "skippages=1" in link

    def test_a_link_leads_to_another_host(self, books: Small) -> None:
        books.sandbox.faults.add("foreign_link", lasts="onwards")
        link = page(books, 0).json()["pagination"]["nextPage"]
        assert link == "https://elsewhere.invalid/rest/customers?pagesize=10&skippages=1"
        assert books.json(ENTRIES)["cursor"].startswith("https://elsewhere.invalid/")


class TestHeaders:
    def test_the_clock_is_off(self, books: Small) -> None:
        books.sandbox.faults.add("wrong_clock", amount=5)
        answer = books.get(ENTRIES)
        (date,) = answer.raw.headers.getlist("Date")
        ahead = email.utils.parsedate_to_datetime(date) - datetime.datetime.now(
            tz=datetime.timezone.utc
        )
        assert abs(ahead - datetime.timedelta(hours=5)) < datetime.timedelta(minutes=1)
        assert {row["lastUpdated"] for row in answer.json()["items"]} == {"2026-08-01T17:00:00Z"}

    def test_nobody_understands_the_budget(self, books: Small) -> None:
        books.sandbox.faults.add("odd_budget")
        answer = page(books)
        assert "10000" not in answer.headers["X-RateLimiting"]
        assert not answer.headers["X-CallCost"].isdecimal()


class TestEndpoint:
    def test_faults_are_switched_on_and_off_over_http(self, books: Small) -> None:
        url = books.sandbox.faults_url
        body = {"path": CUSTOMERS, "at": "last", "lasts": "always"}
        on = requests.post(f"{url}?name=server_error", json=body, timeout=10).json()
        assert [fault["name"] for fault in on["faults"]] == ["server_error"]
        assert page(books, 2).status_code == 500
        shown = requests.get(url, timeout=10).json()
        assert shown["faults"][0]["hits"] == [0]
        assert set(shown["names"]) == set(FAULT_KINDS)
        assert requests.delete(url, timeout=10).json()["faults"] == []
        assert page(books, 2).status_code == 200

    def test_one_of_several_faults_is_removed(self, books: Small) -> None:
        url = books.sandbox.faults_url
        for name in ("html", "reset"):
            on = requests.post(url, params={"name": name}, timeout=10).json()["faults"]
        left = requests.delete(url, params={"number": on[0]["number"]}, timeout=10).json()
        assert [fault["name"] for fault in left["faults"]] == ["reset"]
        gone = requests.delete(url, params={"number": on[0]["number"]}, timeout=10)
        assert gone.status_code == 404
        assert str(on[0]["number"]) in gone.json()["error"]
        assert requests.delete(url, params={"number": "x"}, timeout=10).status_code == 400
        assert len(books.sandbox.faults.active()) == 1

    def test_a_number_aims_at_a_request(self, books: Small) -> None:
        requests.post(f"{books.sandbox.faults_url}?name=html&at=1", timeout=10)
        assert "<html>" not in page(books).text
        assert "<html>" in page(books).text

    @pytest.mark.parametrize(
        ("query", "body"), [("name=nonsense", b""), ("at=first", b""), ("name=html", b"[")]
    )
    def test_a_bad_wish_is_refused(self, books: Small, query: str, body: bytes) -> None:
        url = books.sandbox.faults_url
        answer = requests.post(f"{url}?{query}", data=body, timeout=10)
        assert answer.status_code == 400
        assert answer.json()["error"]
        assert requests.get(url, timeout=10).json()["faults"] == []

    def test_it_is_no_part_of_e_conomic(self, books: Small) -> None:
        requests.get(books.sandbox.faults_url, timeout=10)
        assert books.sandbox.requests == []


class TestCommand:
    def test_the_command_switches_faults_on(self) -> None:
        fault = "html,path=/rest/customers,lasts=onwards"
        with serving("--fault", fault, "--fault", "odd_budget") as sandbox:
            on = requests.get(sandbox.printed["faults_url"], timeout=10).json()["faults"]
        assert [(one["name"], one["path"], one["lasts"]) for one in on] == [
            ("html", "/rest/customers", "onwards"),
            ("odd_budget", "", ""),
        ]
