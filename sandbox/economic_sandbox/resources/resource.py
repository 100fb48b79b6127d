"""What the company tells the server: one Resource per GET endpoint, with its rows."""

from __future__ import annotations

import dataclasses
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from economic_sandbox.company import Company

Row: t.TypeAlias = dict[str, t.Any]
"""A record as the API would send it: exact names, Decimal amounts, ISO dates.

Absent members are absent; booleans are all there, and the server leaves out the false ones
where the real API does.
"""


@dataclasses.dataclass(frozen=True)
class Resource:
    """One endpoint and where its rows come from.

    Attributes:
        service: The OpenAPI service, such as ``bookedEntriesapi``; None for the classic REST API.
        path: The path below the host (or the service's version), as the vendor spells it, with
            ``{placeholders}``: ``/accounting-years/{accountingYear}/totals``.
        rows: From the company and the decoded placeholders to the rows in the API's own order;
            a single object for a resource that is no listing; None where the API answers 404.
        keys: The properties that order a listing and form its cursor; dots reach into objects.
    """

    service: str | None
    path: str
    rows: Callable[[Company, Mapping[str, str]], list[Row] | Row | None]
    keys: tuple[str, ...] = ()
