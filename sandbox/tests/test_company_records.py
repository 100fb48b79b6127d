from __future__ import annotations

import collections
import datetime
import json
import typing as t
from decimal import Decimal

import pytest

from economic_sandbox.company import Company, generate_company
from economic_sandbox.resources import RESOURCES
from sandbox_support.records import (
    assert_references_exist,
    classic_entries,
    entries,
    every_row,
    rows,
    summed,
    walk,
)

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from economic_sandbox.resources.resource import Row

DIM = "dimensionNumber"


@pytest.fixture(scope="module")
def company() -> Company:
    return generate_company()


class TestReferences:
    def test_what_a_record_refers_to_exists(self, company: Company) -> None:
        assert_references_exist(company, every_row(company))

    def test_every_dimension_key_is_a_value_or_a_distribution(self, company: Company) -> None:
        keys = {
            (row["dimensionNumber"], row["key"]): path == "/distributions"
            for path in ("/values", "/distributions")
            for row in rows(company, path, "dimensionsapi")
        }
        marked = [
            r for r in RESOURCES if r.path.startswith("/dimension-data") and r.keys[-1] == DIM
        ]
        assert len(marked) == 6
        for resource in marked:
            data = rows(company, resource.path, "dimensionsapi")
            for row in data:
                assert keys[row[DIM], row["dimensionKey"]] == row["isDistribution"]

    @pytest.mark.parametrize(
        ("reference", "home"),
        [
            ("bookedEntriesapi /booked-entries projectNumber", "/Projects number"),
            ("journalsapi /draft-entries projectNumber", "/Projects number"),
            ("journalsapi /draft-entries costTypeNumber", "/CostTypes number"),
            ("journalsapi /draft-entries journalNumber", "/journals number"),
            ("projectsapi /TimeEntries projectNumber", "/Projects number"),
            ("projectsapi /TimeEntries activityNumber", "/Activities number"),
            ("projectsapi /TimeEntries employeeNumber", "/Employees number"),
            ("projectsapi /TimeEntryPrices number", "/TimeEntries number"),
            ("projectsapi /Mileages projectNumber", "/Projects number"),
            ("projectsapi /MileagePrices number", "/Mileages number"),
            ("projectsapi /project-activities projectNumber", "/Projects number"),
            ("projectsapi /project-activities activityNumber", "/Activities number"),
            ("projectsapi /Projects projectGroupNumber", "/ProjectGroups number"),
            ("projectsapi /Projects mainProjectNumber", "/Projects number"),
            ("projectsapi /Projects status", "/ProjectStatuses number"),
            ("projectsapi /Activities groupNumber", "/ActivityGroups number"),
            ("projectsapi /CostTypes costGroupNumber", "/CostTypeGroups number"),
            ("projectsapi /Employees groupNumber", "/EmployeeGroups number"),
            ("subscriptionsapi /Subscribers subscriptionNumber", "/Subscriptions number"),
            ("subscriptionsapi /subscriptionlines subscriptionNumber", "/Subscriptions number"),
            ("customersapi /Customers priceGroupNumber", "/pricegroups number"),
            ("customersapi /Customers defaultAttention", "/Contacts number"),
            ("customersapi /Customers defaultDeliveryLocation", "/DeliveryLocations number"),
            ("accountsapi /Accounts keyFigureCodeNumber", "/KeyFigureCodes number"),
            (
                "dimensionsapi /dimension-data/booked-entries entryNumber",
                "/booked-entries entryNumber",
            ),
            ("dimensionsapi /values dimensionNumber", "/dimensions number"),
            ("webhooksapi /webhooks eventType", "/EventTypes name"),
        ],
    )
    def test_numbers_of_other_records_exist(
        self, company: Company, reference: str, home: str
    ) -> None:
        service, path, member = reference.split()
        home_path, key = home.split()
        services = {resource.service for resource in RESOURCES if resource.path == home_path}
        home_service = service if service in services else services.pop()
        known = {row[key] for row in rows(company, home_path, home_service)}
        used = {row[member] for row in rows(company, path, service) if member in row}
        assert used
        assert used <= known

    def test_an_attached_document_belongs_to_a_voucher_of_its_year(self, company: Company) -> None:
        vouchers = {(year, row["voucherNumber"]) for year, row in classic_entries(company)}
        for row in rows(company, "/AttachedDocuments", "documentsapi"):
            assert (row["accountingYear"], row["voucherNumber"]) in vouchers

    def test_documents_not_booked_have_their_lines_in_bulk_too(self, company: Company) -> None:
        for kind in ("order", "quote"):
            for status in ("drafts", "sent", "archived"):
                bulk = rows(
                    company, f"/{kind}s/{{documentStatus}}/lines", "q2capi", documentStatus=status
                )
                sums = summed(
                    (row[f"{kind}Number"], row.get("totalNetAmount", Decimal(0))) for row in bulk
                )
                assert sums == {
                    row[f"{kind}Number"]: row["netAmount"]
                    for row in rows(company, f"/{kind}s/{status}")
                }

    def test_one_webhook_has_headers_and_another_has_none(self, company: Company) -> None:
        hooks = rows(company, "/webhooks", "webhooksapi")
        assert {"customHeaders" in hook for hook in hooks} == {True, False}

    def test_a_vat_code_is_padded_in_its_register_and_known_there(self, company: Company) -> None:
        codes = [row["vatCode"] for row in rows(company, "/vat-accounts")]
        assert "I25  " in codes
        assert {
            row["vatAccountNumber"] for row in entries(company) if "vatAccountNumber" in row
        } <= {code.strip() for code in codes}

    def test_links_are_absolute_and_encoded_as_documented(self, company: Company) -> None:
        links = {row["year"]: row["self"] for row in rows(company, "/accounting-years")}
        root = "https://restapi.e-conomic.com"
        assert links["2023/2024"] == f"{root}/accounting-years/2023_6_2024"
        products = {row["productNumber"]: row["self"] for row in rows(company, "/products")}
        assert products["123132_2"] == f"{root}/products/123132_8_2"
        assert products['"334420"'] == f"{root}/products/%22334420%22"


class TestShape:
    def test_the_same_seed_gives_the_same_rows_byte_for_byte(self) -> None:
        first, second = generate_company(seed=7, invoices=60), generate_company(seed=7, invoices=60)
        assert json.dumps(every_row(first), default=str) == json.dumps(
            every_row(second), default=str
        )

    def test_another_seed_gives_another_company(self) -> None:
        one, other = generate_company(seed=1, invoices=60), generate_company(seed=2, invoices=60)
        assert one.agreement_number != other.agreement_number
        assert one.trial_balance() != other.trial_balance()

    @pytest.mark.parametrize("invoices", [1, 30])
    def test_small_companies_balance_too(self, invoices: int) -> None:
        company = generate_company(invoices=invoices)
        assert sum(company.trial_balance().values()) == 0
        every_row(company)

    def test_it_holds_as_many_invoices_as_were_asked_for(self, company: Company) -> None:
        invoices = [r for r in rows(company, "/invoices/booked") if r["grossAmount"] > 0]
        assert len(invoices) == 200
        assert min(row["bookedInvoiceNumber"] for row in invoices) == 1001

    def test_no_listing_is_empty_and_no_member_is_null(self, company: Company) -> None:
        for source, found in every_row(company):
            assert found, source
            assert None not in list(walk(found)), source

    def test_amounts_are_decimals(self, company: Company) -> None:
        for source, found in every_row(company):
            assert not any(isinstance(value, float) for value in walk(found)), source

    def test_text_tries_the_encoding(self, company: Company) -> None:
        text = json.dumps(
            [found for _, found in every_row(company)], default=str, ensure_ascii=False
        )
        for sample in ("æ", "Ø", "å", "💰", '\\"Ærø\\"', "\\n"):
            assert sample in text

    def test_products_and_drafts_keep_no_seconds_and_customers_do(self, company: Company) -> None:
        for path in ("/products", "/invoices/drafts"):
            assert all(row["lastUpdated"].endswith(":00Z") for row in rows(company, path))
        seconds = {row["lastUpdated"][-3:] for row in rows(company, "/customers")}
        assert len(seconds) > 1

    def test_daybooks_hold_entries_that_do_not_balance(self, company: Company) -> None:
        drafts = rows(company, "/draft-entries", "journalsapi")
        assert {row["journalNumber"] for row in drafts} == {1, 2, 3}
        assert any("contraAccountNumber" not in row for row in drafts)
        assert any("contraAccountNumber" in row for row in drafts)

    def test_both_apis_list_the_same_daybooks(self, company: Company) -> None:
        classic = rows(company, "/journals")
        openapi = rows(company, "/journals", "journalsapi")
        assert [(row["number"], row["name"]) for row in openapi] == [
            (row["journalNumber"], row["name"]) for row in classic
        ]

    def test_a_day_that_is_published_as_a_date_comes_as_a_midnight(self, company: Company) -> None:
        employees = rows(company, "/project-employees", "projectsapi")
        assert {row["cutOffDate"] for row in employees if "cutOffDate" in row} == {
            "2022-05-31T00:00:00"
        }

    def test_keys_are_there_and_unique(self, company: Company) -> None:
        found = dict(every_row(company))
        for resource in RESOURCES:
            listing = found[f"{resource.service} {resource.path}"]
            if isinstance(listing, list):
                keys = [tuple(_member(row, key) for key in resource.keys) for row in listing]
                assert resource.keys, resource.path
                assert len(set(keys)) == len(keys), resource.path

    def test_what_is_not_there_is_none(self, company: Company) -> None:
        for resource in RESOURCES:
            if "{" in resource.path:
                nothing: Mapping[str, str] = collections.defaultdict(lambda: "no-such-thing")
                assert not resource.rows(company, nothing), resource.path

    def test_a_company_without_invoices_is_refused(self) -> None:
        with pytest.raises(ValueError, match="one invoice"):
            generate_company(invoices=0)

    def test_the_books_cannot_end_before_the_second_year_was_closed(self) -> None:
        with pytest.raises(ValueError, match="2025-05-01"):
            generate_company(today=datetime.date(2024, 12, 31))


def _member(row: Row, path: str) -> object:
    value: t.Any = row
    for name in path.split("."):
        value = value[name]
    return value
