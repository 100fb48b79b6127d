"""The files of invoices and attached documents, looked at with another client than the tap."""

from __future__ import annotations

import re
import typing as t

import pytest
import requests

from economic_sandbox.company import generate_company
from economic_sandbox.server import Sandbox
from sandbox_support.small import tokens

if t.TYPE_CHECKING:
    from collections.abc import Iterator

DOCUMENTS = "/openapi/documentsapi/v4.0.1/AttachedDocuments"
PDF = "/invoices/booked/{bookedInvoiceNumber}/pdf"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(generate_company(1, 30)) as sandbox:
        yield sandbox


@pytest.fixture(autouse=True)
def _clear(sandbox: Sandbox) -> None:
    sandbox.clear()


def get(sandbox: Sandbox, path: str) -> requests.Response:
    url = sandbox.rest_url.removesuffix("/rest") + path
    return requests.get(url, headers=tokens(sandbox), timeout=10)


def paths(sandbox: Sandbox) -> tuple[str, str]:
    """The file of an invoice, and that of a document."""
    invoice = min(sandbox.company.invoices)
    document = min(sandbox.company.attached_documents)
    return f"/rest/invoices/booked/{invoice}/pdf", f"{DOCUMENTS}/{document}/pdf"


def assert_valid(pdf: bytes, pages: int) -> None:
    """Follow a PDF from its end, as a reader does."""
    assert pdf.startswith(b"%PDF-1.4\n")
    assert pdf.endswith(b"%%EOF\n")
    start = int(re.findall(rb"startxref\n(\d+)\n", pdf)[-1])
    table = pdf[start:].splitlines()
    assert table[0] == b"xref"
    size = int(table[1].split()[1])
    assert table[2] == b"0000000000 65535 f "
    for number in range(1, size):
        offset = int(table[2 + number].split()[0])
        assert pdf[offset:].startswith(b"%d 0 obj\n" % number)
    assert b"/Size %d /Root 1 0 R" % size in pdf[start:]
    for length, content in re.findall(rb"<< /Length (\d+) >>\nstream\n(.*?)\nendstream", pdf):
        assert len(content) == int(length)
    assert len(re.findall(rb"/Type /Page ", pdf)) == pages


def test_an_invoice_is_a_pdf_of_one_page(sandbox: Sandbox) -> None:
    path, _ = paths(sandbox)
    answer = get(sandbox, path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    assert_valid(answer.content, 1)
    assert b"(Invoice %d)" % min(sandbox.company.invoices) in answer.content


def test_every_document_is_a_pdf_of_as_many_pages_as_it_says(sandbox: Sandbox) -> None:
    for number, document in sandbox.company.attached_documents.items():
        answer = get(sandbox, f"{DOCUMENTS}/{number}/pdf")
        assert answer.headers["Content-Type"] == "application/pdf"
        assert_valid(answer.content, document.page_count)


def test_all_invoices_have_files_that_differ_and_stay_the_same(sandbox: Sandbox) -> None:
    numbers = sandbox.company.invoices
    files = [sandbox.oracle.file(None, PDF, bookedInvoiceNumber=number) for number in numbers]
    assert len(set(files)) == len(numbers)
    with Sandbox(generate_company(1, 30)) as other:
        again = [other.oracle.file(None, PDF, bookedInvoiceNumber=number) for number in numbers]
    assert again == files


def test_a_file_costs_13_and_a_page_3(sandbox: Sandbox) -> None:
    asked = [*paths(sandbox), "/rest/invoices/booked", DOCUMENTS]
    answers = [get(sandbox, path) for path in asked]
    assert [answer.headers["X-CallCost"] for answer in answers] == ["13", "13", "3", "3"]
    assert answers[-1].headers["X-RateLimiting"].endswith(": 32/10000")


@pytest.mark.parametrize("path", ["/rest/invoices/booked/999/pdf", f"{DOCUMENTS}/x/pdf"])
def test_what_does_not_exist_is_a_404_in_the_form_of_its_api(sandbox: Sandbox, path: str) -> None:
    answer = get(sandbox, path)
    assert answer.status_code == 404
    assert "json" in answer.headers["Content-Type"]


@pytest.mark.parametrize(("role", "statuses"), [("Sales", (200, 403)), ("Bookkeeping", (403, 200))])
def test_roles_apply(role: str, statuses: tuple[int, int]) -> None:
    company = generate_company(1, 30)
    company.role = role
    with Sandbox(company) as sandbox:
        assert tuple(get(sandbox, path).status_code for path in paths(sandbox)) == statuses


def test_one_that_is_being_rendered_is_there_the_next_time(sandbox: Sandbox) -> None:
    path, other = paths(sandbox)
    sandbox.faults.add("rendering")
    assert get(sandbox, "/rest/invoices/booked").status_code == 200  # it has no file to render
    first = get(sandbox, path)
    assert (first.status_code, first.content) == (202, b"")
    assert [get(sandbox, p).status_code for p in (path, other)] == [200, 200]


def test_one_can_break_off(sandbox: Sandbox) -> None:
    path, _ = paths(sandbox)
    sandbox.faults.add("truncated", f"/rest{PDF}")
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        get(sandbox, path)
    assert_valid(get(sandbox, path).content, 1)
