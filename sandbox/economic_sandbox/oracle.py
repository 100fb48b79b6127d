"""The expected rows: what a complete read must find, without HTTP."""

from __future__ import annotations

import decimal
import re
import typing as t
from urllib.parse import quote

import msgspec

from economic_sandbox.resources.shapes import encoded

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from economic_sandbox.apis.access import Agreement
    from economic_sandbox.app import App
    from economic_sandbox.resources.resource import Resource, Row

_DECODER = msgspec.json.Decoder(float_hook=decimal.Decimal)
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_ANY_VERSION = "v0.0.0"


class Oracle:
    """All current rows of an agreement, regardless of its role and modules."""

    def __init__(self, app: App, agreement: Agreement, resources: Iterable[Resource]) -> None:
        """Create the oracle of an agreement.

        Args:
            app: The application that serves it.
            agreement: The agreement.
            resources: The endpoints that are served.
        """
        self._app = app
        self._agreement = agreement
        self._parents = {
            resource.path_key[0]: (resource, resource.path_key[1])
            for resource in resources
            if resource.path_key
        }

    def rows(self, service: str | None, path: str, **placeholders: object) -> list[Row]:
        """Return all rows of an endpoint; the sandbox must have been started.

        Args:
            service: The OpenAPI service; None for the classic API.
            path: The path with its ``{placeholders}``, as in the inventory of endpoints.
            placeholders: The values of the placeholders.

        Returns:
            The rows in the API's own order, numbers with decimals as Decimal; a single resource
            is one row.

        Raises:
            ApiError: The path does not exist.
        """
        found = _DECODER.decode(self._body(service, path, placeholders))
        return found if isinstance(found, list) else [found]

    def file(self, service: str | None, path: str, **placeholders: object) -> bytes:
        """Return the file of an endpoint; the arguments are those of `rows`."""
        return self._body(service, path, placeholders)

    def _body(self, service: str | None, path: str, placeholders: Mapping[str, object]) -> bytes:
        def fill(match: re.Match[str]) -> str:
            value = str(placeholders[match[1]])
            return encoded(value) if service is None else quote(value, safe="")

        segments = _PLACEHOLDER.sub(fill, path).strip("/").split("/")
        if service is not None:
            segments = [service, _ANY_VERSION, *segments]
        root = "rest" if service is None else "openapi"
        return self._app.all_rows(self._agreement, root, segments)

    def rows_by_parent(self, service: str | None, path: str) -> dict[str, list[Row]]:
        """Return all rows of an endpoint that is read once for each row of a parent.

        Args:
            service: The OpenAPI service; None for the classic API.
            path: The path with the parent's placeholder, such as
                ``/invoices/booked/{bookedInvoiceNumber}``.

        Returns:
            The rows by the value of the parent's placeholder.

        Raises:
            ValueError: The path has no placeholder.
        """
        match = _PLACEHOLDER.search(path)
        if match is None:
            message = f"{path} has no parent"
            raise ValueError(message)
        name = match[1]
        parent, key = self._parents[name]
        parents = [str(row[key]) for row in self._all_rows(parent.service, parent.path)]
        return {value: self.rows(service, path, **{name: value}) for value in parents}

    def _all_rows(self, service: str | None, path: str) -> list[Row]:
        if not _PLACEHOLDER.search(path):
            return self.rows(service, path)
        return [row for rows in self.rows_by_parent(service, path).values() for row in rows]
