"""Faults in open items: matches, remainders, customers and suppliers of entries."""

from __future__ import annotations

from tests.support.book_faults.statements import OURS, Fault, copy, delete, update

_MATCH = f"""(
    SELECT max("toEntry") FROM booked_entries_matched_pairs WHERE {OURS}
)"""
_REMAINDERS = "open_items_equal_remainders"

FAULTS = (
    Fault(
        "A match is missing",
        (_REMAINDERS,),
        (delete("booked_entries_matched_pairs", f'"toEntry" = {_MATCH}'),),
    ),
    Fault(
        "A match is twice in the table",
        ("booked_entries_matched_pairs_key", "int_matches_key"),
        (copy("booked_entries_matched_pairs", f'"toEntry" = {_MATCH}'),),
    ),
    Fault(
        "A match is with the entry of someone else",
        (
            _REMAINDERS,
            "only_exchange_differences_are_unallocated",
            "exchange_differences_are_allocated",
        ),
        (
            update(
                "booked_entries_matched_pairs",
                f"""\"fromEntry\" = (
                    SELECT min("entryNumber") FROM booked_entries
                    WHERE {OURS} AND "supplierNumber" IS NOT NULL AND remainder < 0
                )""",
                f'"toEntry" = {_MATCH}',
            ),
        ),
    ),
    Fault(
        "Two matches are known as four, between the same entries",
        ("matches_are_not_estimated",),
        (
            f"""
            WITH single AS (
                SELECT "fromEntry", "toEntry", row_number() OVER (ORDER BY "fromEntry") AS place
                FROM booked_entries_matched_pairs AS pair
                WHERE {OURS} AND "fromEntry" IN (
                    SELECT "entryNumber" FROM booked_entries
                    WHERE {OURS} AND "customerNumber" IS NOT NULL AND amount > 0
                    AND "currencyCode" = 'DKK'
                ) AND NOT EXISTS (
                    SELECT 1 FROM booked_entries_matched_pairs AS other
                    WHERE other.{OURS}
                    AND (other."fromEntry", other."toEntry") <> (pair."fromEntry", pair."toEntry")
                    AND (other."fromEntry" IN (pair."fromEntry", pair."toEntry")
                        OR other."toEntry" IN (pair."fromEntry", pair."toEntry"))
                )
            )
            INSERT INTO booked_entries_matched_pairs ("agreementNumber", "fromEntry", "toEntry")
            SELECT {{agreement}}, one."fromEntry", other."toEntry"
            FROM single AS one, single AS other
            WHERE (one.place, other.place) IN ((1, 2), (2, 1))
            """,
        ),
    ),
    Fault(
        "A remainder was not read again after the payment",
        (_REMAINDERS, "invoice_remainders_equal_entries"),
        (
            update(
                "booked_entries",
                "remainder = amount",
                f"""\"entryNumber\" = (
                    SELECT max("entryNumber") FROM booked_entries
                    WHERE {OURS} AND type = 1 AND "customerNumber" IS NOT NULL AND remainder = 0
                )""",
            ),
        ),
    ),
    Fault(
        "The remainder of an invoice was not read again after the payment",
        ("invoice_remainders_equal_entries",),
        (
            update(
                "invoices_booked",
                'remainder = "grossAmount"',
                """\"bookedInvoiceNumber\" = (
                    SELECT max("bookedInvoiceNumber") FROM invoices_booked
                    WHERE "agreementNumber" = {agreement} AND remainder = 0
                )""",
            ),
        ),
    ),
    Fault(
        "An entry has lost its customer",
        ("aged_receivables_equal_control_accounts", "customer_balances_equal_economic"),
        (
            update(
                "booked_entries",
                '"customerNumber" = NULL',
                f"""\"entryNumber\" = (
                    SELECT max("entryNumber") FROM booked_entries
                    WHERE {OURS} AND type = 1 AND "customerNumber" IS NOT NULL
                )""",
            ),
        ),
    ),
    Fault(
        "An entry has lost its supplier",
        ("aged_payables_equal_control_accounts",),
        (
            update(
                "booked_entries",
                '"supplierNumber" = NULL',
                f"""\"entryNumber\" = (
                    SELECT max("entryNumber") FROM booked_entries
                    WHERE {OURS} AND type = 3 AND "supplierNumber" IS NOT NULL
                )""",
            ),
        ),
    ),
)
