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

settled_on_days as (
    select
        items.agreement_number,
        items.entry_number,
        greatest(items.entry_date, settlements.match_date) as open_from,
        sum(settlements.matched_amount) as settled,
        bool_or(settlements.is_estimated) as is_estimated
    from settlements
    inner join {{ ref('int_items') }} as items
        on
            settlements.agreement_number = items.agreement_number
            and settlements.entry_number = items.entry_number
    group by items.agreement_number, items.entry_number, open_from
),

events as (
    select
        agreement_number,
        entry_number,
        open_from,
        sum(settled) as settled,
        bool_or(is_estimated) as is_estimated
    from (
        select * from settled_on_days
        union all
        select
            agreement_number,
            entry_number,
            entry_date as open_from,
            0 as settled,
            false as is_estimated
        from {{ ref('int_items') }}
        where not is_exchange_difference
    ) as days
    group by agreement_number, entry_number, open_from
),

balances as (
    select
        events.agreement_number,
        events.entry_number,
        events.open_from,
        lead(events.open_from) over in_order as open_until,
        items.amount,
        items.amount_in_base_currency,
        items.amount - sign(items.amount) * sum(events.settled) over in_order as open_amount,
        bool_or(events.is_estimated) over (
            partition by events.agreement_number, events.entry_number
        ) as is_estimated
    from events
    inner join {{ ref('int_items') }} as items
        on
            events.agreement_number = items.agreement_number
            and events.entry_number = items.entry_number
    window in_order as (
        partition by events.agreement_number, events.entry_number
        order by events.open_from
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
