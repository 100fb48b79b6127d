"""Every stream by itself, against the sandbox."""

from __future__ import annotations

import collections
import re
import typing as t

import jsonschema
import pytest
import requests

from tap_economic.report import Status
from tap_economic.streams import STREAMS
from tests.support.inventory import WALKS, chain, counts, listings
from tests.support.sandboxes import Read, read_streams, settings
from tests.support.schemas import closed, formats

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from economic_sandbox.apis.exchange import LoggedRequest
    from tests.support.inventory import Listing
    from tests.support.sandboxes import Sandboxes

every_stream = pytest.mark.parametrize("name", [stream.name for stream in STREAMS])

SELF = "/rest/self"
# What may be asked of a listing's later pages.
PAGING = {
    "rest": {"pagesize", "skippages", "sort", "filter"},
    "openapi": {"cursor", "filter"},
    "paged": {"pageSize", "skipPages", "sort", "filter"},
}


def schema_message(read: Read, name: str) -> dict[str, t.Any]:
    (message,) = (
        message
        for message in read.run.messages
        if message["type"] == "SCHEMA" and message["stream"] == name
    )
    return message


@every_stream
def test_a_stream_is_complete_and_each_record_has_a_key_of_its_own(
    sandboxes: Sandboxes, name: str
) -> None:
    read = sandboxes.read(name)
    assert read.run.exit_code == 0
    assert read.run.results[name].status is Status.COMPLETE
    keys = schema_message(read, name)["key_properties"]
    found = [tuple(record.get(key) for key in keys) for record in read.run.records(name)]
    assert found
    assert None not in {part for key in found for part in key}
    assert len(set(found)) == len(found)
    assert {record["agreementNumber"] for record in read.run.records(name)} == {
        sandboxes.company.agreement_number
    }


@every_stream
def test_every_record_is_valid_and_holds_nothing_undeclared(
    sandboxes: Sandboxes, name: str
) -> None:
    read = sandboxes.read(name)
    schema = closed(schema_message(read, name)["schema"])
    validator = jsonschema.Draft202012Validator(schema, format_checker=formats)
    records = read.run.records(name)
    # A few thousand entries tell no more than some from the beginning, the middle and the end.
    for record in records[:: len(records) // 500 + 1]:
        validator.validate(record)


@every_stream
def test_a_stream_has_the_key_of_the_catalogue(sandboxes: Sandboxes, name: str) -> None:
    message = schema_message(sandboxes.read(name), name)
    assert message["key_properties"] == listings()[name].keys


def test_the_streams_are_those_of_the_catalogue() -> None:
    assert {stream.name for stream in STREAMS} == set(listings())


@every_stream
def test_a_stream_asks_for_its_listing_and_those_that_it_walks_and_for_nothing_else(
    sandboxes: Sandboxes, name: str
) -> None:
    read = sandboxes.read(name)
    check_requests(sandboxes, read)
    agreement, *requested = (r for r in read.requests if not counts().fullmatch(r.path))
    assert (agreement.path, agreement.query) == (SELF, [])
    expected = [address for listing in chain(name) for address in addresses(sandboxes, listing)]
    assert {request.path for request in requested} == set(expected)
    assert requested[0].path == expected[0]
    for listing in chain(name):
        rows = len(sandboxes.read(listing.name).run.records(listing.name))
        for address in addresses(sandboxes, listing):
            check_pages(listing, [r for r in requested if r.path == address], rows)


@every_stream
def test_page_after_page_brings_the_records_of_one_page(sandboxes: Sandboxes, name: str) -> None:
    whole = sandboxes.read(name).run.records(name)
    read = sandboxes.read_in_pages(name, page_size(whole, name))
    check_requests(sandboxes, read)
    assert read.run.exit_code == 0
    assert read.run.results[name].status is Status.COMPLETE
    assert read.run.records(name) == whole

    paged = [listing for listing in chain(name) if listing.has_pages]
    if not paged:
        assert read.requests[-1].path == listings()[name].address
        assert read.requests[-1].query == []
        return
    # A stream that fetches objects one by one has pages only where it walks.
    paths = set(addresses(sandboxes, paged[-1]))
    pages = [dict(request.query) for request in read.requests if request.path in paths]
    assert any(map(is_page_two, pages)), "no second page was asked for"


@every_stream
def test_no_state_holds_a_number_with_decimals(sandboxes: Sandboxes, name: str) -> None:
    """target-postgres reads such a number as a Decimal, cannot write that, and ends the run."""
    states = [line for line in sandboxes.read(name).run.lines if b'"STATE"' in line]
    assert states
    assert not [line for line in states if re.search(rb"[\[:,]-?\d+\.\d", line)]


def test_the_headers_of_a_webhook_which_may_hold_secrets_are_never_read(
    sandboxes: Sandboxes,
) -> None:
    sandbox = sandboxes.sandbox()
    tokens = settings(sandbox)
    answer = requests.get(
        f"{sandbox.openapi_url}/webhooksapi/v1.0.0/webhooks",
        headers={
            "X-AppSecretToken": tokens["app_secret_token"],
            "X-AgreementGrantToken": tokens["agreement_grant_token"],
        },
        timeout=10,
    )
    secrets = [
        header["value"] for row in answer.json()["items"] for header in row.get("customHeaders", ())
    ]
    assert secrets
    said = b"\n".join(sandboxes.read("webhooks").run.lines).decode()
    assert "customHeaders" not in said
    assert not [secret for secret in secrets if secret in said]


@pytest.mark.parametrize("updated", [False, True], ids=["as offered", "by lastUpdated"])
def test_no_run_filters_or_sorts_by_what_the_server_does_not_take(
    sandboxes: Sandboxes, *, updated: bool
) -> None:
    """Both a first run and one from its state, with pages small enough for all to have a second."""
    sandbox = sandboxes.sandbox(100)
    names = [stream.name for stream in STREAMS]
    first = read_streams(sandbox, *names, updated=updated, page_size=100)
    second = read_streams(sandbox, *names, updated=updated, page_size=100, state=first.run.state)
    assert (first.run.exit_code, second.run.exit_code) == (0, 0)

    for request in first.requests:
        list(uses(request))
    used = {use for request in second.requests for use in uses(request)}

    assert ("booked_entries", "filter", "entryNumber") in used
    on_request = {
        (name, "filter", listing.key_on_request)
        for name, listing in listings().items()
        if listing.key_on_request
    }
    assert on_request
    assert on_request & used == (on_request if updated else set())


def uses(request: LoggedRequest) -> Iterator[tuple[str, str, str]]:
    """See that the server takes a request's parameters, and yield what they use of which stream."""
    query = dict(request.query)
    assert "," not in query.get("sort", "")
    assert not re.search(r":\d\d(\.\d+|[+-]\d\d:\d\d)", query.get("filter", "")), "an offset"
    clauses = re.findall(r"([\w.]+)\$(\w+):", query.get("filter", ""))
    for listing in filter(lambda one: one.is_requested_by(request.path), listings().values()):
        for name, operator in clauses:
            if operator not in {"and", "or"}:
                assert name in listing.filterable, f"{listing.name} filters by {name}"
                assert operator in listing.operators(name), f"{listing.name}: {name}${operator}:"
                yield listing.name, "filter", name
        for name in filter(None, query.get("sort", "").split(",")):
            assert name.lstrip("-~") in listing.sortable, f"{listing.name} sorts by {name}"
            yield listing.name, "sort", name


def check_requests(sandboxes: Sandboxes, read: Read) -> None:
    assert {request.method for request in read.requests} == {"GET"}
    assert {request.status for request in read.requests} == {200}
    assert {r.agreement_number for r in read.requests} == {sandboxes.company.agreement_number}


def check_pages(listing: Listing, requested: list[LoggedRequest], rows: int) -> None:
    """See that a listing was asked for from its first page on, and once if it is but one page."""
    assert listing.is_first_query(requested[0].query), (listing.name, requested[0].query)
    kind = "rest" if listing.service is None else "paged" if listing.counts_pages else "openapi"
    for request in requested:
        assert {parameter for parameter, _ in request.query} <= PAGING[kind]
        assert len(dict(request.query)) == len(request.query), "a parameter was sent twice"
    if not listing.has_pages or rows < (100 if listing.counts_pages else 1000):
        assert len(requested) == 1


def addresses(sandboxes: Sandboxes, listing: Listing) -> list[str]:
    """The paths of a listing; one for each row of the stream that it walks."""
    walk = WALKS.get(listing.name)
    if walk is None:
        return [listing.address]
    prefix, _, suffix = re.split(r"(\{.*\})", listing.address)
    parents = sandboxes.read(walk.parent).run.records(walk.parent)
    return [f"{prefix}{spelled(parent)}{suffix}" for parent in parents]


def spelled(parent: dict[str, t.Any]) -> str:
    """A row's key as it stands in a path: the classic API says so by the row's own link."""
    return str(parent["self"].rpartition("/")[2] if "self" in parent else parent["number"])


def page_size(records: list[dict[str, t.Any]], name: str) -> int:
    """A size that makes several pages, but not very many, of a listing, or of the longest one."""
    walk = WALKS.get(name)
    rows = collections.Counter(record[walk.key] if walk else None for record in records)
    longest = max(rows.values())
    return max(size for size in (1, 4, 20, 100, 500) if size < max(longest, 2))


def is_page_two(query: dict[str, str]) -> bool:
    return (
        "cursor" in query
        or query.get("skippages", query.get("skipPages", "0")) == "1"
        or "$gt:" in query.get("filter", "")
    )
