-- Of a customer or supplier who has only items in the base currency, all is allocated on any day.
{{ config(enabled=var('sub_ledgers')) }}
select
    unallocated.agreement_number,
    unallocated.ledger,
    unallocated.party_number,
    unallocated.open_from,
    unallocated.open_in_base_currency
from {{ ref('int_unallocated') }} as unallocated
where
    unallocated.open_in_base_currency <> 0
    and not exists (
        select 1
        from {{ ref('int_items') }} as items
        inner join {{ ref('stg_economic__agreement') }} as agreement
            on items.agreement_number = agreement.agreement_number
        where
            items.agreement_number = unallocated.agreement_number
            and items.ledger = unallocated.ledger
            and items.party_number = unallocated.party_number
            and items.currency_code <> agreement.base_currency
    )
