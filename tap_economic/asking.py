"""Asking one thing: the request, the answer, what it says, and when to ask again."""

from __future__ import annotations

import abc
import json
import re
import typing as t
from decimal import Decimal
from urllib.parse import urlsplit

import backoff
import msgspec
import requests
from singer_sdk.exceptions import RetriableAPIError
from singer_sdk.streams.rest import PageContext
from typing_extensions import override

from tap_economic.answers import raise_for_answer
from tap_economic.errors import (
    AgreementRefusedError,
    MistypedValueError,
    UnansweredError,
    sentence_of,
)
from tap_economic.pagination import Page, Query, keep_page
from tap_economic.sdk import SdkStream
from tap_economic.sharing import made_once
from tap_economic.typed import Row, RowCount, row_type

if t.TYPE_CHECKING:
    from backoff.types import Details
    from singer_sdk.helpers.types import Context, RequestFunc
    from singer_sdk.streams.rest import HTTPRequest

    from tap_economic.question import Question
    from tap_economic.ratelimit import Budget
    from tap_economic.report import Findings

AGREEMENT = "agreementNumber"
"""The first key property of every stream: whose books a record is from."""

_TRANSIENT = (
    RetriableAPIError,
    requests.exceptions.ChunkedEncodingError,
    requests.exceptions.ConnectionError,
    requests.exceptions.ContentDecodingError,
    requests.exceptions.Timeout,
)
_COUNT = "/count"  # no listing's own path ends like that
_decoder = msgspec.json.Decoder(float_hook=Decimal)
_count_decoder = msgspec.json.Decoder(RowCount)
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


def _refuse(constant: str) -> t.NoReturn:
    msg = f"{constant} is no JSON"
    raise ValueError(msg)


_lenient_decoder = json.JSONDecoder(parse_float=Decimal, parse_constant=_refuse)


class AskingStream(SdkStream, abc.ABC):
    """A stream that knows how to ask, and understands the answers.

    Attributes:
        copied_keys: Keys that the API nests: the name at the top, and the way to it.
        withheld: Properties that are never sent on.
    """

    allow_redirects = False  # a redirect would carry the tokens to another host

    name: str
    path: str
    copied_keys: t.ClassVar[dict[str, tuple[str, ...]]] = {}
    withheld: t.ClassVar[tuple[str, ...]] = ()

    @property
    @abc.abstractmethod
    def false_when_absent(self) -> tuple[str, ...]:
        """Top-level booleans that the API leaves out when they are false."""

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
    def own_keys(self) -> tuple[str, ...]:
        """The key properties of the class; a catalog may name others, or none."""
        return t.cast("tuple[str, ...]", type(self).primary_keys)

    @property
    def outside_keys(self) -> frozenset[str]:
        """The keys that stand outside of the records: the agreement, parts of the path."""
        return frozenset({AGREEMENT})

    # The request

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
            "User-Agent": self._tap.user_agent,
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

    def ask(
        self, context: Context, query: Query, findings: Findings, *, only_count: bool = False
    ) -> requests.Response:
        """Ask for one page, or for the number of rows, again where that may help.

        Args:
            context: The agreement, and the keys of the path's placeholders.
            query: The parameters.
            findings: Where to count the call.
            only_count: Whether to ask how many rows there are, at the service's ``/count``.
        """
        asked = self.get_http_request(page=PageContext(context, query))
        request = self.build_prepared_request(
            method="GET",
            url=asked.url.removesuffix("/paged") + _COUNT if only_count else asked.url,
            params=asked.encode_params(),
            headers=asked.headers,
        )
        number = t.cast("int", context[AGREEMENT])
        self._tap.report.check_not_stopped(number)
        try:
            return self.send(request, context, self._tap.agreement(number).budget, findings)
        except AgreementRefusedError as exc:
            self._tap.report.stop(number, sentence_of(exc))
            raise

    def send(
        self,
        request: requests.PreparedRequest,
        context: Context | None,
        budget: Budget,
        findings: Findings,
    ) -> requests.Response:
        """Send a request, again where that may help.

        Args:
            request: The request, signed.
            context: What the metrics call it.
            budget: The call budget of the agreement.
            findings: Where to count the call.
        """
        request.hooks["response"] = [findings.note_call, budget.note_call]

        def asked_once() -> requests.Response:
            with findings.spent.request():
                return self._request(request, context)

        patient_request = self.request_decorator(lambda *_: budget.spend(asked_once))
        return patient_request(request, context)

    @override
    def _request(
        self, prepared_request: requests.PreparedRequest, context: Context | None
    ) -> requests.Response:
        try:
            return super()._request(prepared_request, context)
        except requests.RequestException as exc:
            exc.request = prepared_request  # not known where it was the body that broke off
            raise

    # Numbers of rows

    @property
    def is_counted(self) -> bool:
        """Whether there is a count of the stream's rows that can be believed."""
        return self.name not in self.config["uncounted_streams"]

    def count(self, question: Question, query: Query, findings: Findings) -> int | None:
        """Ask how many rows a listing has; None where nothing tells."""
        return self.ask_count(question.context, query, findings) if self.is_counted else None

    @abc.abstractmethod
    def ask_count(self, context: Context, query: Query, findings: Findings) -> int | None:
        """Ask how many rows a listing has; None where the API does not tell."""

    def ask_highest(self, context: Context, query: Query, findings: Findings) -> int | None:  # noqa: ARG002
        """Ask for the highest key of a listing; None where that is not cheap."""
        return None

    # The answer

    @override
    def validate_response(self, response: requests.Response) -> None:
        """See what an answer says, and decode its body, so that a broken one is asked for again.

        Raises:
            RetriableAPIError: If the body is cut short or of another form; and whatever
                raise_for_answer raises.
        """
        raise_for_answer(response)
        try:
            asks_count = urlsplit(response.url).path.endswith(_COUNT)
            page = (_count_in if asks_count else self._page_in)(response.content)
        except MistypedValueError as exc:
            raise RetriableAPIError(str(exc), response) from exc
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
        try:
            body, has_surrogate = _decoder.decode(content), False
        except msgspec.DecodeError:
            # Half of a surrogate pair is JSON, yet no Unicode: msgspec refuses what json takes.
            if not _SURROGATE.search(content):
                raise
            body, has_surrogate = _lenient_decoder.decode(content.decode()), True
        page = self.decode(body)
        page.has_unstorable = has_nul or has_surrogate
        return page

    @made_once
    def row_type(self) -> type[Row]:
        """The type of the stream's rows where all is as declared."""
        return row_type(
            self.schema,
            required=[name for name in self.own_keys if name not in self.outside_keys],
            false_when_absent=self.false_when_absent,
            withheld=self.withheld,
        )

    # When asking fails

    @override
    def request_decorator(self, func: RequestFunc) -> RequestFunc:
        """Try five times what may pass by itself; the budget waits after a 429."""
        return backoff.on_exception(
            self.backoff_wait_generator,
            _TRANSIENT,
            max_tries=self.backoff_max_tries,
            jitter=self.backoff_jitter,
            on_backoff=self.backoff_handler,
            on_giveup=self._give_up,
            logger=None,
        )(func)

    @override
    def backoff_handler(self, details: Details) -> None:
        self.logger.warning(
            "Waiting %.0f seconds before asking again: %s.",
            details.get("wait", 0),
            sentence_of(t.cast("Exception", details.get("exception"))),
        )

    def _give_up(self, details: Details) -> None:
        """Say with the last failure how often it was tried.

        Raises:
            UnansweredError: Always.
        """
        reason = sentence_of(t.cast("Exception", details.get("exception")))
        msg = f"{reason}; tried {details['tries']} times"
        raise UnansweredError(msg)


def _count_in(content: bytes) -> Page:
    return Page([], count=_count_decoder.decode(content))


def all_objects(value: object) -> bool:
    """Tell whether a decoded value is an array of objects."""
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)
