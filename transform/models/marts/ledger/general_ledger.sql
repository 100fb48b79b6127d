-- depends_on: {{ ref('stg_economic__accounting_year_totals') }}
-- The balance runs before the joins, which keeps the sorted rows small.
with entries as (
    select
        agreement_number,
        entry_number,
        accounting_year,
        period_number,
        period_sequence,
        entry_date,
        voucher_number,
        entry_type,
        is_transferred_opening,
        account_number,
        account_type,
        entry_text,
        vat_code,
        currency_code,
        amount,
        amount_in_base_currency,
        due_date,
        customer_number,
        customer_invoice_number,
        supplier_number,
        supplier_invoice_number,
        project_number,
        sum(amount_in_base_currency) over (
            partition by agreement_number, account_number, balance_block
            order by not is_transferred_opening, entry_date, entry_number
        ) as running_balance
    from {{ ref('int_entries') }}
    where period_sequence is not null
),

dimensions as (
    {{ dimension_columns('stg_economic__dimension_data_booked_entries', ['entry_number']) }}
)

select
    entries.agreement_number,
    entries.entry_number,
    entries.accounting_year,
    entries.period_number,
    entries.period_sequence,
    entries.entry_date,
    entries.voucher_number,
    {{ entry_type_name('entries.entry_type') }} as entry_type,
    entries.is_transferred_opening,
    entries.account_number,
    accounts.account_name,
    entries.account_type,
    entries.entry_text,
    entries.vat_code,
    entries.currency_code,
    entries.amount,
    entries.amount_in_base_currency,
    greatest(entries.amount_in_base_currency, 0) as debit,
    greatest(-entries.amount_in_base_currency, 0) as credit,
    entries.running_balance,
    entries.due_date,
    entries.customer_number,
    customers.customer_name,
    entries.customer_invoice_number,
    entries.supplier_number,
    suppliers.supplier_name,
    entries.supplier_invoice_number,
    entries.project_number,
    dimensions.dimension_1,
    dimensions.dimension_2,
    dimensions.dimension_3
from entries
inner join {{ ref('stg_economic__accounts') }} as accounts
    on
        entries.agreement_number = accounts.agreement_number
        and entries.account_number = accounts.account_number
left join {{ ref('stg_economic__customers') }} as customers
    on
        entries.agreement_number = customers.agreement_number
        and entries.customer_number = customers.customer_number
left join {{ ref('stg_economic__suppliers') }} as suppliers
    on
        entries.agreement_number = suppliers.agreement_number
        and entries.supplier_number = suppliers.supplier_number
left join dimensions
    on
        entries.agreement_number = dimensions.agreement_number
        and entries.entry_number = dimensions.entry_number
