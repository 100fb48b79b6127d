-- depends_on: {{ ref('stg_economic__accounting_year_totals') }}
{{ config(enabled=var('sub_ledgers')) }}
with items as (
    select
        items.agreement_number,
        items.ledger,
        items.party_number,
        items.account_number,
        'entry' as item_type,
        items.entry_number,
        items.voucher_number,
        items.invoice_number,
        items.entry_date,
        coalesce(items.due_date, items.entry_date) as due_date,
        items.currency_code,
        items.amount,
        items.amount_in_base_currency,
        balances.open_from,
        balances.open_until,
        balances.open_amount,
        balances.open_in_base_currency,
        balances.is_estimated
    from {{ ref('int_item_balances') }} as balances
    inner join {{ ref('int_items') }} as items
        on
            balances.agreement_number = items.agreement_number
            and balances.entry_number = items.entry_number
    where balances.open_amount <> 0
    union all
    select
        agreement_number,
        ledger,
        party_number,
        account_number,
        'unallocated' as item_type,
        null as entry_number,
        null as voucher_number,
        null as invoice_number,
        null as entry_date,
        null as due_date,
        null as currency_code,
        null as amount,
        null as amount_in_base_currency,
        open_from,
        open_until,
        null as open_amount,
        open_in_base_currency,
        false as is_estimated
    from {{ ref('int_unallocated') }}
    where open_in_base_currency <> 0
)

select
    items.agreement_number,
    items.ledger,
    items.party_number,
    coalesce(customers.customer_name, suppliers.supplier_name) as party_name,
    items.account_number,
    items.item_type,
    items.entry_number,
    items.voucher_number,
    items.invoice_number,
    items.entry_date,
    items.due_date,
    items.currency_code,
    items.amount,
    items.amount_in_base_currency,
    items.open_from,
    items.open_until,
    items.open_amount,
    items.open_in_base_currency,
    items.is_estimated
from items
left join {{ ref('stg_economic__customers') }} as customers
    on
        items.ledger = 'customer'
        and items.agreement_number = customers.agreement_number
        and items.party_number = customers.customer_number
left join {{ ref('stg_economic__suppliers') }} as suppliers
    on
        items.ledger = 'supplier'
        and items.agreement_number = suppliers.agreement_number
        and items.party_number = suppliers.supplier_number
