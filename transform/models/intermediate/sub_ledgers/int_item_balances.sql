-- What is left of each item from a day on, until the next day that something settles it.
{{ config(enabled=var('sub_ledgers')) }}
with settlements as (
    select
        agreement_number,
        debit_entry as entry_number,
        match_date,
        matched_amount,
        is_estimated
    from {{ ref('int_matches') }}
    union all
    select
        agreement_number,
        credit_entry as entry_number,
        match_date,
        matched_amount,
        is_estimated
    from {{ ref('int_matches') }}
),

events as (
    select
        items.agreement_number,
        items.entry_number,
        items.amount,
        items.amount_in_base_currency,
        greatest(items.entry_date, settlements.match_date) as open_from,
        settlements.matched_amount as settled,
        settlements.is_estimated
    from settlements
    inner join {{ ref('int_items') }} as items
        on
            settlements.agreement_number = items.agreement_number
            and settlements.entry_number = items.entry_number
    union all
    select
        agreement_number,
        entry_number,
        amount,
        amount_in_base_currency,
        entry_date as open_from,
        0 as settled,
        false as is_estimated
    from {{ ref('int_items') }}
    where not is_exchange_difference
),

days as (
    select
        agreement_number,
        entry_number,
        amount,
        amount_in_base_currency,
        open_from,
        sum(settled) as settled,
        bool_or(is_estimated) as is_estimated
    from events
    group by agreement_number, entry_number, amount, amount_in_base_currency, open_from
),

balances as (
    select
        agreement_number,
        entry_number,
        open_from,
        lead(open_from) over in_order as open_until,
        amount,
        amount_in_base_currency,
        amount - sign(amount) * sum(settled) over in_order as open_amount,
        bool_or(is_estimated) over (partition by agreement_number, entry_number) as is_estimated
    from days
    window in_order as (
        partition by agreement_number, entry_number
        order by open_from
    )
)

select
    agreement_number,
    entry_number,
    open_from,
    open_until,
    open_amount,
    round(amount_in_base_currency * open_amount / amount, 2) as open_in_base_currency,
    is_estimated
from balances
