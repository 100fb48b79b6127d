-- The same for invoices with accrued lines, as a warning: where e-conomic posts these is
-- unconfirmed.
{{ config(enabled=var('sales'), severity='warn') }}
{{ lines_that_differ_from_the_ledger('has_accrued_line') }}
