-- The lines of an invoice on an account are what the ledger posted there: exactly in the document's
-- currency, and but for rounding in the base currency.
{{ config(enabled=var('sales')) }}
{{ lines_that_differ_from_the_ledger('not has_accrued_line') }}
