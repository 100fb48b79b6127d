-- The entries of customers and suppliers on their control accounts.
{{ config(enabled=var('sub_ledgers')) }}
select
    entries.agreement_number,
    control_accounts.ledger,
    coalesce(entries.customer_number, entries.supplier_number) as party_number,
    entries.account_number,
    entries.entry_number,
    entries.entry_date,
    entries.due_date,
    entries.entry_type,
    entries.voucher_number,
    entries.entry_text,
    coalesce(entries.customer_invoice_number::text, entries.supplier_invoice_number)
        as invoice_number,
    entries.currency_code,
    entries.amount,
    entries.amount_in_base_currency,
    entries.remainder,
    -- An exchange difference is in the base currency only, and is never matched.
    entries.amount = 0 as is_exchange_difference
from {{ ref('int_entries') }} as entries
inner join {{ ref('int_control_accounts') }} as control_accounts
    on
        entries.agreement_number = control_accounts.agreement_number
        and entries.account_number = control_accounts.account_number
        and control_accounts.ledger
        = case
            when entries.customer_number is not null then 'customer'
            when entries.supplier_number is not null then 'supplier'
        end
