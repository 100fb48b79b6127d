from __future__ import annotations

import collections
import datetime
import itertools
from decimal import Decimal

import pytest

from economic_sandbox.company import Company, generate_company
from economic_sandbox.company.model.ledger import EntryType, Series, Voucher
from economic_sandbox.resources import RESOURCES
from sandbox_support.books import documents
from sandbox_support.records import classic_entries, entries, rows, summed

CENT = Decimal("0.01")


@pytest.fixture(scope="module")
def company() -> Company:
    return generate_company()


class TestBooks:
    def test_every_voucher_balances_to_the_oere(self, company: Company) -> None:
        vouchers = summed(
            ((year, row["voucherNumber"]), row["amountInBaseCurrency"])
            for year, row in classic_entries(company)
        )
        assert len(vouchers) > 700
        assert {key for key, total in vouchers.items() if total} == set()

    def test_the_trial_balance_comes_to_nothing(self, company: Company) -> None:
        balance = company.trial_balance()
        assert len(balance) > 30
        assert sum(balance.values()) == 0

    def test_entry_numbers_are_serial_and_unique(self, company: Company) -> None:
        numbers = [row["entryNumber"] for row in entries(company)]
        assert numbers == list(range(1, len(numbers) + 1))

    def test_voucher_numbers_begin_anew_in_every_year(self, company: Company) -> None:
        used = collections.defaultdict(set)
        for year, row in classic_entries(company):
            used[year].add(row["voucherNumber"])
        assert len(used) == 4
        assert all({1, 200_001, 500_001, 800_001} <= numbers for numbers in used.values())

    def test_both_apis_tell_the_same_entries(self, company: Company) -> None:
        years = {
            row["year"]: (row["dateFrom"][:10], row["dateTo"][:10])
            for row in rows(company, "/AccountingYears/paged", "accountingyearsapi")
        }
        new = summed(
            (
                (year, row["accountNumber"]),
                row["amountInBaseCurrency"] + 1000 * row["remainder"],
            )
            for row in entries(company)
            for year, (first, last) in years.items()
            if first <= row["date"][:10] <= last
        )
        classic = summed(
            (
                (year, row["account"]["accountNumber"]),
                row["amountInBaseCurrency"] + 1000 * row["remainder"],
            )
            for year, row in classic_entries(company)
        )
        assert new == classic

    def test_the_totals_of_a_year_are_the_sums_of_its_entries(self, company: Company) -> None:
        sums = summed(
            ((year, row["account"]["accountNumber"]), row["amountInBaseCurrency"])
            for year, row in classic_entries(company)
        )
        path = "/accounting-years/{accountingYear}/totals"
        for year in company.ledger.years:
            for row in rows(company, path, accountingYear=year.name):
                key = (year.name, row["account"]["accountNumber"])
                assert row["totalInBaseCurrency"] == sums.get(key, 0)

    def test_total_accounts_come_with_nothing(self, company: Company) -> None:
        kinds = {row["accountNumber"]: row["accountType"] for row in rows(company, "/accounts")}
        assert set(kinds.values()) == {
            "profitAndLoss",
            "status",
            "totalFrom",
            "heading",
            "headingStart",
            "sumInterval",
        }
        assert 55 <= len(kinds) <= 80
        path = "/accounting-years/{accountingYear}/totals"
        for row in rows(company, path, accountingYear="2025"):
            if kinds[row["account"]["accountNumber"]] in {"totalFrom", "sumInterval"}:
                assert row["totalInBaseCurrency"] == 0

    def test_years_tile_the_time_without_gaps(self, company: Company) -> None:
        years = rows(company, "/accounting-years")
        assert [(year["year"], year["closed"]) for year in years] == [
            ("2022/2023", True),
            ("2023/2024", True),
            ("2025", False),
            ("2026", False),
        ]
        for year, following in itertools.pairwise(years):
            last = datetime.date.fromisoformat(year["toDate"])
            assert str(last + datetime.timedelta(days=1)) == following["fromDate"]
        assert (years[1]["fromDate"], years[1]["toDate"]) == ("2023-07-01", "2024-12-31")
        assert years[-1]["fromDate"] <= str(company.today) <= years[-1]["toDate"]

    def test_periods_tile_the_years(self, company: Company) -> None:
        periods = rows(company, "/accountingYears/periods", "accountingyearsapi")
        assert [period["periodNumber"] for period in periods] == list(range(1, 55))
        counts = collections.Counter(period["year"] for period in periods)
        assert counts == {"2022/2023": 12, "2023/2024": 18, "2025": 12, "2026": 12}
        for period, following in itertools.pairwise(periods):
            last = datetime.datetime.fromisoformat(period["dateTo"])
            assert f"{last + datetime.timedelta(days=1):%Y-%m-%dT00:00:00}" == following["dateFrom"]

    def test_a_closed_year_opens_the_next_with_its_balances(self, company: Company) -> None:
        carried = {
            row["account"]["accountNumber"]: row["amountInBaseCurrency"]
            for year, row in classic_entries(company)
            if year == "2025" and row["entryType"] == "transferredOpeningEntry"
        }
        until = company.balances(until=datetime.date(2024, 12, 31))
        for number, amount in carried.items():
            assert company.accounts[number].type == "status"
            if number != 6120:  # equity takes up the result
                assert amount == until[number]
        assert sum(carried.values()) == 0

    def test_no_entry_is_added_to_a_closed_year(self, company: Company) -> None:
        last_closed = max(
            row["entryNumber"] for year, row in classic_entries(company) if year == "2023/2024"
        )
        closing = min(
            row["entryNumber"]
            for year, row in classic_entries(company)
            if year == "2025" and row["entryType"] == "transferredOpeningEntry"
        )
        assert last_closed < closing

    @pytest.mark.parametrize(
        ("day", "credit", "complaint"),
        [
            ("2026-01-05", "-9.99", "does not balance"),
            ("2024-12-31", "-10.00", "2023/2024 is closed"),
            ("2031-01-05", "-10.00", "no accounting year"),
        ],
    )
    def test_what_must_not_be_booked_is_refused(
        self, company: Company, day: str, credit: str, complaint: str
    ) -> None:
        voucher = Voucher(datetime.date.fromisoformat(day), EntryType.FINANCE_VOUCHER, "Fejl")
        voucher.add(5820, Decimal("10.00"))
        voucher.add(4320, Decimal(credit))
        count = len(company.ledger.entries)
        with pytest.raises(ValueError, match=complaint):
            company.ledger.book(voucher, Series.FINANCE)
        assert len(company.ledger.entries) == count

    def test_no_booking_is_dated_after_today(self, company: Company) -> None:
        assert max(row["date"] for row in entries(company))[:10] <= str(company.today)


class TestVat:
    def test_vat_is_a_quarter_of_domestic_sales(self, company: Company) -> None:
        taxed = 0
        for invoice in documents(company):
            net = sum(line.get("totalNetAmount", 0) for line in invoice["lines"])
            rates = {line["vatRate"] for line in invoice["lines"] if "vatRate" in line}
            if rates == {Decimal(25)}:
                assert abs(invoice["vatAmount"] - net / 4) < CENT
                taxed += 1
            elif rates == {Decimal(0)}:
                assert invoice["vatAmount"] == 0
        assert taxed > 50

    def test_vat_booked_on_sales_is_a_quarter_of_what_was_sold_with_vat(
        self, company: Company
    ) -> None:
        # A year's VAT can only stray from a quarter by what each invoice was rounded.
        sold = sum(
            row["amountInBaseCurrency"]
            for row in entries(company)
            if row["type"] == 1 and row.get("vatAccountNumber") == "U25"
        )
        vat = sum(
            row["amountInBaseCurrency"]
            for row in entries(company)
            if row["type"] == 1 and row["accountNumber"] == 6902
        )
        assert sold < -100_000
        assert abs(vat - sold / 4) < len(company.invoices) * CENT

    def test_the_vat_of_a_past_quarter_is_settled(self, company: Company) -> None:
        settlements = [row for row in entries(company) if row["text"].startswith("Momsafregning")]
        assert len({row["date"] for row in settlements}) >= 16


class TestInvoices:
    def test_gross_is_net_and_vat_in_both_currencies(self, company: Company) -> None:
        for invoice in rows(company, "/invoices/booked"):
            assert invoice["grossAmount"] == invoice["netAmount"] + invoice["vatAmount"]
            if invoice["currency"] == "DKK":
                assert invoice["netAmountInBaseCurrency"] == invoice["netAmount"]
                assert invoice["grossAmountInBaseCurrency"] == invoice["grossAmount"]

    def test_lines_add_up_to_the_invoice(self, company: Company) -> None:
        for invoice in documents(company):
            lines = invoice["lines"]
            assert sum(line.get("totalNetAmount", 0) for line in lines) == invoice["netAmount"]
            assert sum(line.get("vatAmount", 0) for line in lines) == invoice["vatAmount"]

    def test_lines_in_bulk_are_the_lines_of_the_documents(self, company: Company) -> None:
        bulk = rows(company, "/invoices/booked/lines", "q2capi")
        in_bulk = summed((row["documentId"], row.get("totalNetAmount", Decimal(0))) for row in bulk)
        assert in_bulk == {
            row["bookedInvoiceNumber"]: row["netAmount"]
            for row in rows(company, "/invoices/booked")
        }
        keys = [(row["documentId"], row["number"]) for row in bulk]
        assert keys == sorted(set(keys))

    def test_an_invoice_is_booked_as_it_reads(self, company: Company) -> None:
        debtors = {
            row["customerInvoiceNumber"]: row
            for row in entries(company)
            if row["type"] == 1 and "customerNumber" in row
        }
        for invoice in rows(company, "/invoices/booked"):
            entry = debtors[invoice["bookedInvoiceNumber"]]
            assert entry["amount"] == invoice["grossAmount"]
            assert entry["amountInBaseCurrency"] == invoice["grossAmountInBaseCurrency"]
            assert entry["remainder"] == invoice["remainder"]
            assert entry["customerNumber"] == invoice["customer"]["customerNumber"]
            assert entry["dueDate"][:10] == invoice["dueDate"]

    def test_some_are_paid_some_in_part_some_not_at_all(self, company: Company) -> None:
        states = collections.Counter(
            "open"
            if row["remainder"] == row["grossAmount"]
            else "part"
            if row["remainder"]
            else "paid"
            for row in rows(company, "/invoices/booked")
        )
        assert states["paid"] > states["part"] > 0
        assert states["open"] > 0

    def test_paid_and_unpaid_are_all_and_due_parts_the_unpaid(self, company: Company) -> None:
        def numbers(path: str) -> set[int]:
            return {row["bookedInvoiceNumber"] for row in rows(company, f"/invoices/{path}")}

        assert numbers("paid") | numbers("unpaid") == numbers("booked")
        assert not numbers("paid") & numbers("unpaid")
        assert numbers("overdue") | numbers("not-due") == numbers("unpaid")
        assert not numbers("overdue") & numbers("not-due")

    def test_credit_notes_settle_the_invoices_that_they_credit(self, company: Company) -> None:
        notes = [row for row in rows(company, "/invoices/booked") if row["grossAmount"] < 0]
        assert notes
        assert all(note["remainder"] == 0 for note in notes)

    def test_foreign_customers_are_invoiced_in_euros(self, company: Company) -> None:
        foreign = [r for r in rows(company, "/invoices/booked") if r["currency"] == "EUR"]
        assert foreign
        for invoice in foreign:
            assert 740 < invoice["exchangeRate"] < 752
            converted = invoice["netAmount"] * invoice["exchangeRate"] / 100
            assert abs(converted - invoice["netAmountInBaseCurrency"]) < 3 * CENT

    def test_totals_count_every_invoice_once(self, company: Company) -> None:
        resource = next(r for r in RESOURCES if r.path == "/invoices/totals")
        totals = resource.rows(company, {})
        assert isinstance(totals, dict)
        booked = totals["booked"]
        invoices = rows(company, "/invoices/booked")
        assert booked["invoiceCount"] == len(invoices)
        assert booked["netAmountInBaseCurrency"] == sum(
            row["netAmountInBaseCurrency"] for row in invoices
        )
        unpaid = booked["unpaid"]
        assert booked["paid"]["invoiceCount"] + unpaid["invoiceCount"] == len(invoices)
        assert (
            unpaid["overdue"]["invoiceCount"] + unpaid["notOverdue"]["invoiceCount"]
            == unpaid["invoiceCount"]
        )


class TestOpenItems:
    def test_a_remainder_is_the_amount_and_what_was_matched(self, company: Company) -> None:
        matched: dict[int, Decimal] = collections.defaultdict(Decimal)
        for match in company.ledger.matches:
            matched[match.from_entry.number] += match.amount
            matched[match.to_entry.number] += match.amount
        items = [row for row in entries(company) if "customerNumber" in row]
        assert items
        for row in items:
            assert abs(row["remainder"]) == abs(row["amount"]) - matched[row["entryNumber"]]
            assert row["remainder"] * row["amount"] >= 0

    def test_a_finance_line_keeps_its_amount_as_remainder(self, company: Company) -> None:
        for row in entries(company):
            if "customerNumber" not in row and "supplierNumber" not in row:
                assert row["remainder"] == row["amount"]

    def test_pairs_are_debit_and_credit_of_one_customer_or_supplier(self, company: Company) -> None:
        known = {row["entryNumber"]: row for row in entries(company)}
        pairs = rows(company, "/booked-entries/matched-pairs", "bookedEntriesapi")
        keys = [(pair["fromEntry"], pair["toEntry"]) for pair in pairs]
        assert keys == sorted(set(keys))
        assert len({source for _, source in keys}) < len(keys), "one payment of two invoices"
        for pair in pairs:
            source, target = known[pair["fromEntry"]], known[pair["toEntry"]]
            for name in ("customerNumber", "supplierNumber"):
                assert source.get(name) == target.get(name)
            assert pair["fromEntryAmount"] == source["amount"]
            assert pair["toEntryAmountDKK"] == target["amountInBaseCurrency"]
            assert source["amount"] * target["amount"] < 0

    def test_a_customer_owes_the_sum_of_its_entries_and_of_its_remainders(
        self, company: Company
    ) -> None:
        items = [row for row in entries(company) if "customerNumber" in row]
        owed = summed((row["customerNumber"], row["amount"]) for row in items)
        left = summed((row["customerNumber"], row["remainder"]) for row in items)
        for customer in rows(company, "/customers"):
            number = customer["customerNumber"]
            assert customer["balance"] == owed.get(number, 0) == left.get(number, 0)

    def test_more_than_the_remainder_cannot_be_matched(self, company: Company) -> None:
        match = company.ledger.matches[0]
        with pytest.raises(ValueError, match="less than"):
            company.ledger.match(match.from_entry, match.to_entry, Decimal(10**9))

    def test_undoing_a_match_shows_in_every_view(self) -> None:
        company = generate_company(invoices=40)
        match = next(
            m for m in company.ledger.matches if m.from_entry.invoice and not m.to_entry.invoice
        )
        number = match.from_entry.invoice
        assert number is not None
        before = rows(company, "/invoices/booked")
        company.ledger.unmatch(match)
        after = rows(company, "/invoices/booked")
        changed = [new for old, new in zip(before, after, strict=True) if old != new]
        assert [row["bookedInvoiceNumber"] for row in changed] == [number]
        settled = next(row for row in before if row["bookedInvoiceNumber"] == number)
        assert changed[0]["remainder"] == settled["remainder"] + match.amount
        entry = next(r for r in entries(company) if r["entryNumber"] == match.from_entry.number)
        assert entry["remainder"] == changed[0]["remainder"]
        assert number in {row["bookedInvoiceNumber"] for row in rows(company, "/invoices/unpaid")}
