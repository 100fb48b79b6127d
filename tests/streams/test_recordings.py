"""Bodies recorded from the real API pass through the streams without losing anything."""

from __future__ import annotations

import json
import typing as t
from decimal import Decimal

import pytest

from sandbox_support.published import FACTS
from tests.support.running import run_tap
from tests.support.scripted import Answer, collection, with_self

if t.TYPE_CHECKING:
    from tests.support.scripted import Request, Serve

SAMPLES = FACTS / "rest" / "samples"
COLLECTIONS = {
    "accounting-years.collection.json": "accounting_years",
    "accounts.collection.json": "accounts",
    "journals.collection.json": "journals",
    "products.collection.json": "products",
}
SINGLES = {
    "customers.single.created.json": "customers",
    "journals.single.json": "journals",
    "products.single.created.json": "products",
}
DOCUMENTS = [
    "invoices.booked.single.2019.json",
    "invoices.booked.single.2024.json",
    "invoices.booked.single.2024b.json",
]
FALSE_WHEN_ABSENT = {"accounting_years": ["closed"], "customers": ["barred"]}
ADDED = {"agreementNumber"}


def recorded(name: str) -> t.Any:
    text = (SAMPLES / name).read_text(encoding="utf-8")
    return json.loads(text, parse_float=Decimal)


def same(sent: t.Any, original: t.Any) -> bool:
    """Tell whether a value left as it came; of a padded code the padding may be gone."""
    if isinstance(original, str):
        return sent in {original, original.rstrip(" ")}
    if isinstance(original, dict):
        return sent.keys() == original.keys() and all(
            same(sent[name], value) for name, value in original.items()
        )
    if isinstance(original, list):
        return len(sent) == len(original) and all(map(same, sent, original))
    return bool(Decimal(sent) == original) if isinstance(original, Decimal) else sent == original


def expect(stream: str, original: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return what is promised of a recorded record: its values, and booleans left out as false."""
    return {**dict.fromkeys(FALSE_WHEN_ABSENT.get(stream, ()), False), **original}


def check(serve: Serve, stream: str, body: bytes, originals: list[dict[str, t.Any]]) -> None:
    """Serve the body as the first page, and see that the stream sends just what is in it."""
    count = json.loads(body)["pagination"]["results"]

    def answer(request: Request) -> Answer:
        first = request.parameter("skippages", "0") == "0" and not request.parameter("filter")
        return Answer(body) if first else collection([], count=count)

    # The recordings were cut: their count is of rows that they do not hold.
    run = run_tap(serve(with_self(answer)).url, stream, uncounted_streams=[stream])
    name = f'"stream":"{stream}"'.encode()
    assert run.exit_code == 0
    lines = [line for line in run.lines if b'"RECORD"' in line and name in line]
    sent = [json.loads(line, parse_float=Decimal)["record"] for line in lines]
    # The recorded page is not the whole listing: rows may be read again, but never others.
    assert len(sent) % len(originals) == 0
    assert len(sent) >= len(originals) > 0
    for record, original in zip(sent, originals * (len(sent) // len(originals)), strict=True):
        assert record.pop("agreementNumber") == 111111
        assert same(record, expect(stream, original))


@pytest.mark.parametrize(("name", "stream"), COLLECTIONS.items())
def test_a_recorded_collection_loses_no_property_and_no_value(
    serve: Serve, name: str, stream: str
) -> None:
    check(serve, stream, (SAMPLES / name).read_bytes(), recorded(name)["collection"])


@pytest.mark.parametrize(("name", "stream"), SINGLES.items())
def test_a_record_that_was_recorded_alone_passes_in_its_collection(
    serve: Serve, name: str, stream: str
) -> None:
    body = b'{"collection": [' + (SAMPLES / name).read_bytes() + b'], "pagination": {"results": 1}}'
    check(serve, stream, body, [recorded(name)])


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_recorded_booked_invoice_passes_with_its_lines(serve: Serve, name: str) -> None:
    original = recorded(name)

    def answer(request: Request) -> Answer:
        if request.path.endswith("/booked"):
            header = {"bookedInvoiceNumber": original["bookedInvoiceNumber"]}
            return Answer({"collection": [header], "pagination": {"results": 1}})
        return Answer((SAMPLES / name).read_bytes())

    api = serve(with_self(answer))
    run = run_tap(api.url, "invoices_booked_document")
    assert run.exit_code == 0
    (line,) = (line for line in run.lines if b'"RECORD"' in line)
    record = json.loads(line, parse_float=Decimal)["record"]
    assert record.pop("agreementNumber") == 111111
    assert same(record, original)


def test_the_recorded_agreement_passes_whole(serve: Serve) -> None:
    original = recorded("self.json")
    api = serve(lambda _: Answer((SAMPLES / "self.json").read_bytes()))
    run = run_tap(api.url, "agreement")
    assert run.exit_code == 0
    (record,) = run.records("agreement")
    assert same(record, original)
    assert record.keys() - original.keys() <= ADDED


@pytest.mark.parametrize("page", ["first", "middle", "last"])
def test_a_recorded_page_of_customers_is_followed_as_its_links_say(serve: Serve, page: str) -> None:
    envelope = recorded(f"pagination.customers.{page}-page.records-removed.json")
    envelope["collection"] = [{"customerNumber": 1, "name": "Kunde"}]

    def answer(request: Request) -> Answer:
        if request.parameter("filter"):
            return collection([{"customerNumber": 2}])
        return Answer(envelope)

    api = serve(with_self(answer))
    run = run_tap(api.url, "customers")
    numbers = {row["customerNumber"] for row in run.records("customers")}
    assert numbers == ({1} if page == "last" else {1, 2})
