-- The net amount of an invoice is the sum of its lines, and no line is without an invoice.
{{ config(enabled=var('sales')) }}
with lines as (
    select
        agreement_number,
        invoice_number,
        sum(net_amount) as lines_amount
    from {{ ref('stg_economic__invoices_booked_lines') }}
    group by agreement_number, invoice_number
)

select
    agreement_number,
    invoice_number,
    lines.lines_amount,
    invoices.net_amount
from lines
full join {{ ref('stg_economic__invoices_booked') }} as invoices
    using (agreement_number, invoice_number)
where
    invoices.net_amount is null
    or coalesce(lines.lines_amount, 0) <> invoices.net_amount
