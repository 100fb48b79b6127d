"""The shapes of streams, and what can go wrong with each."""

from __future__ import annotations

import collections
import dataclasses
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Iterator


@dataclasses.dataclass(frozen=True)
class Shape:
    """A stream that stands for all of its shape.

    Attributes:
        name: What the shape is called.
        stream: The stream.
        path: Where its rows are; with a placeholder, where it asks once for each parent.
        endpoint: The service and the path by which the sandbox knows its rows.
        page_size: How many rows stand on a page.
        incremental: Whether it can be read from a bookmark.
        updated: Whether that bookmark is the time of the last change, as a catalog may choose.
        paged: Whether it has pages, each of which could lack a row.
        linked: Whether a page says where the next one is.
        count: The path that counts its rows, if it is another one.
        parents: The path of what it walks.
    """

    name: str
    stream: str
    path: str
    endpoint: tuple[str | None, str]
    page_size: int = 1000
    incremental: bool = False
    updated: bool = False
    paged: bool = True
    linked: bool = True
    count: str = ""
    parents: str = ""


def _classic(name: str, stream: str, path: str, page_size: int = 8, **more: t.Any) -> Shape:
    return Shape(name, stream, f"/rest{path}", (None, path), page_size, **more)


def _openapi(name: str, stream: str, address: str, page_size: int = 1000, **more: t.Any) -> Shape:
    service, _, path = address.split("/", 2)
    whole = f"/openapi/{address}"
    more = {"count": f"{whole}/count", **more}
    return Shape(name, stream, whole, (service, f"/{path}"), page_size, **more)


SHAPES = (
    _classic("keyset", "customers", "/customers"),
    _classic("keyset with bookmark", "invoices_booked", "/invoices/booked", incremental=True),
    _classic("offset", "products", "/products"),
    _classic("single", "invoices_totals", "/invoices/totals", paged=False, linked=False),
    _classic(
        "per parent",
        "accounting_year_totals",
        "/accounting-years/{accountingYear}/totals",
        40,
        parents="/rest/accounting-years",
    ),
    _classic(
        "per invoice",
        "invoices_booked_document",
        "/invoices/booked/{bookedInvoiceNumber}",
        1000,
        paged=False,
        linked=False,
        incremental=True,
        parents="/rest/invoices/booked",
    ),
    _openapi(
        "cursor",
        "booked_entries",
        "bookedEntriesapi/v4.0.0/booked-entries",
        100,
        incremental=True,
    ),
    _openapi(
        "compound cursor",
        "invoices_booked_lines",
        "q2capi/v5.3.0/invoices/booked/lines",
        12,
        incremental=True,
    ),
    _openapi(
        "by lastUpdated",
        "customer_contacts",
        "customersapi/v3.1.0/Contacts",
        4,
        incremental=True,
        updated=True,
    ),
    _openapi("cursor without order", "draft_entries", "journalsapi/v15.0.0/draft-entries", 4),
    _openapi(
        "paged",
        "openapi_accounting_years",
        "accountingyearsapi/v2.0.1/AccountingYears/paged",
        1000,
        linked=False,
        count="/openapi/accountingyearsapi/v2.0.1/AccountingYears/count",
    ),
    _openapi(
        "paged with bookmark",
        "dimension_data_booked_entries_changelog",
        "dimensionsapi/v5.3.1/dimension-data/booked-entries/changelog",
        1000,
        linked=False,
        incremental=True,
        count="",
    ),
    _openapi(
        "plain array",
        "webhook_event_types",
        "webhooksapi/v1.0.0/EventTypes",
        1000,
        paged=False,
        linked=False,
        count="",
    ),
)


@dataclasses.dataclass(frozen=True)
class Trouble:
    """A fault as a case of the matrix has it.

    Attributes:
        name: The sandbox's name for it.
        lasts: How long it lasts.
        amount: How much of it.
    """

    name: str
    lasts: str = "once"
    amount: float | None = None

    def concerns(self, shape: Shape, place: str) -> bool:
        """Tell whether it can happen at a place of a shape."""
        if place == "parents":
            return self.name in _ANYWHERE
        if self.name == "wrong_count":
            is_classic = shape.path.startswith("/rest") and shape.paged
            return place == "count" or (is_classic and place == "first")
        if place == "count":
            return self.name in _ANYWHERE
        if self.name in {"repeated_cursor", "foreign_link"}:
            # Where no cursor was asked for, none can be repeated.
            return shape.linked and (place != "first" or shape.path.startswith("/rest"))
        if self.name == "missing_row":
            # Nothing counts the changelog, which only grows at its end.
            return shape.paged and shape.name != "paged with bookmark"
        return shape.paged or self.name != "duplicate_row"


TROUBLES = (
    Trouble("throttled"),
    Trouble("throttled", "always", 100),
    Trouble("throttled_silently"),
    Trouble("server_error"),
    Trouble("server_error", "always"),
    Trouble("reset"),
    Trouble("reset", "always"),
    Trouble("stall"),
    Trouble("truncated"),
    Trouble("truncated", "always"),
    Trouble("cut_gzip"),
    Trouble("html"),
    Trouble("html", "always"),
    Trouble("redirect"),
    Trouble("redirect", "always"),
    Trouble("revoked", "onwards"),
    Trouble("forbidden"),
    Trouble("forbidden", "always"),
    Trouble("not_found"),
    Trouble("not_found", "always"),
    Trouble("wrong_count"),
    Trouble("wrong_count", "onwards", 3),
    Trouble("wrong_count", "onwards", -1),
    Trouble("duplicate_row"),
    Trouble("duplicate_row", "onwards"),
    Trouble("missing_row"),
    Trouble("repeated_cursor"),
    Trouble("repeated_cursor", "onwards"),
    Trouble("foreign_link"),
    Trouble("foreign_link", "onwards"),
    Trouble("wrong_clock", "onwards", 5),
    Trouble("odd_budget", "onwards"),
    Trouble("latency", "onwards", 0.02),
)
_OF_EACH = 2  # cases of each trouble in the sample
_ANYWHERE = frozenset(
    {
        "throttled",
        "server_error",
        "reset",
        "truncated",
        "cut_gzip",
        "html",
        "redirect",
        "revoked",
        "forbidden",
        "not_found",
    }
)


@dataclasses.dataclass(frozen=True)
class Case:
    """One run of the matrix, and the run after it."""

    shape: Shape
    trouble: Trouble
    place: str
    concurrency: int
    incremental: bool

    def __str__(self) -> str:
        kind = "incremental" if self.incremental else "full"
        amount = "" if self.trouble.amount is None else f" {self.trouble.amount:g}"
        what = f"{self.trouble.name}{amount} {self.trouble.lasts}, {self.place}"
        return f"{self.shape.stream}: {what}, {kind}, {self.concurrency}"

    @property
    def needs_rows(self) -> bool:
        """Whether it cannot happen to an empty page."""
        return self.trouble.name in {"duplicate_row", "missing_row"}

    @property
    def traits(self) -> tuple[str, str, int, bool]:
        """What a sample is to have some of each of, besides the trouble itself."""
        return self.shape.name, self.place, self.concurrency, self.incremental


def cases() -> Iterator[Case]:
    """Yield every case."""
    for shape in SHAPES:
        places = ["first", "middle", "last"] if shape.paged or shape.parents else ["first"]
        places += ["count"] if shape.count else []
        places += ["parents"] if shape.parents else []
        for incremental in (False, True) if shape.incremental else (False,):
            for concurrency in (1, 8):
                for trouble in TROUBLES:
                    for place in places:
                        # What was added is one page, of which no count is asked.
                        if incremental and trouble.name == "missing_row":
                            continue
                        if trouble.concerns(shape, place):
                            yield Case(shape, trouble, place, concurrency, incremental)


def sample() -> list[Case]:
    """Choose for each trouble the cases whose shape, place and concurrency were rarest so far."""
    used: collections.Counter[object] = collections.Counter()
    chosen = []
    for trouble in TROUBLES:
        left = [case for case in cases() if case.trouble == trouble]
        for _ in range(_OF_EACH):
            rarest = min(left, key=lambda case: [used[i, v] for i, v in enumerate(case.traits)])
            used.update(enumerate(rarest.traits))
            left.remove(rarest)
            chosen.append(rarest)
    return chosen
