-- An invoice and its entry on the customers' account have the same remainder.
{{ config(enabled=var('sales') and var('sub_ledgers')) }}
select
    invoices.agreement_number,
    invoices.invoice_number,
    invoices.remainder,
    items.remainder as remainder_of_entry
from {{ ref('stg_economic__invoices_booked') }} as invoices
inner join {{ ref('int_items') }} as items
    on
        invoices.agreement_number = items.agreement_number
        and invoices.invoice_number::text = items.invoice_number
where
    items.entry_type = 1
    and items.ledger = 'customer'
    and invoices.remainder <> items.remainder
