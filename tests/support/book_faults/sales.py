"""Faults in booked invoices and their lines."""

from __future__ import annotations

from tests.support.book_faults.statements import OURS, Fault, delete, update

_LINE = f"""(
    SELECT max(number) FROM invoices_booked_lines
    WHERE {OURS} AND "bookedAccount" = 1010 AND NOT accrue
)"""
_INVOICE = f"""(
    SELECT max("documentId") FROM invoices_booked_lines WHERE {OURS} AND number = {_LINE}
)"""
_FOREIGN = f"""(
    SELECT max("documentId") FROM invoices_booked_lines
    WHERE {OURS} AND "bookedAccount" = 1050 AND NOT EXISTS (
        SELECT 1 FROM invoices_booked_lines AS other
        WHERE other.{OURS} AND other."documentId" = invoices_booked_lines."documentId"
        AND other.accrue
    )
)"""
_LINES = "invoice_lines_equal_ledger"
_INVOICES = "invoice_lines_equal_invoices"

FAULTS = (
    Fault(
        "A line of an invoice is missing",
        (_INVOICES,),
        (delete("invoices_booked_lines", f"number = {_LINE}"),),
    ),
    Fault(
        "The amount of a line is wrong",
        (_INVOICES, _LINES),
        (
            update(
                "invoices_booked_lines",
                '"totalNetAmount" = "totalNetAmount" + 1',
                f"number = {_LINE}",
            ),
        ),
    ),
    Fault(
        "A line is on an account that the invoice did not post on",
        (_LINES, "revenue_equals_ledger"),
        (update("invoices_booked_lines", '"bookedAccount" = 1350', f"number = {_LINE}"),),
    ),
    Fault(
        "An invoice is missing, its lines are not",
        (_INVOICES, "revenue_equals_ledger"),
        (delete("invoices_booked", f'"bookedInvoiceNumber" = {_INVOICE}'),),
    ),
    Fault(
        "The exchange rate of an invoice is wrong",
        (_LINES,),
        (
            update(
                "invoices_booked",
                '"exchangeRate" = "exchangeRate" * 2',
                f'"bookedInvoiceNumber" = {_FOREIGN}',
            ),
        ),
    ),
    Fault(
        "An accrued line has lost its last day",
        ("earned_revenue_equals_invoiced",),
        (
            update(
                "invoices_booked_lines",
                '"accrueEndDate" = NULL',
                f"number = (SELECT max(number) FROM invoices_booked_lines WHERE {OURS} AND accrue)",
            ),
        ),
    ),
    Fault(
        "The amount of an accrued line is wrong",
        (_INVOICES, "accrued_invoice_lines_equal_ledger"),
        (
            update(
                "invoices_booked_lines",
                '"totalNetAmount" = "totalNetAmount" + 1',
                f"number = (SELECT max(number) FROM invoices_booked_lines WHERE {OURS} AND accrue)",
            ),
        ),
    ),
)
