"""Full reads while somebody works in e-conomic: what was there throughout arrives."""

from __future__ import annotations

import typing as t

import pytest

from economic_sandbox.company import generate_company
from economic_sandbox.server import Sandbox
from tap_economic.report import Status
from tests.support.running import run_tap
from tests.support.sandboxes import settings

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from economic_sandbox.apis.exchange import Exchange
    from economic_sandbox.resources.resource import Row
    from tests.support.running import Run

PAGE = 5


class Listing(t.NamedTuple):
    """A stream that is read in full, and what can happen to its rows."""

    stream: str
    service: str | None
    path: str
    key: tuple[str, ...]
    inserts: str
    deletes: str
    changes: str
    replaces: str


# One of each way to page: by key, by links that count rows, and by cursor.
CUSTOMERS = Listing(
    "customers", None, "/customers", ("customerNumber",),
    "add_customer", "delete_customer", "edit_customer", "replace_customer",
)  # fmt: skip
PRODUCTS = Listing(
    "products", None, "/products", ("productNumber",),
    "add_product", "replace_product", "edit_product", "replace_product",
)  # fmt: skip
DRAFTS = Listing(
    "invoices_drafts", None, "/invoices/drafts", ("draftInvoiceNumber",),
    "add_draft", "delete_draft", "change_draft", "replace_draft",
)  # fmt: skip
DRAFT_ENTRIES = Listing(
    "draft_entries", "journalsapi", "/draft-entries", ("journalNumber", "entryNumber"),
    "add_draft_entry", "delete_draft_entry", "change_draft_entry", "replace_draft_entry",
)  # fmt: skip
TIME_ENTRIES = Listing(
    "time_entries", "projectsapi", "/TimeEntries", ("number",),
    "add_time_entry", "replace_time_entry", "change_time_entry", "replace_time_entry",
)  # fmt: skip
LISTINGS = (CUSTOMERS, PRODUCTS, DRAFTS, DRAFT_ENTRIES, TIME_ENTRIES)
every_listing = pytest.mark.parametrize("listing", LISTINGS, ids=lambda listing: listing.stream)


class Watched:
    """A sandbox whose rows are looked at whenever a page is asked for."""

    def __init__(self, sandbox: Sandbox, listing: Listing) -> None:
        self.sandbox = sandbox
        self.listing = listing
        self.throughout = self.keys()
        self.changes: list[str] = []

    def rows(self) -> list[Row]:
        return self.sandbox.oracle.rows(self.listing.service, self.listing.path)

    def keys(self) -> set[tuple[t.Any, ...]]:
        return {tuple(row[name] for name in self.listing.key) for row in self.rows()}

    def read(self, *events: str, at: set[int] | None = None, chance: int = 100) -> Run:
        """Read the stream; before its pages, but the first, the events happen in turn."""
        self.sandbox.clear()
        between = self.sandbox.change_between_pages(
            *events, path=self.listing.path, at=at, chance=chance
        )

        def change_and_look(exchange: Exchange) -> None:
            between(exchange)
            self.throughout &= self.keys()

        self.throughout = self.keys()
        self.sandbox.before_response(change_and_look)
        run = run_tap(None, self.listing.stream, page_size=PAGE, **settings(self.sandbox))
        self.changes = [event for _, event in between.changes]
        return run

    def sent(self, run: Run) -> set[tuple[t.Any, ...]]:
        return {
            tuple(row[name] for name in self.listing.key)
            for row in run.records(self.listing.stream)
        }


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(page_size=PAGE) as sandbox:
        yield sandbox


@pytest.fixture
def watch(sandbox: Sandbox) -> t.Callable[[Listing], Watched]:
    sandbox.replace_company(generate_company(seed=4, invoices=40))
    return lambda listing: Watched(sandbox, listing)


@every_listing
@pytest.mark.parametrize("kind", ["inserts", "deletes", "changes", "replaces"])
@pytest.mark.parametrize("at", [{1}, {2}, {1, 2}], ids=str)
def test_every_row_that_was_there_throughout_arrives(
    watch: t.Callable[[Listing], Watched], listing: Listing, kind: str, at: set[int]
) -> None:
    watched = watch(listing)
    run = watched.read(getattr(listing, kind), at=at)
    assert watched.changes
    assert run.results[listing.stream].status is Status.COMPLETE
    assert watched.throughout <= watched.sent(run)


@every_listing
@pytest.mark.parametrize("seed", range(4))
def test_it_arrives_too_when_everything_happens_at_once(
    watch: t.Callable[[Listing], Watched], listing: Listing, seed: int
) -> None:
    watched = watch(listing)
    watched.sandbox.start_simulation(seed)
    run = watched.read(
        listing.inserts, listing.deletes, listing.changes, listing.replaces, chance=30
    )
    if run.results[listing.stream].status is Status.COMPLETE:
        assert watched.throughout <= watched.sent(run)
    else:
        assert run.exit_code == 1


@every_listing
def test_no_row_is_sent_twice_unless_it_is_read_again_by_key(
    watch: t.Callable[[Listing], Watched], listing: Listing
) -> None:
    watched = watch(listing)
    run = watched.read(listing.changes, at={1})
    assert len(run.records(listing.stream)) == len(watched.sent(run))


@every_listing
def test_what_never_comes_to_rest_is_not_complete(
    watch: t.Callable[[Listing], Watched], listing: Listing
) -> None:
    watched = watch(listing)
    run = watched.read(listing.inserts)
    result = run.results[listing.stream]
    if result.status is Status.COMPLETE:
        # Rows that only ever come in at the end are all read: the count agrees.
        assert watched.keys() == watched.sent(run)
    else:
        assert result.status is Status.INCOMPLETE
        assert "changed during each of 5 reads" in result.reason
        assert run.exit_code == 1
