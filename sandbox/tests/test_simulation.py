from __future__ import annotations

import pickle
import re
import typing as t

import pytest

from economic_sandbox.company import Company, generate_company
from economic_sandbox.simulation import ImpossibleError, Simulation
from sandbox_support.books import TOTALS, documents
from sandbox_support.records import classic_entries, entries, every_row, rows

if t.TYPE_CHECKING:
    from economic_sandbox.resources.resource import Row

BOOKED = "/invoices/booked bookedInvoiceNumber"
LINES = "q2capi:/invoices/booked/lines number"
DRAFTS = "/invoices/drafts draftInvoiceNumber"
DRAFT_LINES = "q2capi:/invoices/drafts/lines number"
UNPAID = "/invoices/unpaid bookedInvoiceNumber"
ENTRIES = "bookedEntriesapi:/booked-entries entryNumber"
PAIRS = "bookedEntriesapi:/booked-entries/matched-pairs fromEntry toEntry"
DAYBOOKS = "journalsapi:/draft-entries journalNumber entryNumber"
DOCUMENTS = "documentsapi:/AttachedDocuments number"
CHANGELOG = "dimensionsapi:/dimension-data/booked-entries/changelog entryNumber dimension timestamp"
CUSTOMERS = "/customers customerNumber"
NEW_CUSTOMERS = "customersapi:/Customers customerNumber"
PRODUCTS = "/products productNumber"
ORDERS = "q2capi:/orders/{documentStatus}/lines number"
TIME = "projectsapi:/TimeEntries number"
SUBSCRIBERS = "subscriptionsapi:/Subscribers number"

# What an event does to a listing: rows that come, go and change; a "+" is "one or more".
EFFECTS = [
    ("book_invoice", BOOKED, "1 0 0"),
    ("book_invoice", LINES, "+ 0 0"),
    ("book_invoice", ENTRIES, "+ 0 0"),
    ("book_invoice", UNPAID, "1 0 0"),
    ("book_invoice_under_high_number", BOOKED, "1 0 0"),
    ("book_invoice_under_low_number", BOOKED, "1 0 0"),
    ("credit_invoice", BOOKED, "1 0 1"),
    ("credit_invoice", PAIRS, "1 0 0"),
    ("add_draft", DRAFTS, "1 0 0"),
    ("add_draft", DRAFT_LINES, "+ 0 0"),
    ("change_draft", DRAFTS, "0 0 1"),
    ("change_draft", DRAFT_LINES, "0 0 1"),
    ("delete_draft", DRAFTS, "0 1 0"),
    ("replace_draft", DRAFTS, "1 1 0"),
    ("book_draft", DRAFTS, "0 1 0"),
    ("book_draft", DRAFT_LINES, "0 + 0"),
    ("book_draft", BOOKED, "1 0 0"),
    ("book_draft", LINES, "+ 0 0"),
    ("pay_in_full", UNPAID, "0 1 0"),
    ("pay_in_full", BOOKED, "0 0 1"),
    ("pay_in_full", PAIRS, "1 0 0"),
    ("pay_in_part", UNPAID, "0 0 1"),
    ("pay_in_part", ENTRIES, "+ 0 1"),
    ("overpay", UNPAID, "0 1 0"),
    ("pay_several", UNPAID, "0 + 0"),
    ("pay_on_account", ENTRIES, "2 0 0"),
    ("pay_on_account", CUSTOMERS, "0 0 1"),
    ("match_open_items", PAIRS, "1 0 0"),
    ("match_open_items", ENTRIES, "0 0 2"),
    ("unmatch", PAIRS, "0 1 0"),
    ("unmatch", ENTRIES, "0 0 2"),
    ("book_supplier_invoice", ENTRIES, "+ 0 0"),
    ("pay_supplier", PAIRS, "1 0 0"),
    ("pay_supplier", ENTRIES, "+ 0 1"),
    ("pay_supplier_in_part", ENTRIES, "+ 0 1"),
    ("add_draft_entry", DAYBOOKS, "1 0 0"),
    ("change_draft_entry", DAYBOOKS, "0 0 1"),
    ("delete_draft_entry", DAYBOOKS, "0 1 0"),
    ("replace_draft_entry", DAYBOOKS, "1 1 0"),
    ("book_draft_entry", DAYBOOKS, "0 1 0"),
    ("book_draft_entry", ENTRIES, "+ 0 0"),
    ("post_into_old_year", ENTRIES, "2 0 0"),
    ("attach_document", DOCUMENTS, "1 0 0"),
    ("change_dimension", CHANGELOG, "1 0 0"),
    ("change_dimension", ENTRIES, "0 0 0"),
    ("add_customer", CUSTOMERS, "1 0 0"),
    ("edit_customer", CUSTOMERS, "0 0 1"),
    ("edit_customer", BOOKED, "0 0 0"),
    ("edit_customer", NEW_CUSTOMERS, "0 0 1"),
    ("delete_customer", CUSTOMERS, "0 1 0"),
    ("delete_customer", NEW_CUSTOMERS, "0 1 0"),
    ("replace_customer", CUSTOMERS, "1 1 0"),
    ("reuse_customer_number", CUSTOMERS, "0 0 1"),
    ("edit_contact", "customersapi:/Contacts number", "0 0 1"),
    ("add_product", PRODUCTS, "1 0 0"),
    ("edit_product", PRODUCTS, "0 0 1"),
    ("replace_product", PRODUCTS, "1 1 0"),
    ("edit_project", "projectsapi:/Projects number", "0 0 1"),
    ("add_time_entry", TIME, "1 0 0"),
    ("change_time_entry", TIME, "0 0 1"),
    ("replace_time_entry", TIME, "1 1 0"),
    ("change_subscription", "subscriptionsapi:/Subscriptions number", "0 0 1"),
    ("add_subscriber", SUBSCRIBERS, "1 0 0"),
    ("end_subscriber", SUBSCRIBERS, "0 0 1"),
]
OF_DOCUMENTS = {"add_order", "replace_order", "move_order", "add_quote", "move_quote"}


@pytest.fixture(scope="module")
def prepared() -> bytes:
    """A company to copy: that is faster than to make it up again."""
    return pickle.dumps(generate_company(invoices=60))


@pytest.fixture
def company(prepared: bytes) -> Company:
    return t.cast("Company", pickle.loads(prepared))  # noqa: S301 - the test's own


def by_key(company: Company, listing: str) -> dict[tuple[t.Any, ...], Row]:
    path, *keys = listing.split()
    service, _, path = path.rpartition(":")
    found = rows(company, path, service or None)
    return {tuple(row[key] for key in keys): row for row in found}


def match_until_nothing_is_left(simulation: Simulation) -> None:
    while True:
        simulation.do("match_open_items")


def statuses(company: Company, kind: str) -> dict[int, str]:
    return {
        row[f"{kind}Number"]: status
        for status in ("drafts", "sent", "archived")
        for row in rows(company, f"/{kind}s/{status}")
    }


class TestEvents:
    @pytest.mark.parametrize(("event", "listing", "effect"), EFFECTS)
    def test_an_event_shows_in_its_listings_and_nowhere_else_in_them(
        self, company: Company, event: str, listing: str, effect: str
    ) -> None:
        before = by_key(company, listing)
        Simulation(company).do(event)
        after = by_key(company, listing)
        kept = before.keys() & after.keys()
        changes = (
            len(after) - len(kept),
            len(before) - len(kept),
            sum(before[key] != after[key] for key in kept),
        )
        for count, expected in zip(changes, effect.split(), strict=True):
            assert count >= 1 if expected == "+" else count == int(expected), changes

    def test_every_event_is_tried(self) -> None:
        assert {event for event, *_ in EFFECTS} | OF_DOCUMENTS == set(Simulation.names)

    @pytest.mark.parametrize("kind", ["order", "quote"])
    def test_a_document_moves_to_another_status(self, company: Company, kind: str) -> None:
        before = statuses(company, kind)
        Simulation(company).do(f"move_{kind}")
        after = statuses(company, kind)
        assert before.keys() == after.keys()
        assert len([number for number in before if before[number] != after[number]]) == 1

    def test_documents_come_and_one_takes_the_place_of_another(self, company: Company) -> None:
        simulation = Simulation(company)
        orders, quotes = statuses(company, "order"), statuses(company, "quote")
        simulation.do("add_quote")
        assert len(statuses(company, "quote").keys() - quotes.keys()) == 1
        simulation.do("replace_order")
        replaced = statuses(company, "order")
        assert sorted(replaced.values()) == sorted(orders.values())
        assert len(replaced.keys() - orders.keys()) == 1
        simulation.do("add_order")
        assert len(statuses(company, "order")) == len(orders) + 1

    def test_every_event_makes_another_revision(self, company: Company) -> None:
        simulation = Simulation(company)
        for name in simulation.names:
            before = company.revision
            simulation.do(name)
            assert company.revision > before, name

    def test_what_cannot_happen_changes_nothing(self, company: Company) -> None:
        company.drafts.clear()
        before = str(every_row(company))
        with pytest.raises(ImpossibleError, match="no draft"):
            Simulation(company).do("book_draft")
        assert (str(every_row(company)), company.revision) == (before, 0)

    def test_a_step_does_something_that_is_possible(self, company: Company) -> None:
        company.projects.clear()
        company.customer_contacts.clear()
        simulation = Simulation(company)
        happened = {simulation.step() for _ in range(300)}
        assert set(simulation.names) - happened == {
            "add_time_entry",
            "replace_time_entry",
            "edit_contact",
            "edit_project",
        }

    def test_an_unknown_event_is_refused(self, company: Company) -> None:
        with pytest.raises(ValueError, match="no event 'rob_the_bank'"):
            Simulation(company).do("rob_the_bank")


class TestNumbers:
    def test_normal_numbers_go_on_below_one_chosen_by_hand(self, company: Company) -> None:
        simulation = Simulation(company)
        last = max(number for (number,) in by_key(company, BOOKED))
        known = by_key(company, BOOKED).keys()
        for event in (
            "book_invoice",
            "book_invoice_under_high_number",
            "book_invoice",
            "book_invoice_under_high_number",
            "book_draft",
        ):
            simulation.do(event)
        new = sorted(number for (number,) in by_key(company, BOOKED).keys() - known)
        assert new[:3] == [last + 1, last + 2, last + 3]
        assert new[4] == 9_999_999
        assert new[3] > 9_999_900

    def test_a_low_number_is_free_and_below_all_others(self, company: Company) -> None:
        simulation = Simulation(company)
        lowest = [min(by_key(company, BOOKED))[0]]
        for _ in range(3):
            simulation.do("book_invoice_under_low_number")
            lowest.append(min(by_key(company, BOOKED))[0])
        assert lowest == sorted(set(lowest), reverse=True)
        simulation.do("book_invoice")
        assert company.next_invoice_number() < 9_000

    def test_a_customers_number_is_given_to_another(self, company: Company) -> None:
        before = by_key(company, CUSTOMERS)
        Simulation(company).do("reuse_customer_number")
        after = by_key(company, CUSTOMERS)
        (reused,) = [key for key, row in after.items() if row != before[key]]
        assert after[reused]["name"] != before[reused]["name"]
        assert after[reused]["lastUpdated"] > before[reused]["lastUpdated"]

    def test_a_drafts_number_is_given_to_another(self, company: Company) -> None:
        simulation = Simulation(company)
        simulation.do("add_draft")
        number = max(by_key(company, DRAFTS))
        first = by_key(company, DRAFTS)[number]
        while number in by_key(company, DRAFTS):
            simulation.do("delete_draft")
        while number not in by_key(company, DRAFTS):
            simulation.do("add_draft")
        assert by_key(company, DRAFTS)[number]["soap"] != first["soap"]

    def test_keys_of_attached_documents_ascend(self, company: Company) -> None:
        simulation = Simulation(company)
        for _ in range(4):
            highest = max(by_key(company, DOCUMENTS))
            simulation.do("attach_document")
            assert max(by_key(company, DOCUMENTS)) > highest


class TestPayments:
    def test_the_remainder_returns_when_a_payment_is_unmatched(self, company: Company) -> None:
        before = by_key(company, ENTRIES)
        pairs = by_key(company, PAIRS)
        Simulation(company).do("unmatch")
        ((source, target),) = pairs.keys() - by_key(company, PAIRS).keys()
        after = by_key(company, ENTRIES)
        for number in (source, target):
            assert abs(after[number,]["remainder"]) > abs(before[number,]["remainder"])

    def test_what_was_undone_can_be_matched_again(self, company: Company) -> None:
        simulation = Simulation(company)
        pairs = by_key(company, PAIRS).keys()
        for _ in range(10):
            simulation.do("unmatch")
        with pytest.raises(ImpossibleError):
            match_until_nothing_is_left(simulation)
        assert len(by_key(company, PAIRS).keys() & pairs) > len(pairs) - 10

    def test_one_payment_closes_several_invoices(self, company: Company) -> None:
        before, pairs = by_key(company, UNPAID), by_key(company, PAIRS)
        Simulation(company).do("pay_several")
        new = by_key(company, PAIRS).keys() - pairs.keys()
        assert len({target for _, target in new}) == 1
        assert len(new) == len(before) - len(by_key(company, UNPAID)) >= 2

    def test_an_overpaid_amount_stays_open_on_the_payment(self, company: Company) -> None:
        known = by_key(company, ENTRIES)
        Simulation(company).do("overpay")
        new = [row for key, row in by_key(company, ENTRIES).items() if key not in known]
        (paid,) = [row for row in new if row.get("customerNumber") and row["amount"]]
        assert paid["amount"] < paid["remainder"] < 0


class TestTime:
    def test_late_entries_stand_in_the_old_year_with_the_highest_numbers(
        self, company: Company
    ) -> None:
        old = company.today.year - 1
        totals = rows(company, TOTALS, accountingYear=str(old))
        count = len(company.ledger.entries)
        Simulation(company).do("post_into_old_year")
        late = [(year, row) for year, row in classic_entries(company) if row["entryNumber"] > count]
        assert [year for year, _ in late] == [str(old), str(old)]
        assert all(row["date"].startswith(str(old)) for _, row in late)
        changed = [
            new["account"]["accountNumber"]
            for new, before in zip(
                rows(company, TOTALS, accountingYear=str(old)), totals, strict=True
            )
            if new != before
        ]
        assert sorted(changed) == sorted(row["account"]["accountNumber"] for _, row in late)

    def test_what_is_edited_is_newer_than_all_else(self, company: Company) -> None:
        simulation = Simulation(company)
        for event, listing, pattern in (
            ("edit_customer", CUSTOMERS, r".*:\d\d:\d\dZ"),
            ("edit_product", PRODUCTS, r".*:\d\d:00Z"),
            ("change_draft", DRAFTS, r".*:\d\d:00Z"),
        ):
            before = by_key(company, listing)
            simulation.do(event)
            after = by_key(company, listing)
            (edited,) = [row for key, row in after.items() if row != before[key]]
            assert re.fullmatch(pattern, edited["lastUpdated"])
            assert edited["lastUpdated"] == max(row["lastUpdated"] for row in after.values())
            assert edited["lastUpdated"] > max(row["lastUpdated"] for row in before.values())

    def test_a_change_of_dimensions_is_the_newest_of_the_changelog(self, company: Company) -> None:
        simulation = Simulation(company)
        before = by_key(company, CHANGELOG)
        for _ in range(30):
            simulation.do("change_dimension")
        log = list(by_key(company, CHANGELOG).items())
        assert log[30:] == list(before.items())
        assert min(row["timestamp"] for _, row in log[:30]) > log[30][1]["timestamp"]

    def test_days_go_by_and_invoices_fall_due(self, company: Company) -> None:
        simulation = Simulation(company)
        simulation.do("book_invoice")
        overdue = len(rows(company, "/invoices/overdue"))
        today, revision = company.today, company.revision
        simulation.days(60)
        assert (company.today - today).days == 60
        assert company.revision > revision
        assert len(rows(company, "/invoices/overdue")) > overdue
        assert len(rows(company, "/invoices/overdue")) == len(rows(company, "/invoices/unpaid"))

    def test_a_new_year_opens_its_books(self, company: Company) -> None:
        simulation = Simulation(company)
        year = company.today.year
        simulation.days(400)
        names = [row["year"] for row in rows(company, "/accounting-years")]
        assert names[-2:] == [str(year), str(year + 1)]
        simulation.do("pay_on_account")
        assert entries(company)[-1]["date"].startswith(str(year + 1))


class TestChance:
    def test_the_same_seed_sees_the_same_history(self, prepared: bytes) -> None:
        first, second, third = (pickle.loads(prepared) for _ in range(3))  # noqa: S301 - as above
        histories = [
            [simulation.step() for _ in range(25)]
            for simulation in (Simulation(first, 7), Simulation(second, 7), Simulation(third, 8))
        ]
        assert histories[0] == histories[1] != histories[2]
        assert str(every_row(first)) == str(every_row(second)) != str(every_row(third))

    def test_a_copy_moves_on_alone(self, company: Company) -> None:
        copy = pickle.loads(pickle.dumps(company))  # noqa: S301 - as above
        before = str(every_row(company))
        simulation = Simulation(copy)
        for _ in range(20):
            simulation.step()
        assert str(every_row(company)) == before != str(every_row(copy))

    def test_a_version_is_that_of_its_content(self, company: Company) -> None:
        simulation = Simulation(company)
        seen: dict[str, Row] = {}
        states = 0
        for _ in range(15):
            simulation.step()
            for row in (*by_key(company, ENTRIES).values(), *by_key(company, TIME).values()):
                version = row["objectVersion"]
                assert seen.setdefault(version, row) == row
                states += 1
        assert len({str(row) for row in seen.values()}) == len(seen) < states

    def test_documents_follow_their_listing(self, company: Company) -> None:
        simulation = Simulation(company)
        for event in ("pay_in_full", "unmatch", "book_invoice_under_low_number", "book_draft"):
            simulation.do(event)
        for invoice, document in zip(
            rows(company, "/invoices/booked"), documents(company), strict=True
        ):
            assert {**document, "lines": None} == {**invoice, "lines": None}
