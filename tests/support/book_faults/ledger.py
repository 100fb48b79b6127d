"""Faults in the ledger: entries, years, the chart of accounts, budgets."""

from __future__ import annotations

from tests.support.book_faults.statements import OURS, Fault, copy, delete, update

_SALE = f"""(
    SELECT max("entryNumber") FROM booked_entries
    WHERE {OURS} AND "accountNumber" = 1010 AND date > '2024-12-31'
)"""
_TRIAL_BALANCE = "trial_balance_equals_accounting_year_totals"
_VOUCHERS = "vouchers_sum_to_zero"
_UNIQUE = '"entryNumber" + 1000000'

FAULTS = (
    Fault(
        "An entry is missing",
        (_VOUCHERS, _TRIAL_BALANCE),
        (delete("booked_entries", f'"entryNumber" = {_SALE}'),),
    ),
    Fault(
        "A whole voucher is missing",
        (_TRIAL_BALANCE,),
        (
            delete(
                "booked_entries",
                f"""("voucherNumber", date) IN (
                    SELECT "voucherNumber", date FROM booked_entries
                    WHERE {OURS} AND "entryNumber" = {_SALE}
                )""",
            ),
        ),
    ),
    Fault(
        "An entry is marked as gone, but is not",
        (_VOUCHERS, _TRIAL_BALANCE),
        (update("booked_entries", "_sdc_deleted_at = now()", f'"entryNumber" = {_SALE}'),),
    ),
    Fault(
        "The amount of an entry is wrong by an øre",
        (_VOUCHERS, _TRIAL_BALANCE),
        (
            update(
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
            update(
                "booked_entries",
                '"amountInBaseCurrency" = "amountInBaseCurrency"'
                ' + CASE WHEN "accountNumber" = 2210 THEN 100 ELSE -100 END',
                f"""type = 5 AND "accountNumber" IN (2210, 5820)
                AND ("voucherNumber", date) IN (
                    SELECT "voucherNumber", date FROM booked_entries
                    WHERE {OURS} AND "accountNumber" = 2210 AND date = '2025-06-30'
                )""",
            ),
        ),
    ),
    Fault(
        "An entry is twice in the table, under one number",
        ("booked_entries_key", _VOUCHERS, _TRIAL_BALANCE),
        (copy("booked_entries", f'"entryNumber" = {_SALE}'),),
    ),
    Fault(
        "An entry is twice in the table, under two numbers",
        (_VOUCHERS, _TRIAL_BALANCE),
        (copy("booked_entries", f'"entryNumber" = {_SALE}', entryNumber=_UNIQUE),),
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
        (update("booked_entries", '"accountNumber" = 1020', f'"entryNumber" = {_SALE}'),),
    ),
    Fault(
        "A voucher is dated in another year",
        (_TRIAL_BALANCE,),
        (
            update(
                "booked_entries",
                "date = '2024-06-30'",
                """date = '2025-06-30' AND type = 5""",
            ),
        ),
    ),
    Fault(
        "An entry of a voucher is dated in another month",
        ("balance_sheet_sums_to_zero",),
        (update("booked_entries", "date = date - 60", f'"entryNumber" = {_SALE}'),),
    ),
    Fault(
        "An entry of a voucher is taken for one of the first opening",
        ("cash_flow_equals_change_in_cash",),
        (update("booked_entries", "type = 7", f'"entryNumber" = {_SALE}'),),
    ),
    Fault(
        "The openings of a year are doubled",
        (_TRIAL_BALANCE, "openings_equal_closings"),
        (copy("booked_entries", "type = 8 AND date = '2025-01-01'", entryNumber=_UNIQUE),),
    ),
    Fault(
        "The openings of a year are missing",
        (_TRIAL_BALANCE,),
        (delete("booked_entries", "type = 8 AND date = '2025-01-01'"),),
    ),
    Fault(
        "An opening is on another account, and the year's totals agree with it",
        ("openings_equal_closings",),
        (
            update(
                "booked_entries",
                '"accountNumber" = 5810',
                "type = 8 AND date = '2025-01-01' AND \"accountNumber\" = 5820",
            ),
            f"""UPDATE accounting_year_totals SET "totalInBaseCurrency" = (
                SELECT coalesce(sum(e."amountInBaseCurrency"), 0) FROM booked_entries AS e
                WHERE e.{OURS} AND e."accountNumber" = accounting_year_totals."accountNumber"
                AND e.date BETWEEN '2025-01-01' AND '2025-12-31'
            ) WHERE {OURS} AND year = '2025' AND "accountNumber" IN (5810, 5820)""",
        ),
    ),
    Fault(
        "A total of e-conomic is of other entries than those that were read",
        (_TRIAL_BALANCE,),
        (
            update(
                "accounting_year_totals",
                '"totalInBaseCurrency" = "totalInBaseCurrency" + 1',
                "year = '2025' AND \"accountNumber\" = 1010",
            ),
        ),
    ),
    Fault(
        "An account with entries is missing in the chart",
        ("entries_are_in_a_period_and_the_chart", _TRIAL_BALANCE),
        (delete("accounts", '"accountNumber" = 2210'),),
    ),
    Fault(
        "A profit and loss account is taken for one of the balance sheet",
        ("openings_equal_closings",),
        (update("accounts", "\"accountType\" = 'status'", '"accountNumber" = 2210'),),
    ),
    Fault(
        "An account with entries is taken for a heading",
        ("entries_are_in_a_period_and_the_chart", "statement_totals_equal_intervals"),
        (update("accounts", "\"accountType\" = 'heading'", '"accountNumber" = 2210'),),
    ),
    Fault(
        "The balance of an account is of other entries than those that were read",
        ("account_balances_equal_economic",),
        (update("accounts", "balance = balance + 1", '"accountNumber" = 5820'),),
    ),
    Fault(
        "A budget figure is on an account that is not in the chart",
        ("budgets_equal_their_figures",),
        (
            update(
                "budget_figures",
                '"accountNumber" = 1',
                f"number = (SELECT min(number) FROM budget_figures WHERE {OURS})",
            ),
        ),
    ),
    Fault(
        "Two ranges of report lines overlap",
        ("accounts_have_one_report_line",),
        (
            """
            INSERT INTO report_lines
            SELECT {agreement}, from_account, to_account + 200, statement, section, report_line,
                sort_order, cash_flow_section, cash_flow_line
            FROM report_lines WHERE agreement_number IS NULL AND from_account IN (1000, 1300)
            """,
        ),
    ),
    Fault(
        "A period is missing",
        ("entries_are_in_a_period_and_the_chart", _TRIAL_BALANCE),
        (delete("accounting_periods", "\"dateFrom\" = '2025-06-01'"),),
    ),
    Fault(
        "An entry has another VAT code",
        ("vat_computed_equals_posted",),
        (update("booked_entries", "\"vatAccountNumber\" = 'REP'", f'"entryNumber" = {_SALE}'),),
    ),
    Fault(
        "A stream was not read completely",
        ("streams_are_complete",),
        (update("sync_audit", "status = 'incomplete'", "stream = 'customers'"),),
    ),
    Fault(
        "The totals of the years were not read",
        ("agreements_have_year_totals",),
        (delete("accounting_year_totals", "true"),),
    ),
    Fault(
        "An account has no report line",
        ("accounts_are_mapped",),
        (
            update("accounts", '"accountNumber" = 8210', '"accountNumber" = 2210'),
            update("accounting_year_totals", '"accountNumber" = 8210', '"accountNumber" = 2210'),
            update("booked_entries", '"accountNumber" = 8210', '"accountNumber" = 2210'),
        ),
    ),
)
