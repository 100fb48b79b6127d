"""Faults put into loaded tables on purpose, and the tests of the dbt project that catch them."""

from __future__ import annotations

import typing as t


class Fault(t.NamedTuple):
    """A fault in the tables of one agreement.

    Attributes:
        title: What is wrong.
        tests: The tests that must fail.
        statements: The SQL that makes it, with the placeholder ``{agreement}``.
    """

    title: str
    tests: tuple[str, ...]
    statements: tuple[str, ...]


_OURS = '"agreementNumber" = {agreement}'
_SALE = f"""(
    SELECT max("entryNumber") FROM booked_entries
    WHERE {_OURS} AND "accountNumber" = 1010 AND date > '2024-12-31'
)"""
_MATCH = f"""(
    SELECT max("toEntry") FROM booked_entries_matched_pairs WHERE {_OURS}
)"""
_LINE = f"""(
    SELECT max(number) FROM invoices_booked_lines
    WHERE {_OURS} AND "bookedAccount" = 1010 AND NOT accrue
)"""
_INVOICE = f"""(
    SELECT max("documentId") FROM invoices_booked_lines WHERE {_OURS} AND number = {_LINE}
)"""
_FOREIGN = f"""(
    SELECT max("documentId") FROM invoices_booked_lines
    WHERE {_OURS} AND "bookedAccount" = 1050 AND NOT EXISTS (
        SELECT 1 FROM invoices_booked_lines AS other
        WHERE other.{_OURS} AND other."documentId" = invoices_booked_lines."documentId"
        AND other.accrue
    )
)"""


def _update(table: str, change: str, where: str) -> str:
    return f"UPDATE {table} SET {change} WHERE {_OURS} AND {where}"


def _delete(table: str, where: str) -> str:
    return f"DELETE FROM {table} WHERE {_OURS} AND {where}"


def _copy(table: str, where: str, **replaced: str) -> str:
    """Copy rows within a table, with other values in some columns."""
    row = f"to_jsonb({table})"
    for column, value in replaced.items():
        row = f"jsonb_set({row}, '{{{{{column}}}}}', to_jsonb({value}))"
    return (
        f"INSERT INTO {table} SELECT (jsonb_populate_record(NULL::{table}, {row})).*"
        f" FROM {table} WHERE {_OURS} AND {where}"
    )


_TRIAL_BALANCE = "trial_balance_equals_accounting_year_totals"
_VOUCHERS = "vouchers_sum_to_zero"
_REMAINDERS = "open_items_equal_remainders"
_LINES = "invoice_lines_equal_ledger"
_INVOICES = "invoice_lines_equal_invoices"
_UNIQUE = '"entryNumber" + 1000000'

FAULTS = (
    Fault(
        "An entry is missing",
        (_VOUCHERS, _TRIAL_BALANCE),
        (_delete("booked_entries", f'"entryNumber" = {_SALE}'),),
    ),
    Fault(
        "A whole voucher is missing",
        (_TRIAL_BALANCE,),
        (
            _delete(
                "booked_entries",
                f"""("voucherNumber", date) IN (
                    SELECT "voucherNumber", date FROM booked_entries
                    WHERE {_OURS} AND "entryNumber" = {_SALE}
                )""",
            ),
        ),
    ),
    Fault(
        "An entry is marked as gone, but is not",
        (_VOUCHERS, _TRIAL_BALANCE),
        (_update("booked_entries", "_sdc_deleted_at = now()", f'"entryNumber" = {_SALE}'),),
    ),
    Fault(
        "The amount of an entry is wrong by an øre",
        (_VOUCHERS, _TRIAL_BALANCE),
        (
            _update(
                "booked_entries",
                '"amountInBaseCurrency" = "amountInBaseCurrency" + 0.01',
                f'"entryNumber" = {_SALE}',
            ),
        ),
    ),
    Fault(
        "Two amounts of a voucher are wrong, and balance",
        (_TRIAL_BALANCE,),
        (
            _update(
                "booked_entries",
                '"amountInBaseCurrency" = "amountInBaseCurrency"'
                ' + CASE WHEN "accountNumber" = 2210 THEN 100 ELSE -100 END',
                f"""type = 5 AND "accountNumber" IN (2210, 5820)
                AND ("voucherNumber", date) IN (
                    SELECT "voucherNumber", date FROM booked_entries
                    WHERE {_OURS} AND "accountNumber" = 2210 AND date = '2025-06-30'
                )""",
            ),
        ),
    ),
    Fault(
        "An entry is twice in the table, under one number",
        ("booked_entries_key", _VOUCHERS, _TRIAL_BALANCE),
        (_copy("booked_entries", f'"entryNumber" = {_SALE}'),),
    ),
    Fault(
        "An entry is twice in the table, under two numbers",
        (_VOUCHERS, _TRIAL_BALANCE),
        (_copy("booked_entries", f'"entryNumber" = {_SALE}', entryNumber=_UNIQUE),),
    ),
    Fault(
        "An entry of another agreement is among the rows",
        (_VOUCHERS, _TRIAL_BALANCE),
        (
            """
            UPDATE booked_entries
            SET "agreementNumber" = {agreement}, "entryNumber" = "entryNumber" + 1000000
            WHERE "agreementNumber" = {donor} AND "entryNumber" = 2
            """,
        ),
    ),
    Fault(
        "An entry is on another account",
        (_TRIAL_BALANCE,),
        (_update("booked_entries", '"accountNumber" = 1020', f'"entryNumber" = {_SALE}'),),
    ),
    Fault(
        "A voucher is dated in another year",
        (_TRIAL_BALANCE,),
        (
            _update(
                "booked_entries",
                "date = '2024-06-30'",
                """date = '2025-06-30' AND type = 5""",
            ),
        ),
    ),
    Fault(
        "The openings of a year are doubled",
        (_TRIAL_BALANCE, "openings_equal_closings"),
        (_copy("booked_entries", "type = 8 AND date = '2025-01-01'", entryNumber=_UNIQUE),),
    ),
    Fault(
        "The openings of a year are missing",
        (_TRIAL_BALANCE,),
        (_delete("booked_entries", "type = 8 AND date = '2025-01-01'"),),
    ),
    Fault(
        "An opening is on another account, and the year's totals agree with it",
        ("openings_equal_closings",),
        (
            _update(
                "booked_entries",
                '"accountNumber" = 5810',
                "type = 8 AND date = '2025-01-01' AND \"accountNumber\" = 5820",
            ),
            f"""UPDATE accounting_year_totals SET "totalInBaseCurrency" = (
                SELECT coalesce(sum(e."amountInBaseCurrency"), 0) FROM booked_entries AS e
                WHERE e.{_OURS} AND e."accountNumber" = accounting_year_totals."accountNumber"
                AND e.date BETWEEN '2025-01-01' AND '2025-12-31'
            ) WHERE {_OURS} AND year = '2025' AND "accountNumber" IN (5810, 5820)""",
        ),
    ),
    Fault(
        "A total of e-conomic is of other entries than those that were read",
        (_TRIAL_BALANCE,),
        (
            _update(
                "accounting_year_totals",
                '"totalInBaseCurrency" = "totalInBaseCurrency" + 1',
                "year = '2025' AND \"accountNumber\" = 1010",
            ),
        ),
    ),
    Fault(
        "An account with entries is missing in the chart",
        ("entries_are_in_a_period_and_the_chart", _TRIAL_BALANCE),
        (_delete("accounts", '"accountNumber" = 2210'),),
    ),
    Fault(
        "A profit and loss account is taken for one of the balance sheet",
        ("openings_equal_closings",),
        (_update("accounts", "\"accountType\" = 'status'", '"accountNumber" = 2210'),),
    ),
    Fault(
        "A period is missing",
        ("entries_are_in_a_period_and_the_chart", _TRIAL_BALANCE),
        (_delete("accounting_periods", "\"dateFrom\" = '2025-06-01'"),),
    ),
    Fault(
        "A match is missing",
        (_REMAINDERS,),
        (_delete("booked_entries_matched_pairs", f'"toEntry" = {_MATCH}'),),
    ),
    Fault(
        "A match is twice in the table",
        ("booked_entries_matched_pairs_key", "int_matches_key"),
        (_copy("booked_entries_matched_pairs", f'"toEntry" = {_MATCH}'),),
    ),
    Fault(
        "A match is with the entry of someone else",
        (_REMAINDERS,),
        (
            _update(
                "booked_entries_matched_pairs",
                f"""\"fromEntry\" = (
                    SELECT min("entryNumber") FROM booked_entries
                    WHERE {_OURS} AND "supplierNumber" IS NOT NULL AND remainder < 0
                )""",
                f'"toEntry" = {_MATCH}',
            ),
        ),
    ),
    Fault(
        "A remainder was not read again after the payment",
        (_REMAINDERS, "invoice_remainders_equal_entries"),
        (
            _update(
                "booked_entries",
                "remainder = amount",
                f"""\"entryNumber\" = (
                    SELECT max("entryNumber") FROM booked_entries
                    WHERE {_OURS} AND type = 1 AND "customerNumber" IS NOT NULL AND remainder = 0
                )""",
            ),
        ),
    ),
    Fault(
        "The remainder of an invoice was not read again after the payment",
        ("invoice_remainders_equal_entries",),
        (
            _update(
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
            _update(
                "booked_entries",
                '"customerNumber" = NULL',
                f"""\"entryNumber\" = (
                    SELECT max("entryNumber") FROM booked_entries
                    WHERE {_OURS} AND type = 1 AND "customerNumber" IS NOT NULL
                )""",
            ),
        ),
    ),
    Fault(
        "An entry has lost its supplier",
        ("aged_payables_equal_control_accounts",),
        (
            _update(
                "booked_entries",
                '"supplierNumber" = NULL',
                f"""\"entryNumber\" = (
                    SELECT max("entryNumber") FROM booked_entries
                    WHERE {_OURS} AND type = 3 AND "supplierNumber" IS NOT NULL
                )""",
            ),
        ),
    ),
    Fault(
        "A line of an invoice is missing",
        (_INVOICES,),
        (_delete("invoices_booked_lines", f"number = {_LINE}"),),
    ),
    Fault(
        "The amount of a line is wrong",
        (_INVOICES, _LINES),
        (
            _update(
                "invoices_booked_lines",
                '"totalNetAmount" = "totalNetAmount" + 1',
                f"number = {_LINE}",
            ),
        ),
    ),
    Fault(
        "A line is on an account that the invoice did not post on",
        (_LINES, "revenue_equals_ledger"),
        (_update("invoices_booked_lines", '"bookedAccount" = 1350', f"number = {_LINE}"),),
    ),
    Fault(
        "An invoice is missing, its lines are not",
        (_INVOICES, "revenue_equals_ledger"),
        (_delete("invoices_booked", f'"bookedInvoiceNumber" = {_INVOICE}'),),
    ),
    Fault(
        "The exchange rate of an invoice is wrong",
        (_LINES,),
        (
            _update(
                "invoices_booked",
                '"exchangeRate" = "exchangeRate" * 2',
                f'"bookedInvoiceNumber" = {_FOREIGN}',
            ),
        ),
    ),
    Fault(
        "An entry has another VAT code",
        ("vat_computed_equals_posted",),
        (_update("booked_entries", "\"vatAccountNumber\" = 'REP'", f'"entryNumber" = {_SALE}'),),
    ),
    Fault(
        "A stream was not read completely",
        ("streams_are_complete",),
        (_update("sync_audit", "status = 'incomplete'", "stream = 'customers'"),),
    ),
    Fault(
        "The totals of the years were not read",
        ("agreements_have_year_totals",),
        (_delete("accounting_year_totals", "true"),),
    ),
    Fault(
        "An account has no report line",
        ("accounts_are_mapped",),
        (
            _update("accounts", '"accountNumber" = 8210', '"accountNumber" = 2210'),
            _update("accounting_year_totals", '"accountNumber" = 8210', '"accountNumber" = 2210'),
            _update("booked_entries", '"accountNumber" = 8210', '"accountNumber" = 2210'),
        ),
    ),
)
