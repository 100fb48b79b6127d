-- What the control account has and no open item: the exchange difference of a match counts from the
-- day it was booked, and the match from the day of the later entry; a match that was undone has
-- vanished, and its difference with the reversal stays.
{{ config(enabled=var('sub_ledgers')) }}
with settled as (
    select
        agreement_number,
        entry_number,
        open_from,
        coalesce(
            lag(open_in_base_currency) over (
                partition by agreement_number, entry_number
                order by open_from
            ),
            0
        ) - open_in_base_currency as settled_in_base_currency
    from {{ ref('int_item_balances') }}
),

movements as (
    select
        items.agreement_number,
        items.ledger,
        items.party_number,
        items.account_number,
        settled.open_from as movement_date,
        settled.settled_in_base_currency as amount
    from settled
    inner join {{ ref('int_items') }} as items
        on
            settled.agreement_number = items.agreement_number
            and settled.entry_number = items.entry_number
    union all
    select
        agreement_number,
        ledger,
        party_number,
        account_number,
        entry_date as movement_date,
        amount_in_base_currency as amount
    from {{ ref('int_items') }}
),

days as (
    select
        agreement_number,
        ledger,
        party_number,
        account_number,
        movement_date as open_from,
        sum(amount) as amount
    from movements
    group by agreement_number, ledger, party_number, account_number, movement_date
    having sum(amount) <> 0
)

select
    agreement_number,
    ledger,
    party_number,
    account_number,
    open_from,
    lead(open_from) over in_order as open_until,
    sum(amount) over in_order as open_in_base_currency
from days
window in_order as (
    partition by agreement_number, ledger, party_number, account_number
    order by open_from
)
