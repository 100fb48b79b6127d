"""Whatever the bodies hold: a sentence, whole lines, and no value of an undeclared type."""

from __future__ import annotations

import decimal
import json
import os
import typing as t

import hypothesis
import jsonschema
import pytest
import requests
from singer_sdk.exceptions import SingerSDKError
from typing_extensions import Self

from tap_economic.errors import user_message
from tap_economic.report import Status
from tap_economic.tap import TapEconomic
from tests.support import bodies, secrets
from tests.support.catalogs import discovered, selecting
from tests.support.clock import simulated_time
from tests.support.running import Collector
from tests.support.schemas import formats
from tests.support.scripted import SELF, Answer, ScriptedApi, collection

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hypothesis import strategies as st

    from tests.support.scripted import Request

    Decorator: t.TypeAlias = Callable[[Callable[..., None]], Callable[..., None]]

TORTURE = int(os.environ.get("TORTURE", "0"))
SOME = bodies.ODD if TORTURE else bodies.ODD[::4]
OTHERS = ("customerNumber", "barred", "currency", "self")
STREAMS = {
    "customers": ["customerNumber"],
    "products": ["productNumber"],
    "invoices_totals": [],
    "booked_entries": ["entryNumber"],
    "openapi_accounting_years": ["year"],
    "webhook_event_types": ["name"],
    "invoices_booked_document": ["bookedInvoiceNumber"],
}


# Where parents are listed, a good answer below them, and the key of a parent.
PARENTS = {
    "invoices_booked_document": (
        "/rest/invoices/booked",
        Answer({"bookedInvoiceNumber": 1}),
        "bookedInvoiceNumber",
    ),
    "accounting_year_totals": ("/rest/accounting-years", collection([]), "year"),
}
# As a run leaves it.
BOOKMARKS: dict[str, dict[str, t.Any]] = {
    "booked_entries": {"replication_key": "entryNumber", "open_keys": [2]},
    "invoices_booked": {
        "replication_key": "bookedInvoiceNumber",
        "open_keys": [2, 1],
        "remainders": ["1.50", "2 14.93"],
    },
    "invoices_booked_lines": {"replication_key": "documentId", "open_keys": []},
    "dimension_data_booked_entries_changelog": {
        "replication_key": "changedDate",
        "replication_key_value": "2026-08-01T12:00:00Z",
        "open_keys": [],
    },
}
LONG = "9" * 5000
HEADERS = (
    {"X-CallCost": LONG},
    {"X-CallCost": "\N{SUPERSCRIPT TWO}"},
    {"X-CallCost": "-3"},
    {"X-RateLimiting": f"token-limit-{LONG}-per-{LONG}-seconds: {LONG}/{LONG}"},
    {"X-RateLimiting": "token-limit-0-per-0-seconds: 0/0"},
    {"X-RateLimiting": "token-limit-1-per-999999-seconds: 999999999999/1", "X-CallCost": "999"},
)
RETRY_AFTER = (
    LONG,
    "-5",
    "1e9",
    "",
    "soon",
    "\N{SUPERSCRIPT TWO}",
    "Fri, 31 Dec 9999 23:59:59 GMT",
    "Fri, 31 Dec 9999 23:59:59 -2300",
    "Sat, 01 Jan 0001 00:00:00 GMT",
    "Sat, 01 Jan 0001 00:00:00 +2300",
    f"Fri, 31 Dec {LONG} 23:59:59 GMT",
    "Fri, 31 Dec 2026 99:99:99 GMT",
    "Fri, 31 Dec 2026 23:59:59",
)


class Fuzzed:
    """An API that answers with one body, at one path or at all but /self."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.body = b""
        self.status = 200
        self.path = ""
        self.elsewhere = Answer({})
        self.headers: dict[str, str] = {}

    def __call__(self, request: Request) -> Answer:
        if self.path != request.path:
            if request.path == "/rest/self":
                return SELF
            if self.path:
                return self.elsewhere
        return Answer(self.body, self.status, self.headers)


@pytest.fixture(scope="module")
def api() -> Iterator[tuple[Fuzzed, str]]:
    fuzzed = Fuzzed()
    with ScriptedApi(fuzzed) as scripted:
        yield fuzzed, scripted.url


@pytest.fixture(autouse=True)
def _as_it_was(api: tuple[Fuzzed, str]) -> None:
    api[0].clear()


def given(examples: tuple[int, int], **strategies: st.SearchStrategy[bytes]) -> Decorator:
    """Call a test with so many examples, more of them in a torture."""
    settings = hypothesis.settings(
        database=None,
        deadline=None,
        derandomize=not TORTURE,
        max_examples=examples[bool(TORTURE)],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    return lambda test: settings(hypothesis.given(**strategies)(test))


def schema_of(stream: str) -> dict[str, t.Any]:
    (entry,) = (one for one in discovered()["streams"] if one["tap_stream_id"] == stream)
    return t.cast("dict[str, t.Any]", entry["schema"])


def names_of(stream: str) -> list[str]:
    return list(schema_of(stream)["properties"])


class _NotOver(decimal.Decimal):
    """A number of the output; none is too large for what reads it."""

    def __new__(cls, text: str) -> Self:
        assert abs(decimal.Decimal(text)) < decimal.Decimal("1e300"), "no target can store it"
        return super().__new__(cls, text)


def parsed(line: bytes) -> dict[str, t.Any]:
    """Parse a line as strictly as any target may."""

    def never(constant: str) -> t.NoReturn:
        pytest.fail(f"{constant} is no JSON")

    assert line.endswith(b"\n")
    text = line.decode("utf-8")
    text.encode("utf-8")
    message = json.loads(text, parse_float=_NotOver, parse_constant=never)
    json.dumps(message, default=str, ensure_ascii=False).encode("utf-8")  # no lone surrogates
    return t.cast("dict[str, t.Any]", message)


def check(stream: str, url: str, *, state: t.Any = None, concurrency: int = 1) -> None:
    """Run the tap, and look at all that it writes."""
    collector = Collector()
    with simulated_time():
        tap = TapEconomic(
            config={
                "app_secret_token": secrets.APP,
                "agreement_grant_token": secrets.GRANT,
                "rest_url": f"{url}/rest",
                "openapi_url": f"{url}/openapi",
                "concurrency": concurrency,
            },
            state=state,
            catalog=selecting(stream),
            message_writer=collector,
        )
        code: t.Any = 0
        refusal = ""
        try:
            tap.run()
        except SystemExit as exc:
            code = exc.code
        except (SingerSDKError, requests.RequestException) as exc:
            refusal = user_message(exc)  # with which the command ends
        finally:
            tap.current_run.session.close()
    assert "unexpected" not in refusal
    messages = [parsed(line) for line in collector.lines]
    if refusal:
        assert "RECORD" not in {message["type"] for message in messages}
        return
    (schema,) = (message["schema"] for message in messages if message["type"] == "SCHEMA")
    validator = jsonschema.Draft202012Validator(schema, format_checker=formats)
    for message in messages:
        if message["type"] == "RECORD":
            validator.validate(message["record"])
    (result,) = tap.current_run.report.results
    assert code == (0 if result.status in {Status.COMPLETE, Status.SKIPPED} else 1)
    assert "unexpected" not in result.reason
    assert result.reason or code == 0


@pytest.mark.parametrize(
    ("stream", "concurrency"),
    [*((stream, 1) for stream in STREAMS), ("products", 8), ("invoices_booked_document", 8)],
)
def test_no_body_gets_more_than_a_sentence_or_less_than_whole_lines(
    api: tuple[Fuzzed, str], stream: str, concurrency: int
) -> None:
    fuzzed, url = api

    @given((12, 50), body=bodies.bodies(names_of(stream), STREAMS[stream]))
    def fuzz(body: bytes) -> None:
        fuzzed.body = body
        check(stream, url, concurrency=concurrency)

    fuzz()


@pytest.mark.parametrize("status", [301, 302, 307, 400, 401, 403, 404, 429, 500])
def test_neither_does_the_body_of_an_error(api: tuple[Fuzzed, str], status: int) -> None:
    fuzzed, url = api
    names = ["message", "title", "detail", "errorCode", "logId", "traceId"]

    @given((5, 20), body=bodies.envelopes(names) | bodies.rows(names, []))
    def fuzz(body: bytes) -> None:
        fuzzed.body, fuzzed.status = body, status
        check("customers", url)

    fuzz()


@pytest.mark.parametrize("concurrency", [1, 8])
@pytest.mark.parametrize("stream", PARENTS)
def test_no_listing_of_parents_does(api: tuple[Fuzzed, str], stream: str, concurrency: int) -> None:
    fuzzed, url = api
    fuzzed.path, fuzzed.elsewhere, key = PARENTS[stream]

    @given((6, 50), body=bodies.bodies([key], [key]))
    def fuzz(body: bytes) -> None:
        fuzzed.body = body
        check(stream, url, concurrency=concurrency)

    fuzz()


@pytest.mark.parametrize("value", SOME, ids=lambda value: repr(value[:20]))
@pytest.mark.parametrize("stream", PARENTS)
def test_no_odd_key_of_a_parent_does(api: tuple[Fuzzed, str], stream: str, value: bytes) -> None:
    fuzzed, url = api
    fuzzed.path, fuzzed.elsewhere, key = PARENTS[stream]
    row = f'{{"{key}": '.encode() + value + b"}"
    fuzzed.body = b'{"collection": [' + row + b'], "pagination": {"results": 1}}'
    check(stream, url)


@pytest.mark.parametrize("stream", BOOKMARKS)
def test_no_body_does_where_a_run_goes_on_from_a_bookmark(
    api: tuple[Fuzzed, str], stream: str
) -> None:
    fuzzed, url = api
    kept = {"replication_key_value": 5, "rows_passed": 5, "start_date": "", **BOOKMARKS[stream]}
    partition = {"context": {"agreementNumber": 111111}, **kept}
    key = str(kept["replication_key"])

    @given((6, 50), body=bodies.bodies([*names_of(stream), key], [key]) | bodies.values([key]))
    def fuzz(body: bytes) -> None:
        fuzzed.body = body
        check(stream, url, state={"bookmarks": {stream: {"partitions": [partition]}}})

    fuzz()


@pytest.mark.parametrize("value", SOME, ids=lambda value: repr(value[:20]))
def test_no_odd_number_of_an_agreement_does(api: tuple[Fuzzed, str], value: bytes) -> None:
    fuzzed, url = api
    fuzzed.path, fuzzed.elsewhere = "/rest/self", collection([{"customerNumber": 1}])
    fuzzed.body = b'{"agreementNumber": ' + value + b"}"
    check("customers", url)
    check("agreement", url)


def test_no_body_of_an_agreement_does(api: tuple[Fuzzed, str]) -> None:
    fuzzed, url = api
    fuzzed.path, fuzzed.elsewhere = "/rest/self", collection([{"customerNumber": 1}])
    names = ["agreementNumber", "company", "modules"]

    @given((20, 100), body=bodies.bodies(names, ["agreementNumber"]) | bodies.rows(names, names))
    def fuzz(body: bytes) -> None:
        fuzzed.body = body
        check("agreement", url)

    fuzz()


@pytest.mark.parametrize("headers", HEADERS, ids=lambda value: str(value)[:40])
def test_no_odd_header_does(api: tuple[Fuzzed, str], headers: dict[str, str]) -> None:
    fuzzed, url = api
    fuzzed.headers = headers
    fuzzed.body = b'{"collection": [{"customerNumber": 1}], "pagination": {"results": 1}}'
    check("customers", url)


@pytest.mark.parametrize("value", RETRY_AFTER, ids=lambda value: value[:40])
def test_no_odd_retry_after_does(api: tuple[Fuzzed, str], value: str) -> None:
    fuzzed, url = api
    fuzzed.headers, fuzzed.status = {"Retry-After": value}, 429
    check("customers", url)


@pytest.mark.parametrize("value", bodies.ODD, ids=lambda value: repr(value[:20]))
@pytest.mark.parametrize("name", ["balance", "name", *(OTHERS if TORTURE else ())])
def test_no_odd_value_does(api: tuple[Fuzzed, str], value: bytes, name: str) -> None:
    fuzzed, url = api
    row = f'{{"customerNumber": 1, "{name}": '.encode() + value + b', "city": "x"}'
    fuzzed.body = b'{"collection": [' + row + b'], "pagination": {"results": 1}}'
    check("customers", url)


@pytest.mark.parametrize("value", bodies.ODD, ids=lambda value: repr(value[:20]))
def test_no_odd_value_in_an_undeclared_property_does(api: tuple[Fuzzed, str], value: bytes) -> None:
    fuzzed, url = api
    row = b'{"entryNumber": 1, "unheardOf": ' + value + b"}"
    fuzzed.body = b'{"items": [' + row + b"]}"
    check("booked_entries", url)


@pytest.mark.parametrize("status", [200, 500])
def test_a_body_that_cannot_be_used_is_not_repeated(api: tuple[Fuzzed, str], status: int) -> None:
    """What looks through all that is said finds its text."""
    fuzzed, url = api
    fuzzed.body, fuzzed.status = f'{{"name": "{secrets.BODY}", "balance": ['.encode(), status
    check("customers", url)
    fuzzed.body = f'{{"collection": [{{"customerNumber": "{secrets.BODY}"}}]}}'.encode()
    check("customers", url)
