"""Orders and quotes on the classic REST API, in their three statuses."""

from __future__ import annotations

import typing as t

from economic_sandbox.resources.resource import Resource
from economic_sandbox.resources.sales import (
    document_members,
    draft_line_rows,
    draft_members,
)
from economic_sandbox.resources.shapes import instant, link

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from economic_sandbox.company import Company
    from economic_sandbox.company.model.documents import SalesDocument
    from economic_sandbox.resources.resource import Row

_Documents: t.TypeAlias = "Callable[[Company], Mapping[int, SalesDocument]]"


def _row(company: Company, document: SalesDocument, kind: str) -> Row:
    number, status = document.number, document.status
    home = (f"{kind}s", status, number)
    row = {
        f"{kind}Number": number,
        "soap": {f"{kind}Handle": {"id": document.id}},
        "templates": {
            "upgradeInstructions": link(*home, "templates", "upgrade-instructions", "draftInvoice"),
            "self": link(*home, "templates"),
        },
        "attachment": link(*home, "attachment"),
        **document_members(company, document),
        **draft_members(document),
        "pdf": {"download": link(*home, "pdf")},
        "self": link(*home),
    }
    if status != "archived":
        row["lastUpdated"] = instant(document.updated)
    return row


def _collection(documents_of: _Documents, kind: str, status: str) -> Resource:
    def rows(company: Company, _values: Mapping[str, str]) -> list[Row]:
        # In collections the lines are always empty.
        return [
            {**_row(company, document, kind), "lines": []}
            for _, document in sorted(documents_of(company).items())
            if document.status == status
        ]

    return Resource(None, f"/{kind}s/{status}", rows, (f"{kind}Number",))


def _document(documents_of: _Documents, kind: str, status: str) -> Resource:
    def rows(company: Company, values: Mapping[str, str]) -> Row | None:
        wanted = values[f"{kind}Number"]
        for number, document in documents_of(company).items():
            if str(number) == wanted and document.status == status:
                lines = draft_line_rows(company, document)
                return {**_row(company, document, kind), "lines": lines}
        return None

    return Resource(None, f"/{kind}s/{status}/{{{kind}Number}}", rows)


def _orders(company: Company) -> Mapping[int, SalesDocument]:
    return company.orders


def _quotes(company: Company) -> Mapping[int, SalesDocument]:
    return company.quotes


RESOURCES = tuple(
    make(documents_of, kind, status)
    for documents_of, kind in ((_orders, "order"), (_quotes, "quote"))
    for status in ("drafts", "sent", "archived")
    for make in (_collection, _document)
)
