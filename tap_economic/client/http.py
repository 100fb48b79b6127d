"""HTTP client: authenticated, retried and decoded GET requests, and paging through listings.

Independent of Singer: a listing defines what to request and how to decode the response.
"""

from __future__ import annotations

import contextlib
import typing as t
from http import HTTPStatus

import msgspec
import requests
from singer_sdk.exceptions import RetriableAPIError

from tap_economic.client import pdf
from tap_economic.client.error_responses import raise_for_status
from tap_economic.client.retry import retrying
from tap_economic.errors import (
    AgreementRefusedError,
    MistypedValueError,
    NotFoundError,
    user_message,
)
from tap_economic.records.rows import RowCount

if t.TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from tap_economic.client.credentials import Agreement
    from tap_economic.client.listing import Listing
    from tap_economic.client.pages import Page, Query
    from tap_economic.stats import ReadStats, Usage

T = t.TypeVar("T")
Observer: t.TypeAlias = "Callable[[Agreement, Listing, requests.Response], None]"
Receive: t.TypeAlias = "Callable[[requests.Response], T]"

AGREEMENT = "agreementNumber"
"""The first key property of every stream: the agreement that a record belongs to."""

_CHUNK = 1 << 20
"""How much of a body to read at once; requests would read 10 KB at a time."""

_count_decoder = msgspec.json.Decoder(RowCount)


class HttpClient:
    """Sends GET requests for any agreement over one shared session."""

    def __init__(
        self,
        session: requests.Session,
        *,
        user_agent: str,
        timeout: float,
        observer: Observer,
    ) -> None:
        """Create a client.

        Args:
            session: The session; see ``guarded_session``.
            user_agent: The User-Agent header.
            timeout: Seconds to wait for a connection, and for the next byte.
            observer: Called with each response, whatever its status.
        """
        self._session = session
        self._timeout = timeout
        self._observe = observer
        self._headers = {
            "Accept": "application/json",
            "Accept-Encoding": "gzip, deflate",
            "Content-Type": "application/json",
            "User-Agent": user_agent,
        }

    def get(  # noqa: PLR0913, PLR0917 - the parts of one request
        self,
        agreement: Agreement,
        listing: Listing,
        url: str,
        query: Query,
        decode: Callable[[bytes], T],
        usage: Usage,
    ) -> T:
        """Request a URL within the agreement's call budget, and return the decoded body.

        Args:
            agreement: The agreement whose tokens authenticate the request.
            listing: The listing that the request is for.
            url: The URL.
            query: The query parameters.
            decode: Decodes the body; raises what ``Listing.decode`` does.
            usage: Counts the call.

        Raises:
            RetriesExhaustedError: If all retries failed.
            FatalAPIError: As documented for ``raise_for_status``.
        """
        request = self._prepared(agreement, url, query)
        return self._request(
            request, agreement, listing, lambda response: _json_in(response, decode), usage
        )

    def get_pdf(
        self, agreement: Agreement, listing: Listing, usage: Usage, *, retry_not_found: bool
    ) -> bytes:
        """Request the PDF at the URL of a listing, as ``get`` does, and return it.

        Args:
            agreement: The agreement whose tokens authenticate the request.
            listing: The listing whose URL it is.
            usage: Counts the call.
            retry_not_found: Whether a 404 may mean that the PDF is not rendered yet.

        Raises:
            RetriesExhaustedError: If all retries failed.
            FatalAPIError: As documented for ``pdf.receive``.
        """
        request = self._prepared(agreement, listing.url, {})
        request.headers.update(pdf.HEADERS)
        return self._request(
            request,
            agreement,
            listing,
            lambda response: pdf.receive(response, retry_not_found=retry_not_found),
            usage,
        )

    def _prepared(self, agreement: Agreement, url: str, query: Query) -> requests.PreparedRequest:
        # Not prepared by the session, which would add cookies of other agreements and netrc logins.
        return requests.Request(
            "GET", url, params=query, headers={**self._headers, **agreement.headers}
        ).prepare()

    def _request(
        self,
        request: requests.PreparedRequest,
        agreement: Agreement,
        listing: Listing,
        receive: Receive[T],
        usage: Usage,
    ) -> T:
        def note(response: requests.Response, **_: object) -> None:
            usage.note(agreement.budget.note_call(response))
            self._observe(agreement, listing, response)

        request.hooks["response"] = [note]

        def send() -> T:
            usage.begin_request()
            try:
                return self._send(request, receive)
            finally:
                usage.end_request()

        return retrying(lambda: agreement.budget.spend(send), listing.logger)

    def _send(self, request: requests.PreparedRequest, receive: Receive[T]) -> T:
        try:
            # A redirect would send the tokens to another host.
            response = self._session.send(
                request, timeout=self._timeout, allow_redirects=False, stream=True
            )
            with response:
                if response.status_code != HTTPStatus.OK:
                    response.content  # noqa: B018 - read, so that the connection can be reused
                return receive(response)
        except requests.RequestException as exc:
            exc.request = request  # not set if the connection broke off within the body
            raise


def _json_in(response: requests.Response, decode: Callable[[bytes], T]) -> T:
    """Return the decoded body of a response."""
    if response.status_code != HTTPStatus.OK:
        raise_for_status(response)
    body = b"".join(response.iter_content(_CHUNK))
    try:
        return decode(body)
    except MistypedValueError as exc:
        raise RetriableAPIError(str(exc), response) from exc
    except (msgspec.DecodeError, ArithmeticError, RecursionError, ValueError) as exc:
        msg = "e-conomic responded with 200, but the body is not the expected JSON"
        raise RetriableAPIError(msg, response) from exc


class AgreementClient:
    """Reads the listings of one agreement."""

    def __init__(self, http: HttpClient, agreement: Agreement) -> None:
        """Create a client for an agreement.

        Args:
            http: Sends the requests.
            agreement: The agreement whose tokens authenticate them.
        """
        self.agreement = agreement
        self._http = http

    def pages(
        self, listing: Listing, query: Query, stats: ReadStats
    ) -> Generator[Page, None, None]:
        """Yield the pages of a listing, starting with a first query."""
        paginator = listing.new_paginator(query)
        while not paginator.finished:
            page = self.page(listing, paginator.current_value, stats)
            paginator.check_order(page)
            yield page
            paginator.advance(page)

    def page(self, listing: Listing, query: Query, stats: ReadStats) -> Page:
        """Request one page, and return it with its records normalised."""
        page = self._get(listing, listing.url, query, listing.decode, stats)
        page.size = len(page.records)
        if not listing.is_counted:
            page.count = None
        stats.new_members |= page.new_members
        context = {AGREEMENT: self.agreement.number, **listing.path_keys}
        page.records = listing.normalised(page, context, stats)
        return page

    def first_record(self, listing: Listing, stats: ReadStats) -> t.Any:  # noqa: ANN401 - any JSON value
        """Return the first record of a listing as the API sent it, or None."""
        page = self._get(listing, listing.url, listing.first_query(), listing.decode, stats)
        return next(iter(page.records), None)

    def pdf(self, listing: Listing, stats: ReadStats, *, retry_not_found: bool = False) -> bytes:
        """Request the PDF at the URL of a listing, and return it; see ``HttpClient.get_pdf``."""
        with self._noting_refusal():
            return self._http.get_pdf(
                self.agreement, listing, stats.usage, retry_not_found=retry_not_found
            )

    def count(self, listing: Listing, query: Query, stats: ReadStats) -> int | None:
        """Return the API's row count for a query; None if it does not count them."""
        if not listing.is_counted:
            return None
        if listing.count_url is None:
            return self.page(listing, listing.smallest(query), stats).count
        only_filter = {"filter": query["filter"]} if "filter" in query else {}
        try:
            return self._get(listing, listing.count_url, only_filter, _count_decoder.decode, stats)
        except NotFoundError as exc:
            listing.warn_once_of_missing_count(exc)
            return None

    def highest_key(self, listing: Listing, query: Query, stats: ReadStats) -> int | None:
        """Return the highest key of a listing; None if that takes more than one cheap call."""
        descending = listing.descending(query)
        if descending is None:
            return None
        records = self.page(listing, descending, stats).records
        return next((row[listing.ascending or ""] for row in records), None)

    def _get(
        self,
        listing: Listing,
        url: str,
        query: Query,
        decode: Callable[[bytes], T],
        stats: ReadStats,
    ) -> T:
        with self._noting_refusal():
            return self._http.get(self.agreement, listing, url, query, decode, stats.usage)

    @contextlib.contextmanager
    def _noting_refusal(self) -> Generator[None, None, None]:
        """Send no request once the tokens were rejected."""
        self.agreement.check_not_refused()
        try:
            yield
        except AgreementRefusedError as exc:
            self.agreement.refused = user_message(exc)
            raise
