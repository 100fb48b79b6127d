"""What both API families share: asking, checking, decoding, normalising.

A failure stays within its stream: the run goes on, and its end tells.
"""

from __future__ import annotations

import abc
import typing as t
from decimal import Decimal
from functools import cached_property

import backoff
import msgspec
import requests
from singer_sdk import RESTStream
from singer_sdk.exceptions import RetriableAPIError
from singer_sdk.helpers.conform import TypeConformanceLevel
from typing_extensions import override

from tap_economic import ratelimit
from tap_economic.answers import raise_for_answer
from tap_economic.errors import (
    AccessDeniedError,
    AgreementRefusedError,
    IncompleteError,
    sentence_of,
)
from tap_economic.pagination import EconomicPaginator, Page, Query, keep_page, page_of
from tap_economic.records import Findings, Normaliser, Record, without_nul
from tap_economic.report import Status

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from backoff.types import Details
    from singer_sdk.helpers.types import Context, RequestFunc
    from singer_sdk.streams.rest import HTTPRequest, PageContext

    from tap_economic.report import Outcome
    from tap_economic.tap import TapEconomic

AGREEMENT = "agreementNumber"
"""The first key property of every stream: whose books a record is from."""

_TRANSIENT = (
    RetriableAPIError,
    requests.exceptions.ChunkedEncodingError,
    requests.exceptions.ConnectionError,
    requests.exceptions.ContentDecodingError,
    requests.exceptions.Timeout,
)
_decoder = msgspec.json.Decoder(float_hook=Decimal)


class EconomicStream(RESTStream[Query], abc.ABC):
    """A stream of either API.

    Attributes:
        roles: The app's roles of which any one may read the stream; empty where any may.
        module: The agreement's module that the stream needs, if any.
        copied_keys: Keys that the API nests: the name at the top, and the way to it.
        withheld: Properties that are never sent on.
    """

    TYPE_CONFORMANCE_LEVEL = TypeConformanceLevel.NONE  # the normaliser does it, without loss
    allow_redirects = False  # a redirect would carry the tokens to another host

    name: str
    path: str
    roles: t.ClassVar[tuple[str, ...]] = ()
    module: t.ClassVar[str | None] = None
    copied_keys: t.ClassVar[dict[str, tuple[str, ...]]] = {}
    withheld: t.ClassVar[tuple[str, ...]] = ()

    _tap: TapEconomic

    # What a family says

    @property
    @abc.abstractmethod
    def false_when_absent(self) -> tuple[str, ...]:
        """Top-level booleans that the API leaves out when they are false."""

    @abc.abstractmethod
    def first_query(self) -> Query:
        """Return the query of the first page."""

    @abc.abstractmethod
    def decode(self, body: t.Any) -> Page:  # noqa: ANN401 - any JSON value
        """Return the page that a decoded body holds.

        Raises:
            ValueError: If the body has not the form of such an answer.
        """

    # Reading

    @property
    @override
    def partitions(self) -> list[dict[str, t.Any]]:
        return [{AGREEMENT: agreement.number} for agreement in self._tap.agreements]

    @override
    def get_records(self, context: Context | None) -> Iterator[Record]:
        """Read the stream for one agreement; whatever goes wrong is noted, and the run goes on."""
        number = t.cast("int", (context or {})[AGREEMENT])
        outcome = self._tap.report.begin(self.name, number)
        findings = Findings()
        try:
            self._tap.report.check_not_stopped(number)
            for page in self.pages(t.cast("Context", context), findings):
                outcome.rows += len(page.records)
                yield from page.records
            self._tell(findings)
        except Exception as exc:  # noqa: BLE001 - one stream's failure must not end the others
            self._note_failure(exc, outcome)
            self.get_context_state(context).pop("progress_markers", None)
        else:
            outcome.end(Status.COMPLETE)

    @override
    def request_records(self, context: Context | None) -> Iterator[Record]:
        for page in self.pages(t.cast("Context", context), Findings()):
            yield from page.records

    def pages(self, context: Context, findings: Findings) -> Iterator[Page]:
        """Ask for page after page, and yield each with its records normalised.

        Args:
            context: The agreement, and the keys of the path's placeholders.
            findings: Where to note what the records show.
        """
        paginator = self.get_new_paginator()
        ask = self.request_decorator(self._request)
        with self.get_http_request_counter() as counter:
            counter.with_context(context)
            while not paginator.finished:
                response = ask(self._prepare_request(context=context, page=paginator), context)
                counter.increment()
                page = page_of(response)
                page.records = self._normalise(page, context, findings)
                yield page
                paginator.advance(response)

    def _normalise(self, page: Page, context: Context, findings: Findings) -> list[Record]:
        raw = page.records
        if page.has_nul:
            raw = [without_nul(record, findings) for record in raw]
        outside = dict(context)
        taken = (self._normaliser(record, outside, findings) for record in raw)
        return [record for record in taken if record is not None]

    @cached_property
    def _normaliser(self) -> Normaliser:
        return Normaliser(
            self.schema,
            keys=self.primary_keys,
            copied_keys=self.copied_keys,
            false_when_absent=self.false_when_absent,
            withheld=self.withheld,
        )

    # Asking

    @abc.abstractmethod
    @override
    def get_new_paginator(self) -> EconomicPaginator: ...

    @override
    def get_url(self, context: Context | None) -> str:
        return self.url_base + self.path

    @override
    def get_http_request(self, *, page: PageContext[Query]) -> HTTPRequest:
        request = super().get_http_request(page=page)
        agreement = self._tap.agreement((page.stream_context or {}).get(AGREEMENT))
        request.headers = {**request.headers, **agreement.headers}
        return request

    @property
    @override
    def http_headers(self) -> dict[str, str]:
        return {
            "Accept": "application/json",
            "Accept-Encoding": "gzip, deflate",
            "Content-Type": "application/json",
            "User-Agent": self.user_agent,
        }

    @override
    def get_url_params(self, context: Context | None, next_page_token: Query | None) -> Query:
        return next_page_token or {}

    @override
    def build_prepared_request(self, *args: t.Any, **kwargs: t.Any) -> requests.PreparedRequest:
        # Not by the session: it would add cookies and netrc logins to other agreements' requests.
        return requests.Request(*args, **kwargs).prepare()

    @property
    @override
    def requests_session(self) -> requests.Session:
        return self._tap.session

    @property
    @override
    def timeout(self) -> int:
        return t.cast("int", self.config["request_timeout"])

    @override
    def validate_response(self, response: requests.Response) -> None:
        """See what an answer says, and decode its body, so that a broken one is asked for again.

        Raises:
            RetriableAPIError: If the body is cut short or of another form; and whatever
                raise_for_answer raises.
        """
        raise_for_answer(response)
        try:
            page = self.decode(_decoder.decode(response.content))
        except (msgspec.DecodeError, ArithmeticError, RecursionError, ValueError) as exc:
            msg = "e-conomic answered 200, but not with the JSON of such an answer"
            raise RetriableAPIError(msg, response) from exc
        page.has_nul = rb"\u0000" in response.content
        keep_page(response, page)

    # When asking fails

    @override
    def request_decorator(self, func: RequestFunc) -> RequestFunc:
        """Wait as told after a 429; try five times what may pass by itself."""
        waiting = backoff.on_exception(
            backoff.runtime,
            ratelimit.TooManyRequestsError,
            value=lambda exc: exc.wait,
            max_time=ratelimit.LONGEST_WAIT,
            jitter=None,
            on_backoff=self.backoff_handler,
            logger=None,
        )(func)
        return backoff.on_exception(
            self.backoff_wait_generator,
            _TRANSIENT,
            max_tries=self.backoff_max_tries,
            jitter=self.backoff_jitter,
            on_backoff=self.backoff_handler,
            logger=None,
        )(waiting)

    @override
    def backoff_handler(self, details: Details) -> None:
        self.log(
            "Waiting %.0f seconds before asking again: %s.",
            details.get("wait", 0),
            sentence_of(t.cast("Exception", details.get("exception"))),
        )

    def _tell(self, findings: Findings) -> None:
        """Warn of what the records showed.

        Raises:
            IncompleteError: If records had to be left out, because their key was missing.
        """
        if findings.undeclared:
            self.logger.warning(
                "Stream %s sends properties that its schema does not name; they are in the "
                "records, but a SQL target leaves them out: %s.",
                self.name,
                ", ".join(sorted(findings.undeclared)),
            )
        if findings.cleaned:
            self.logger.warning(
                "Stream %s held NUL characters, which databases refuse; left out of: %s.",
                self.name,
                ", ".join(sorted(findings.cleaned)),
            )
        if findings.keyless:
            lacking = ", ".join(f"{name} ({n})" for name, n in sorted(findings.keyless.items()))
            msg = f"records came without a part of their key and were not sent: {lacking}"
            raise IncompleteError(msg)

    def _needs(self) -> str:
        """Say what reading the stream takes."""
        needs = []
        if self.roles:
            needs.append(f"an app with the role {' or '.join(self.roles)}")
        if self.module:
            needs.append(f"the module {self.module} in the agreement")
        return f"the stream needs {' and '.join(needs)}" if needs else "the app's role forbids it"

    def _note_failure(self, exc: Exception, outcome: Outcome) -> None:
        """Write down how the stream ended, and say so."""
        reason = sentence_of(exc)
        number = outcome.agreement_number
        if isinstance(exc, AgreementRefusedError):
            self._tap.report.stopped.setdefault(number, reason)
        if isinstance(exc, AccessDeniedError) and not outcome.rows:
            outcome.end(Status.SKIPPED, f"{reason}; {self._needs()}")
            self.logger.warning(
                "Stream %s of agreement %s is skipped: %s.", self.name, number, outcome.reason
            )
            return
        incomplete = isinstance(exc, IncompleteError)
        outcome.end(Status.INCOMPLETE if incomplete else Status.FAILED, reason)
        self.logger.error(
            "Stream %s of agreement %s %s: %s.",
            self.name,
            number,
            "is incomplete" if incomplete else "failed",
            reason,
        )
        self.logger.debug("Where it happened:", exc_info=exc)


def all_objects(value: object) -> bool:
    """Tell whether a decoded value is an array of objects."""
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)
