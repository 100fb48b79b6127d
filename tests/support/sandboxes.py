"""A company, served with pages of any size, and what each stream read of it."""

from __future__ import annotations

import dataclasses
import typing as t

from economic_sandbox.company import generate_company
from economic_sandbox.resources import FILES, RESOURCES
from economic_sandbox.server import Sandbox
from tests.support.catalogs import selecting
from tests.support.running import Run, run_tap

if t.TYPE_CHECKING:
    import contextlib
    from collections.abc import Callable

    from economic_sandbox.apis.exchange import LoggedRequest
    from economic_sandbox.resources.resource import Resource, Row


class Read(t.NamedTuple):
    """One run of the tap against a sandbox, and its requests."""

    run: Run
    requests: list[LoggedRequest]


class Sandboxes:
    """The sandboxes of one company, by the rows that they put on a cursor's page."""

    def __init__(self, stack: contextlib.ExitStack) -> None:
        self.company = generate_company()
        self._stack = stack
        self._sandboxes: dict[int, Sandbox] = {}
        self._read: dict[str, Read] = {}

    def sandbox(self, page_size: int = 1000) -> Sandbox:
        if page_size not in self._sandboxes:
            resources = (*map(_with_more_rows, RESOURCES), *FILES)
            sandbox = Sandbox(self.company, resources=resources, page_size=page_size)
            self._sandboxes[page_size] = self._stack.enter_context(sandbox)
        return self._sandboxes[page_size]

    def read(self, stream: str) -> Read:
        """Read one stream as users do; only once, because several tests look at it."""
        if stream not in self._read:
            self._read[stream] = read_streams(self.sandbox(), stream)
        return self._read[stream]

    def read_in_pages(self, stream: str, page_size: int) -> Read:
        """Read one stream with small pages."""
        # The classic API's pages are as large as requested, and one sandbox gives its
        # links the same address.
        is_classic = self.read(stream).requests[-1].path.startswith("/rest/")
        sandbox = self.sandbox() if is_classic else self.sandbox(page_size)
        return read_streams(sandbox, stream, page_size=page_size)


def settings(sandbox: Sandbox) -> dict[str, t.Any]:
    """The tap's settings for a sandbox."""
    return {
        "app_secret_token": sandbox.app_secret_token,
        "agreement_grant_token": sandbox.agreement_grant_token,
        "rest_url": sandbox.rest_url,
        "openapi_url": sandbox.openapi_url,
    }


def read_streams(sandbox: Sandbox, *streams: str, updated: bool = False, **config: t.Any) -> Read:
    """Run the tap with these streams selected in the catalog, as users do.

    Args:
        sandbox: What to read.
        streams: The streams to select.
        updated: Whether to read by lastUpdated what can be.
        config: Further settings, or a state.
    """
    sandbox.clear()
    catalog = selecting(*streams, updated=updated)
    run = run_tap(None, catalog=catalog, **{**settings(sandbox), **config})
    return Read(run, list(sandbox.requests))


def _more_groups(rows: list[Row]) -> list[Row]:
    return [*rows, {**rows[0], "number": rows[0]["number"] + 1, "name": "Diverse"}]


def _more_currencies(rows: list[Row]) -> list[Row]:
    return [*rows, *({**row, "currency": "SEK"} for row in rows)]


def _more_years(rows: list[Row]) -> list[Row]:
    early = ({**rows[0], "year": str(year)} for year in range(1890, 2010))
    days = ("dateFrom", "01-01"), ("dateTo", "12-31")
    return [{**row, **{name: f"{row['year']}-{day}" for name, day in days}} for row in early] + rows


def _more_changes(rows: list[Row]) -> list[Row]:
    later = (
        {**row, "entryNumber": row["entryNumber"] + 10_000 * n} for n in range(20) for row in rows
    )
    return list(later)


# The company has too few of these for a second page: of cost type groups one, of the others fewer
# than the hundred that the API puts on a page, or one below each parent.
_MORE: dict[tuple[str | None, str], Callable[[list[Row]], list[Row]]] = {
    ("projectsapi", "/CostTypeGroups"): _more_groups,
    (
        "productsapi",
        "/specialprices/{productSpecialPriceNumber}/specialpricesincurrency",
    ): _more_currencies,
    ("accountingyearsapi", "/AccountingYears/paged"): _more_years,
    ("dimensionsapi", "/dimension-data/booked-entries/changelog"): _more_changes,
}


def _with_more_rows(resource: Resource) -> Resource:
    grow = _MORE.get((resource.service, resource.path))
    if grow is None:
        return resource
    return dataclasses.replace(
        resource, rows=lambda *requested: grow(t.cast("list[Row]", resource.rows(*requested)))
    )
