"""A GET endpoint and its rows."""

from __future__ import annotations

import dataclasses
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from economic_sandbox.company import Company

Row: t.TypeAlias = dict[str, t.Any]
"""A record as the API would send it: exact names, Decimal amounts, ISO dates.

Empty members are absent; booleans are always present, and the server omits false ones where the
real API does.
"""


@dataclasses.dataclass(frozen=True)
class Resource:
    """A GET endpoint and the function that makes its rows.

    Attributes:
        service: The OpenAPI service, such as ``bookedEntriesapi``; None for the classic REST API.
        path: The path below the host (or the service's version), as the vendor spells it, with
            ``{placeholders}``: ``/accounting-years/{accountingYear}/totals``.
        rows: Makes the rows, in the API's own order, from the company and the decoded
            placeholders; a single object for a resource that is not a listing; the content of a
            PDF for a file; None for a 404.
        keys: The properties that order a listing and form its cursor; dots reach into objects.
        path_key: The placeholder by which other paths refer to a row of this listing, and the
            property with its value.
    """

    service: str | None
    path: str
    rows: Callable[[Company, Mapping[str, str]], list[Row] | Row | bytes | None]
    keys: tuple[str, ...] = ()
    path_key: tuple[str, str] | None = None
