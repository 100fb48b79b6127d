"""A company of a few rows, written down in the test itself, served over a real socket."""

from __future__ import annotations

import typing as t

import requests

from economic_sandbox.resources.resource import Resource
from economic_sandbox.server import Sandbox

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from economic_sandbox.company import Company

Rows: t.TypeAlias = list[dict[str, t.Any]] | dict[str, t.Any]


class SmallCompany:
    """What the server reads of a company, with tables by path instead of books.

    A table is found by the path with its placeholders filled in.
    """

    def __init__(self, agreement_number: int = 1001, **tables: Rows) -> None:
        self.agreement_number = agreement_number
        self.name = "Small ApS"
        self.role = "SuperUser"
        self.modules = {4, 14, 74}
        self.revision = 0
        self.tables: dict[str, Rows] = tables

    def put(self, path: str, rows: Rows) -> None:
        self.tables[path] = rows
        self.revision += 1


def resource(service: str | None, path: str, *keys: str) -> Resource:
    def rows(company: Company, placeholders: Mapping[str, str]) -> t.Any:
        filled = path
        for name, value in placeholders.items():
            filled = filled.replace("{" + name + "}", value)
        return t.cast("SmallCompany", company).tables.get(filled)

    return Resource(service, path, rows, keys)


RESOURCES = (
    resource(None, "/accounting-years", "year"),
    resource(None, "/accounting-years/{accountingYear}/entries", "entryNumber"),
    resource(None, "/accounts", "accountNumber"),
    resource(None, "/customers", "customerNumber"),
    resource(None, "/customers/{customerNumber}", "customerNumber"),
    resource(None, "/departmental-distributions", "departmentalDistributionNumber"),
    resource(None, "/departments", "departmentNumber"),
    resource(None, "/invoices/drafts", "draftInvoiceNumber"),
    resource(None, "/orders/drafts", "orderNumber"),
    resource(None, "/payment-terms", "paymentTermsNumber"),
    resource(None, "/products", "productNumber"),
    resource(None, "/products/{productNumber}", "productNumber"),
    resource(None, "/self"),
    resource("accountingyearsapi", "/AccountingYears/paged", "year"),
    resource("accountsapi", "/Accounts", "number"),
    resource("bookedEntriesapi", "/booked-entries", "entryNumber"),
    resource("dimensionsapi", "/dimensions", "number"),
    resource("journalsapi", "/journals", "number"),
    resource("productsapi", "/products", "productNumber"),
    resource("projectsapi", "/Projects", "number"),
    resource("q2capi", "/invoices/booked/lines", "documentId", "number"),
    resource("q2capi", "/invoices/booked/{documentId}/lines", "documentId", "number"),
    resource("subscriptionsapi", "/Subscriptions", "number"),
    resource("webhooksapi", "/webhooks/{eventType}", "eventType"),
)


class Small:
    """A running sandbox of a small company, and how to ask it."""

    def __init__(self, sandbox: Sandbox, company: SmallCompany) -> None:
        self.sandbox = sandbox
        self.company = company
        self.headers = tokens(sandbox)

    def get(self, path: str, **parameters: t.Any) -> requests.Response:
        """Ask with parameters named as they are; the path starts with the API."""
        base = self.sandbox.rest_url.removesuffix("/rest")
        return requests.get(f"{base}{path}", parameters, headers=self.headers, timeout=10)

    def json(self, path: str, **parameters: t.Any) -> t.Any:
        response = self.get(path, **parameters)
        assert response.status_code == 200, response.text
        return response.json()

    def numbers(self, path: str, name: str, **parameters: t.Any) -> list[t.Any]:
        """One property of every row of an answer."""
        body = self.json(path, **parameters)
        if isinstance(body, dict):
            body = body.get("collection", body.get("items"))
        return [row.get(name) for row in body]


def small_sandbox(company: SmallCompany, **options: t.Any) -> Sandbox:
    return Sandbox(t.cast("Company", company), resources=RESOURCES, **options)


def tokens(sandbox: Sandbox, **others: str) -> dict[str, str]:
    return {
        "X-AppSecretToken": sandbox.app_secret_token,
        "X-AgreementGrantToken": sandbox.agreement_grant_token,
        **others,
    }
