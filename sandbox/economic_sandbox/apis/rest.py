"""The classic REST API: collections in pages with links, and single objects."""

from __future__ import annotations

import functools
import re
import typing as t
from urllib.parse import quote_plus

from starlette.responses import Response

from economic_sandbox.apis import errors, facts
from economic_sandbox.apis.filters import FilterError, NotFilterableError, parse_filter
from economic_sandbox.apis.listing import JSON, Listing, without_false
from economic_sandbox.apis.routing import Call, Route, Router, classic_segment
from economic_sandbox.apis.sorting import SortError, SortKey, parse_sort, sorted_positions

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from economic_sandbox.apis.access import Agreement
    from economic_sandbox.resources.resource import Resource, Row

HOST = "https://restapi.e-conomic.com"
DEFAULT_PAGE_SIZE = 20
MAX_PAGE_SIZE = 1000

KNOWN_PARAMETERS = {"skippages", "pagesize", "filter", "sort"}

NO_LINKS_HINT = "Pagination links are suppressed when there are no results."
FILTER_HINT = "Filtering on collections can be done using the querystring parameter 'filter'."
SUB_COLLECTIONS = {"/departmental-distributions": ("distributions", "departments")}


class RestApi:
    """The host restapi.e-conomic.com, below ``/rest``."""

    base_url: str
    """The URL that replaces the host's; set once the sandbox listens."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        """Route the resources of the classic API.

        Args:
            resources: The resources of all APIs.
        """
        self._router = Router()
        for resource in resources:
            if resource.service is None:
                self._router.add(resource.path, Route(_endpoint(resource), resource))

    def find(self, segments: Sequence[str], query: list[tuple[str, str]]) -> Call:
        """Resolve a path to a call.

        Raises:
            ApiError: The path does not exist.
        """
        found = self._router.find([classic_segment(segment) for segment in segments])
        if found is None:
            raise _not_found()
        return Call(*found, query, "/".join([self.base_url, *segments]))

    def respond(self, agreement: Agreement, call: Call) -> Response:
        """Respond to a call."""
        rows = self._rows(agreement, call)
        if isinstance(rows, bytes):
            return Response(rows, media_type="application/pdf")
        if not isinstance(rows, Listing):
            return _json(self._encode(rows, call, _unknown(call.query)))
        return self._page(rows, call)

    def all_rows(self, agreement: Agreement, call: Call) -> bytes:
        """Return all rows of a listing without paging, or a single object, as JSON; or a file."""
        rows = self._rows(agreement, call)
        if isinstance(rows, bytes):
            return rows
        return rows.encoded_rows() if isinstance(rows, Listing) else self._encode(rows, call, [])

    def error_response(self, error: errors.ApiError, request_id: str) -> Response:
        """Return an error in the form of this API."""
        return _json(JSON.encode(errors.classic_body(error, request_id)), error.status)

    def unauthorized(self, url: str) -> errors.ApiError:
        """Return the error for wrong tokens, with the link to the demo agreement."""
        hint = "Use the word demo for both tokens to try the API."
        link = {"demoLink": f"{url}?demo=true"}
        return errors.ApiError(401, errors.NOT_AUTHORIZED, hint=hint, members=link)

    def missing_module(self, module: str) -> errors.ApiError:
        """Return the error for a module that the agreement lacks."""
        return errors.ApiError(403, f"The agreement does not have the module {module}.")

    def _rows(self, agreement: Agreement, call: Call) -> Listing | Row | bytes:
        rows = agreement.cached(call.key, functools.partial(self._read, agreement, call))
        if rows is None:
            raise _not_found()
        return rows

    def _read(self, agreement: Agreement, call: Call) -> Listing | Row | bytes | None:
        resource, endpoint = call.route.resource, call.route.endpoint
        rows = resource.rows(agreement.company, call.placeholders)
        if not isinstance(rows, list):
            return rows
        if endpoint.default_sort:
            order = sorted_positions(rows, [SortKey(name) for name in endpoint.default_sort])
            rows = [rows[position] for position in order]
        return Listing(rows, resource.keys, lambda row: self._encode(row, call, []))

    def _encode(self, row: Row, call: Call, unknown: list[tuple[str, str]]) -> bytes:
        record = without_false(row, call.route.endpoint.sent_when_false)
        if unknown:
            record = _with_parameters(record, _query_string(unknown))
        return JSON.encode(record).replace(HOST.encode(), self.base_url.encode())

    def _page(self, listing: Listing, call: Call) -> Response:
        parameters = dict(call.query)
        size = _whole_number(parameters, "pagesize", DEFAULT_PAGE_SIZE, 1, MAX_PAGE_SIZE)
        skip = _whole_number(parameters, "skippages", 0, 0, None)
        positions = _select(listing, call, parameters)
        page = positions[skip * size : (skip + 1) * size]
        unknown = _unknown(call.query)
        if unknown:
            rows = [self._encode(listing.rows[position], call, unknown) for position in page]
            collection = b"[" + b",".join(rows) + b"]"
        else:
            collection = listing.encoded(page)
        rest = {
            "pagination": {
                "skipPages": skip,
                "pageSize": size,
                "maxPageSizeAllowed": MAX_PAGE_SIZE,
                "results": len(positions),
                "resultsWithoutFilter": len(listing.rows),
                **_links(call, skip, size, len(positions)),
            },
            "metaData": {},
            **_sub_collections(call),
            "self": _address(call.url, call.query),
        }
        return _json(b'{"collection":' + collection + b"," + JSON.encode(rest)[1:])


def _endpoint(resource: Resource) -> facts.Endpoint:
    try:
        return facts.rest_endpoints()[facts.pattern(resource.path)]
    except KeyError:
        msg = f"The classic API has no endpoint {resource.path}"
        raise LookupError(msg) from None


def _json(body: bytes, status: int = 200) -> Response:
    return Response(body, status, media_type="application/json")


def _not_found() -> errors.ApiError:
    hint = "Follow the links of the enclosing collection."
    return errors.ApiError(404, "The entity was not found.", code="E06000", hint=hint)


def _select(listing: Listing, call: Call, parameters: dict[str, str]) -> Sequence[int]:
    endpoint = call.route.endpoint
    try:
        clauses = parse_filter(parameters.get("filter", ""), endpoint)
        return listing.matching(clauses, parse_sort(parameters.get("sort", ""), endpoint))
    except NotFilterableError as error:
        allowed = {"allowedFilteringFields": list(endpoint.filterable)}
        raise _bad_filter(error, allowed) from None
    except FilterError as error:
        raise _bad_filter(error, {}) from None
    except SortError as error:
        message = "Could not parse query string sort parameter."
        detail = f"Sorting is not allowed on property '{error}'."
        raise errors.ApiError(400, message, errors=(detail,)) from None


def _bad_filter(error: FilterError, members: dict[str, t.Any]) -> errors.ApiError:
    return errors.ApiError(
        400,
        "Could not parse query string filter.",
        hint=FILTER_HINT,
        errors=(f"{str(error).rstrip('.')}.",),
        members=members,
    )


def _whole_number(
    parameters: dict[str, str], name: str, default: int, low: int, high: int | None
) -> int:
    text = parameters.get(name, str(default))
    if re.fullmatch(r"[0-9]{1,9}", text) and low <= int(text) <= (high or int(text)):
        return int(text)
    kind = f"positive whole number between {low} and {high}" if high else "whole number"
    message = f"The parameter {name} must be a {kind}."
    raise errors.ApiError(400, message, code="E04810")


def _sub_collections(call: Call) -> dict[str, t.Any]:
    names = SUB_COLLECTIONS.get(call.route.endpoint.path)
    return {"subCollections": {name: f"{call.url}/{name}" for name in names}} if names else {}


def _links(call: Call, skip: int, size: int, results: int) -> dict[str, str]:
    """Return the links of a page; beyond the end there is no next page."""
    if not results:
        return {"developerHint": NO_LINKS_HINT}
    last = (results - 1) // size
    pages = {"firstPage": 0, "previousPage": skip - 1, "nextPage": skip + 1, "lastPage": last}
    if skip == 0:
        del pages["previousPage"]
    if skip >= last:
        del pages["nextPage"]
    return {
        name: _address(call.url, _for_page(call.query, page, size)) for name, page in pages.items()
    }


def _for_page(query: list[tuple[str, str]], page: int, size: int) -> list[tuple[str, str]]:
    """Return the parameters of a request in their order, for another page."""
    paging = {"skippages": str(page), "pagesize": str(size)}
    changed = {**dict(query), **paging}
    return list(changed.items())


def _unknown(query: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the unknown parameters, which the API ignores and copies into links."""
    return [(name, value) for name, value in query if name not in KNOWN_PARAMETERS]


def _with_parameters(value: t.Any, query: str) -> t.Any:  # noqa: ANN401 - rows are JSON
    """Return a record with parameters added to its links."""
    if isinstance(value, dict):
        return {name: _with_parameters(member, query) for name, member in value.items()}
    if isinstance(value, list):
        return [_with_parameters(member, query) for member in value]
    if isinstance(value, str) and value.startswith(HOST):
        return f"{value}{'&' if '?' in value else '?'}{query}"
    return value


def _address(url: str, query: list[tuple[str, str]]) -> str:
    return f"{url}?{_query_string(query)}" if query else url


def _query_string(query: list[tuple[str, str]]) -> str:
    """Encode parameters with the lower-case escapes of the recorded links."""
    return "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in query)


def _quoted(text: str) -> str:
    return re.sub(r"%[0-9A-F]{2}", lambda match: match[0].lower(), quote_plus(text))
