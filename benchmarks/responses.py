"""The responses of the benchmark server, for both APIs.

Large listings come from precomputed tables. Everything else is requested from the sandbox once, and
then served from memory. An unsupported query on a large listing is an error, because a wrong
response would falsify the benchmark.
"""

from __future__ import annotations

import functools
import json
import re
import typing as t
import urllib.error
import urllib.request
from urllib.parse import parse_qsl, urlencode, urlsplit

from benchmarks import books
from benchmarks.tables import Table

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from economic_sandbox.server import Sandbox

_COMPARISON = re.compile(r"(\w+)\$(gt|gte|lt|lte|eq):(\d+)")
_ONE_OF = re.compile(r"(\w+)\$in:\[([\d,]+)\]")
_CURSOR_PAGE = 1000
_CLASSIC_PAGE = 20

INVOICES = "/rest/invoices/booked"
LISTINGS = {
    INVOICES: books.booked_invoices,
    "/rest/invoices/paid": books.paid_invoices,
    "/rest/invoices/unpaid": books.unpaid_invoices,
}
ENTRIES = re.compile(r"/openapi/bookedEntriesapi/v[^/]+/booked-entries(/count)?")
LINES = re.compile(r"/openapi/q2capi/v[^/]+/invoices/booked/lines(/count)?")
DOCUMENT = re.compile(re.escape(INVOICES) + r"/(\d+)")


class RefusedError(Exception):
    """A query that the server does not support."""


class Response(t.NamedTuple):
    """A status and a body."""

    status: int
    body: bytes


class Responses:
    """The bodies of both APIs.

    Attributes:
        invoices: How many booked invoices there are; 0 leaves them to the sandbox.
        entries: How many booked entries there are; 0 leaves them to the sandbox.
        paid: The number up to which the open invoices have been paid.
    """

    def __init__(self, sandbox: Sandbox, base_url: str) -> None:
        """Start without large listings.

        Args:
            sandbox: Serves all other listings; it must be running.
            base_url: The server's own address, for links.
        """
        self.invoices = self.entries = self.paid = 0
        self._base_url = base_url
        self._sandbox_url = sandbox.rest_url.removesuffix("/rest")
        self._tokens = {
            "X-AppSecretToken": sandbox.app_secret_token,
            "X-AgreementGrantToken": sandbox.agreement_grant_token,
        }
        self._kept: dict[str, Response] = {}
        self._listed: dict[tuple[str, int], Table] = {}
        self._documents = Table("bookedInvoiceNumber", books.booked_documents)
        self._lines = Table("documentId", books.invoice_lines)
        self._entries = Table("entryNumber", books.booked_entries)

    def set_size(self, invoices: int, entries: int, paid: int = 0) -> None:
        """Set the number of invoices and entries, and generate missing rows."""
        self.invoices, self.entries, self.paid = invoices, entries, paid
        listed = [self._listing(path) for path in LISTINGS]
        for table in (*listed, self._documents, self._lines):
            table.rows_of(invoices)
        self._entries.rows_of(entries)

    def _listing(self, path: str) -> Table:
        """Return a listing of classic REST with the payments of now."""
        kept = (path, self.paid)
        if kept not in self._listed:
            make = functools.partial(LISTINGS[path], paid=self.paid)
            self._listed[kept] = Table("bookedInvoiceNumber", make)
        return self._listed[kept]

    def at_once(self, target: str) -> Response | None:
        """Return a response from memory; None if the sandbox must be requested first.

        Args:
            target: The request's path and query.
        """
        try:
            body = self._large(target)
        except RefusedError as error:
            return Response(400, json.dumps({"message": str(error)}).encode())
        return self._kept.get(target) if body is None else Response(200, body)

    def request_sandbox(self, target: str) -> Response:
        """Request from the sandbox, and cache the response."""
        request = urllib.request.Request(f"{self._sandbox_url}{target}", headers=self._tokens)  # noqa: S310 - the sandbox's own http address
        try:
            with urllib.request.urlopen(request) as response:  # noqa: S310 - as above
                status, body = response.status, response.read()
        except urllib.error.HTTPError as error:
            with error:
                status, body = error.code, error.read()
        body = body.replace(self._sandbox_url.encode(), self._base_url.encode())
        response = self._kept[target] = Response(status, body)
        return response

    def _large(self, target: str) -> bytes | None:
        parts = urlsplit(target)
        query = dict(parse_qsl(parts.query))
        if self.invoices:
            if parts.path in LISTINGS:
                return self._collection(parts.path, query)
            if found := DOCUMENT.fullmatch(parts.path):
                return self._document(int(found[1]))
            if found := LINES.fullmatch(parts.path):
                rows = self._lines.rows_of(self.invoices)
                return self._cursor_listing(self._lines, rows, query, count=bool(found[1]))
        if self.entries and (found := ENTRIES.fullmatch(parts.path)):
            return self._cursor_listing(self._entries, self.entries, query, count=bool(found[1]))
        return None

    def _document(self, number: int) -> bytes:
        if not 1 <= number <= self.invoices:
            msg = f"there is no invoice {number}"
            raise RefusedError(msg)
        return self._documents.page(number - 1, number)[1:-1]

    def _collection(self, path: str, query: Mapping[str, str]) -> bytes:
        """Return a page of classic REST, in its envelope."""
        _check(query, {"filter", "pagesize", "skippages", "sort"})
        table = self._listing(path)
        rows = table.rows_of(self.invoices)
        size = int(query.get("pagesize", _CLASSIC_PAGE))
        skip = int(query.get("skippages", 0))
        sort = query.get("sort", table.key)
        wants_highest = sort == f"-{table.key}" and (size, skip) == (1, 0)
        if sort != table.key and not wants_highest:
            msg = f"only the order of {table.key} is there, and its highest value"
            raise RefusedError(msg)
        keys = _one_of(table, query)
        if keys is not None:
            found = table.picked(keys, rows)
            if len(found) > size or skip:
                msg = "rows with given keys are on one page"
                raise RefusedError(msg)
            return self._page(path, query, b"[%b]" % b",".join(found), len(found))
        low, high = table.span(_comparisons(table, query), rows)
        start = max(low, high - 1) if wants_highest else min(low + skip * size, high)
        return self._page(path, query, table.page(start, min(start + size, high)), high - low)

    def _page(self, path: str, query: Mapping[str, str], body: bytes, results: int) -> bytes:
        """Return the rows of a page in the envelope of classic REST.

        Args:
            path: The listing.
            query: The parameters of the request.
            body: A JSON array of the rows.
            results: How many rows the filter matches.
        """
        size = int(query.get("pagesize", _CLASSIC_PAGE))
        skip = int(query.get("skippages", 0))
        link = functools.partial(self._link, path, query)
        pagination = {
            "skipPages": skip,
            "pageSize": size,
            "maxPageSizeAllowed": 1000,
            "results": results,
            "resultsWithoutFilter": self._listing(path).rows_of(self.invoices),
            "firstPage": link(0, size),
            "lastPage": link(max(0, results - 1) // size, size),
        }
        if (skip + 1) * size < results and "-" not in query.get("sort", ""):
            pagination["nextPage"] = link(skip + 1, size)
        envelope = {"pagination": pagination, "metaData": {}, "self": f"{self._base_url}{path}"}
        rest = json.dumps(envelope, separators=(",", ":")).encode()
        return b'{"collection":%b,%b' % (body, rest[1:])

    def _link(self, path: str, query: Mapping[str, str], page: int, size: int) -> str:
        turned = {**query, "skippages": str(page), "pagesize": str(size)}
        return f"{self._base_url}{path}?{urlencode(turned)}"

    def _cursor_listing(
        self, table: Table, rows: int, query: Mapping[str, str], *, count: bool
    ) -> bytes:
        """Return a page of an OpenAPI service, or the row count."""
        _check(query, {"filter"} if count else {"filter", "cursor"})
        low, high = table.span(_comparisons(table, query), rows)
        if count:
            return str(high - low).encode()
        start = max(low, int(query.get("cursor", 0)))
        stop = min(start + _CURSOR_PAGE, high)
        cursor = b',"cursor":"%d"' % stop if stop < high else b""
        return b'{"items":%b%b}' % (table.page(start, stop), cursor)


def _check(query: Mapping[str, str], known: set[str]) -> None:
    if unknown := query.keys() - known:
        msg = f"the parameters {', '.join(sorted(unknown))} are not understood"
        raise RefusedError(msg)


def _one_of(table: Table, query: Mapping[str, str]) -> list[int] | None:
    """Return the keys of a filter that lists them; None for other filters."""
    found = _ONE_OF.fullmatch(query.get("filter", ""))
    if found is None or found[1] != table.key:
        return None
    return sorted(map(int, found[2].split(",")))


def _comparisons(table: Table, query: Mapping[str, str]) -> Iterable[tuple[str, int]]:
    """Yield the operators and values of a filter, which may only compare the key."""
    for part in query["filter"].split("$and:") if "filter" in query else ():
        found = _COMPARISON.fullmatch(part.strip("()"))
        if found is None or found[1] != table.key:
            msg = f"the filter {part} is not understood"
            raise RefusedError(msg)
        yield found[2], int(found[3])
