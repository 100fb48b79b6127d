"""What both API families share: asking, checking, decoding, normalising.

A failure stays within its stream: the run goes on, and its end tells.
"""

from __future__ import annotations

import abc
import contextlib
import functools
import typing as t
from decimal import Decimal
from functools import cached_property

import backoff
import msgspec
import requests
from singer_sdk.exceptions import RetriableAPIError
from singer_sdk.streams.rest import PageContext
from typing_extensions import override

from tap_economic import ranges, ratelimit
from tap_economic.answers import raise_for_answer
from tap_economic.completeness import read_completely
from tap_economic.errors import (
    AccessDeniedError,
    AgreementRefusedError,
    IncompleteError,
    sentence_of,
)
from tap_economic.pagination import EconomicPaginator, Page, Query, keep_page, page_of
from tap_economic.question import Question, day_before
from tap_economic.records import Normaliser, Record, without_nul
from tap_economic.report import Findings, Status
from tap_economic.sdk import SdkStream
from tap_economic.typed import Row, row_type

if t.TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence

    from backoff.types import Details
    from singer_sdk.helpers.types import Context, RequestFunc
    from singer_sdk.singerlib import Catalog, MetadataMapping
    from singer_sdk.singerlib.catalog import StreamMetadata
    from singer_sdk.streams.rest import HTTPRequest

    from tap_economic.pagination import AnyRecord
    from tap_economic.report import Outcome
    from tap_economic.tap import TapEconomic

AGREEMENT = "agreementNumber"
"""The first key property of every stream: whose books a record is from."""
LAST_UPDATED = "lastUpdated"
"""The property that moves when a row is edited; not when a balance or stock changes."""

_TRANSIENT = (
    RetriableAPIError,
    requests.exceptions.ChunkedEncodingError,
    requests.exceptions.ConnectionError,
    requests.exceptions.ContentDecodingError,
    requests.exceptions.Timeout,
)
_decoder = msgspec.json.Decoder(float_hook=Decimal)


class EconomicStream(SdkStream, abc.ABC):
    """A stream of either API.

    Attributes:
        roles: The app's roles of which any one may read the stream; empty where any may.
        module: The agreement's module that the stream needs, if any.
        copied_keys: Keys that the API nests: the name at the top, and the way to it.
        withheld: Properties that are never sent on.
        last_updated: Whether the rows can be filtered by ``lastUpdated``, so that a user may choose
            to read only those that changed.
        unique: Whether no two rows share the key in whose ascending order they come.
    """

    allow_redirects = False  # a redirect would carry the tokens to another host

    name: str
    path: str
    roles: t.ClassVar[tuple[str, ...]] = ()
    module: t.ClassVar[str | None] = None
    copied_keys: t.ClassVar[dict[str, tuple[str, ...]]] = {}
    withheld: t.ClassVar[tuple[str, ...]] = ()
    last_updated: t.ClassVar[bool] = False
    unique: t.ClassVar[bool] = True

    _tap: TapEconomic

    # What a family says

    @property
    @abc.abstractmethod
    def false_when_absent(self) -> tuple[str, ...]:
        """Top-level booleans that the API leaves out when they are false."""

    @property
    def ascending(self) -> str | None:
        """The key property in whose ascending order the API lists the rows, if that is sure."""
        return None

    @property
    def shifts(self) -> bool:
        """Whether a row that comes or goes can push another past a page boundary."""
        return False

    @abc.abstractmethod
    def first_query(self, filter_: str | None = None) -> Query:
        """Return the query of the first page."""

    @abc.abstractmethod
    def paginator(self, query: Query) -> EconomicPaginator:
        """Return a paginator that starts with a query."""

    @abc.abstractmethod
    def decode(self, body: t.Any) -> Page:  # noqa: ANN401 - any JSON value
        """Return the page that a decoded body holds.

        Raises:
            ValueError: If the body has not the form of such an answer.
        """

    @abc.abstractmethod
    def typed_page(self, content: bytes) -> Page:
        """Return the page that a body holds, with typed rows.

        Raises:
            msgspec.DecodeError: If anything in it is not as declared.
        """

    @property
    def outside_keys(self) -> frozenset[str]:
        """The keys that stand outside of the records: the agreement, parts of the path."""
        return frozenset({AGREEMENT})

    @abc.abstractmethod
    def count(self, question: Question, query: Query, findings: Findings) -> int | None:
        """Ask how many rows a listing has; None where the API does not tell."""

    # Reading

    @property
    @override
    def partitions(self) -> list[dict[str, t.Any]]:
        return [{AGREEMENT: agreement.number} for agreement in self._tap.agreements]

    @property
    @override
    def metadata(self) -> MetadataMapping:
        mapping = super().metadata
        if self.last_updated and self._tap.input_catalog is None:
            t.cast("StreamMetadata", mapping[()]).valid_replication_keys = [LAST_UPDATED]
        return mapping

    @override
    def apply_catalog(self, catalog: Catalog) -> None:
        own_key = self.replication_key
        super().apply_catalog(catalog)
        usable = {own_key, LAST_UPDATED if self.last_updated else None}
        if self.replication_key not in usable or (
            self.replication_method == "INCREMENTAL" and not self.replication_key
        ):
            self.logger.warning(
                "Stream %s cannot be read incrementally by %s: it is read in full.",
                self.name,
                self.replication_key,
            )
            self.replication_key = None
            self.forced_replication_method = "FULL_TABLE"
        elif own_key and not self.replication_key and self.name in catalog:
            self.logger.warning(
                "The catalog has lost the replication key %s of stream %s: it is read in full. "
                "Discover the catalog anew.",
                own_key,
                self.name,
            )

    @property  # type: ignore[misc] # nobody sets it
    @override
    def state_partitioning_keys(self) -> Sequence[str] | None:
        # A stream that keeps no bookmark needs none for each agreement: state stays small.
        return () if self.replication_method == "FULL_TABLE" else None

    @override
    def get_records(self, context: Context | None) -> Iterator[Record]:
        for page in self.read(t.cast("Context", context), encode=None):
            yield from t.cast("list[Record]", page.records)

    @override
    def read(
        self, context: Context, encode: Callable[[list[AnyRecord]], bytes] | None
    ) -> Iterator[Page]:
        """Read the stream for one agreement; whatever goes wrong is noted, and the run goes on."""
        outcome = self._tap.report.begin(self.name, t.cast("int", context[AGREEMENT]))
        try:
            reading = self._tap.reading(self, context)
            outcome.findings = reading.findings
            for page in self.account(reading.pages(), reading.question, outcome):
                if encode is not None:
                    page.lines = encode(page.records)
                yield page
            self._tell(outcome.findings)
        except Exception as exc:  # noqa: BLE001 - one stream's failure must not end the others
            self._note_failure(exc, outcome)
            self.forget_progress(context)
        else:
            outcome.end(Status.COMPLETE)

    @override
    def request_records(self, context: Context | None) -> Iterator[Record]:
        for page in self.pages(Question(t.cast("Context", context)), Findings()):
            yield from t.cast("list[Record]", page.records)

    def question(self, context: Context) -> Question:
        """Settle what to ask for an agreement, from state and settings."""
        if self.replication_method != "INCREMENTAL":
            return Question(context)
        state = self.get_context_state(context)
        since = state.get("replication_key_value") or self.config.get("start_date")
        return Question(context, self.updated_since(day_before(since)) if since else None)

    @abc.abstractmethod
    def updated_since(self, day: str) -> str:
        """Return the filter for the rows updated since a day (``lastUpdated``)."""

    def pages(self, question: Question, findings: Findings) -> Generator[Page, None, None]:
        """Yield what answers a question, page by page, until it is complete."""
        query = self.first_query(question.limit)
        yield from read_completely(self, question, query, findings)

    def account(
        self,
        pages: Iterator[Page],
        question: Question,  # noqa: ARG002 - for streams with a bookmark of their own
        outcome: Outcome,
    ) -> Iterator[Page]:
        """Pass pages on to be sent, and keep account of them."""
        for page in pages:
            outcome.rows += len(page.records)
            yield page

    def listing(
        self, context: Context, query: Query, findings: Findings
    ) -> Generator[Page, None, None]:
        """Yield a listing page by page, with its records normalised.

        A large one with an integer key is read as key ranges, side by side, and comes out in the
        same order.

        Args:
            context: The agreement, and the keys of the path's placeholders.
            query: The query of the first page.
            findings: Where to note what the records show.
        """
        with contextlib.closing(self._one_by_one(context, query, findings)) as pages:
            first = next(pages)
            yield first
            key = self.range_key
            if not (key and first.successor and first.records and self._tap.readers.side_by_side):
                yield from pages
                return
        question = Question(context, query.get("filter"))
        rows = first.count if first.count is not None else self.count(question, query, findings)
        parts = [
            functools.partial(self._part, context, {**query, "filter": expression}, findings)
            for expression in ranges.after(
                first, key, rows or 0, query.get("filter"), unique=self.unique
            )
        ]
        yield from self._tap.readers.in_order(parts)

    def _part(
        self, context: Context, query: Query, findings: Findings
    ) -> Generator[Page, None, None]:
        own = Findings()
        yield from self._one_by_one(context, query, own)
        findings.add(own)

    @property
    def range_key(self) -> str | None:
        """The integer property by which a large listing may be read as ranges side by side."""
        key = self.ascending
        return key if key and self.schema["properties"][key]["type"] == "integer" else None

    def _one_by_one(
        self, context: Context, query: Query, findings: Findings
    ) -> Generator[Page, None, None]:
        """Ask for page after page."""
        paginator = self.paginator(query)
        with self.get_http_request_counter() as counter:
            counter.with_context(context)
            while not paginator.finished:
                response = self.ask(context, paginator.current_value, findings)
                counter.increment()
                page = page_of(response)
                page.size = len(page.records)
                page.records = self._normalise(page, context, findings)
                paginator.check_order(page)
                yield page
                paginator.advance(response)

    def ask(
        self, context: Context, query: Query, findings: Findings, *, below: str = ""
    ) -> requests.Response:
        """Ask for one page, again where that may help.

        Args:
            context: The agreement, and the keys of the path's placeholders.
            query: The parameters.
            findings: Where to count the call.
            below: A path below the stream's own.
        """
        asked = self.get_http_request(page=PageContext(context, query))
        request = self.build_prepared_request(
            method="GET",
            url=asked.url + below,
            params=asked.encode_params(),
            headers=asked.headers,
        )
        request.hooks["response"] = [findings.note_call]
        number = context.get(AGREEMENT)
        self._tap.report.check_not_stopped(number)
        try:
            return self._patient_request(request, context)
        except AgreementRefusedError as exc:
            self._tap.report.stop(number, sentence_of(exc))
            raise

    @cached_property
    def _patient_request(self) -> RequestFunc:
        return self.request_decorator(self._request)

    def _normalise(self, page: Page, context: Context, findings: Findings) -> list[AnyRecord]:
        if page.records and isinstance(page.records[0], Row):
            for name, value in context.items():
                for row in page.records:
                    setattr(row, name, value)
            return page.records
        raw = t.cast("list[Record]", page.records)
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

    @override
    def get_new_paginator(self) -> EconomicPaginator:
        return self.paginator(self.first_query())

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
            page = self._page_in(response.content)
        except (msgspec.DecodeError, ArithmeticError, RecursionError, ValueError) as exc:
            msg = "e-conomic answered 200, but not with the JSON of such an answer"
            raise RetriableAPIError(msg, response) from exc
        keep_page(response, page)

    def _page_in(self, content: bytes) -> Page:
        has_nul = rb"\u0000" in content
        if self.goes_out_unchanged and not (has_nul or self.copied_keys):
            try:
                return self.typed_page(content)
            except msgspec.DecodeError:  # the normaliser finds out what does not fit
                pass
        page = self.decode(_decoder.decode(content))
        page.has_nul = has_nul
        return page

    @cached_property
    def row_type(self) -> type[Row]:
        """The type of the stream's rows where all is as declared."""
        return row_type(
            self.schema,
            required=[name for name in self.primary_keys if name not in self.outside_keys],
            false_when_absent=self.false_when_absent,
            withheld=self.withheld,
        )

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
