"""The OpenAPI services: listings by cursor, by page, as plain arrays, counts, single objects."""

from __future__ import annotations

import functools
import itertools
import re
import typing as t
from urllib.parse import unquote

from starlette.responses import Response

from economic_sandbox.apis import errors, facts
from economic_sandbox.apis.filters import FilterError, parse_filter
from economic_sandbox.apis.listing import JSON, Listing, without_false
from economic_sandbox.apis.routing import Call, Route, Router
from economic_sandbox.apis.sorting import SortError, SortKey, parse_sort, sorted_positions

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from economic_sandbox.apis.access import Agreement
    from economic_sandbox.apis.filters import Clause
    from economic_sandbox.resources.resource import Resource, Row

VERSION = re.compile(r"v\d+\.\d+\.\d+", re.IGNORECASE)
MAX_CURSOR_LENGTH = 50
DEFAULT_PAGE_SIZE = 20
MAX_PAGE_SIZE = 100
MAX_SKIPPED_PAGES = 100
MAX_PAGED_ITEMS = 10_000


class OpenApi:
    """The host apis.e-conomic.com, below ``/openapi``."""

    base_url: str
    """The URL that replaces the host's; set once the sandbox listens."""

    def __init__(self, resources: Iterable[Resource], page_size: int) -> None:
        """Route the resources of the OpenAPI services.

        Args:
            resources: The resources of all APIs.
            page_size: The rows of a page of a cursor listing.
        """
        self.page_size = page_size
        self._routers: dict[str, Router] = {}
        for resource in resources:
            if resource.service is not None:
                router = self._routers.setdefault(resource.service.lower(), Router(str.lower))
                for path, route in _routes(resource, resource.service):
                    router.add(path, route)

    def find(self, segments: Sequence[str], query: list[tuple[str, str]]) -> Call:
        """Resolve a path to a call; the version of a service is ignored.

        Raises:
            ApiError: The path does not exist.
        """
        found = self._find(*segments) if len(segments) > 1 else None
        if found is None:
            raise _not_found()
        parameters = [(name.lower(), value) for name, value in query]
        return Call(*found, parameters, "/".join([self.base_url, *segments]))

    def _find(self, service: str, version: str, *rest: str) -> tuple[Route, dict[str, str]] | None:
        router = self._routers.get(service.lower())
        if router is None or not VERSION.fullmatch(version):
            return None
        return router.find([unquote(segment) for segment in rest])

    def respond(self, agreement: Agreement, call: Call) -> Response:
        """Respond to a call."""
        rows = _rows(agreement, call)
        if isinstance(rows, bytes):
            return Response(rows, media_type="application/pdf")
        if not isinstance(rows, Listing):
            return _json(_encode(rows))
        parameters = dict(call.query)
        clauses = _clauses(parameters, call)
        shape = call.route.endpoint.shape
        if shape == "cursor":
            return _json(_cursor_page(rows, clauses, parameters, self.page_size))
        if shape == "count":
            return _json(b"%d" % len(rows.matching(clauses)))
        positions = rows.matching(clauses, _sort(parameters, call))
        if shape == "paged":
            positions = _page(positions, parameters)
        return _json(rows.encoded(positions))

    def all_rows(self, agreement: Agreement, call: Call) -> bytes:
        """Return all rows of a listing without paging, or a single object, as JSON; or a file."""
        rows = _rows(agreement, call)
        if isinstance(rows, bytes):
            return rows
        return rows.encoded_rows() if isinstance(rows, Listing) else _encode(rows)

    def error_response(self, error: errors.ApiError, request_id: str) -> Response:
        """Return an error in the form of this API."""
        body = JSON.encode(errors.problem_body(error, request_id))
        return Response(body, error.status, media_type="application/problem+json")

    def unauthorized(self, _url: str) -> errors.ApiError:
        """Return the error for wrong tokens."""
        return errors.ApiError(401, errors.NOT_AUTHORIZED)

    def missing_module(self, module: str) -> errors.ApiError:
        """Return the error for a module that the agreement lacks; recorded for Project."""
        code = "AccessDeniedAgreementMissingModules"
        if module == "Dimension":
            code = "DimensionIncorrectModule"
        title = f"Missing modules: {module}"
        return errors.ApiError(403, f"{title}.", code=code, title=title)


def _routes(resource: Resource, service: str) -> Iterable[tuple[str, Route]]:
    """Return the routes of a resource: its own endpoint, its pages and its count."""
    own = _listing_path(resource.path)
    endpoints = [
        endpoint
        for endpoint in facts.openapi_endpoints(service)
        if facts.pattern(endpoint.of).lower() == facts.pattern(own).lower()
    ]
    if not endpoints:
        msg = f"{service} has no endpoint {resource.path}"
        raise LookupError(msg)
    for endpoint in endpoints:
        yield _with_placeholders(endpoint.path, resource.path), Route(endpoint, resource)


def _listing_path(path: str) -> str:
    return path.removesuffix("/paged")


def _with_placeholders(path: str, named: str) -> str:
    """Return an endpoint's path with the placeholders named as in the resource."""
    names = iter(re.findall(r"\{[^}]*\}", named))
    return re.sub(r"\{[^}]*\}", lambda _match: next(names), path)


def _rows(agreement: Agreement, call: Call) -> Listing | Row | bytes:
    rows = agreement.cached(call.key, functools.partial(_read, agreement, call))
    if rows is None:
        raise _not_found()
    return rows


def _read(agreement: Agreement, call: Call) -> Listing | Row | bytes | None:
    """Read the rows of a resource; those of a cursor listing ascend by their key."""
    resource = call.route.resource
    rows = resource.rows(agreement.company, call.placeholders)
    if not isinstance(rows, list):
        return rows
    keys = resource.keys or call.route.endpoint.keys
    if _has_cursor(resource):
        order = sorted_positions(rows, [SortKey(name) for name in keys])
        rows = [rows[position] for position in order]
    return Listing(rows, keys, _encode)


def _has_cursor(resource: Resource) -> bool:
    endpoints = facts.openapi_endpoints(resource.service or "")
    path = facts.pattern(resource.path).lower()
    return any(e.shape == "cursor" and facts.pattern(e.path).lower() == path for e in endpoints)


def _encode(row: Row) -> bytes:
    return JSON.encode(without_false(row))


def _json(body: bytes) -> Response:
    return Response(body, media_type="application/json")


def _not_found() -> errors.ApiError:
    return errors.ApiError(404, "There is nothing at this address.")


def _clauses(parameters: dict[str, str], call: Call) -> list[Clause]:
    try:
        return parse_filter(parameters.get("filter", ""), call.route.endpoint)
    except FilterError as error:
        message = str(error)
        raise errors.ApiError(400, message, code="BadFilterRequest", errors=(message,)) from None


def _sort(parameters: dict[str, str], call: Call) -> tuple[SortKey, ...]:
    try:
        return parse_sort(parameters.get("sort", ""), call.route.endpoint)
    except SortError as error:
        message = f"Sorting is not allowed on property '{error}'"
        raise _bad_request(message) from None


def _bad_request(message: str) -> errors.ApiError:
    return errors.ApiError(400, message, errors=(message,))


def _cursor_page(
    listing: Listing, clauses: list[Clause], parameters: dict[str, str], size: int
) -> bytes:
    """Return a page from the cursor on; the next cursor is the key of the row after it."""
    start = _start(listing, parameters.get("cursor", ""))
    found = list(itertools.islice(listing.following(start, clauses), size + 1))
    body = b'{"items":' + listing.encoded(found[:size])
    if len(found) > size:
        cursor = "_".join(str(part) for part in listing.key_at(found[size]))
        body += b',"cursor":' + JSON.encode(cursor)
    return body + b"}"


def _start(listing: Listing, cursor: str) -> int:
    """Return the position of a cursor, even if its row was deleted."""
    if not cursor or not listing.rows:
        return 0
    known = listing.key_at(0)
    parts = cursor.rsplit("_", len(known) - 1)
    # int() alone would read "1_2" as 12.
    is_key = len(parts) == len(known) and all(
        isinstance(value, str) or re.fullmatch(r"-?[0-9]+", part)
        for value, part in zip(known, parts, strict=True)
    )
    if not is_key or len(cursor) > MAX_CURSOR_LENGTH:
        message = "The cursor is not valid"
        raise _bad_request(message)
    return listing.position_of(
        [type(value)(part) for value, part in zip(known, parts, strict=True)]
    )


def _page(positions: Sequence[int], parameters: dict[str, str]) -> Sequence[int]:
    """Return a page of a paged listing, which ends at 10,000 items."""
    size = _whole_number(parameters, "PageSize", DEFAULT_PAGE_SIZE, 1, MAX_PAGE_SIZE)
    skip = _whole_number(parameters, "SkipPages", 0, 0, MAX_SKIPPED_PAGES)
    return positions[:MAX_PAGED_ITEMS][skip * size : (skip + 1) * size]


def _whole_number(parameters: dict[str, str], name: str, default: int, low: int, high: int) -> int:
    text = parameters.get(name.lower(), str(default))
    if not re.fullmatch(r"[0-9]{1,9}", text) or not low <= int(text) <= high:
        message = f"The field {name} must be between {low} and {high}"
        raise _bad_request(message)
    return int(text)
