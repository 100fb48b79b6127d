"""What is taken for a PDF, what is requested again, and what is refused."""

from __future__ import annotations

import gzip
import typing as t
from pathlib import Path

import pytest

from tap_economic.client import pdf
from tap_economic.report import Status
from tests.support.filing import PDF, check_rows
from tests.support.running import run_tap
from tests.support.scripted import Answer, collection, with_self

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.running import Run
    from tests.support.scripted import Request, ScriptedApi, Serve

WHOLE = b"%PDF-1.7\nan invoice\n%%EOF\n"
INVOICE = "/rest/invoices/booked/7/pdf"
AS_PDF = {"Content-Type": "application/pdf"}

# What e-conomic sends while it renders a PDF is not known, so it may be any of these.
NOT_YET = {
    "202 without a body": Answer(b"", 202),
    "202 with JSON": Answer({"status": "rendering"}, 202),
    "204": Answer(b"", 204),
    "an empty body": Answer(b"", 200, AS_PDF),
    "JSON": Answer({"message": "The PDF is being rendered."}),
    "an HTML page as PDF": Answer(b"<html>Wait</html>", 200, AS_PDF),
    "404": Answer({"message": "Not found"}, 404),
    "500": Answer({"message": "Error"}, 500),
    "503": Answer(b"", 503, {"Retry-After": "1"}),
    "less than Content-Length": Answer(WHOLE[:-9], 200, {"Content-Length": str(len(WHOLE))}),
    "gzip that is cut short": Answer(
        gzip.compress(WHOLE[:9] + bytes(range(256)) * 2 + WHOLE[9:])[:-40],
        200,
        {"Content-Encoding": "gzip"},
    ),
}


def answering(*answers: Answer) -> Callable[[Request], Answer]:
    """Answer one invoice, and for its PDF the given answers in turn, the last one for ever."""
    left = list(answers)

    def answer(request: Request) -> Answer:
        if request.path == INVOICE:
            return left.pop(0) if len(left) > 1 else left[0]
        return collection([{"bookedInvoiceNumber": 7}])

    return with_self(answer)


@pytest.fixture
def copy(serve: Serve, tmp_path: Path) -> Callable[..., tuple[Run, ScriptedApi]]:
    def copied(*answers: Answer) -> tuple[Run, ScriptedApi]:
        api = serve(answering(*answers))
        return run_tap(api.url, PDF, documents_url=str(tmp_path)), api

    return copied


Copy: t.TypeAlias = "Callable[..., tuple[Run, ScriptedApi]]"


def written(run: Run) -> bytes:
    (row,) = run.records(PDF)
    check_rows([row])
    return Path(row["location"].removeprefix("file://")).read_bytes()


@pytest.mark.parametrize("answer", NOT_YET.values(), ids=NOT_YET.keys())
def test_what_is_not_a_whole_pdf_is_requested_again(
    copy: Copy, waits: list[float], answer: Answer
) -> None:
    run, api = copy(answer, answer, Answer(WHOLE, 200, AS_PDF))
    assert written(run) == WHOLE
    assert len(api.requested(INVOICE)) == 3
    assert run.exit_code == 0
    assert waits


@pytest.mark.parametrize("answer", NOT_YET.values(), ids=NOT_YET.keys())
def test_what_never_becomes_a_whole_pdf_leaves_no_file_and_no_row(
    copy: Copy, waits: list[float], answer: Answer, tmp_path: Path
) -> None:
    run, api = copy(answer)
    assert run.records(PDF) == []
    assert (run.exit_code, run.results[PDF].status) == (1, Status.INCOMPLETE)
    assert len(api.requested(INVOICE)) in {5, 6}
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    assert waits


@pytest.mark.parametrize(
    "answer",
    [
        Answer(WHOLE, 200, {"Content-Type": "application/octet-stream"}),
        Answer(WHOLE, 200, {"Content-Type": "application/json; charset=utf-8"}),
        Answer(WHOLE),
        Answer(b"\xef\xbb\xbf" + WHOLE),
        Answer(WHOLE.removesuffix(b"%%EOF\n")),  # its length shows that it is whole
        Answer(gzip.compress(WHOLE), 200, {"Content-Encoding": "gzip"}),
    ],
)
def test_the_content_tells_a_pdf_and_not_the_media_type(copy: Copy, answer: Answer) -> None:
    run, api = copy(answer)
    assert b"an invoice" in written(run)
    assert len(api.requested(INVOICE)) == 1
    (row,) = run.records(PDF)
    assert row["contentType"] == "application/pdf"


@pytest.mark.parametrize(
    "answer",
    [
        Answer(b"", 302, {"Location": "https://elsewhere.invalid/7.pdf"}),
        Answer({"message": "Bad request"}, 400),
        Answer({"message": "Gone"}, 410),
    ],
)
def test_a_refusal_or_a_redirect_is_final_and_nothing_else_is_requested(
    copy: Copy, answer: Answer, caplog: pytest.LogCaptureFixture
) -> None:
    run, api = copy(answer)
    assert run.results[PDF].status is Status.INCOMPLETE
    assert len(api.requested(INVOICE)) == 1
    assert f"e-conomic responded with {answer.status}" in caplog.text
    assert len(api.requests) == 3  # the agreement, the listing and the file


def test_a_file_that_is_too_large_is_not_read_to_its_end(
    copy: Copy, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(pdf, "MAX_BYTES", 1 << 20)
    run, api = copy(Answer(WHOLE + bytes(2 << 20)))
    assert run.results[PDF].status is Status.INCOMPLETE
    assert "the file is larger than 1 MB" in caplog.text
    assert len(api.requested(INVOICE)) == 1


@pytest.mark.parametrize(
    ("status", "ends"), [(403, Status.SKIPPED), (401, Status.REFUSED)], ids=["403", "401"]
)
def test_a_missing_role_skips_the_stream_and_rejected_tokens_refuse_it(
    copy: Copy, status: int, ends: Status
) -> None:
    run, _ = copy(Answer({"message": "No"}, status))
    assert run.results[PDF].status is ends


def test_the_request_has_no_body_and_asks_for_no_compression(copy: Copy) -> None:
    _, api = copy(Answer(WHOLE))
    (request,) = api.requested(INVOICE)
    assert request.query == []
    assert request.headers["Accept-Encoding"] == "identity"
    assert "Content-Length" not in request.headers
    assert "Transfer-Encoding" not in request.headers
