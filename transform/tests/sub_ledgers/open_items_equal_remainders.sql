-- What the matches leave open of each entry today is the remainder that e-conomic gives.
{{ config(enabled=var('sub_ledgers')) }}
select
    items.agreement_number,
    items.entry_number,
    balances.open_amount,
    items.remainder
from {{ ref('int_items') }} as items
inner join {{ ref('int_item_balances') }} as balances
    on
        items.agreement_number = balances.agreement_number
        and items.entry_number = balances.entry_number
where
    balances.open_until is null
    and not balances.is_estimated
    and balances.open_amount <> items.remainder
