"""The answers of e-conomic that were recorded confirm the facts that they are about."""

from __future__ import annotations

import dataclasses
import json
import typing as t
from decimal import Decimal

import pytest

from contract.asking import Answer, Asker, Get, Listing, member
from contract.facts import PROBES
from contract.facts.classic import NOBODY
from contract.facts.services import MANY
from contract.facts.streams import RECORDED
from contract.kinds.listings import Envelope, LinkCarries
from contract.kinds.records import Typed
from contract.probe import UnanswerableError
from contract.running import result_of
from sandbox_support.published import FACTS

if t.TYPE_CHECKING:
    from contract.probe import Probe

# The listings by path, each in a file of its name, but for these.
COLLECTIONS = (
    "accounting-years", "accounts", "customer-groups", "departmental-distributions", "departments",
    "invoices.drafts", "journals", "layouts", "orders.archived", "orders.drafts", "payment-terms",
    "payment-types", "product-groups", "products", "supplier-groups", "vat-types", "vat-zones",
)  # fmt: skip
CUSTOMER_PAGES = {"": "first", "1": "middle", "3": "last"}
# Records by themselves: the streams that read such records.
SINGLES = {
    "customers.single.created": "customers",
    "departmental-distributions.departments.single": "departmental_distributions",
    "departments.single": "departments",
    "invoices.booked.single.2019": "invoices_booked_document",
    "invoices.booked.single.2024": "invoices_booked_document",
    "invoices.booked.single.2024b": "invoices_booked_document",
    "invoices.drafts.single.2019": "invoices_drafts",
    "invoices.drafts.single.2024": "invoices_drafts",
    "invoices.drafts.single.no-lines": "invoices_drafts",
    "journals.single": "journals",
    "orders.archived.single": "orders_archived",
    "orders.drafts.single": "orders_drafts",
    "payment-types.single": "payment_types",
    "products.single.created": "products",
    "supplier-groups.single": "supplier_groups",
}
# The tap reads these records from an OpenAPI service, or not at all.
NOT_READ = (
    "customers.contacts.collection",
    "customers.contacts.single",
    "journals.vouchers.post-response.customerPayments",
    "products.pricing.currency-specific-sales-prices.collection",
)
ALONE = Listing(Get("rest", "/alone"), "object")
PROBLEM = "application/problem+json"


def recorded(name: str) -> t.Any:
    return json.loads((FACTS / name).read_text("utf-8"), parse_float=Decimal)


def recordings(get: Get) -> Answer:
    """Answer as e-conomic once did.

    Raises:
        UnanswerableError: If there is no recording.
    """
    query = dict(get.query)
    answer = _error(get, query) or _count(get, query) or _page(get, query)
    if answer is None:
        message = "not recorded"
        raise UnanswerableError(message)
    return dataclasses.replace(answer, headers={**_limits(), **answer.headers})


def _limits() -> dict[str, str]:
    """The headers of all answers, which were recorded on the same day."""
    seen = recorded("openapi/samples/rate_limit_headers.json")["observations"][:2]
    return {
        name.lower(): value
        for observation in seen
        for name, value in observation["headers"].items()
    }


def _page(get: Get, query: dict[str, str]) -> Answer | None:
    if get.access or get.host != "rest":
        return None
    if get.path == "/self":
        return Answer(200, {}, recorded("rest/samples/self.json"))
    if get.path == "/customers":
        return _page_of_customers(query)
    name = get.path.strip("/").replace("/", ".")
    if name not in COLLECTIONS:
        return None
    body = recorded(f"rest/samples/{name}.collection.json")
    is_whole = member(body, "pagination.results") == len(body["collection"])
    is_same = query == {"pagesize": "1000"} or (is_whole and not query)
    return Answer(200, {}, body) if is_same else None


def _page_of_customers(query: dict[str, str]) -> Answer | None:
    name = None
    if query == {"filter": NOBODY}:
        name = "empty-collection.departmental-distributions.distributions"
    elif query.pop("pagesize", "") == "1000":
        page = CUSTOMER_PAGES.get(query.pop("skippages", ""))
        if page and not query:
            name = f"pagination.customers.{page}-page.records-removed"
    return Answer(200, {}, recorded(f"rest/samples/{name}.json")) if name else None


def _error(get: Get, query: dict[str, str]) -> Answer | None:
    json_type = {"content-type": "application/json"}
    exact = {
        ("/customers", "", "filter=bogusProp$eq:1"): (400, "rest/samples/error-400-filter.json"),
        ("/customers/999999999", "", ""): (404, "rest/samples/error-404.2015-errorCode.json"),
        ("/accounts/1", "no tokens", ""): (401, "rest/samples/error-401.2015.json"),
        ("/accountsapi/v7.0.0/nothing", "", ""): (404, "openapi/samples/error_404_problem.json"),
    }
    parameters = "&".join(f"{name}={value}" for name, value in query.items())
    found = exact.get((get.path, get.access, parameters))
    if found:
        status, file = found
        headers = {"content-type": PROBLEM} if get.host == "openapi" else json_type
        return Answer(status, headers, recorded(file))
    if get.access == "no module Project" and get.path.startswith("/projectsapi/v1.1.0/"):
        if get.path.endswith("/EmployeeGroups"):
            return None
        partial = recorded("openapi/samples/error_403_missing_module.partial.json")
        return Answer(403, {"content-type": PROBLEM}, partial)
    return _bad_request(query) if get.host == "openapi" and not get.access else None


def _bad_request(query: dict[str, str]) -> Answer | None:
    quoted = recorded("openapi/samples/error_400_messages.json")
    words = {
        "zzzNoSuchField$eq:1": "unknown or unfilterable property",
        f"entryNumber$in:[{MANY}]": "too many $in/$nin values",
        "type$eq:zz": "value not a member of an enum",
    }.get(query.get("filter", ""))
    if query == {"pageSize": "101"}:
        words = "page size"
    if words is None:
        return None
    message = quoted["messages"][words]
    error = {"errors": [{"message": message}], "errorCode": quoted["errorCode"]}
    return Answer(400, {"content-type": quoted["content_type"]}, error)


def _count(get: Get, query: dict[str, str]) -> Answer | None:
    """Answer the counts of the demo agreement, in the version that was asked."""
    for probe in recorded("openapi/samples/demo_probes_2026-10-08.json")["probes"]:
        if f"/{probe['request']}" == get.path and "body" in probe and not (query or get.access):
            return Answer(200, {}, probe["body"])
    return None


RESULTS = {probe.name: probe for probe in PROBES}


@pytest.mark.parametrize("probe", PROBES, ids=[probe.name for probe in PROBES])
def test_no_recording_contradicts_it(probe: Probe) -> None:
    result = result_of(probe, Asker(recordings))
    assert result.status != "contradicted", (result.expected, result.came)


def test_the_recordings_confirm_what_is_known_from_them() -> None:
    statuses = {probe.name: result_of(probe, Asker(recordings)).status for probe in PROBES}
    confirmed = {name for name, status in statuses.items() if status == "confirmed"}
    assert len(confirmed) >= 80
    elsewhere = {"invoices_booked_document"}  # recorded alone
    assert {
        f"records of {stream} have the declared types" for stream in RECORDED.keys() - elsewhere
    } <= confirmed
    assert {
        "a page of a collection has rows and pagination, and the first no link to a previous one",
        "an empty collection has a hint and no links",
        "an entity that does not exist is a 404 of classic REST with E06000",
        "a filter by a property that does not filter is a 400 that lists those that do",
        "requests without tokens are a 401 of classic REST",
        "a resource that does not exist is a 404 problem of OpenAPI",
        "a page of 101 rows is refused",
        "without the module Project /Projects is a 403 that names it",
        "bookedEntriesapi answers in version 6.0.0 too",
    } <= confirmed


@pytest.mark.parametrize(("link", "page"), [("next", "2"), ("previous", "0"), ("first", "0")])
def test_a_recorded_page_leads_to_others_as_the_probes_say(link: str, page: str) -> None:
    middle = Get("rest", "/customers").where(pagesize="1000", skippages="1")
    parameters = (("skippages", page), ("pagesize", "1000"))
    kind = LinkCarries(middle, f"pagination.{link}Page", parameters)
    assert kind.check(Asker(recordings)) == []


@pytest.mark.parametrize("name", SINGLES)
def test_a_record_that_was_recorded_alone_has_the_declared_types(name: str) -> None:
    probe = RESULTS[f"records of {SINGLES[name]} have the declared types"]
    assert isinstance(probe.kind, Typed)
    kind = dataclasses.replace(probe.kind, listing=ALONE)
    body = recorded(f"rest/samples/{name}.json")
    assert kind.check(Asker(lambda _: Answer(200, {}, body))) == []


def test_the_last_page_of_several_has_no_link_to_a_next_one() -> None:
    probe = RESULTS["the only page of a collection has no link to a next one"]
    assert isinstance(probe.kind, Envelope)
    last = Get("rest", "/customers").where(pagesize="1000", skippages="3")
    kind = dataclasses.replace(probe.kind, get=last)
    assert kind.check(Asker(recordings)) == []


def test_the_documented_page_under_a_cursor_is_one() -> None:
    body = recorded("openapi/samples/spec_cursor_envelope.json")
    kind = Envelope(ALONE.get, (("items", "array"), ("cursor", "string")))
    assert kind.check(Asker(lambda _: Answer(200, {}, body))) == []


def test_every_recording_is_asked_about(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = {f"rest/samples/{name}.json" for name in SINGLES}
    asked |= {"openapi/samples/spec_cursor_envelope.json"}
    asked |= {"rest/samples/pagination.customers.last-page.records-removed.json"}
    read = recorded

    def noting(name: str) -> t.Any:
        asked.add(name)
        return read(name)

    monkeypatch.setitem(globals(), "recorded", noting)
    for probe in PROBES:
        result_of(probe, Asker(recordings))
    there = {file.relative_to(FACTS).as_posix() for file in FACTS.glob("*/samples/*.json")}
    assert there - asked == {f"rest/samples/{name}.json" for name in NOT_READ}
    assert asked <= there
