"""Whatever the bodies hold: a sentence, whole lines, and no value of an undeclared type."""

from __future__ import annotations

import contextlib
import decimal
import json
import os
import typing as t

import hypothesis
import jsonschema
import pytest
from typing_extensions import Self

from tap_economic.report import Status
from tap_economic.tap import TapEconomic
from tests.faults import bodies, clock, secrets
from tests.running import Collector
from tests.scripted import SELF, Answer, ScriptedApi
from tests.streams.books import catalog_of, offered
from tests.test_schemas import formats

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.scripted import Request

TORTURE = int(os.environ.get("TORTURE", "0"))
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


class Fuzzed:
    """An API that answers everything but /self with one body."""

    def __init__(self) -> None:
        self.body = b""
        self.status = 200

    def __call__(self, request: Request) -> Answer:
        return SELF if request.path == "/rest/self" else Answer(self.body, self.status)


@pytest.fixture(scope="module")
def api() -> Iterator[tuple[Fuzzed, str]]:
    fuzzed = Fuzzed()
    with ScriptedApi(fuzzed) as scripted:
        yield fuzzed, scripted.url


def schema_of(stream: str) -> dict[str, t.Any]:
    (entry,) = (one for one in offered()["streams"] if one["tap_stream_id"] == stream)
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


def check(stream: str, url: str) -> None:
    """Run the tap, and look at all that it writes."""
    collector = Collector()
    with clock.hurried():
        tap = TapEconomic(
            config={
                "app_secret_token": secrets.APP,
                "agreement_grant_token": secrets.GRANT,
                "rest_url": f"{url}/rest",
                "openapi_url": f"{url}/openapi",
                "concurrency": 1,
            },
            catalog=catalog_of(stream),
            message_writer=collector,
        )
        code: t.Any = 0
        try:
            tap.run()
        except SystemExit as exc:
            code = exc.code
        finally:
            tap.session.close()
    messages = [parsed(line) for line in collector.lines]
    (schema,) = (message["schema"] for message in messages if message["type"] == "SCHEMA")
    validator = jsonschema.Draft202012Validator(schema, format_checker=formats)
    for message in messages:
        if message["type"] == "RECORD":
            validator.validate(message["record"])
    (outcome,) = tap.report.outcomes
    assert code == (0 if outcome.status in {Status.COMPLETE, Status.SKIPPED} else 1)
    assert "unexpected" not in outcome.reason
    assert outcome.reason or code == 0


@pytest.mark.parametrize("stream", STREAMS)
def test_no_body_gets_more_than_a_sentence_or_less_than_whole_lines(
    api: tuple[Fuzzed, str], stream: str
) -> None:
    fuzzed, url = api

    @hypothesis.settings(
        database=None,
        deadline=None,
        derandomize=not TORTURE,
        max_examples=200 if TORTURE else 12,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(body=bodies.bodies(names_of(stream), STREAMS[stream]))
    def fuzz(body: bytes) -> None:
        fuzzed.body = body
        check(stream, url)

    fuzz()


@pytest.mark.parametrize("status", [400, 403, 404, 429, 500])
def test_neither_does_the_body_of_an_error(api: tuple[Fuzzed, str], status: int) -> None:
    fuzzed, url = api
    names = ["message", "title", "detail", "errorCode", "logId", "traceId"]

    @hypothesis.settings(
        database=None,
        deadline=None,
        derandomize=not TORTURE,
        max_examples=50 if TORTURE else 5,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(body=bodies.envelopes(names) | bodies.rows(names, []))
    def fuzz(body: bytes) -> None:
        fuzzed.body, fuzzed.status = body, status
        with contextlib.ExitStack() as stack:
            stack.callback(setattr, fuzzed, "status", 200)
            check("customers", url)

    fuzz()


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
    fuzzed.status = 200
